"""Makes events durable, many at a time: of reads that cannot carry their own, and of refusals.

A read's answer leaves only after `record` has returned, and `record` returns only when PostgreSQL has committed the
row. While one flush is under way newcomers gather for the next, so a commit serves every request that waits. (Two
flushes at once gained nothing with 1, 16 or 64 requests waiting: each made smaller batches.) If a flush fails,
everyone who waited for it is refused: nothing leaves the hub unrecorded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from types import TracebackType
from typing import NamedTuple

import asyncpg
import structlog

from hub.audit.event import Event
from hub.audit.record import INSERT, rows
from hub.errors import Code, HubError
from hub.store.engine import AT_FAULT

MAX_WAITING = 10_000  # events; more means that the database does not keep up, and requests are refused
MAX_BATCH = 500  # events in one flush
ACQUIRE_SECONDS = 5.0
FLUSH_SECONDS = 10.0

_ROW_AT_FAULT = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)
_DATABASE_AT_FAULT = (*AT_FAULT, HubError)

_log = structlog.get_logger("hub.audit")


class _Waiter(NamedTuple):
    row: bytes
    done: asyncio.Future[None]


class AuditWriter:
    """Use as `async with AuditWriter(pool) as writer:`; leaving writes what still waits.

    Whoever calls `record` holds no connection of the same pool, else all could be held by those who wait. `carried`
    says that a read whose statement can carry its event does so.
    """

    carried = True

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._waiting: list[_Waiter] = []
        self._flushing: asyncio.Task[None] | None = None
        self._closed = False

    async def __aenter__(self) -> AuditWriter:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        if self._flushing is not None:
            await asyncio.wait([self._flushing])

    async def record(self, event: Event) -> None:
        """Return once `event` is durable. Raises HubError(UNAVAILABLE) when it is not; the answer must not leave.

        Cancelling one caller takes nothing from the others; its own event may still be written.
        """
        if self._closed or len(self._waiting) >= MAX_WAITING:
            raise _unavailable()
        waiter = _Waiter(event.row(), asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush(), name="audit flush")
        await waiter.done

    async def _flush(self) -> None:
        batch: list[_Waiter] = []
        try:
            while self._waiting:
                batch = self._waiting[:MAX_BATCH]
                del self._waiting[:MAX_BATCH]
                await self._write(batch)
                _refuse(batch)
        finally:  # nobody waits for ever, even where this task was cancelled
            _refuse(batch + self._waiting)
            self._waiting.clear()

    async def _write(self, batch: list[_Waiter]) -> None:
        try:
            async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
                try:
                    await _insert(connection, batch)
                except _ROW_AT_FAULT:
                    await _insert_one_by_one(connection, batch)
        except _DATABASE_AT_FAULT as error:
            _log.error("audit trail not written", error=type(error).__name__, events=len(batch))


async def _insert(connection: asyncpg.Connection, batch: list[_Waiter]) -> None:
    """One round trip, one statement and so one transaction, whatever the number of rows."""
    await connection.execute(INSERT, rows(waiter.row for waiter in batch), timeout=FLUSH_SECONDS)
    for waiter in batch:
        if not waiter.done.done():
            waiter.done.set_result(None)


async def _insert_one_by_one(connection: asyncpg.Connection, batch: list[_Waiter]) -> None:
    """One wrong row undid the flush; only its own request is refused for it."""
    for waiter in batch:
        try:
            await _insert(connection, [waiter])
        except _ROW_AT_FAULT as error:
            _log.error("audit event not written", error=type(error).__name__)


def _refuse(waiters: Iterable[_Waiter]) -> None:
    """Refuse those who have had no answer yet."""
    for waiter in waiters:
        if not waiter.done.done():
            waiter.done.set_exception(_unavailable())


def _unavailable() -> HubError:
    return HubError(Code.UNAVAILABLE, "the audit trail cannot be written, so nothing was answered; try again")
