"""`/graphql` as a socket: subscriptions by graphql-transport-ws, for one viewer from its first message to its last.

Whoever does not say who it is within 3 seconds, sends what is no message, does not take what it is told, or is no
longer who it was, is closed with a code. Queries and mutations go by POST, where their limits and answers are.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, NoReturn

import structlog
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from hub.authenticating import Authentication, check_address
from hub.endpoint import STATUS, client_address, errors_of, refused, tell_refused
from hub.errors import Code, HubError
from hub.request import body_of
from hub.settings import Settings
from hub.socket_messages import (
    ACK,
    SUBPROTOCOL,
    Close,
    Message,
    SocketClosed,
    closing,
    error_message,
    next_message,
    parse_message,
    pong_message,
)
from hub.standing import Standing, check_page, stand, token_of
from hub.store.engine import AT_FAULT
from resolvers.context import Services
from resolvers.doors import Request
from resolvers.subscribing import Subscription, Subscriptions

INIT_SECONDS = 3.0
SEND_SECONDS = 30.0
"""How long a client may take to take one message."""

CLOSE_SECONDS = 2.0


_log = structlog.get_logger("hub.web")


class GraphQLSocket:
    """Plain ASGI, one a process."""

    def __init__(
        self, subscriptions: Subscriptions, services: Services, authentication: Authentication, settings: Settings
    ) -> None:
        self.subscriptions = subscriptions
        self.services = services
        self.authentication = authentication
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        await receive()
        try:
            try:
                check_address(scope)
            finally:
                scope["query_string"] = b""  # the server logs the address of every socket, whatever it carries
            check_page(scope, headers, self.settings)
        except HubError as error:
            await _deny(scope, send, error)
            return
        spoken = SUBPROTOCOL in scope["subprotocols"]
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if spoken else None})
        await _Conversation(self, scope, headers, receive, send).run(spoken)


async def no_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a socket at any other address. The server logs that address, so nothing that was sent is left in it."""
    await receive()
    scope["path"], scope["raw_path"], scope["query_string"] = "/", b"/", b""
    await _deny(scope, send, HubError(Code.UNKNOWN_ADDRESS, Code.UNKNOWN_ADDRESS.description))


