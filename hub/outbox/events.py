"""Events for whoever follows along, such as subscriptions: written in the transaction of the change that they tell of.

Every listener of `CHANNEL` hears of each at its commit, and then reads it. An event names ids, never a student's
values: what a viewer may see of them is decided when they are shown. Who was away reads `events_since` a little before
it left and passes over the `message_id`s that it knows. Events are kept for a day.
"""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson

from hub import clock
from hub.outbox.post import TOPIC as MAIL

CHANNEL = "outbox_event"
"""Notified at the commit of a transaction that published; carries `<topic> <outbox id>`."""

KEPT = datetime.timedelta(days=1)

_TOPIC = re.compile(r"[a-z]+(_[a-z]+)*")

# Nobody delivers an event: it has arrived once it is committed, and no worker shall find it due.
_PUBLISH = """
WITH published AS (
    INSERT INTO outbox_messages (topic, payload, created_at, due_at, delivered_at)
    VALUES ($1, $2::text::jsonb, $3, $3, $3) RETURNING outbox_id
)
SELECT outbox_id, pg_notify($4, $1 || ' ' || outbox_id) FROM published
"""
_READ = (
    "SELECT outbox_id, message_id, topic, payload::text AS payload, created_at FROM outbox_messages WHERE topic <> $1"
)


@dataclass(frozen=True, slots=True)
class Published:
    """One event as it was published, at `at` (aware)."""

    outbox_id: int
    message_id: uuid.UUID
    topic: str
    payload: dict[str, Any]
    at: datetime.datetime


async def publish(connection: asyncpg.Connection, topic: str, payload: Mapping[str, Any]) -> int:
    """Write an event into the connection's open transaction and return its id in the outbox.

    `topic` is of small letters and underscores (`students_merged`), `payload` JSON. Raises ValueError for a topic that
    is none, TypeError for what is not JSON, asyncpg.PostgresError.
    """
    if topic == MAIL or not _TOPIC.fullmatch(topic):
        raise ValueError("an event's topic is of small letters and underscores, and not `mail`")
    sent = orjson.dumps(dict(payload)).decode()
    outbox_id: int = await connection.fetchval(_PUBLISH, topic, sent, clock.now(), CHANNEL)
    return outbox_id


async def read_events(connection: asyncpg.Connection, outbox_ids: Sequence[int]) -> list[Published]:
    """The events with these ids, oldest first; those that are kept no longer are missing."""
    rows = await connection.fetch(f"{_READ} AND outbox_id = ANY($2) ORDER BY outbox_id", MAIL, outbox_ids)
    return [_published(row) for row in rows]


async def events_since(connection: asyncpg.Connection, since: datetime.datetime) -> list[Published]:
    """The events published at `since` (aware) or later, oldest first; those that commit late bear an earlier time."""
    rows = await connection.fetch(f"{_READ} AND created_at >= $2 ORDER BY outbox_id", MAIL, since)
    return [_published(row) for row in rows]


def _published(row: asyncpg.Record) -> Published:
    return Published(row["outbox_id"], row["message_id"], row["topic"], orjson.loads(row["payload"]), row["created_at"])
