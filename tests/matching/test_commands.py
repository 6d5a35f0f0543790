"""`hub matching` and `hub worklist`: training, measuring, explaining, and the near matches as a file."""

import asyncio
import csv
import gzip
import json
from itertools import islice
from pathlib import Path

import pytest

from hub.evaluation import Outcomes, identical
from tests.commands.run import hub
from tests.intake.build import jsonl
from tests.intake.state import rows, send, value
from tests.matching.people import sent
from tests.shared import SHARED, needs_shared

COLUMNS = [
    "rec_id",
    "truth_id",
    "family_id",
    "twin_group",
    "state",
    "state_student_id",
    "first_name",
    "middle_name",
    "last_name_1",
    "last_name_2",
    "sex",
    "birth_date",
    "multiple_birth",
    "birth_city",
    "birth_state",
    "birth_country",
    "father_first",
    "father_last",
    "mother_first",
    "mother_last",
]
GIVEN = ("Araceli", "Rutilio", "Noemi", "Fermin", "Luz", "Saul", "Irma", "Abel", "Perla", "Efrain")
SURNAMES = ("Zavala", "Quiroz", "Tzoc", "Marin", "Peralta", "Ixcoy")


def _set(path: Path, children: int = 60) -> Path:
    """Children that two states know, every fourth of them misspelt by the second."""
    with path.open("w", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, restval="")
        out.writeheader()
        for number in range(children):
            child = {
                "truth_id": f"C{number}",
                "family_id": f"F{number}",
                "first_name": GIVEN[number % 10],
                "last_name_1": SURNAMES[number % 6],
                "last_name_2": SURNAMES[(number + 1 + number // 6) % 6],
                "sex": "MF"[number % 2],
                "birth_date": f"20{5 + number % 15:02}-{1 + number % 12:02}-{1 + number % 28:02}",
                "birth_country": "MX",
                "mother_first": GIVEN[(number * 3) % 10],
                "mother_last": SURNAMES[(number + 1) % 6],
            }
            out.writerow(child | {"rec_id": f"A{number}", "state": "TX", "state_student_id": f"T{number}"})
            slip = {"first_name": child["first_name"][:-1] + "x"} if number % 4 == 0 else {}
            out.writerow(child | slip | {"rec_id": f"B{number}", "state": "OH", "state_student_id": f"O{number}"})
    return path


SETTLE = """
UPDATE worklist_items SET status = 'RESOLVED', decision = 'SAME', decided_at = now() WHERE kind = 'NEAR_MATCH'
"""


@pytest.fixture
def near_match_url(database_url: str) -> str:
    """A database with one link and one open near match."""
    asyncio.run(send(database_url, jsonl([sent("1")], state="TX")))
    asyncio.run(send(database_url, jsonl([sent("A"), sent("B", firstName="Marina")], state="OH")))
    asyncio.run(send(database_url, jsonl([sent("W", firstName="Mariana")], state="WA")))
    return database_url


def test_a_model_is_trained_used_and_replayed(near_match_url: str, tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    done = hub("matching", "train", str(_set(tmp_path / "set.csv")), "--out", str(out))
    assert done.returncode == 0, done.stderr
    version = json.loads(out.read_text())["version"]
    assert version in done.stdout and "day and month swapped" in done.stdout
    asyncio.run(rows(near_match_url, SETTLE))
    before = asyncio.run(value(near_match_url, "SELECT version FROM matching_models WHERE active"))
    done = hub("matching", "replay", "--model", str(out), "--json", HUB_DATABASE_URL=near_match_url)
    assert done.returncode == 0, done.stderr
    replayed = json.loads(done.stdout)
    assert {(row["kind"], row["people"]) for row in replayed} == {("NEAR_MATCH", "SAME")}
    assert asyncio.run(value(near_match_url, "SELECT version FROM matching_models WHERE active")) == before
    assert hub("matching", "use", str(out), HUB_DATABASE_URL=near_match_url).returncode == 0
    assert asyncio.run(value(near_match_url, "SELECT version FROM matching_models WHERE active")) == version


def test_the_same_records_train_the_same_model(tmp_path: Path) -> None:
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    for out in (one, other):
        assert hub("matching", "train", str(_set(tmp_path / "set.csv")), "--out", str(out)).returncode == 0
    assert one.read_bytes() == other.read_bytes()


def test_a_set_is_evaluated_through_the_intake(database_url: str, tmp_path: Path) -> None:
    done = hub("matching", "evaluate", str(_set(tmp_path / "set.csv")), "--json", HUB_DATABASE_URL=database_url)
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout).values()
    assert (found["records"], found["rejected"], found["precision"]) == (120, 0, 1.0)
    assert found["recall_accepted"] == 1.0 >= found["recall"] > 0.5
    assert found["twins_linked"] == found["siblings_linked"] == found["strangers_linked"] == 0
    assert asyncio.run(value(database_url, "SELECT count(*) FROM state_records")) == 0


def test_a_set_of_febrl_is_read_without_its_number(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "febrl.csv"
    path.write_text(
        "rec_id,given_name,surname,suburb,state,date_of_birth,soc_sec_id,truth_id\n"
        "rec-1-org,aleisha,hobson,toowoomba,qld,19290427,5967384,1\n"
        "rec-1-dup-0,aleisha,hobson,toowoomba,qld,19290427,1111111,1\n"
        "rec-2-org,ethan,gazzola,port pirie,sa,19631225,5967384,2\n"
        "rec-3-org,,gazzola,port pirie,sa,,5967384,3\n"
    )
    done = hub("matching", "evaluate", str(path), "--json", HUB_DATABASE_URL=database_url)
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout).values()
    assert (found["records"], found["rejected"], found["f1"]) == (4, 1, 1.0)


def test_a_set_is_sent_again_in_another_order_and_compared(database_url: str, tmp_path: Path) -> None:
    path = str(_set(tmp_path / "set.csv"))
    done = hub("matching", "evaluate", path, "--shuffle", "7", "--json", HUB_DATABASE_URL=database_url)
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout).values()
    assert found["the_same_when_shuffled"] >= 0.995


def test_students_of_other_records_are_not_the_same() -> None:
    assert identical(Outcomes(last=[1, 1, 2, None]), Outcomes(last=[8, 8, 9, None])) == 1.0
    assert identical(Outcomes(last=[1, 1, 2, 3]), Outcomes(last=[8, 9, 9, 7])) == pytest.approx(1 / 3)


def test_a_link_is_explained_and_the_look_audited(near_match_url: str) -> None:
    done = hub("matching", "explain", "OH", "A", HUB_DATABASE_URL=near_match_url)
    assert done.returncode == 0, done.stderr
    assert "MATCH" in done.stdout and "candidate TX 1" in done.stdout and "surname" in done.stdout
    assert "raceli" not in done.stdout and "avala" not in done.stdout
    seen = "SELECT count(*) FROM audit_events WHERE operation = 'matching explain' AND cardinality(students) = 1"
    assert asyncio.run(value(near_match_url, seen)) == 1
    assert hub("matching", "explain", "OH", "none", HUB_DATABASE_URL=near_match_url).returncode == 2


def test_open_near_matches_are_exported_with_the_newcomer_first(near_match_url: str, tmp_path: Path) -> None:
    out = tmp_path / "near.csv"
    done = hub("worklist", "export", "--out", str(out), HUB_DATABASE_URL=near_match_url)
    assert done.returncode == 0, done.stderr
    with out.open(newline="") as file:
        header, *pairs = csv.reader(file)
    assert header == ["stateA", "idA", "stateB", "idB"]
    assert ["WA", "W", "OH", "B"] in pairs
    exported = "SELECT count(*) FROM audit_events WHERE operation = 'worklist export'"
    assert asyncio.run(value(near_match_url, exported)) == 1


@pytest.mark.parametrize("text", ["", "{}", '{"version": "1", "weights": {}}', "[]"])
def test_what_is_no_model_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(text)
    assert hub("matching", "use", str(path)).returncode == 2


def test_what_is_no_set_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text("a,b\n1,2\n")
    assert hub("matching", "train", str(path), "--out", str(tmp_path / "out.json")).returncode == 2
    assert hub("matching", "evaluate", str(tmp_path / "none.csv")).returncode == 2


@needs_shared
def test_no_two_children_of_the_shared_set_become_one(database_url: str, tmp_path: Path) -> None:
    part = tmp_path / "part.csv"
    with gzip.open(SHARED / "data" / "matching" / "tune.csv.gz", "rt") as file:
        part.write_text("".join(islice(file, 1501)))
    done = hub("matching", "evaluate", str(part), "--json", HUB_DATABASE_URL=database_url)
    (found,) = json.loads(done.stdout).values()
    assert found["twins_linked"] == found["siblings_linked"] == found["strangers_linked"] == 0
    assert found["precision"] == 1.0 and found["recall_accepted"] >= 0.985 and found["near_match_rate"] <= 0.1
