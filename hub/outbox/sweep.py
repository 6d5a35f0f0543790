"""Clears the outbox: secrets that have expired, and what has been kept long enough."""

from __future__ import annotations

import datetime

import asyncpg

from hub import clock
from hub.outbox.events import KEPT
from hub.outbox.post import TOPIC

# Rows that are being delivered are passed over; they come next time.
_EXPIRE = """
UPDATE outbox_messages AS message SET dead_at = coalesce(dead_at, $1), last_error = coalesce(last_error, 'EXPIRED'),
    payload = CASE WHEN sensitive THEN payload - '{subject,body}'::text[] ELSE payload END
FROM (
    SELECT outbox_id FROM outbox_messages
    WHERE delivered_at IS NULL AND expires_at <= $1 AND (dead_at IS NULL OR sensitive AND payload ? 'body')
    FOR UPDATE SKIP LOCKED
) AS expired
WHERE message.outbox_id = expired.outbox_id
"""
_FORGET = """
DELETE FROM outbox_messages
WHERE coalesce(delivered_at, dead_at) < CASE WHEN topic = $1 THEN $2::timestamptz ELSE $3::timestamptz END
"""


async def expire(pool: asyncpg.Pool) -> None:
    """Mails that have expired become dead letters (`EXPIRED`), and those with a secret lose their text."""
    await pool.execute(_EXPIRE, clock.now())


async def forget(pool: asyncpg.Pool, keep_days: int) -> None:
    """Delete mails that were delivered or given up longer than `keep_days` ago, and events older than a day."""
    now = clock.now()
    await pool.execute(_FORGET, TOPIC, now - datetime.timedelta(days=keep_days), now - KEPT)
