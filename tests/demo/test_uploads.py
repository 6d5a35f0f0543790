"""The demo's files are the same bytes every time, in both encodings, with headers that count right."""

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from hub.demo import make_country, second_night, write_uploads


def _lines(path: Path) -> list[dict[str, Any]]:
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    return [json.loads(line) for line in text.splitlines()]


def _tables(path: Path) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(path) as bundle:
        texts = {name: bundle.read(name).decode() for name in bundle.namelist()}
    return {name: list(csv.DictReader(io.StringIO(text))) for name, text in texts.items()}


def test_the_same_numbers_give_the_same_bytes(tmp_path: Path) -> None:
    runs = []
    for run in ("one", "two"):
        country = make_country(150, seed=3)
        links = {(r.state, r.state_student_id): f"{r.child:012d}" for r in country.first_records()}
        paths = write_uploads(country, tmp_path / run) + second_night(country, links, tmp_path / run)
        runs.append({path.name: path.read_bytes() for path in paths})
    assert runs[0] == runs[1]
    other = write_uploads(make_country(150, seed=4), tmp_path / "three")
    assert {path.name: path.read_bytes() for path in other} != runs[0]


def test_the_headers_count_the_students_and_the_second_night_comes_after(tmp_path: Path) -> None:
    country = make_country(400)
    nights = [write_uploads(country, tmp_path), second_night(country, {}, tmp_path)]
    totals = []
    for sequence, paths in enumerate(nights, 1):
        total = 0
        for path in paths:
            if path.suffix == ".zip":
                tables = _tables(path)
                header: dict[str, Any] = tables["header.csv"][0]
                students: list[Any] = tables["students.csv"]
            else:
                header, *students = _lines(path)
            assert header["format"] == "mde-upload/1"
            assert header["state"] == path.name[:2]
            assert int(header["sequence"]) == sequence
            assert header["submittedAt"].startswith(f"2026-11-{18 + sequence}T0")
            assert int(header["students"]) == len(students)
            total += len(students)
        totals.append(total)
    assert totals == [400, sum(1 for _ in country.later_records({}))]
    assert sorted(tmp_path.iterdir()) == sorted(path for paths in nights for path in paths)


def test_one_state_sends_a_csv_bundle_and_the_rest_json_lines(tmp_path: Path) -> None:
    paths = write_uploads(make_country(1000), tmp_path)
    bundles = [path for path in paths if path.suffix == ".zip"]
    assert [path.name for path in bundles] == ["WA-0001.zip"]
    assert {path.suffix for path in paths} == {".zip", ".gz", ".jsonl"}
    assert sorted(_tables(bundles[0])) == [
        "alternate_ids.csv",
        "assessments.csv",
        "courses.csv",
        "demographics.csv",
        "enrollments.csv",
        "header.csv",
        "qualifying_moves.csv",
        "students.csv",
    ]


def test_the_bundle_says_what_the_records_say(tmp_path: Path) -> None:
    country = make_country(1000)
    paths = write_uploads(country, tmp_path)
    tables = _tables(next(path for path in paths if path.suffix == ".zip"))
    bodies = [record.body for record in country.first_records() if record.state == "WA"]
    enrollments = [e for body in bodies for e in body["enrollments"]]
    assert [row["stateStudentId"] for row in tables["students.csv"]] == [b["stateStudentId"] for b in bodies]
    assert [row["lastName1"] for row in tables["demographics.csv"]] == [b["demographics"]["lastName1"] for b in bodies]
    assert [row["schoolId"] for row in tables["enrollments.csv"]] == [e.get("schoolId", "") for e in enrollments]
    assert len(tables["courses.csv"]) == sum(len(e["courses"]) for e in enrollments)
    keys = {(row["stateStudentId"], row["enrollmentKey"]) for row in tables["enrollments.csv"]}
    assert len(keys) == len(enrollments)
    assert {(row["stateStudentId"], row["enrollmentKey"]) for row in tables["courses.csv"]} <= keys
