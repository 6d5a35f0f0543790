"""What can be wrong with the audit trail, and which of it a broken event is.

A broken event is missing, or does not give the hash that was sealed in its place. What became of it is told by looking
for the row that does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from hub.audit.chain import body, link
from hub.described import Described


class Kind(Described):
    """In which way the trail was tampered with."""

    CHANGED = "CHANGED", "What was sealed here says something else now."
    REMOVED = "REMOVED", "What was sealed here is gone."
    INSERTED = "INSERTED", "It was put where everything had been sealed already."
    REORDERED = "REORDERED", "What was sealed here stands in another place."
    TAIL_CUT = "TAIL_CUT", "Everything from here to the end is gone."
    BAD_SIGNATURE = "BAD_SIGNATURE", "No trusted key signed it."


@dataclass(frozen=True)
class Fault:
    """One fault: at which place of the chain (counted from 1), and at which event or seal."""

    kind: Kind
    position: int
    event_id: int | None
    seal_id: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Broken:
    """An event that does not give its link; `missing` where there is no such row at all."""

    position: int
    event_id: int
    seal_id: int
    form: int
    before: bytes
    link: bytes
    missing: bool


async def named(connection: asyncpg.Connection, first: Broken, broken: Sequence[Broken], *, to_end: bool) -> Fault:
    """What became of the first broken event. `to_end`: nothing that was sealed after it is there any more."""
    found = await _standing_at(connection, first, [each.event_id for each in broken])
    if found is not None:
        kind, message = Kind.REORDERED, f"the event sealed as {first.event_id} stands as event {found}"
    elif not first.missing:
        kind, message = Kind.CHANGED, f"event {first.event_id} is not what was sealed"
    elif to_end:
        kind, message = Kind.TAIL_CUT, f"event {first.event_id} and everything after it is gone"
    else:
        kind, message = Kind.REMOVED, f"event {first.event_id} is gone"
    return Fault(kind, first.position, first.event_id, first.seal_id, message)


async def _standing_at(connection: asyncpg.Connection, lost: Broken, broken: Sequence[int]) -> int | None:
    """The id under which the lost event stands now: of a row that is itself broken, or that was never sealed.

    Others stand in their own place, however much they look like it.
    """
    rows = f"SELECT event_id, {body(lost.form)} AS body FROM audit_events WHERE"  # noqa: S608
    for condition, values in (("event_id = ANY ($1)", [broken]), (_NEVER_SEALED, [])):
        async for row in connection.cursor(f"{rows} {condition}", *values, prefetch=5000):
            event_id = int(row["event_id"])
            if event_id != lost.event_id and link(lost.before, lost.event_id, row["body"]) == lost.link:
                return event_id
    return None


_NEVER_SEALED = """NOT EXISTS (
    SELECT FROM (SELECT unnest(event_ids) AS event_id FROM audit_seals) AS sealed
    WHERE sealed.event_id = audit_events.event_id
)"""
_INSERTED = f"""
SELECT count(*) AS number, min(event_id) AS first FROM audit_events WHERE event_id <= $1 AND {_NEVER_SEALED}
"""  # noqa: S608
_PLACE = "SELECT count(*) + 1 FROM audit_seals, unnest(event_ids) AS sealed (event_id) WHERE sealed.event_id < $1"


async def inserted(connection: asyncpg.Connection, settled_id: int) -> tuple[int, Fault | None]:
    """How many rows were put among those that are settled, and the first."""
    found = await connection.fetchrow(_INSERTED, settled_id)
    assert found is not None
    if not found["number"]:
        return 0, None
    first = found["first"]
    position = await connection.fetchval(_PLACE, first)
    message = f"event {first} was never sealed, and stands where everything is"
    return found["number"], Fault(Kind.INSERTED, position, first, None, message)
