"""The sample uploads: each encoding is found to have exactly the errors that were planted in it."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from hub.intake import Outcome, receive
from tests.intake.state import ACTOR, dump, found
from tests.shared import SHARED, needs_shared

pytestmark = [pytest.mark.anyio, needs_shared]

SAMPLE = SHARED / "data" / "sample"
CODES = {
    "withdrawal before enrollment": "WITHDRAWAL_BEFORE_ENROLLMENT",
    "unknown code": "UNKNOWN_CODE",
    "unknown extra field": "UNKNOWN_FIELD",
    "impossible date": "IMPOSSIBLE_DATE",
    "district id not 7 digits": "WRONG_DIGITS",
    "birth date after QAD": "BIRTH_DATE_AFTER_QAD",
    "impossible birth date": "BIRTH_DATE_IMPOSSIBLE",
    "bad state student id": "BAD_STATE_STUDENT_ID",
    "student twice in the file": "STUDENT_TWICE",
    "e-mail without @": "EMAIL_WITHOUT_AT",
}


def _files(zipped: bool) -> list[Path]:
    return sorted(path for path in SAMPLE.iterdir() if path.name[2] == "-" and (path.suffix == ".zip") == zipped)


async def _load(url: str, zipped: bool) -> Counter[tuple[str, ...]]:
    every: Counter[tuple[str, ...]] = Counter()
    for path in _files(zipped):
        report = await receive(url, path, file_name=path.name, sender=path.name[:2], actor=ACTOR)
        assert report.outcome is Outcome.ACCEPTED
        for each in await found(report):
            place = f"{each.member}:{each.line}" if each.member else str(each.line)
            every[
                path.name,
                place,
                each.state_student_id or "",
                each.severity,
                each.code.value,
                each.field or "",
                each.path or "",
            ] += 1
    return every


@pytest.mark.parametrize("zipped", [False, True], ids=["jsonl", "csv"])
async def test_a_sample_has_exactly_the_findings_that_were_planted(database_url: str, zipped: bool) -> None:
    with (SAMPLE / ("findings-csv.csv" if zipped else "findings.csv")).open(newline="") as file:
        rows = list(csv.DictReader(file))
    planted = Counter(
        (
            row["file"],
            row["line"],
            row["stateStudentId"],
            row["severity"],
            CODES[row["class"]],
            row["field"],
            row["path"],
        )
        for row in rows
    )
    assert await _load(database_url, zipped) == planted


async def test_both_encodings_of_the_samples_end_the_same(database_url: str, other_database_url: str) -> None:
    await _load(database_url, False)
    await _load(other_database_url, True)
    assert await dump(database_url) == await dump(other_database_url)
