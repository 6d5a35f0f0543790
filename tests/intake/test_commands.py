"""`hub load` and `hub links export`, as an operator runs them."""

import csv
import json
import subprocess
from pathlib import Path

from tests.commands.run import hub
from tests.intake.build import bundle, jsonl, saved, student


def _hub(url: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return hub(*words, HUB_DATABASE_URL=url)


def test_loading_shows_totals_and_findings(database_url: str, tmp_path: Path) -> None:
    path = saved(tmp_path, jsonl([student(nickname="Joe"), student(stateStudentId="S2", action="x")]), "TN-1.jsonl")
    done = _hub(database_url, "load", path, "--state", "TN")
    assert (done.returncode, done.stderr) == (0, "")
    assert "TN-1.jsonl: accepted" in done.stdout
    assert "students 2  created 1  updated 0  unchanged 0  rejected 1" in done.stdout
    assert "UNKNOWN_FIELD" in done.stdout and "BAD_ACTION" in done.stdout


def test_a_refused_file_gives_exit_code_1_and_the_others_are_loaded(database_url: str, tmp_path: Path) -> None:
    bad = saved(tmp_path, jsonl([student()], students=3), "bad")
    good = saved(tmp_path, bundle([student()]), "good")
    done = _hub(database_url, "load", bad, good, "--json")
    assert done.returncode == 1
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["outcome"], second["outcome"]) == ("REFUSED", "ACCEPTED")
    assert first["findings"][0]["code"] == "COUNT_MISMATCH"
    assert first["severities"] == {"FILE": 1, "REJECT": 0, "WARN": 0, "INFO": 0}
    assert (second["file"], second["encoding"], second["created"], second["findings"]) == ("good", "CSV", 1, [])


def test_a_file_that_is_not_there_is_a_wrong_use(database_url: str, tmp_path: Path) -> None:
    done = _hub(database_url, "load", tmp_path / "nowhere.jsonl")
    assert done.returncode == 2
    assert "there is no file" in done.stderr


def test_a_sender_that_is_no_state_is_a_wrong_use(database_url: str, tmp_path: Path) -> None:
    assert _hub(database_url, "load", saved(tmp_path, jsonl([student()])), "--state", "ZZ").returncode == 2


def test_links_are_exported_for_active_records(database_url: str, tmp_path: Path) -> None:
    students = [student(), student(stateStudentId="S2"), student(stateStudentId="S3")]
    _hub(database_url, "load", saved(tmp_path, jsonl(students)))
    gone = {"action": "DELETE", "stateStudentId": "S3"}
    _hub(database_url, "load", saved(tmp_path, jsonl([gone], sequence=2)))
    out = tmp_path / "links.csv"
    done = _hub(database_url, "links", "export", "--out", out)
    assert done.returncode == 0, done.stderr
    with out.open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["state", "stateStudentId", "msixId", "how"]
    assert [(state, owner, how) for state, owner, _, how in rows] == [
        ("TN", "S1", "NEW_STUDENT"),
        ("TN", "S2", "NEW_STUDENT"),
    ]
    assert all(len(msix_id) == 12 for _, _, msix_id, _ in rows)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
