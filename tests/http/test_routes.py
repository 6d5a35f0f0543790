"""Every route says who may come. One that does not keeps the application from starting."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

import hub.app
from hub.app import create_app
from hub.routes import DeclaredRoute, Permission, UndeclaredRoute, everybody, holders_of
from permissions.grants import Grant
from tests.http.hub import DATA_ADMIN, OWING, PRIMARY, Hub, answer_of, cheap_settings

pytestmark = pytest.mark.anyio


async def who(scope: Scope, receive: Receive, send: Send) -> None:
    await JSONResponse({"user": scope["viewer"].user_id})(scope, receive, send)


async def fails(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("no word of this")


UNDECLARED = {
    "a plain route": Route("/x", who),
    "no permission": DeclaredRoute("/x", who, ["GET"], None),
    "neither grant nor reason": DeclaredRoute("/x", who, ["GET"], Permission(None)),
    "an empty reason": DeclaredRoute("/x", who, ["GET"], everybody("")),
    "an application below": Mount("/x", who),
}


@pytest.mark.parametrize("case", UNDECLARED)
def test_a_route_that_does_not_say_who_may_come_does_not_start(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = hub.app.routes
    monkeypatch.setattr(hub.app, "routes", lambda chosen: [*table(chosen), UNDECLARED[case]])
    with pytest.raises(UndeclaredRoute, match="/x"):
        create_app(cheap_settings())


def test_every_route_of_the_application_is_of_the_table() -> None:
    paths = {getattr(route, "path", None) for route in create_app(cheap_settings()).routes}
    assert {"/graphql", "/health", "/session"} <= paths


async def test_a_route_for_a_grant_lets_its_holders_in_and_nobody_else(own_hub: Hub) -> None:
    own_hub.app.router.routes.append(DeclaredRoute("/files", who, ["GET"], holders_of(Grant.UPLOAD_WRITE)))

    async def get(**headers: str) -> tuple[int, str]:
        answer = answer_of(await own_hub.http.get("/files", headers=headers))
        return answer.status, answer.code

    assert await get() == (400, "FORBIDDEN")
    assert await get(authorization="Bearer x") == (401, "UNAUTHENTICATED")
    assert await get(authorization=f"Bearer {await own_hub.token(PRIMARY)}") == (400, "FORBIDDEN")
    assert await get(authorization=f"Bearer {await own_hub.token(OWING)}") == (400, "TRAINING_REQUIRED")
    other = await own_hub.service_token(DATA_ADMIN, "upload:read")
    assert await get(authorization=f"Bearer {other}") == (400, "FORBIDDEN")
    for token in (await own_hub.token(DATA_ADMIN), await own_hub.service_token(DATA_ADMIN, "upload:write")):
        response = await own_hub.http.get("/files", headers={"authorization": f"Bearer {token}"})
        assert (response.status_code, response.json()) == (200, {"user": DATA_ADMIN})


NOWHERE = ["/", "/nowhere", "/graphql/", "/session/", "/health/", "//graphql", "/GRAPHQL", "/favicon.ico", "/%2e%2e/x"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
@pytest.mark.parametrize("path", NOWHERE)
async def test_where_no_route_is_the_answer_is_the_hubs_own_and_leads_nowhere(hub: Hub, path: str, method: str) -> None:
    response = await hub.http.request(method, path, headers={"host": "elsewhere.test"})
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "location" not in response.headers
    answer = answer_of(response)
    assert (answer.status, answer.code) == (404, "UNKNOWN_ADDRESS")
    assert path.strip("/") not in answer.text or path == "/"


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/health", "GET, HEAD"),
        ("/session", "DELETE, POST"),
        ("/oidc/start", "GET, HEAD"),
        ("/oidc/callback", "GET, HEAD"),
    ],
)
async def test_a_route_refuses_other_methods_and_names_its_own(hub: Hub, path: str, allow: str) -> None:
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"} - set(allow.split(", ")):
        response = await hub.http.request(method, path)
        answer = answer_of(response)
        assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED"), method
        assert (response.headers["allow"], response.headers["x-content-type-options"]) == (allow, "nosniff")


async def test_a_fault_of_a_route_is_a_code_alone(own_hub: Hub) -> None:
    own_hub.app.router.routes.append(DeclaredRoute("/fails", fails, ["GET"], everybody("It fails for everybody.")))
    answer = answer_of(await own_hub.http.get("/fails"), fault=True)
    assert (answer.status, answer.code) == (500, "INTERNAL")
    assert "no word" not in answer.text


async def loses_its_connection(*anything: Any) -> None:
    raise asyncpg.InternalClientError("no word of this")


async def test_a_connection_killed_in_the_middle_of_a_message_is_the_databases_fault(
    own_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = DeclaredRoute("/gone", loses_its_connection, ["GET"], everybody("It fails for everybody."))
    own_hub.app.router.routes.append(gone)
    route = answer_of(await own_hub.http.get("/gone"), fault=True)
    assert (route.status, route.code) == (503, "UNAVAILABLE")
    monkeypatch.setattr(own_hub.app.state.services.reads, "fetchrow", loses_its_connection)
    read = await own_hub.ask("{ students(first: 1) { totalCount } }", by=DATA_ADMIN)
    assert (read.codes, read.data) == (["UNAVAILABLE"], {"students": None})
    assert "no word" not in route.text + read.text
    assert (await own_hub.http.get("/health")).status_code == 503


async def test_a_route_whose_database_is_gone_says_so(own_hub: Hub) -> None:
    await own_hub.app.state.services.writes.close()
    own = {"x-hub-console": "1", "origin": "http://hub.test"}
    response = await own_hub.http.post("/session", json={"userId": "a", "password": "b"}, headers=own)
    answer = answer_of(response, fault=True)
    assert (answer.status, answer.code) == (503, "UNAVAILABLE")
