"""Reads the newest events of the audit trail, and those that come. Only operators come here, at the command line."""

from __future__ import annotations

import asyncio
import datetime
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg

POLL_SECONDS = 0.5
OVERLAP = 1000  # ids read again: an event may commit after one that got a higher id
MOST = 5000  # events in one poll


@dataclass(frozen=True, slots=True)
class Line:
    """One event as it is listed. `students` is their number; the trail holds no values of theirs."""

    event_id: int
    at: datetime.datetime
    user_id: str | None
    tag: str
    purpose: str | None
    operation: str | None
    students: int
    state: str | None


_COLUMNS = "event_id, at, user_id, tag, purpose, operation, cardinality(students) AS students, state"


async def newest(connection: asyncpg.Connection, number: int) -> tuple[list[Line], list[int]]:
    """The newest `number` events, oldest first, and the ids that `follow` takes as seen."""
    query = f"SELECT {_COLUMNS} FROM audit_events ORDER BY event_id DESC LIMIT $1"  # noqa: S608
    rows = await connection.fetch(query, max(number, OVERLAP))
    shown = [Line(**dict(row)) for row in reversed(rows[:number])]
    return shown, [row["event_id"] for row in reversed(rows)]


async def follow(connection: asyncpg.Connection, ids: list[int]) -> AsyncIterator[Line]:
    """Every event that `newest`, which gave `ids`, did not see; for ever."""
    last = max(ids, default=0)
    seen = deque(ids, maxlen=OVERLAP + MOST)
    query = f"""
        SELECT {_COLUMNS} FROM audit_events WHERE event_id > $1 AND event_id <> ALL ($2) ORDER BY event_id LIMIT $3
    """  # noqa: S608
    while True:
        for row in await connection.fetch(query, last - OVERLAP, list(seen), MOST):
            line = Line(**dict(row))
            seen.append(line.event_id)
            last = max(last, line.event_id)
            yield line
        await asyncio.sleep(POLL_SECONDS)
