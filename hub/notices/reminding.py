"""Reminds a state of the data requests that fall due within a day, once. What is overdue climbs with its item; while a
child is under review nobody is mailed about it."""

from __future__ import annotations

import datetime
from collections import defaultdict

import asyncpg

from hub import clock
from hub.notices.letters import Letter, letters
from hub.notices.receivers import receivers_of
from hub.outbox import post_mails

BEFORE = datetime.timedelta(days=1)
BATCH = 200
"""Requests that one transaction of the worker takes."""


async def remind_of_data_requests(connection: asyncpg.Connection) -> int:
    """In the caller's transaction remind of some requests, and return how many were taken. Several workers share
    them; each contact gets one mail that lists them."""
    now = clock.now()
    rows = await connection.fetch(_DUE, now + BEFORE, BATCH)
    if not rows:
        return 0
    await connection.execute(_REMINDED, [row["request_id"] for row in rows], now)
    due: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        due[row["state"]].append((row["msix_id"], f"/data-requests/{row['request_id']}"))
    receivers = await receivers_of(connection, [(state, None) for state in due], "DATA_REQUEST")
    mails = [
        mail
        for state, about in due.items()
        for mail in letters(Letter.DATA_REQUEST_DUE, receivers[state, None], about, "/data-requests")
    ]
    await post_mails(connection, mails)
    return len(rows)


_DUE = """
SELECT request.request_id, request.state, current.msix_id
FROM data_requests AS request
JOIN worklist_items AS item USING (item_id)
JOIN students AS named USING (student_id)
JOIN students AS current ON current.student_id = named.current_id
WHERE item.status = 'OPEN' AND item.kind = 'DATA_REQUEST' AND item.due_at <= $1 AND request.reminded_at IS NULL
    AND NOT EXISTS (SELECT FROM state_records AS record
        WHERE record.student_id = current.student_id AND record.review_scopes IS NOT NULL)
ORDER BY request.request_id LIMIT $2 FOR NO KEY UPDATE OF request SKIP LOCKED
"""
_REMINDED = "UPDATE data_requests SET reminded_at = $2 WHERE request_id = ANY($1::bigint[])"
