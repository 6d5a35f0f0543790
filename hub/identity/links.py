"""Gives out MSIX IDs and writes the link ledger. A row of either is never changed or deleted, so no ID comes twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson

from hub.identity.msix_id import draw

_ISSUE = """
WITH drawn AS (
    SELECT nextval(pg_get_serial_sequence('students', 'student_id')) AS student_id, msix_id
    FROM unnest($1::text[]) AS msix_id
)
INSERT INTO students (student_id, msix_id, current_id) SELECT student_id, msix_id, student_id FROM drawn
ON CONFLICT (msix_id) DO NOTHING RETURNING student_id
"""
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
    """Add to the ledger. The caller points the state records in the same transaction."""
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
