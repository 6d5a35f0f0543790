"""Deletes notifications that have been kept long enough, read or not, some at a time."""

from __future__ import annotations

import datetime

import asyncpg

from hub import clock

AT_ONCE = 5000

_CLEAR = """
DELETE FROM notifications WHERE notification_id IN (
    SELECT notification_id FROM notifications WHERE created_at < $1 ORDER BY created_at LIMIT $2
    FOR UPDATE SKIP LOCKED
)
"""


async def clear_notifications(pool: asyncpg.Pool, keep_days: int) -> int:
    """Delete some of those older than `keep_days`; how many there were."""
    done = await pool.execute(_CLEAR, clock.now() - datetime.timedelta(days=keep_days), AT_ONCE)
    return int(done.rsplit(" ", 1)[1])
