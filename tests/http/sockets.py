"""The real server on a real socket, and a client of graphql-transport-ws that keeps nothing to itself."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from hub.serving import SOCKETS
from tests.http.hub import Hub

PATIENCE = 20.0
QUIET = 0.4
"""How long nothing must come for nothing to have been sent."""


@asynccontextmanager
async def listening(hub: Hub, *, buffer: int | None = None) -> AsyncIterator[str]:
    """The address of a server over the hub's application; `buffer` bytes are what it may have on the way."""
    listener = socket.create_server(("127.0.0.1", 0))
    if buffer is not None:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
    most = hub.app.state.doors.settings.max_body_bytes
    config = uvicorn.Config(hub.app, lifespan="off", log_config=None, ws_max_size=most, **SOCKETS)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/graphql"  # whoever comes early waits
    finally:
        await asyncio.sleep(0)
        server.should_exit = True
        await running
        listener.close()


class Socket:
    """One open socket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, type_: str, id_: str | None = None, payload: Any = None) -> None:
        message = {"type": type_, "id": id_, "payload": payload}
        await self.connection.send(json.dumps({key: value for key, value in message.items() if value is not None}))

    async def receive(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(PATIENCE):
            found: dict[str, Any] = json.loads(await self.connection.recv())
        return found

    async def subscribe(self, query: str, id_: str = "1", **variables: Any) -> None:
        """Subscribe, and wait until the hub has done so: it answers a ping after it."""
        await self.send("subscribe", id_, {"query": query, "variables": variables})
        await self.send("ping")
        assert await self.receive() == {"type": "pong"}
        await asyncio.sleep(0.1)  # the subscription's own task looks up what to follow

    async def refused(self, query: str, **variables: Any) -> list[str]:
        """The codes by which a subscription is refused."""
        await self.send("subscribe", "refused", {"query": query, "variables": variables})
        message = await self.receive()
        assert (message["type"], message["id"]) == ("error", "refused"), message
        return [error["extensions"]["code"] for error in message["payload"]]

    async def next(self, id_: str = "1") -> Any:
        """The payload of the next message, an answer of the subscription."""
        message = await self.receive()
        assert (message["type"], message["id"]) == ("next", id_), message
        return message["payload"]

    async def hears_nothing(self) -> None:
        try:
            async with asyncio.timeout(QUIET):
                message = await self.connection.recv()
        except TimeoutError:
            return
        raise AssertionError(message)

    async def hears_only_the_end(self) -> None:
        """The next that comes is that the hub has closed it."""
        try:
            async with asyncio.timeout(PATIENCE):
                message = await self.connection.recv()
        except ConnectionClosed:
            return
        raise AssertionError(message)

    async def closed(self) -> tuple[int, str]:
        """Code and reason once the hub has closed it; what else it sent before is passed over."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    await self.connection.recv()
        except ConnectionClosed as end:
            assert end.rcvd is not None
            return end.rcvd.code, end.rcvd.reason


@asynccontextmanager
async def opened(address: str, **options: Any) -> AsyncIterator[Socket]:
    """A socket that has said nothing yet."""
    given = {"subprotocols": ["graphql-transport-ws"], "proxy": None, **options}
    async with connect(address, **given) as connection:
        yield Socket(connection)


@asynccontextmanager
async def introduced(
    address: str, token: str, payload: Mapping[str, Any] | None = None, **options: Any
) -> AsyncIterator[Socket]:
    """A socket of whoever the token is of."""
    async with opened(address, **options) as found:
        await found.send("connection_init", payload={"authorization": f"Bearer {token}", **(payload or {})})
        assert await found.receive() == {"type": "connection_ack"}
        yield found
