"""What a request asks: its body, read no further than the limit, or its address, understood or refused with a code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import Headers
from starlette.types import Receive

from hub.errors import Code, HubError

MOST_PARAMETERS = 10
JSON_TYPES = ("application/json", "application/graphql+json")
LONGEST_LENGTH = 18  # digits of a Content-Length; more are too large whatever they say


@dataclass(frozen=True)
class Body:
    """A GraphQL request as it was sent."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None


async def read_body(headers: Headers, receive: Receive, most: int) -> bytes:
    """The body. Raises `UNSUPPORTED_MEDIA_TYPE` before reading, `BODY_TOO_LARGE` as soon as it is."""
    media, _, parameters = headers.get("content-type", "").lower().partition(";")
    if media.strip() not in JSON_TYPES or ("charset" in parameters and "utf-8" not in parameters):
        raise HubError(Code.UNSUPPORTED_MEDIA_TYPE, "Expected Content-Type: application/json, in UTF-8.")
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and (len(length) > LONGEST_LENGTH or int(length) > most):
        raise _too_large(most)
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HubError(Code.INVALID_REQUEST, "Expected the body to be sent to its end.")
        block: bytes = message.get("body", b"")
        if len(body) + len(block) > most:
            raise _too_large(most)
        if not message.get("more_body", False):
            return bytes(body + block) if body else block
        body += block


def _too_large(most: int) -> HubError:
    return HubError(Code.BODY_TOO_LARGE, f"Expected a body of {most} bytes at most.")


def parse_body(raw: bytes) -> Body:
    """The request in a body. Raises `INVALID_UTF8`, `INVALID_JSON`, `INVALID_REQUEST`."""
    return body_of(parse_object(raw))


def parse_object(raw: bytes) -> dict[str, Any]:
    """The object that a body is. Raises `INVALID_UTF8`, `INVALID_JSON`, `INVALID_REQUEST`."""
    try:
        sent = orjson.loads(raw)
    except orjson.JSONDecodeError:
        try:
            raw.decode()
        except UnicodeDecodeError:
            raise HubError(Code.INVALID_UTF8, "Expected a body in UTF-8.") from None
        raise HubError(Code.INVALID_JSON, "Expected a body in JSON, nested no deeper than JSON needs.") from None
    if not isinstance(sent, dict):
        raise HubError(Code.INVALID_REQUEST, "Expected one JSON object.")
    return sent


def parse_query(raw: bytes) -> Body:
    """The request in an address: `query`, `variables` as JSON, `operationName`, each once.

    Raises `INVALID_UTF8`, `INVALID_JSON`, `INVALID_REQUEST`.
    """
    try:
        sent = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise HubError(Code.INVALID_UTF8, "Expected an address in UTF-8.") from None
    except ValueError:
        raise HubError(Code.INVALID_REQUEST, f"Expected {MOST_PARAMETERS} parameters at most.") from None
    named = dict(sent)
    if len(named) < len(sent):
        raise HubError(Code.INVALID_REQUEST, "Expected each parameter once.")
    try:
        variables = orjson.loads(named["variables"]) if named.get("variables") else None
    except orjson.JSONDecodeError:
        raise HubError(Code.INVALID_JSON, "Expected `variables` in JSON.") from None
    return body_of({**named, "variables": variables})


def body_of(sent: Mapping[str, Any]) -> Body:
    """The request that an object is. Raises `INVALID_REQUEST`."""
    query, variables, name = sent.get("query"), sent.get("variables"), sent.get("operationName")
    if not isinstance(query, str):
        raise HubError(Code.INVALID_REQUEST, "Expected `query` to be a string.")
    if variables is not None and not isinstance(variables, dict):
        raise HubError(Code.INVALID_REQUEST, "Expected `variables` to be an object.")
    if name is not None and not isinstance(name, str):
        raise HubError(Code.INVALID_REQUEST, "Expected `operationName` to be a string.")
    return Body(query, variables or {}, name or None)
