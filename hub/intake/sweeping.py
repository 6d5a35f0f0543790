"""The sweep: looks again at the students whose records changed, for those that have become alike.

An update is compared when it arrives, with what the hub holds then. The sweep finds what that cannot: records that were
placed before the index held the other, or before there was an index. It asks people and links nothing. A batch is a
transaction of its own, with how far the sweep is; doing one again finds the questions already open.
"""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

import asyncpg
import orjson

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.identity import NewItem, raise_items
from hub.intake.linking import one_at_a_time
from hub.intake.matched import NEWCOMER, OTHER, records_of
from hub.matching import active_model, alike, evidence, index_missing, still_two

JOB = "students alike"
BATCH = 500
OVERLAP = datetime.timedelta(hours=1)
"""By how much a sweep begins before the last one began: a chunk bears the time of its beginning, not of its commit."""


class Swept(NamedTuple):
    """What a batch did: records looked at, those it had to index, and questions raised."""

    records: int
    indexed: int
    raised: int


async def sweep_alike(connection: asyncpg.Connection, size: int = BATCH) -> Swept:
    """In the caller's transaction look at the next records that changed. No records: the sweep is at its end."""
    await one_at_a_time(connection)
    progress = await _progress(connection)
    until = progress.get("until") or clock.now().isoformat()
    rows = await connection.fetch(_CHANGED, _moment(progress["after"]), progress["record"], _moment(until), size)
    if not rows:
        begin = _moment(until) - OVERLAP
        await _keep(connection, {"after": begin.isoformat(), "record": 0, "until": None})
        return Swept(0, 0, 0)
    records = [row["state_record_id"] for row in rows]
    indexed = await index_missing(connection, records)
    raised = await _ask(connection, records)
    after = {"after": rows[-1]["updated_at"].isoformat(), "record": records[-1], "until": until}
    await _keep(connection, after)
    return Swept(len(records), indexed, raised)


async def _ask(connection: asyncpg.Connection, records: list[int]) -> int:
    model = await active_model(connection)
    pairs, prior = await alike(connection, model, records)
    if not pairs:
        return 0
    pairs = await still_two(connection, pairs)
    of = await records_of(connection, [number for each in pairs for number in (each.student, each.candidate.student)])
    items = [
        NewItem(
            "NEAR_MATCH",
            each.state,
            dict.fromkeys(of[each.candidate.student], OTHER) | dict.fromkeys(of[each.student], NEWCOMER),
            evidence([each.candidate], prior),
            model.version,
        )
        for each in pairs
        if each.candidate.student in of  # else no state holds a record of that child now
    ]
    ids = await raise_items(connection, items)
    if ids:
        about = tuple(sorted(of))
        await record_in(connection, Event(Tag.WORKLIST_RAISE, students=about, detail={"items": ids}))
    return len(ids)


async def _progress(connection: asyncpg.Connection) -> dict[str, Any]:
    kept = await connection.fetchval("SELECT progress::text FROM jobs WHERE name = $1", JOB)
    found: dict[str, Any] = orjson.loads(kept) if kept else {"after": _BEGINNING, "record": 0}
    return found


async def _keep(connection: asyncpg.Connection, progress: dict[str, object]) -> None:
    await connection.execute(_KEEP, JOB, clock.now(), orjson.dumps(progress).decode())


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


_BEGINNING = "1970-01-01T00:00:00+00:00"
_CHANGED = """
SELECT state_record_id, updated_at FROM state_records
WHERE (updated_at, state_record_id) > ($1, $2::bigint) AND updated_at <= $3
ORDER BY updated_at, state_record_id LIMIT $4
"""
_KEEP = """
INSERT INTO jobs (name, begun_at, progress) VALUES ($1, $2, $3::text::jsonb)
ON CONFLICT (name) DO UPDATE SET progress = excluded.progress
"""
