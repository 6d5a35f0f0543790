"""The connections that compiled reads run on: one statement at a time each, with as little around it as can be.

asyncpg's pool takes longer to hand a connection out and back than a short read takes in Python otherwise. Here a
statement leaves nothing behind to clean up, so handing over is a list. A connection whose statement was broken off (by
time or because nobody waits any more) is closed and never used again.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, TypeVar

import asyncpg

READ_SECONDS = 30.0
"""How long a read waits at most for a connection, and then for its statement, which has a limit of its own."""

T = TypeVar("T")


class ReadConnections:
    """At most `size` connections, each made by `connect` when it is first needed.

    Use as `async with ReadConnections(connect, 16) as reads:`; leaving closes them.
    """

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]], size: int) -> None:
        self.size = size
        self._connect = connect
        self._idle: list[asyncpg.Connection] = []
        self._open = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> ReadConnections:
        self._give(await self._take())  # a database that refuses is known at the start
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self._idle:
            await connection.close()
        self._idle.clear()

    async def fetch(self, text: str, *values: Any) -> list[asyncpg.Record]:
        """The rows of a statement; otherwise like `fetchrow`."""
        return await self._run(asyncpg.Connection.fetch, text, values)

    async def fetchrow(self, text: str, *values: Any) -> asyncpg.Record | None:
        """The first row of a statement. Raises TimeoutError, asyncpg's errors, and what `connect` raises."""
        return await self._run(asyncpg.Connection.fetchrow, text, values)

    async def _run(self, fetch: Callable[..., Awaitable[T]], text: str, values: Sequence[Any]) -> T:
        if self._idle and not self._idle[-1].is_closed():
            connection = self._idle.pop()
        else:
            async with asyncio.timeout(READ_SECONDS):
                connection = await self._take()
        try:
            found = await fetch(connection, text, *values, timeout=READ_SECONDS)
        except asyncpg.PostgresError:  # the server's answer; the connection is as it was
            self._give(connection)
            raise
        except BaseException:
            connection.terminate()
            self._give(connection)
            raise
        self._give(connection)
        return found

    async def open_all(self) -> list[asyncpg.Connection]:
        """Every connection, opened. They stay here; whoever sets something on them sets it for every read."""
        taken = [await self._take() for _ in range(self.size)]
        for connection in taken:
            self._give(connection)
        return taken

    async def _take(self) -> asyncpg.Connection:
        while True:
            while self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
                self._open -= 1
            if self._open < self.size:
                return await self._opened()
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._wake()
                raise

    async def _opened(self) -> asyncpg.Connection:
        self._open += 1
        try:
            return await self._connect()
        except BaseException:
            self._open -= 1
            self._wake()
            raise

    def _give(self, connection: asyncpg.Connection) -> None:
        if connection.is_closed():
            self._open -= 1
        else:
            self._idle.append(connection)
        self._wake()

    def _wake(self) -> None:
        """Let the first who still waits look again."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
