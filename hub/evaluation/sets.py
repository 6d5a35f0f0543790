"""Sets of records with a known truth, as CSV in order of arrival, and the nights of uploads that they make.

Columns: rec_id, truth_id, family_id, twin_group, state, state_student_id, first_name, middle_name, last_name_1,
last_name_2, sex, birth_date, multiple_birth (Y, N or empty), birth_city, birth_state, birth_country, father_first,
father_last, mother_first, mother_last. The first three ids may be missing where only training reads the set. Those of
FEBRL (`hub.evaluation.febrl`) are read too.
"""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hub.errors import Code, HubError
from hub.evaluation.febrl import fields, is_febrl
from hub.matching import ELEMENTS, Version, person
from hub.tables.mde import element_name

NIGHT = 4_000
"""Records of one night, over all states."""

YOUNG = 21
"""Years after which a record of a set is sent with a move of its childhood."""

_NEEDED = ("state", "state_student_id", "first_name", "last_name_1", "birth_date")
_DEMOGRAPHICS = {
    "first_name": "firstName",
    "middle_name": "middleName",
    "last_name_1": "lastName1",
    "last_name_2": "lastName2",
    "birth_date": "birthDate",
    "birth_city": "birthCity",
    "birth_state": "birthState",
    "birth_country": "birthCountry",
    "father_first": "parent1FirstName",
    "father_last": "parent1LastName",
    "mother_first": "parent2FirstName",
    "mother_last": "parent2LastName",
}
_SEXES = {"F": "FEMALE", "M": "MALE"}
_TRUTH = {"Y": True, "N": False}
_FIRST_NIGHT = datetime.datetime(2026, 11, 1, 2, tzinfo=datetime.UTC)


class Row(NamedTuple):
    """One record of a set. `family` and `twins` are empty where the set does not say."""

    state: str
    state_student_id: str
    truth: str
    family: str
    twins: str
    demographics: dict[str, Any]


def read_rows(path: Path) -> list[Row]:
    """The records of a set, `.csv` or `.csv.gz`. Raises HubError (USAGE) when it is none."""
    packed = path.suffix == ".gz"
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            text = io.TextIOWrapper(file, encoding="utf-8", newline="")
            rows = csv.DictReader(text)
            if is_febrl(rows.fieldnames or ()):
                return [_febrl(row) for row in rows]
            missing = [column for column in _NEEDED if column not in (rows.fieldnames or ())]
            if missing:
                raise HubError(Code.USAGE, f"{path} has no column {missing[0]}")
            return [_row(row) for row in rows]
    except (OSError, ValueError, csv.Error) as error:
        raise HubError(Code.USAGE, f"{path} cannot be read as CSV: {type(error).__name__}") from error


def _febrl(row: dict[str, str]) -> Row:
    state, own_id, truth, sent = fields(row)
    return Row(state, own_id, truth, "", "", sent)


def _row(row: dict[str, str]) -> Row:
    sent: dict[str, Any] = {name: row[column] for column, name in _DEMOGRAPHICS.items() if row.get(column)}
    if row.get("sex") in _SEXES:
        sent["sex"] = _SEXES[row["sex"]]
    if row.get("multiple_birth") in _TRUTH:
        sent["multipleBirth"] = _TRUTH[row["multiple_birth"]]
    return Row(
        row["state"],
        row["state_student_id"],
        row.get("truth_id") or "",
        row.get("family_id") or "",
        row.get("twin_group") or "",
        sent,
    )


def read_versions(path: Path) -> list[Version]:
    """The records of a set as matching compares them; those without a date of birth are left out. Raises like
    `read_rows`."""
    versions = []
    for number, row in enumerate(read_rows(path)):
        sent = row.demographics
        try:
            birth = datetime.date.fromisoformat(sent["birthDate"])
        except (KeyError, ValueError):
            continue
        values = tuple(birth if name == "birth_date" else sent.get(element_name(name)) for name in ELEMENTS)
        versions.append(Version(number, row.state, (f"STATE {row.state_student_id}",), person(values)))
    return versions


def nights(rows: Sequence[Row], size: int = NIGHT) -> list[list[int]]:
    """The places in `rows` of what arrives in each night: in order, and no student of a state twice in one night."""
    waiting = list(range(len(rows)))
    made: list[list[int]] = []
    while waiting:
        tonight: list[int] = []
        seen: set[tuple[str, str]] = set()
        later: list[int] = []
        for place, number in enumerate(waiting):
            key = rows[number].state, rows[number].state_student_id
            if len(tonight) == size:
                later += waiting[place:]
                break
            (later if key in seen else tonight).append(number)
            seen.add(key)
        made.append(tonight)
        waiting = later
    return made


def shuffled(nights: Sequence[Sequence[int]], seed: int) -> list[list[int]]:
    """The same nights, each in another order."""
    order = random.Random(seed)  # noqa: S311 (no secret)
    return [order.sample(night, len(night)) for night in nights]


def uploads(rows: Sequence[Row], night: Sequence[int], sequence: int) -> Iterator[tuple[str, bytes]]:
    """(state, JSON Lines file) of one night, states in the order of their first record."""
    by_state: dict[str, list[Row]] = {}
    for number in night:
        by_state.setdefault(rows[number].state, []).append(rows[number])
    submitted = _FIRST_NIGHT + datetime.timedelta(days=sequence)
    for state, students in by_state.items():
        header = {
            "format": "mde-upload/1",
            "state": state,
            "submittedAt": submitted.isoformat().replace("+00:00", "Z"),
            "sequence": sequence,
            "mode": "INCREMENTAL",
            "students": len(students),
        }
        lines = [header, *(_line(student, submitted.date()) for student in students)]
        yield state, "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines).encode()


def _line(row: Row, on: datetime.date) -> dict[str, Any]:
    return {
        "action": "UPSERT",
        "stateStudentId": row.state_student_id,
        "stateStudentIdType": "STATE",
        "demographics": row.demographics,
        "qualifyingMoves": [{"qualifyingArrivalDate": _arrival(row, on), "fromCountry": "MX", "toState": row.state}],
    }


def _arrival(row: Row, on: datetime.date) -> str:
    """A day on which the child could have moved: that of the upload, unless it was grown up by then."""
    born = row.demographics.get("birthDate", "")
    grown = born[:4].isdigit() and int(born[:4]) < on.year - YOUNG
    return f"{int(born[:4]) + 1}-07-01" if grown else on.isoformat()
