"""The real application, asked over HTTP in this process, by anybody who has an account."""

from __future__ import annotations

import datetime
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
from starlette.applications import Starlette

from hub import clock
from hub.accounts import NewAccount, Passwords, create_account
from hub.accounts.open_session import SignedIn
from hub.app import create_app
from hub.settings import Settings
from hub.store.engine import connect
from permissions.role_sets import ROLE_SETS
from permissions.roles import Role

PASSWORD = "Right#pass1"
OF_OME = frozenset(ROLE_SETS.of_ome)


REGION = "East"
"""The region of regional administrators."""


def user_of(role: str, state: str = "TN") -> str:
    """The user id of the account that has this role alone; OME's accounts belong to no state."""
    return role if role in OF_OME else f"{role}.{state}"


SECONDARY, PRIMARY = user_of(Role.SECONDARY_USER), user_of(Role.PRIMARY_USER)
DATA_ADMIN, DATA_ADMIN_TX = user_of(Role.STATE_DATA_ADMINISTRATOR), user_of(Role.STATE_DATA_ADMINISTRATOR, "TX")
HELP_DESK, PRIVACY = user_of(Role.HELP_DESK), user_of(Role.PRIVACY_ACT_ADMINISTRATOR)
OWING = "owing"
"""The user id of the account that is not ready: training comes first."""


def cheap_settings(**values: Any) -> Settings:
    """Settings with hashing that takes no time, and without sealing, which works in the background."""
    return Settings.model_validate({"argon2_time_cost": 1, "argon2_memory_kib": 64, "audit_seal_seconds": 0, **values})


async def store_accounts(url: str) -> None:
    """One account of every role in every state that tests know, and one that is not ready."""
    new = [
        NewAccount(
            user_of(role, state),
            "A Name",
            f"{role}.{state}@agency.gov",
            (role,),
            None if ome else state,
            region=REGION if role is Role.REGIONAL_DATA_ADMINISTRATOR else None,
        )
        for role in Role
        for ome in [role in OF_OME]
        for state in (["TN"] if ome else ["TN", "TX"])
    ]
    owing = NewAccount(OWING, "A Name", "owing@agency.gov", ("SECONDARY_USER",), "TN")
    connection = await connect(url)
    try:
        async with Passwords(cheap_settings()) as passwords, connection.transaction():
            for account in [*new, owing]:
                ready = account is not owing
                await create_account(connection, account, PASSWORD, roles=ROLE_SETS, passwords=passwords, ready=ready)
    finally:
        await connection.close()


CREATE_TOKEN = """
mutation Create($input: CreateServiceTokenInput!) {
  createServiceToken(input: $input) { id token errors { code field message } }
}
"""


@dataclass(frozen=True)
class Answer:
    """One response: always JSON, never a fault of the hub unless the test expects one."""

    status: int
    text: str
    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def data(self) -> Any:
        return self.body.get("data")

    @property
    def errors(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.body.get("errors", [])
        return found

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors]

    @property
    def code(self) -> str:
        """The code of the only error."""
        (code,) = set(self.codes)
        return code


class Hub:
    """A client of one running application."""

    def __init__(self, app: Starlette, http: httpx.AsyncClient, url: str) -> None:
        self.app = app
        self.http = http
        self.url = url
        self._tokens: dict[str, str] = {}

    async def token(self, user_id: str) -> str:
        """A token of a session of this account's own."""
        if user_id not in self._tokens:
            answer = await self.app.state.services.sign_in(user_id, PASSWORD)
            assert isinstance(answer, SignedIn)
            self._tokens[user_id] = answer.token
        return self._tokens[user_id]

    async def service_token(self, by: str, *grants: str, **differently: Any) -> str:
        """A service token that the account makes for itself, good for a day on this machine."""
        given = {
            "name": secrets.token_hex(4),
            "grants": list(grants),
            "expiresAt": (clock.now() + datetime.timedelta(days=1)).isoformat(),
            "addresses": ["127.0.0.0/8"],
            **differently,
        }
        payload = (await self.ask(CREATE_TOKEN, {"input": given}, by=by)).data["createServiceToken"]
        assert payload["errors"] == []
        token: str = payload["token"]
        return token

    async def ask_by(self, token: str, query: str, variables: Mapping[str, Any] | None = None) -> Answer:
        """Ask with a token, a person's or a service's."""
        return await self.ask(query, variables, headers={"authorization": f"Bearer {token}"})

    async def ask(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        by: str | None = None,
        operation: str | None = None,
        headers: Mapping[str, str] | None = None,
        fault: bool = False,
    ) -> Answer:
        """Ask a GraphQL request, signed in as `by`."""
        body = {"query": query, "variables": variables, "operationName": operation}
        return await self.post(json.dumps(body).encode(), by=by, headers=headers, fault=fault)

    async def post(
        self,
        content: Any,
        *,
        by: str | None = None,
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
        fault: bool = False,
    ) -> Answer:
        """Send bytes. `fault` says that the test expects a status of 500 or more."""
        sent: list[tuple[str, str]] = [("content-type", "application/json")]
        if by is not None:
            sent.append(("authorization", f"Bearer {await self.token(by)}"))
        replaced = {name.lower(): value for name, value in (headers or {}).items()}
        sent = [(name, value) for name, value in sent if name not in replaced] + list(replaced.items())
        return answer_of(await self.http.request(method, "/graphql", content=content, headers=sent), fault=fault)


def answer_of(response: httpx.Response, *, fault: bool = False) -> Answer:
    """The answer in a response, checked for what holds of all."""
    assert response.headers["content-type"] == "application/json", response.text
    assert response.headers["cache-control"] == "no-store"
    body = json.loads(response.content.decode())
    assert (response.status_code >= 500) is fault, response.text
    for error in body.get("errors", []):
        assert error["extensions"]["code"]
        assert error["message"]
        assert "Traceback" not in error["message"]
    return Answer(response.status_code, response.text, body, response.headers)


@asynccontextmanager
async def running(url: str, **settings: Any) -> AsyncIterator[Hub]:
    """The application over the database at `url`, started and stopped."""
    app = create_app(cheap_settings(**settings), url)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as http:
            yield Hub(app, http, url)


async def events(url: str, *tags: str) -> list[asyncpg.Record]:
    """The audit events of these tags, over a connection of another process's kind."""
    connection = await connect(url)
    try:
        found: list[asyncpg.Record] = await connection.fetch(
            "SELECT * FROM audit_events WHERE tag = ANY($1) ORDER BY event_id", list(tags)
        )
        return found
    finally:
        await connection.close()
