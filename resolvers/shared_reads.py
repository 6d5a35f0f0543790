"""Lets subscribers of one event share its reads: who asks the same statement with the same values is answered once.

Everything that an answer depends on is in the statement's text and values: the selection, the grants and their reach,
the viewer's state and for whom it decides. A read that began before the newest event was heard is nobody's answer to
that event, so each event forgets them all; and none is shared for longer than an answer may be on its way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from typing import Any

from resolvers.reader import Fetching

SHARED_SECONDS = 0.5
"""How long an answer is shared after it has come."""

AT_ONCE = 4
"""Statements that events run at a time; the other connections are for those who ask."""


class SharedReads:
    """Stands where the read connections would."""

    def __init__(self, reads: Fetching) -> None:
        self._reads = reads
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._begun: dict[Hashable, asyncio.Future[Any]] = {}

    def forget(self) -> None:
        """Called at each event: what has begun by now answers nobody who asks from now on."""
        self._begun.clear()

    async def fetchrow(self, text: str, *values: Any) -> Any:
        """As `ReadConnections.fetchrow`."""
        key = (text, *(tuple(value) if isinstance(value, list) else value for value in values))
        reading = self._begun.get(key)
        if reading is None:
            reading = self._begun[key] = asyncio.ensure_future(self._read(text, values))
            reading.add_done_callback(lambda read: self._came(key, read))
        # whoever leaves does not break off what others wait for
        return await asyncio.shield(reading)

    async def _read(self, text: str, values: tuple[Any, ...]) -> Any:
        async with self._turns:
            return await self._reads.fetchrow(text, *values)

    def _came(self, key: Hashable, read: asyncio.Future[Any]) -> None:
        if not read.cancelled():
            read.exception()  # one that everybody has left is no news
        asyncio.get_running_loop().call_later(SHARED_SECONDS, self._drop, key, read)

    def _drop(self, key: Hashable, read: asyncio.Future[Any]) -> None:
        if self._begun.get(key) is read:
            del self._begun[key]