async def _deny(scope: Scope, send: Send, error: HubError) -> None:
    """Refuse the handshake, with a code where the server can send one."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    headers = [
        (b"content-type", b"application/json"),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    status = STATUS.get(error.code, 400)
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": refused(error)})


class _Left(Exception):
    """The client is gone."""


class _Conversation:
    """One socket, from its opening to its end."""

    def __init__(self, of: GraphQLSocket, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        self._of = of
        self._scope = scope
        self._headers = headers
        self._receive = receive
        self._send = send
        self._standing: Standing | None = None
        self._running: dict[str, asyncio.Task[None]] = {}
        self._overflow = asyncio.Event()
        self._told = 0

    async def run(self, spoken: bool) -> None:
        """Talk until the end, and close."""
        started, user, end = time.monotonic(), None, None
        try:
            if not spoken:
                raise SocketClosed(Close.SUBPROTOCOL, "Subprotocol not acceptable")
            self._standing = standing = await self._introduced()
            user = (await standing.viewer()).user_id
            with standing.watching():
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(standing.keep_looking())
                    tasks.create_task(self._until_overflow())
                    await self._listen(tasks)
        except Exception as fault:  # noqa: BLE001 (the edge: nothing of a fault leaves)
            end = _end(fault)
        if end is not None:
            await self._close(end)
        code, reason = (1000, None) if end is None else (int(end.code), end.reason)
        seconds = round(time.monotonic() - started, 1)
        _log.info("socket", code=code, reason=reason, seconds=seconds, told=self._told, user=user)

    async def _introduced(self) -> Standing:
        try:
            async with asyncio.timeout(INIT_SECONDS):
                while (message := await self._message()).type != "connection_init":
                    if message.type in ("subscribe", "complete"):
                        raise SocketClosed(Close.UNAUTHORIZED, "Unauthorized")
                    await self._answer_ping(message)
        except TimeoutError:
            raise SocketClosed(Close.INIT_TIMEOUT, "Connection initialisation timeout") from None
        token = token_of(self._scope, self._headers, message.payload, self._of.settings)
        address = client_address(self._scope)
        standing = await stand(self._of.services, self._of.authentication, token, address, message.payload)
        await standing.viewer()
        await self._say(ACK)
        return standing

    async def _listen(self, tasks: asyncio.TaskGroup) -> NoReturn:
        while True:
            message = await self._message()
            if message.type == "connection_init":
                raise SocketClosed(Close.INIT_AGAIN, "Too many initialisation requests")
            if message.type == "subscribe":
                await self._subscribe(tasks, message)
            elif message.type == "complete":
                if (task := self._running.pop(message.id, None)) is not None:
                    task.cancel()
            else:
                await self._answer_ping(message)

    async def _subscribe(self, tasks: asyncio.TaskGroup, message: Message) -> None:
        if message.id in self._running:
            raise SocketClosed(Close.ID_IN_USE, f"Subscriber for {message.id} already exists")
        assert self._standing is not None
        body = body_of(message.payload)
        viewer = await self._standing.viewer()
        request = Request(body.query, body.variables, body.operation_name, viewer, self._headers.get("user-agent"))
        most = self._of.settings.max_subscriptions
        try:
            if len(self._running) >= most:
                raise HubError(Code.TOO_MANY_SUBSCRIPTIONS, f"Expected {most} subscriptions at most on one socket.")
            opened = await self._of.subscriptions.open(request, self._standing.viewer, self._overflow)
        except HubError as error:
            await tell_refused(self._of.services, viewer, error)
            await self._say(error_message(message.id, errors_of(error)))
            return
        self._running[message.id] = tasks.create_task(self._tell(message.id, opened))

    async def _tell(self, id_: str, subscription: Subscription) -> None:
        """Send the answers of a subscription until it is over."""
        assert self._standing is not None
        try:
            with subscription.following():
                async for answer in subscription:
                    await self._standing.viewer()  # the answer was some time in the making
                    await self._say(next_message(id_, answer))
                    self._told += 1
        except HubError as error:
            if error.code in (Code.UNAUTHENTICATED, Code.RIGHTS_CHANGED):
                raise
            if self._running.get(id_) is asyncio.current_task():
                del self._running[id_]
            await self._say(error_message(id_, errors_of(error)))

    async def _until_overflow(self) -> NoReturn:
        await self._overflow.wait()
        raise HubError(Code.SLOW_CONSUMER, Code.SLOW_CONSUMER.description)

    async def _message(self) -> Message:
        event = await self._receive()
        if event["type"] == "websocket.disconnect":
            raise _Left
        text: str | None = event.get("text")
        if len((text or "").encode()) > self._of.settings.max_body_bytes:
            raise SocketClosed(Close.TOO_LARGE, Code.BODY_TOO_LARGE)
        return parse_message(text)

    async def _answer_ping(self, message: Message) -> None:
        if message.type == "ping":
            await self._say(pong_message(message.payload))

    async def _say(self, message: bytes) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._send({"type": "websocket.send", "text": message.decode()})
        except TimeoutError:
            raise HubError(Code.SLOW_CONSUMER, Code.SLOW_CONSUMER.description) from None
        except OSError:
            raise _Left from None

    async def _close(self, end: SocketClosed) -> None:
        """A client that takes nothing does not take this either: then the connection ends without it."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._send({"type": "websocket.close", "code": int(end.code), "reason": end.reason})
        except OSError:  # a TimeoutError is one
            return


def _end(fault: Exception) -> SocketClosed | None:
    """How a socket is closed that a fault has ended; None where the client has left."""
    faults: list[Any] = list(_flat(fault))
    if any(isinstance(each, _Left) for each in faults):
        return None
    for each in faults:
        if isinstance(each, SocketClosed):
            return each
        if isinstance(each, HubError):
            return closing(each)
    first = faults[0]
    _log.error("fault of a socket", error=type(first).__name__)
    return SocketClosed(Close.LATER, Code.UNAVAILABLE) if isinstance(first, AT_FAULT) else _FAULT


def _flat(fault: BaseException) -> list[BaseException]:
    if isinstance(fault, BaseExceptionGroup):
        return [each for inner in fault.exceptions for each in _flat(inner)]
    return [fault]


_FAULT = SocketClosed(Close.FAULT, Code.INTERNAL)
