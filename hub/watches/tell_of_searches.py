"""Tells whoever watches a search which of the changed children it finds, as its owner may search now.

What a search finds is asked by the layer above, which knows filters and grants: one statement a search, of the changed
children alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import asyncpg
import orjson

from hub.notices import Audience, Notice, notify
from hub.viewer import Viewer
from hub.watches.audited import Told, record_told
from hub.watches.watchers import GrantsOf, watchers

Find = Callable[[asyncpg.Connection, Viewer, Mapping[str, Any], Sequence[int]], Awaitable[list[int]]]
"""The ids of those of the children that a viewer's filter finds; none where the viewer may not ask that any more."""

MOST_TOLD = 20
"""Children of whom one search tells at once; of more it says how many there are."""
AT_ONCE = 500


async def tell_of_searches(
    connection: asyncpg.Connection, changed: Sequence[int], grants_of: GrantsOf, find: Find
) -> int:
    """Tell, in the caller's transaction, of the children with these current ids; how many notifications there were."""
    last, written = 0, 0
    while rows := await connection.fetch(_SEARCHES, last, AT_ONCE):
        last = rows[-1]["watch_id"]
        viewers = await watchers(connection, {row["account_id"] for row in rows}, grants_of)
        told: list[Told] = []
        for row in rows:
            if (viewer := viewers.get(row["account_id"])) is None:
                continue
            found = await find(connection, viewer, orjson.loads(row["filter"]), changed)
            if found:
                told.append(Told(viewer, row["watch_id"], tuple(found)))
        written += await notify(connection, *(notice for each in told for notice in _notices(each)))
        await record_told(connection, told)
    return written


def _notices(told: Told) -> list[Notice]:
    audience = Audience(accounts=() if told.viewer.account_id is None else (told.viewer.account_id,))
    if len(told.students) > MOST_TOLD:
        count = {"count": len(told.students)}
        return [Notice("SEARCH_FOUND", audience, None, None, "Watch", told.watch_id, count)]
    return [Notice("SEARCH_FOUND", audience, child, None, "Watch", told.watch_id) for child in told.students]


_SEARCHES = """
SELECT watch_id, account_id, filter::text AS filter FROM watches
WHERE watch_id > $1 AND filter IS NOT NULL ORDER BY watch_id LIMIT $2
"""
