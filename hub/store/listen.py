"""A connection that waits for NOTIFY and calls back, for whatever must hear of a change within moments.

Notifications sent while the connection was down are lost. So `connected` is False from the moment it is lost until
every channel is heard again, callers who rely on hearing fail closed meanwhile, and `on_connected` tells them to
read anew what they may have missed.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import ParamSpec

import asyncpg

from hub.errors import HubError
from hub.store.engine import AT_FAULT, connect

FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 5.0
PROBE_SECONDS = 10.0  # a connection that died silently is found after this and PROBE_TIMEOUT_SECONDS
PROBE_TIMEOUT_SECONDS = 5.0

Callback = Callable[[str], None]
P = ParamSpec("P")


class Listener:
    """Use as `async with Listener(url, {"channel": callback}):`; callbacks get the payload and must not block."""

    def __init__(
        self, url: str, channels: Mapping[str, Callback], on_connected: Callable[[], None] | None = None
    ) -> None:
        self.connected = False
        self._url = url
        self._channels = dict(channels)
        self._on_connected = on_connected
        self._task: asyncio.Task[None] | None = None
        self._first: asyncpg.Connection | None = None

    async def __aenter__(self) -> "Listener":
        """Returns once listening. Raises HubError when the first connection fails."""
        self._first = await self._listen()
        self._task = asyncio.create_task(self._keep_listening(self._first), name="listen")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connected = False
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self._first is not None:
            self._first.terminate()  # the task may never have come to run

    async def _listen(self) -> asyncpg.Connection:
        connection = await connect(self._url)
        try:
            connection.add_termination_listener(self._lost)
            for channel, callback in self._channels.items():
                await connection.add_listener(channel, _payload_to(callback))
        except BaseException:
            connection.terminate()
            raise
        self.connected = not connection.is_closed()
        if self.connected and self._on_connected is not None:
            self._on_connected()
        return connection

    def _lost(self, connection: asyncpg.Connection) -> None:
        self.connected = False

    async def _keep_listening(self, connection: asyncpg.Connection) -> None:
        try:
            while True:
                await self._until_lost(connection)
                connection = await self._again()
        finally:
            connection.terminate()

    async def _until_lost(self, connection: asyncpg.Connection) -> None:
        ended = asyncio.Event()
        connection.add_termination_listener(lambda _: ended.set())
        while not connection.is_closed():
            try:
                await asyncio.wait_for(ended.wait(), PROBE_SECONDS)
            except TimeoutError:
                with suppress(*AT_FAULT):
                    await connection.execute("SELECT", timeout=PROBE_TIMEOUT_SECONDS)
                    continue
                connection.terminate()
        self.connected = False

    async def _again(self) -> asyncpg.Connection:
        wait = FIRST_WAIT_SECONDS
        while True:
            await asyncio.sleep(wait)
            try:
                return await self._listen()
            except (HubError, *AT_FAULT):
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)


def together(*callbacks: Callable[P, None]) -> Callable[P, None]:
    """One callback that calls several."""

    def call(*given: P.args, **named: P.kwargs) -> None:
        for callback in callbacks:
            callback(*given, **named)

    return call


def _payload_to(callback: Callback) -> Callable[[asyncpg.Connection, int, str, str], None]:
    def notified(connection: asyncpg.Connection, pid: int, channel: str, payload: str) -> None:
        callback(payload)

    return notified
