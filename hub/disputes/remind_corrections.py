"""Tells states of requests for a correction that are due soon, and of those that are overdue: once of each of the two
days, the one to forward it and the one to decide it."""

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
    SELECT request_id, near.due, near.due <= $1 AS overdue
    FROM correction_requests AS request
    CROSS JOIN LATERAL (
        SELECT min(day) AS due FROM unnest(ARRAY[due_at, forward_due_at]) AS day
        WHERE day <= $1::timestamptz + $2::interval AND CASE WHEN day <= $1 THEN coalesce(overdue_told_at < day, true)
            ELSE coalesce(reminded_at < day - $2::interval, true) END
    ) AS near
    WHERE status = 'PENDING' AND least(due_at, forward_due_at) <= $1::timestamptz + $2::interval
        AND near.due IS NOT NULL
    ORDER BY request_id LIMIT $3 FOR NO KEY UPDATE OF request SKIP LOCKED
)
UPDATE correction_requests AS request SET
    reminded_at = CASE WHEN due.overdue THEN reminded_at ELSE $1 END,
    overdue_told_at = CASE WHEN due.overdue THEN $1 ELSE overdue_told_at END
FROM due WHERE request.request_id = due.request_id
RETURNING request.request_id, request.state, request.student_id, request.state_record_id, due.due, due.overdue
"""
