"""Bodies, headers and methods that are no GraphQL request: each refused with its own code, as JSON."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from hub.viewer import ANONYMOUS
from tests.http.hub import OWING, PRIMARY, Hub, user_of

pytestmark = pytest.mark.anyio

DEEP = b"[" * 100_000
VIEWER = b'{"query": "{ viewer { userId } }"}'

BODIES = {
    "nothing": (b"", "INVALID_JSON"),
    "no JSON": (b"{viewer{userId}}", "INVALID_JSON"),
    "cut off": (b'{"query": "{ viewer', "INVALID_JSON"),
    "two documents": (VIEWER + VIEWER, "INVALID_JSON"),
    "100,000 brackets": (DEEP, "INVALID_JSON"),
    "100,000 brackets within": (b'{"query": "{ __typename }", "variables": {"a": ' + DEEP, "INVALID_JSON"),
    "100,000 closed brackets": (DEEP + b"]" * 100_000, "INVALID_JSON"),
    "NaN": (b'{"query": "{ __typename }", "variables": {"a": NaN}}', "INVALID_JSON"),
    "Infinity": (b'{"query": "{ __typename }", "variables": {"a": -Infinity}}', "INVALID_JSON"),
    "a lone surrogate": (rb'{"query": "{ __typename }", "variables": {"a": "\ud800"}}', "INVALID_JSON"),
    "a lone surrogate in the document": (rb'{"query": "{ a\udfff }"}', "INVALID_JSON"),
    "a byte order mark": (b"\xef\xbb\xbf" + VIEWER, "INVALID_JSON"),
    "a raw NUL": (b'{"query": "\0"}', "INVALID_JSON"),
    "malformed UTF-8": (b'{"query": "{ viewer { userId } } #\xff"}', "INVALID_UTF8"),
    "cut off UTF-8": (b'{"query": "{ viewer { userId } } #\xc3', "INVALID_UTF8"),
    "surrogates in UTF-8": (b'{"query": "\xed\xa0\x80"}', "INVALID_UTF8"),
    "UTF-16": (VIEWER.decode().encode("utf-16"), "INVALID_UTF8"),
    "a batch": (b"[" + VIEWER + b"," + VIEWER + b"]", "INVALID_REQUEST"),
    "an empty batch": (b"[]", "INVALID_REQUEST"),
    "a string": (b'"{ viewer { userId } }"', "INVALID_REQUEST"),
    "null": (b"null", "INVALID_REQUEST"),
    "a number": (b"12", "INVALID_REQUEST"),
    "no query": (b"{}", "INVALID_REQUEST"),
    "null for a query": (b'{"query": null}', "INVALID_REQUEST"),
    "a list for a query": (b'{"query": ["{ __typename }"]}', "INVALID_REQUEST"),
    "a list of variables": (b'{"query": "{ __typename }", "variables": []}', "INVALID_REQUEST"),
    "text for variables": (b'{"query": "{ __typename }", "variables": "{}"}', "INVALID_REQUEST"),
    "a number for an operation name": (b'{"query": "{ __typename }", "operationName": 1}', "INVALID_REQUEST"),
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_that_is_no_request_is_refused_with_its_code(hub: Hub, name: str) -> None:
    content, code = BODIES[name]
    answer = await hub.post(content)
    assert (answer.status, answer.code) == (400, code)
    assert "data" not in answer.body


async def test_a_body_whose_declared_size_is_over_the_limit_is_refused_before_it_is_read(hub: Hub) -> None:
    async def unread() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    answer = await hub.post(unread(), headers={"content-length": str(1024 * 1024 + 1)})
    assert (answer.status, answer.code) == (413, "BODY_TOO_LARGE")


async def test_a_body_without_a_declared_size_is_read_no_further_than_the_limit(hub: Hub) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 1024:
            sent += 1
            yield b" " * 65_536

    answer = await hub.post(endless())
    assert (answer.status, answer.code) == (413, "BODY_TOO_LARGE")
    assert sent <= 18


@pytest.mark.parametrize("length", ["\u00b2", "9" * 5000, "-1", "1e9", "x"])
async def test_a_declared_size_that_is_no_number_decides_nothing(hub: Hub, length: str) -> None:
    answer = await _raw(hub, [(b"content-length", length.encode("latin-1"))], VIEWER)
    assert answer["status"] == (413 if length.startswith("9") else 200)


async def test_the_largest_body_is_answered(hub: Hub) -> None:
    answer = await hub.post(VIEWER + b" " * (1024 * 1024 - len(VIEWER)))
    assert (answer.status, answer.data) == (200, {"viewer": None})


async def test_a_body_that_breaks_off_is_refused(hub: Hub) -> None:
    answer = await _raw(hub, [], b'{"query": "', disconnect=True)
    assert answer["status"] == 400
    assert answer["body"]["errors"][0]["extensions"]["code"] == "INVALID_REQUEST"


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/graphql",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "application/jsonx",
        "\u00e4",
    ],
)
async def test_a_body_of_another_type_is_refused(hub: Hub, kind: str) -> None:
    answer = await _raw(hub, [(b"content-type", kind.encode("latin-1"))], VIEWER)
    assert answer["status"] == 415
    assert answer["body"]["errors"][0]["extensions"]["code"] == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize("kind", ["application/json; charset=UTF-8", "Application/JSON", "application/json;"])
async def test_json_is_taken_however_its_type_is_written(hub: Hub, kind: str) -> None:
    assert (await hub.post(VIEWER, headers={"content-type": kind})).data == {"viewer": None}


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_another_method_is_refused_and_the_right_one_named(hub: Hub, method: str) -> None:
    answer = await hub.post(VIEWER, method=method)
    assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer garbage",
        "Bearer hub_",
        "Bearer hub_" + "A" * 43,
        "Bearer hub_" + "A" * 50_000,
        "Bearer hub_\u00ff",
        "Basic dXNlcjpwYXNz",
        "hub_AAAA",
    ],
)
async def test_a_token_that_names_no_session_is_refused_whatever_is_asked(hub: Hub, header: str) -> None:
    answer = await _raw(hub, [(b"authorization", header.encode("latin-1"))], VIEWER)
    assert answer["status"] == 401
    assert answer["body"]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert "data" not in answer["body"]


async def test_several_authorization_headers_are_refused(hub: Hub) -> None:
    right = f"Bearer {await hub.token(PRIMARY)}".encode()
    for headers in ([right, b"Bearer garbage"], [b"Bearer garbage", right], [right, right]):
        answer = await _raw(hub, [(b"authorization", header) for header in headers], VIEWER)
        assert answer["status"] == 401


async def test_a_purpose_that_is_not_the_viewers_is_refused_and_the_right_ones_named(hub: Hub) -> None:
    for purpose in ("CURIOSITY", "", "enrollment", "PRIVACY_ACT"):
        answer = await hub.post(VIEWER, by=PRIMARY, headers={"x-hub-purpose": purpose})
        assert (answer.status, answer.code) == (400, "UNKNOWN_PURPOSE")
        assert "ENROLLMENT" in answer.errors[0]["extensions"]["purposes"]
        assert "PRIVACY_ACT" not in answer.errors[0]["extensions"]["purposes"]


async def test_a_purpose_is_checked_for_nobody_and_for_those_who_owe_a_step_too(hub: Hub) -> None:
    for who in (None, OWING, user_of("HELP_DESK")):
        assert (await hub.post(VIEWER, by=who, headers={"x-hub-purpose": "CURIOSITY"})).code == "UNKNOWN_PURPOSE"
        right = "PROGRAM_ADMINISTRATION" if who == user_of("HELP_DESK") else "ENROLLMENT"
        assert (await hub.post(VIEWER, by=who, headers={"x-hub-purpose": right})).status == 200
    assert ANONYMOUS.purpose is None


async def _raw(hub: Hub, headers: list[tuple[bytes, bytes]], body: bytes, *, disconnect: bool = False) -> Any:
    """Send headers that a well-made client would not, straight into the application."""
    sent: dict[str, Any] = {}
    kinds = [] if any(name == b"content-type" for name, _ in headers) else [(b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "root_path": "",
        "query_string": b"",
        "headers": [*kinds, *headers],
        "client": ("127.0.0.1", 1),
        "server": ("hub.test", 80),
    }
    messages = [{"type": "http.request", "body": body, "more_body": disconnect}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.update(message)

    await hub.app(scope, receive, send)
    return {"status": sent["status"], "body": json.loads(sent["body"])}
