"""Gives out MSIX IDs and writes the link ledger. A row of either is never changed or deleted, so no ID comes twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson

from hub.identity.locks import StudentsMoved, refresh_locks
from hub.identity.msix_id import draw

_ISSUE = """
WITH drawn AS (
    SELECT nextval(pg_get_serial_sequence('students', 'student_id')) AS student_id, msix_id
    FROM unnest($1::text[]) AS msix_id
)
INSERT INTO students (student_id, msix_id, current_id) SELECT student_id, msix_id, student_id FROM drawn
ON CONFLICT (msix_id) DO NOTHING RETURNING student_id
"""
_JOIN = """
WITH joined AS (
    SELECT student_id FROM students WHERE student_id = ANY($1::bigint[]) ORDER BY student_id FOR NO KEY UPDATE
)
UPDATE students SET version = version + 1 FROM joined
WHERE students.student_id = joined.student_id AND current_id = students.student_id RETURNING students.student_id
"""
_JOINING = ("MSIX_ID", "MATCH")
_LINKS = (
    "state_record_id",
    "student_id",
    "previous_student_id",
    "how",
    "upload_id",
    "account_id",
    "reason",
    "evidence",
    "model_version",
)


@dataclass(frozen=True)
class Link:
    """One link to record. `how` is one of hub.tables.LINK_METHODS; `evidence` names what agreed, never a value."""

    state_record_id: int
    student_id: int
    how: str
    previous_student_id: int | None = None
    upload_id: int | None = None
    account_id: int | None = None
    reason: str | None = None
    evidence: dict[str, Any] = field(default_factory=dict)
    model_version: str | None = None


async def issue_students(connection: asyncpg.Connection, count: int) -> list[int]:
    """Make `count` students, each with an MSIX ID that was never given out, and return their ids."""
    students: list[int] = []
    while len(students) < count:
        drawn = sorted({draw() for _ in range(count - len(students))})
        students += [row["student_id"] for row in await connection.fetch(_ISSUE, drawn)]
    return students


async def record_links(connection: asyncpg.Connection, links: Iterable[Link]) -> None:
    """Add to the ledger. The caller points the state records in the same transaction.

    Students that records join by an upload count it as a change, and a joined student's lock goes for the newcomers
    too. Raises StudentsMoved where one of them was merged into another meanwhile.
    """
    links = list(links)
    rows = [
        (
            link.state_record_id,
            link.student_id,
            link.previous_student_id,
            link.how,
            link.upload_id,
            link.account_id,
            link.reason,
            orjson.dumps(link.evidence).decode() if link.evidence else None,
            link.model_version,
        )
        for link in links
    ]
    if rows:
        await connection.copy_records_to_table("links", records=rows, columns=_LINKS)
    await _join(connection, {link.student_id for link in links if link.how in _JOINING})


async def _join(connection: asyncpg.Connection, students: set[int]) -> None:
    if students:
        joined = await connection.fetch(_JOIN, sorted(students))
        if len(joined) < len(students):
            raise StudentsMoved("a student was merged meanwhile")
        await refresh_locks(connection, students)
