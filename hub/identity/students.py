"""The students that a change of identity is about: found by their MSIX IDs, looked at, and locked in id order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from hub.refusal import Refusal, RefusalCode


@dataclass(frozen=True)
class Concerned:
    """One student: its records with the states that sent them, and which of them their states hold now."""

    student_id: int
    msix_id: str
    version: int
    records: Mapping[int, str]
    active: frozenset[int]
    under_review: bool


async def lock_students(
    connection: asyncpg.Connection, msix_ids: Sequence[str], versions: Mapping[str, int], field: str
) -> list[Concerned]:
    """The students, in the order of their MSIX IDs as given, locked until the transaction ends.

    Raises Refusal: NOT_FOUND, RETIRED_ID, CONFLICT where a version is not the one expected, UNDER_REVIEW.
    """
    rows = await connection.fetch(
        "SELECT student_id, msix_id, current_id, version FROM students WHERE msix_id = ANY($1::text[]) "
        "ORDER BY student_id FOR NO KEY UPDATE",
        list(msix_ids),
    )
    found = {row["msix_id"]: row for row in rows}
    records = await connection.fetch(
        "SELECT student_id, state_record_id, state, status, review_scopes IS NOT NULL AS reviewed FROM state_records "
        "WHERE student_id = ANY($1::bigint[]) AND status <> 'DELETED' ORDER BY state_record_id FOR NO KEY UPDATE",
        [row["student_id"] for row in rows],
    )
    students: list[Concerned] = []
    for msix_id in msix_ids:
        row = found.get(msix_id)
        own = [record for record in records if row and record["student_id"] == row["student_id"]]
        active = frozenset(record["state_record_id"] for record in own if record["status"] == "ACTIVE")
        if row is None or (row["current_id"] == row["student_id"] and not active):
            raise Refusal(RefusalCode.NOT_FOUND, field=field)
        if row["current_id"] != row["student_id"]:
            raise Refusal(RefusalCode.RETIRED_ID, field=field)
        if versions.get(msix_id, row["version"]) != row["version"]:
            raise Refusal(RefusalCode.CONFLICT, field=field)
        states = {record["state_record_id"]: record["state"] for record in own}
        reviewed = any(record["reviewed"] for record in own)
        students.append(Concerned(row["student_id"], msix_id, row["version"], states, active, reviewed))
    if any(student.under_review for student in students):
        raise Refusal(RefusalCode.UNDER_REVIEW, field=field)
    return students


async def records_of(connection: asyncpg.Connection, student_id: int) -> list[int]:
    """Every record of a student, deleted ones too."""
    rows = await connection.fetch("SELECT state_record_id FROM state_records WHERE student_id = $1", student_id)
    return [row["state_record_id"] for row in rows]
