"""The student that a notice or request is about: found by any MSIX ID it ever had, and open to whoever asks."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub.refusal import Refusal, RefusalCode


@dataclass(frozen=True, slots=True)
class Subject:
    """The student under the ID that survives, and the states that hold a record of it."""

    student_id: int
    msix_id: str
    states: frozenset[str]


async def subject_of(connection: asyncpg.Connection, msix_id: str, field: str = "student") -> Subject:
    """The student of an MSIX ID. Raises Refusal: NOT_FOUND, UNDER_REVIEW."""
    row = await connection.fetchrow(_FIND, msix_id.replace("\0", ""))
    if row is None or not row["states"]:
        raise Refusal(RefusalCode.NOT_FOUND, field=field)
    if row["closed"]:
        raise Refusal(RefusalCode.UNDER_REVIEW, field=field)
    return Subject(row["student_id"], row["msix_id"], frozenset(row["states"]))


async def is_closed(connection: asyncpg.Connection, student_id: int) -> bool:
    """Whether the student that an internal id answers with is under review."""
    closed: bool = await connection.fetchval(_CLOSED, student_id)
    return closed


_FIND = """
SELECT current.student_id, current.msix_id,
    array_agg(record.state) FILTER (WHERE record.status = 'ACTIVE') AS states,
    coalesce(bool_or(record.review_scopes IS NOT NULL), false) AS closed
FROM students AS asked
JOIN students AS current ON current.student_id = asked.current_id
LEFT JOIN state_records AS record ON record.student_id = current.student_id
WHERE asked.msix_id = $1 GROUP BY current.student_id, current.msix_id
"""
_CLOSED = """
SELECT EXISTS (
    SELECT FROM students AS asked JOIN state_records AS record ON record.student_id = asked.current_id
    WHERE asked.student_id = $1 AND record.review_scopes IS NOT NULL
)
"""
