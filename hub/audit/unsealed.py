"""Which event ids are still to be sealed: an event may commit long after one with a higher id.

Ids come from a sequence, so a transaction that commits late, or was rolled back, leaves a hole. Holes are kept as
ranges until nobody is left who could fill them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import asyncpg

LARGEST_ID = 2**63 - 1

Ranges = list[tuple[int, int]]
"""Ids from the first to the second, both included; in order, and apart from each other."""

_WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = 'audit_events'::regclass AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
"""


def holes(settled_id: int, sealed: Iterable[int]) -> Ranges:
    """The ids above `settled_id` that are not among `sealed`."""
    return without([(settled_id + 1, LARGEST_ID)], sealed, settled_id)


def without(ranges: Ranges, ids: Iterable[int], settled_id: int) -> Ranges:
    """The ranges without these ids, and without all that is settled."""
    left: Ranges = []
    waiting = sorted(ids, reverse=True)
    for start, end in ranges:
        low = max(start, settled_id + 1)
        while waiting and waiting[-1] <= end:
            taken = waiting.pop()
            if taken >= low:
                if taken > low:
                    left.append((low, taken - 1))
                low = taken + 1
        if low <= end:
            left.append((low, end))
    return left


@dataclass
class Settling:
    """Finds the id up to which every event has committed or never will.

    A transaction takes its lock on the table before it draws an id, and keeps it until it ends. So once everybody has
    ended who held the lock after an id was seen, whatever that id and smaller ones were given to is visible or gone.
    Nobody is kept waiting for that, and no transaction that is idle for hours keeps others' events from being sealed.
    """

    _seen: int = 0
    _writers: frozenset[str] = field(default_factory=frozenset)

    async def settled(self, connection: asyncpg.Connection) -> int:
        """An id up to which everything that will ever be there is visible to the connection's next statement."""
        newest = await connection.fetchval("SELECT coalesce(max(event_id), 0) FROM audit_events")
        writers = frozenset(row["virtualtransaction"] for row in await connection.fetch(_WRITERS))
        settled = newest if not writers else self._seen if not writers & self._writers else 0
        if not writers & self._writers:
            self._seen, self._writers = newest, writers
        return int(settled)
