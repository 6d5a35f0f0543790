"""The messages of graphql-transport-ws, and the codes that a socket is closed with.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md says what they mean. A message that is none of them
closes the socket.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import orjson

from hub.errors import Code, HubError

SUBPROTOCOL = "graphql-transport-ws"
LONGEST_ID = 200
LONGEST_REASON = 123
"""Bytes; what a frame that closes has room for."""


class Close(IntEnum):
    """Why a socket is closed. Clients of the protocol take up again what was closed for 1013, 4403 and 4408."""

    TOO_LARGE = 1009
    FAULT = 1011
    LATER = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL = 4406
    INIT_TIMEOUT = 4408
    ID_IN_USE = 4409
    INIT_AGAIN = 4429


class SocketClosed(Exception):
    """The socket is to be closed. The reason is a code of the catalogue, or the protocol's own words."""

    def __init__(self, code: Close, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:LONGEST_REASON].decode(errors="ignore")


@dataclass(frozen=True)
class Message:
    """One message of the client's. `id` is empty where its type has none."""

    type: str
    id: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)


_WITH_ID = ("subscribe", "complete")
_TYPES = ("connection_init", "ping", "pong", *_WITH_ID)


def parse_message(text: str | None) -> Message:
    """The message in a frame. Raises `SocketClosed` (4400) for what is none; text that is no text was bytes."""
    try:
        sent = orjson.loads(text or "")
    except orjson.JSONDecodeError:
        raise _invalid("Expected a message in JSON") from None
    if not isinstance(sent, dict) or sent.get("type") not in _TYPES:
        raise _invalid("Expected a message of graphql-transport-ws")
    payload, id_ = sent.get("payload"), sent.get("id") if sent["type"] in _WITH_ID else ""
    if not isinstance(payload, dict | None):
        raise _invalid("Expected `payload` to be an object")
    if sent["type"] in _WITH_ID and not (isinstance(id_, str) and 0 < len(id_) <= LONGEST_ID):
        raise _invalid(f"Expected `id` to be a string of 1 to {LONGEST_ID} characters")
    return Message(sent["type"], str(id_), payload or {})


def _invalid(reason: str) -> SocketClosed:
    return SocketClosed(Close.BAD_REQUEST, reason)


def next_message(id_: str, body: bytes) -> bytes:
    """An answer of a subscription."""
    return b'{"id":%s,"type":"next","payload":%s}' % (orjson.dumps(id_), body)


def error_message(id_: str, errors: list[dict[str, Any]]) -> bytes:
    """A subscription that was refused, or has failed: it is over."""
    return orjson.dumps({"id": id_, "type": "error", "payload": errors})


def pong_message(payload: Mapping[str, Any]) -> bytes:
    """The answer to a ping, with the ping's payload."""
    return orjson.dumps({"type": "pong", "payload": payload} if payload else {"type": "pong"})


ACK = b'{"type":"connection_ack"}'


def closing(error: HubError) -> SocketClosed:
    """How a socket is closed for a refusal that is not one subscription's."""
    codes = {
        Code.UNAUTHENTICATED: Close.UNAUTHORIZED,
        Code.INVALID_REQUEST: Close.BAD_REQUEST,
        Code.TWO_CREDENTIALS: Close.BAD_REQUEST,
        Code.UNAVAILABLE: Close.LATER,
        Code.SLOW_CONSUMER: Close.LATER,
    }
    return SocketClosed(codes.get(error.code, Close.FORBIDDEN), error.code)
