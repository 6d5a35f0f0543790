"""Brings the events of the outbox, whichever process published them, to the subscriptions of this one.

Events are heard of at their commit and then read. Whatever was missed while the listening connection was lost is read
when it is back, so nobody who follows along misses an event; one may come twice. What a follower has not been told yet
is kept as ids, each once however often it changed, and no more of them than the limit.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any

import structlog

from hub import clock
from hub.errors import HubError
from hub.outbox.events import Published, events_since, read_events
from hub.store.engine import AT_FAULT
from hub.store.reads import ReadConnections
from resolvers.shared_reads import SharedReads

LATE = datetime.timedelta(minutes=5)
"""How much earlier than it is committed an event may say that it was published, clocks that differ included."""

READ_AT_ONCE = 500
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 5.0

_AT_FAULT = (HubError, *AT_FAULT)

_log = structlog.get_logger("hub.subscriptions")


class Follower:
    """One subscription's place in the feed: the ids that have changed and were not told yet.

    `watched` are the ids that count, None: all. `overflow` is set when there are more than `most`. `own` is the account
    whose ids count, where events list them by account.
    """

    def __init__(
        self, topics: Mapping[str, str], most: int, overflow: asyncio.Event, *, own: int | None = None
    ) -> None:
        self.topics = topics
        self._own = own
        self.watched: frozenset[int] | None = None
        self._most = most
        self._overflow = overflow
        self._untold: dict[int, None] = {}
        self._some = asyncio.Event()

    def offer(self, event: Published) -> None:
        """Take the ids of an event that count."""
        named: Any = event.payload.get(self.topics.get(event.topic, ""), ())
        if isinstance(named, Mapping):
            named = named.get(str(self._own), ())
        found = named if self.watched is None else self.watched.intersection(named)
        self._untold.update(dict.fromkeys(found))
        if len(self._untold) > self._most:
            self._untold.clear()
            self._overflow.set()
        if self._untold:
            self._some.set()

    def watch(self, ids: frozenset[int]) -> None:
        """Look out for these ids alone from now on; of what is untold, only they are left."""
        self.watched = ids
        self._untold = {id_: None for id_ in self._untold if id_ in ids}

    async def take(self, most: int) -> list[int]:
        """Wait until there are ids to tell, and take the first of them."""
        while not self._untold:
            self._some.clear()
            await self._some.wait()
        taken = list(self._untold)[:most]
        for id_ in taken:
            del self._untold[id_]
        return taken


class Feed:
    """One a process. Use as `async with Feed(reads):`; the listener calls `heard` and `connected`."""

    def __init__(self, reads: ReadConnections) -> None:
        self.shared = SharedReads(reads)
        self._reads = reads
        self._followers: set[Follower] = set()
        self._heard: dict[int, None] = {}
        self._missed = False
        self._newest = clock.now()
        self._known: dict[int, datetime.datetime] = {}
        self._some = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Feed:
        self._task = asyncio.create_task(self._keep_reading(), name="feed")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    @property
    def followers(self) -> int:
        return len(self._followers)

    @contextmanager
    def follow(self, follower: Follower) -> Iterator[None]:
        """Give the follower every event of its topics from now on."""
        if not self._followers:
            self._newest = clock.now()
        self._followers.add(follower)
        try:
            yield
        finally:
            self._followers.discard(follower)

    def heard(self, payload: str) -> None:
        """Called with each notification: `<topic> <outbox id>`."""
        topic, _, outbox_id = payload.partition(" ")
        if any(topic in follower.topics for follower in self._followers):
            self._heard[int(outbox_id)] = None
            self._some.set()

    def connected(self) -> None:
        """Called when the listener has come (back): notifications may have been missed."""
        self._missed = True
        self._some.set()

    async def _keep_reading(self) -> None:
        wait = FIRST_WAIT_SECONDS
        while True:
            await self._some.wait()
            self._some.clear()
            try:
                while self._missed or self._heard:
                    await self._read()
                wait = FIRST_WAIT_SECONDS
            except _AT_FAULT as error:
                _log.warning("events cannot be read yet", error=type(error).__name__)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
                self._some.set()

    async def _read(self) -> None:
        if self._missed:
            self._missed = False
            try:
                found = await events_since(self._reads, self._newest - LATE) if self._followers else []
            except _AT_FAULT:
                self._missed = True
                raise
        else:
            taken = list(self._heard)[:READ_AT_ONCE]
            found = await read_events(self._reads, taken)
            for outbox_id in taken:
                self._heard.pop(outbox_id, None)
        self._give([event for event in found if event.outbox_id not in self._known])

    def _give(self, events: Sequence[Published]) -> None:
        if events:
            self.shared.forget()
        for event in events:
            self._known[event.outbox_id] = event.at
            self._newest = max(self._newest, event.at)
            for follower in self._followers:
                follower.offer(event)
        # as old as what a lost connection has read again, and older: they come no more
        oldest = self._newest - LATE - LATE
        while self._known and next(iter(self._known.values())) < oldest:
            del self._known[next(iter(self._known))]
