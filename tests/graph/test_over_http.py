"""The same operations by `POST /graphql` with the token of a session: the bytes are those of the doors."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import httpx
import orjson
import pytest

from hub.accounts import Passwords
from hub.accounts.create import NewAccount, create_account
from hub.app import create_app
from hub.errors import HubError
from hub.settings import Settings
from permissions.role_sets import ROLE_SETS
from tests.graph.compare import Country
from tests.graph.operations import Operation, operation_of
from tests.graph.oracle.world import load
from tests.graph.viewers import of_role

pytestmark = pytest.mark.anyio
PASSWORD = "Right#pass1"
_SIGN_IN = "mutation($input: SignInInput!) { signIn(input: $input) { token } }"
_MIXED = (
    "{ viewer { userId state roles } students(first: 2) { nodes { msixId warned: states } } uploads { totalCount } }"
)


@pytest.mark.parametrize("role", ["STATE_DATA_ADMINISTRATOR", "GOVERNMENT_ADMINISTRATOR"])
async def test_a_signed_in_account_gets_what_the_doors_answer(country: Country, country_url: str, role: str) -> None:
    settings = Settings.model_validate(
        {"database_url": country_url, "pool_size": 2, "argon2_time_cost": 1, "argon2_memory_kib": 64}
    )
    state = "TN" if role.startswith("STATE") else None
    new = NewAccount(role, "A Person", f"{role.lower()}@agency.example", (role,), state=state)
    async with Passwords(settings) as passwords, country.owner.transaction():
        account_id = await create_account(
            country.owner, new, PASSWORD, roles=ROLE_SETS, passwords=passwords, ready=True
        )
    app = create_app(settings, country_url)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub") as client,
    ):
        credentials = {"input": {"userId": role, "password": PASSWORD}}
        answer = await client.post("/graphql", json={"query": _SIGN_IN, "variables": credentials})
        client.headers["authorization"] = f"Bearer {answer.json()['data']['signIn']['token']}"
        compared, viewer = 0, replace(of_role(role, state=state), account_id=account_id)
        for seed in range(25):
            operation = operation_of(seed).with_cursors(country.cursors)
            with contextlib.suppress(HubError):  # drawn too large
                expected = await country.body(viewer, operation.text, operation.variables[0])
                if "viewer" not in operation.text:
                    assert await _posted(client, operation) == expected
                    compared += 1
        assert compared > 10
        mixed = (await client.post("/graphql", json={"query": _MIXED})).json()
        assert mixed["data"]["viewer"] == {"userId": role, "state": state, "roles": [role]}
        assert (mixed["data"]["students"] is None) == (state is None)
    country.oracle.world = await load(country_url)  # there is an account more, and it signed in


async def _posted(client: httpx.AsyncClient, operation: Operation) -> bytes:
    sent = orjson.dumps({"query": operation.text, "variables": operation.variables[0]})
    answer = await client.post("/graphql", content=sent, headers={"content-type": "application/json"})
    return answer.content
