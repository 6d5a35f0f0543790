"""A token in an address is refused on every route, and no log line holds one, wherever it was sent."""

from __future__ import annotations

import logging

import pytest
from structlog.testing import capture_logs

from tests.http.hub import PRIMARY, Hub, answer_of

pytestmark = pytest.mark.anyio

VIEWER = {"query": "{ viewer { userId } }"}


@pytest.mark.parametrize("path", ["/graphql", "/session", "/health", "/nowhere"])
@pytest.mark.parametrize(
    "asked",
    ["access_token={}", "token={}", "x={}", "ToKeN=x", "%74oken=x", "a=1&authorization=Bearer+{}", "{}", "q=%68{rest}",
     "a=1;x={}", "query={{viewer}}&access%5Ftoken={}"],
)  # fmt: skip
async def test_a_token_in_the_address_is_refused(
    hub: Hub, path: str, asked: str, caplog: pytest.LogCaptureFixture
) -> None:
    tokens = [await hub.token(PRIMARY), await hub.service_token(PRIMARY, "http:get")]
    with capture_logs() as logs, caplog.at_level(logging.DEBUG):
        for token in tokens:
            for method in ("POST", "GET"):
                address = f"{path}?{asked.format(token, rest=token[1:])}"
                answer = answer_of(await hub.http.request(method, address, json=VIEWER))
                assert (answer.status, answer.code) == (400, "TOKEN_IN_URL"), address
                assert token not in answer.text
    said = str(logs) + "".join(line for line in caplog.text.splitlines() if "httpx" not in line)
    assert not [token for token in tokens if token[7:] in said]


async def test_no_token_is_ever_logged(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    tokens = [await hub.token(PRIMARY), await hub.service_token(PRIMARY, "student:read")]
    with capture_logs() as logs, caplog.at_level(logging.DEBUG):
        for token in tokens:
            for value in (f"Bearer {token}", token, f"Basic {token}", f"Bearer {token}x", f"Bearer {token}, {token}"):
                await hub.ask(VIEWER["query"], headers={"authorization": value})
            await hub.ask(VIEWER["query"], headers={"cookie": f"hub_session={token}"})
            await hub.http.get(f"/graphql/{token}")
    said = str(logs) + "".join(line for line in caplog.text.splitlines() if "httpx" not in line)
    assert logs
    assert not [token for token in tokens if token[7:] in said]


async def test_other_parameters_are_nobodys_business(hub: Hub) -> None:
    answer = answer_of(await hub.http.post("/graphql?trace=hub_short&next_token=3", json=VIEWER))
    assert answer.data == {"viewer": None}
    assert (await hub.http.get("/health?x=1")).status_code == 200
