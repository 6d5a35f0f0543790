"""Lets an account follow whoever a search finds, such as a family or a school."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.watches.watch_student import hold_account
from hub.words import kept_line

MOST_SEARCHES = 20
"""Searches that one account watches at most."""
LONGEST_NAME = 60
LARGEST_FILTER = 10_000
"""Bytes of a filter as JSON."""


@dataclass(frozen=True, slots=True)
class WatchSearch:
    """`filter` is a `StudentFilter` as JSON, by the names of the schema."""

    name: str
    filter: Mapping[str, Any] = field(metadata={"json": True})


async def watch_search(connection: asyncpg.Connection, permit: Permit, command: WatchSearch) -> Outcome:
    """Follow the search from now on. Raises Refusal: INVALID_INPUT, NAME_TAKEN, TOO_MANY."""
    permit.check("watch_search")
    viewer = permit.viewer
    name = kept_line(command.name, "name", LONGEST_NAME)
    text = orjson.dumps(dict(command.filter)).decode()
    if not _asks_for_something(command.filter) or len(text) > LARGEST_FILTER or "\\u0000" in text:
        said = f"a watched filter asks for something, in {LARGEST_FILTER} bytes at most"
        raise Refusal(RefusalCode.INVALID_INPUT, said, "filter")
    await hold_account(connection, viewer)
    kept = "SELECT count(*) FROM watches WHERE account_id = $1 AND name IS NOT NULL"
    if await connection.fetchval(kept, viewer.account_id) >= MOST_SEARCHES:
        raise Refusal(RefusalCode.TOO_MANY, f"an account watches {MOST_SEARCHES} searches at most")
    watch_id: int | None = await connection.fetchval(_WATCH, viewer.account_id, name, text, clock.now())
    if watch_id is None:
        raise Refusal(RefusalCode.NAME_TAKEN, field="name")
    detail = {"watch": watch_id, "fields": sorted(command.filter)}
    await record_in(connection, Event.by(viewer, Tag.WATCH_BEGIN, detail=detail))
    return Outcome(records={"watch": watch_id})


def _asks_for_something(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_asks_for_something(member) for member in value.values())
    return value is not None


_WATCH = """
INSERT INTO watches (account_id, name, filter, created_at) VALUES ($1, $2, $3::text::jsonb, $4)
ON CONFLICT (account_id, lower(name)) WHERE name IS NOT NULL DO NOTHING RETURNING watch_id
"""
