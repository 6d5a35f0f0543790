"""A dispute that still stands, held for a change of it."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub.refusal import Refusal, RefusalCode
from hub.tables.dispute import STANDING
from hub.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Standing:
    """The states whose records it disputes, those that have answered, and the students that the records are of now."""

    states: frozenset[str]
    answered: frozenset[str]
    students: tuple[int, ...]


async def hold_standing(
    connection: asyncpg.Connection, viewer: Viewer, dispute_id: int, expected_version: int | None
) -> Standing:
    """The dispute, held until the transaction ends.

    Raises Refusal: NOT_FOUND (also where no state holds a record any more), UNDER_REVIEW where a child concerned is
    not the viewer's to decide, CONFLICT, ALREADY_DECIDED.
    """
    row = await connection.fetchrow(
        "SELECT status, version FROM disputes WHERE dispute_id = $1 FOR NO KEY UPDATE", dispute_id
    )
    records = [] if row is None else await connection.fetch(_RECORDS, dispute_id)
    if row is None or not records:
        raise Refusal(RefusalCode.NOT_FOUND, field="dispute")
    deciding = set(viewer.decides_for)
    if any(each["review_scopes"] is not None and deciding.isdisjoint(each["review_scopes"]) for each in records):
        raise Refusal(RefusalCode.UNDER_REVIEW, field="dispute")
    if row["status"] not in STANDING:
        raise Refusal(RefusalCode.ALREADY_DECIDED, field="dispute")
    if expected_version not in (None, row["version"]):
        raise Refusal(RefusalCode.CONFLICT, field="dispute")
    answers = await connection.fetch(
        "SELECT DISTINCT state FROM dispute_entries WHERE dispute_id = $1 AND kind = 'ANSWERED'", dispute_id
    )
    return Standing(
        frozenset(each["state"] for each in records),
        frozenset(each["state"] for each in answers),
        tuple(sorted({each["student_id"] for each in records})),
    )


_RECORDS = """
SELECT record.state, record.student_id, record.review_scopes
FROM dispute_records JOIN state_records AS record USING (state_record_id)
WHERE dispute_id = $1 AND record.status = 'ACTIVE' ORDER BY record.state_record_id
"""
