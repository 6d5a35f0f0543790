"""Tells states of requests for a correction that are due soon, and of those that are overdue; of each once."""

from __future__ import annotations

import datetime
from collections.abc import Collection

import asyncpg

from hub import clock
from hub.notices import Audience, Notice, notify

AHEAD = datetime.timedelta(days=5)
AT_ONCE = 500


async def remind_of_corrections(connection: asyncpg.Connection, deciding: Collection[str]) -> int:
    """Tell the roles `deciding` of the states, in the caller's transaction, of some of what is due; how many there
    were. What must be forwarded counts as due by then."""
    rows = await connection.fetch(_DUE, clock.now(), AHEAD, AT_ONCE)
    await notify(
        connection,
        *(
            Notice(
                "CLOCK_OVERDUE" if row["overdue"] else "CLOCK_DUE",
                Audience(roles=deciding, state=row["state"]),
                row["student_id"],
                row["state_record_id"],
                "CorrectionRequest",
                row["request_id"],
                {"due": row["due"].isoformat()},
            )
            for row in rows
        ),
    )
    return len(rows)


# Rows that are being changed are passed over; they come next time.
_DUE = """
WITH due AS (
    SELECT request_id, least(due_at, forward_due_at) AS due, least(due_at, forward_due_at) <= $1 AS overdue
    FROM correction_requests
    WHERE status = 'PENDING' AND least(due_at, forward_due_at) <= $1 + $2::interval
        AND CASE WHEN least(due_at, forward_due_at) <= $1 THEN overdue_told_at ELSE reminded_at END IS NULL
    ORDER BY request_id LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE correction_requests AS request SET
    reminded_at = coalesce(reminded_at, $1), overdue_told_at = CASE WHEN due.overdue THEN $1 ELSE overdue_told_at END
FROM due WHERE request.request_id = due.request_id
RETURNING request.request_id, request.state, request.student_id, request.state_record_id, due.due, due.overdue
"""
