"""graphql-transport-ws as the hub speaks it: who is let in, what is refused, and by which code a socket is closed."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql import GraphQLObjectType
from websockets.exceptions import InvalidStatus

from hub import graphql_socket
from tests.http.hub import DATA_ADMIN, OWING, PRIMARY, SECONDARY, Hub, events, running
from tests.http.sockets import introduced, listening, opened

pytestmark = pytest.mark.anyio

FOLLOW = 'subscription { studentChanged(msixId: "1") { student { msixId } } }'
COOKIE = "hub_session"


@pytest.fixture
async def hub(country_url: str) -> AsyncIterator[Hub]:
    async with running(country_url, max_body_bytes=20_000, max_subscriptions=3) as started:
        yield started


@pytest.fixture
async def address(hub: Hub) -> AsyncIterator[str]:
    async with listening(hub) as found:
        yield found


INIT = {"type": "connection_init"}
BEFORE: dict[str, tuple[str | bytes, tuple[int, str]]] = {
    "no JSON": ("{", (4400, "Expected a message in JSON")),
    "bytes": (b'{"type":"ping"}', (4400, "Expected a message in JSON")),
    "no object": ("[]", (4400, "Expected a message of graphql-transport-ws")),
    "no type": ("{}", (4400, "Expected a message of graphql-transport-ws")),
    "of the older protocol": ('{"type":"start"}', (4400, "Expected a message of graphql-transport-ws")),
    "a payload that is none": ('{"type":"ping","payload":[]}', (4400, "Expected `payload` to be an object")),
    "no id": ('{"type":"subscribe"}', (4400, "Expected `id` to be a string of 1 to 200 characters")),
    "subscribing first": ('{"type":"subscribe","id":"1","payload":{"query":"{a}"}}', (4401, "Unauthorized")),
    "nobody": (json.dumps(INIT), (4401, "UNAUTHENTICATED")),
    "an unknown token": (json.dumps({**INIT, "payload": {"authorization": "Bearer x"}}), (4401, "UNAUTHENTICATED")),
    "no scheme": (json.dumps({**INIT, "payload": {"authorization": "x"}}), (4401, "UNAUTHENTICATED")),
    "no text": (json.dumps({**INIT, "payload": {"authorization": 1}}), (4401, "UNAUTHENTICATED")),
    "too much": (json.dumps({**INIT, "payload": {"x": "x" * 20_000}}), (1009, "")),
}


@pytest.mark.parametrize("case", BEFORE)
async def test_what_is_no_introduction_closes_the_socket(address: str, case: str) -> None:
    sent, (code, reason) = BEFORE[case]
    async with opened(address) as socket:
        await socket.connection.send(sent)
        closed = await socket.closed()
    assert closed[0] == code
    assert not reason or closed[1] == reason


async def test_what_breaks_the_protocol_later_closes_the_socket(hub: Hub, address: str) -> None:
    token = await hub.token(PRIMARY)
    async with introduced(address, token) as socket:
        await socket.send("connection_init", payload={"authorization": f"Bearer {token}"})
        assert await socket.closed() == (4429, "Too many initialisation requests")
    async with introduced(address, token) as socket:
        await socket.subscribe(FOLLOW)
        await socket.send("subscribe", "1", {"query": FOLLOW})
        assert await socket.closed() == (4409, "Subscriber for 1 already exists")
    async with introduced(address, token) as socket:
        await socket.send("subscribe", "1", {"query": 1})
        assert await socket.closed() == (4400, "INVALID_REQUEST")
    assert hub.app.state.services.feed.followers == 0


async def test_who_says_nothing_is_closed(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert graphql_socket.INIT_SECONDS == 3
    monkeypatch.setattr(graphql_socket, "INIT_SECONDS", 0.5)
    async with opened(address) as socket:
        await socket.send("ping")
        assert await socket.receive() == {"type": "pong"}
        assert await socket.closed() == (4408, "Connection initialisation timeout")


@pytest.mark.parametrize("spoken", [None, ["graphql-ws"], ["graphql-ws", "x"]])
async def test_no_other_protocol_is_spoken(address: str, spoken: Any) -> None:
    async with opened(address, subprotocols=spoken) as socket:
        assert await socket.closed() == (4406, "Subprotocol not acceptable")


async def test_an_account_that_owes_a_step_and_an_unknown_purpose_are_not_let_in(hub: Hub, address: str) -> None:
    for by, payload, reason in [(OWING, {}, "TRAINING_REQUIRED"), (PRIMARY, {"purpose": "FUN"}, "UNKNOWN_PURPOSE")]:
        async with opened(address) as socket:
            given = {"authorization": f"Bearer {await hub.token(by)}", **payload}
            await socket.send("connection_init", payload=given)
            assert await socket.closed() == (4403, reason)


async def test_the_token_of_a_socket_is_in_no_address(
    hub: Hub, address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    token = await hub.token(PRIMARY)
    with pytest.raises(InvalidStatus) as refused:
        async with opened(f"{address}?token={token}"):
            pass
    assert refused.value.response.status_code == 400
    assert json.loads(refused.value.response.body)["errors"][0]["extensions"]["code"] == "TOKEN_IN_URL"
    out, err = capfd.readouterr()
    assert token not in out + err


async def test_the_consoles_cookie_counts_from_its_own_pages_alone(hub: Hub, address: str) -> None:
    own = address.replace("ws:", "http:").removesuffix("/graphql")
    cookie = {"Cookie": f"{COOKIE}={await hub.token(PRIMARY)}"}
    for options in (
        {},
        {"origin": "https://evil.test"},
        {"origin": own.replace("127.0.0.1", "localhost")},
        {"origin": own, "additional_headers": {**cookie, "Sec-Fetch-Site": "cross-site"}},
    ):
        with pytest.raises(InvalidStatus) as refused:
            async with opened(address, **{"additional_headers": cookie, **options}):
                pass
        assert refused.value.response.status_code == 403
        assert b"CROSS_SITE" in refused.value.response.body
    async with opened(address, origin=own, additional_headers=cookie) as socket:
        await socket.send("connection_init")
        assert await socket.receive() == {"type": "connection_ack"}
        await socket.subscribe(FOLLOW)
    async with opened(address, origin=own, additional_headers=cookie) as socket:
        await socket.send("connection_init", payload={"authorization": f"Bearer {await hub.token(PRIMARY)}"})
        assert await socket.closed() == (4400, "TWO_CREDENTIALS")
    service = await hub.service_token(PRIMARY, "student:read")
    async with opened(address, origin=own, additional_headers={"Cookie": f"{COOKIE}={service}"}) as socket:
        await socket.send("connection_init")
        assert await socket.closed() == (4401, "UNAUTHENTICATED")


async def test_a_tool_may_give_its_token_in_the_header(hub: Hub, address: str) -> None:
    service = await hub.service_token(PRIMARY, "student:read")
    async with opened(address, additional_headers={"Authorization": f"Bearer {service}"}) as socket:
        await socket.send("connection_init")
        assert await socket.receive() == {"type": "connection_ack"}
        await socket.subscribe(FOLLOW)
        assert await socket.refused("subscription { worklistChanged { item { id } } }") == ["FORBIDDEN"]


REFUSED = {
    "{ viewer { userId } }": "WRONG_TRANSPORT",
    "mutation { signOut { errors { code } } }": "WRONG_TRANSPORT",
    "subscription {": "SYNTAX_ERROR",
    "subscription { nothing }": "UNKNOWN_FIELD",
    "subscription { studentChanged { student { msixId } } }": "VALIDATION_ERROR",
    "subscription { __typename }": "VALIDATION_ERROR",
    FOLLOW[:-1] + " worklistChanged { item { id } } }": "VALIDATION_ERROR",
    FOLLOW.replace("msixId }", "msixId " * 30 + "}"): "TOO_COSTLY",
    "subscription S($n: String!) { studentChanged(msixId: $n) { student { msixId } } }": "INVALID_VARIABLES",
    "subscription { worklistChanged { item { id } } }": "FORBIDDEN",
}


async def test_what_is_no_subscription_of_the_viewers_is_refused_and_the_socket_goes_on(hub: Hub, address: str) -> None:
    async with introduced(address, await hub.token(SECONDARY)) as socket:
        for query, code in REFUSED.items():
            assert await socket.refused(query) == [code], query
        for number in range(3):
            await socket.subscribe(FOLLOW, f"{number}")
        assert await socket.refused(FOLLOW) == ["TOO_MANY_SUBSCRIPTIONS"]
        await socket.send("complete", "0")
        await socket.subscribe(FOLLOW, "0")
        assert hub.app.state.services.feed.followers == 3
    seen = await events(hub.url, "request:refused")
    assert [event["fields"] for event in seen if event["fields"]] == [["Subscription.worklistChanged"]]
    others = [json.loads(event["detail"])["code"] for event in seen if not event["fields"]]
    assert others == [*(code for code in REFUSED.values() if code != "FORBIDDEN"), "TOO_MANY_SUBSCRIPTIONS"]


async def test_by_post_no_subscription_is_answered(hub: Hub) -> None:
    answer = await hub.ask(FOLLOW, by=DATA_ADMIN)
    assert (answer.status, answer.code) == (400, "WRONG_TRANSPORT")


async def test_every_field_of_the_subscription_answers_one_compiled_record(hub: Hub) -> None:
    """What is followed is read by the compiler, whose row scope is the only one."""
    root = hub.app.state.doors.schema.subscription_type
    for name, field in root.fields.items():
        assert isinstance(field.type, GraphQLObjectType), name
        assert len(field.type.fields) == 1, name


async def test_other_addresses_take_no_socket_and_are_not_logged(
    address: str, hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    token, child = await hub.token(PRIMARY), "123456789012"
    paths = ("/health", "/session", "/graphql/", "/", f"/x/{token}", f"/x?token={token}", f"/graphql/{child}")
    with caplog.at_level(logging.INFO, "uvicorn.error"):
        for path in paths:
            with pytest.raises(InvalidStatus) as refused:
                async with opened(address.removesuffix("/graphql") + path):
                    await asyncio.sleep(0)
            response = refused.value.response
            assert response.status_code == 404
            assert json.loads(response.body or b"")["errors"][0]["extensions"] == {"code": "UNKNOWN_ADDRESS"}
            assert response.headers["cache-control"] == "no-store"
            assert response.headers["x-content-type-options"] == "nosniff"
    said = "".join(record.getMessage() for record in caplog.records if record.name.startswith("uvicorn"))
    assert "404" in said
    assert token not in said and child not in said
