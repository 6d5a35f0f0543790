"""Merges students: a handful of link rows, however large the records are. Nothing is copied and nothing repaired."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from hub import clock
from hub.identity.actor import By
from hub.identity.changes import IdChange, note_changes
from hub.identity.links import Link, record_links
from hub.outbox import publish


async def merge_students(connection: asyncpg.Connection, survivor: int, duplicates: Sequence[int], by: By) -> list[int]:
    """Link every record of the duplicates to the survivor, retire their IDs, and return the records that moved.

    The caller holds locks on the students' rows and has looked that all of them are current. IDs that were merged into
    a duplicate before answer with the survivor from now on.
    """
    moved = await connection.fetch(_MOVE, survivor, list(duplicates))
    links = [
        Link(
            row["state_record_id"],
            survivor,
            "MERGE",
            previous_student_id=row["previous"],
            account_id=by.account_id,
            reason=by.reason,
        )
        for row in moved
    ]
    await record_links(connection, links)
    await retire(connection, survivor, duplicates, by)
    return [row["state_record_id"] for row in moved]


async def retire(connection: asyncpg.Connection, survivor: int, duplicates: Sequence[int], by: By) -> None:
    """Retire the IDs of the duplicates, all of whose records have gone to the survivor."""
    await connection.execute(_RETIRE, survivor, list(duplicates), clock.now())
    await note_changes(connection, [IdChange("RETIRED", each, survivor) for each in sorted(duplicates)], by)
    await publish(connection, "identity_changed", {"students": [survivor, *duplicates]})


_MOVE = """
WITH moving AS (
    SELECT state_record_id, student_id AS previous FROM state_records WHERE student_id = ANY($2::bigint[])
    ORDER BY state_record_id FOR NO KEY UPDATE
)
UPDATE state_records AS record SET student_id = $1, updated_at = now() FROM moving
WHERE record.state_record_id = moving.state_record_id RETURNING record.state_record_id, moving.previous
"""
_RETIRE = """
UPDATE students SET
    current_id = $1,
    merged_into = CASE WHEN student_id = ANY($2::bigint[]) THEN $1 ELSE merged_into END,
    retired_at = CASE WHEN student_id = ANY($2::bigint[]) THEN $3 ELSE retired_at END,
    version = version + 1
WHERE (current_id = ANY($2::bigint[]) OR student_id = $1)
"""
