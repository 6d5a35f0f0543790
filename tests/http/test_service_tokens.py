"""A service token may what its account gave it and may itself, from where and until when it was said, and no more."""

from __future__ import annotations

import asyncio
import datetime
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from hub import clock
from hub.accounts.end_sessions import EndReason
from hub.store.engine import connect
from tests.http.hub import (
    CREATE_TOKEN,
    DATA_ADMIN,
    DATA_ADMIN_TX,
    PASSWORD,
    PRIMARY,
    SECONDARY,
    Answer,
    Hub,
    answer_of,
    events,
    running,
)
from tests.http.planted import PLANTED

pytestmark = pytest.mark.anyio


READ = "query Look($id: String!) { student(msixId: $id) { msixId } }"
ASKED = {"id": PLANTED.msix["Ana"]}
WHO = "{ viewer { userId grants purposes } }"
LIST = "{ viewer { serviceTokens { id name grants addresses purpose lastUsedAt revokedAt revokeReason } } }"
REVOKE = "mutation($id: ID!) { revokeServiceToken(input: {id: $id}) { id errors { code field } } }"
OF_USER = "query($user: String!) { serviceTokens(userId: $user) { id name revokedAt } }"
USER_ADMIN, USER_ADMIN_TX = "STATE_USER_ADMINISTRATOR.TN", "STATE_USER_ADMINISTRATOR.TX"
OME_ADMIN = "OME_USER_ADMINISTRATOR"


def given(**differently: Any) -> dict[str, Any]:
    """An input that is right but for what differs."""
    return {
        "name": "Dashboard",
        "grants": ["student:read"],
        "expiresAt": (clock.now() + datetime.timedelta(days=30)).isoformat(),
        "addresses": ["127.0.0.0/8", "::1/128"],
        **differently,
    }


async def create(hub: Hub, by: str = PRIMARY, **differently: Any) -> dict[str, Any]:
    answer = await hub.ask(CREATE_TOKEN, {"input": given(**differently)}, by=by)
    payload: dict[str, Any] = answer.data["createServiceToken"]
    return payload


async def until_refused(asked: Callable[[], Awaitable[Answer]]) -> None:
    """Wait for other workers, and this one, to hear of a change; they hear within moments."""
    deadline = time.monotonic() + 5
    while (await asked()).status != 401:
        assert time.monotonic() < deadline, "the token is still let in after 5 s"
        await asyncio.sleep(0.005)


async def execute(hub: Hub, statement: str, *values: Any) -> None:
    owner = await connect(hub.url)
    try:
        await owner.execute(statement, *values)
    finally:
        await owner.close()


async def test_a_token_may_what_it_was_given_and_no_more(own_hub: Hub) -> None:
    made = await create(own_hub, grants=["student:read"])
    assert made["errors"] == []
    assert made["token"].startswith("hubst_")
    assert (await own_hub.ask_by(made["token"], READ, ASKED)).data == {"student": {"msixId": ASKED["id"]}}
    seen = await own_hub.ask_by(made["token"], WHO)
    assert seen.data["viewer"]["userId"] == PRIMARY
    assert seen.data["viewer"]["grants"] == ["student:read"]
    denied = await own_hub.ask_by(made["token"], "{ students { totalCount } }")
    assert (denied.codes, denied.data) == (["FORBIDDEN"], {"students": None})


async def test_every_use_is_recorded_as_the_accounts_via_the_token(own_hub: Hub) -> None:
    made = await create(own_hub, name="Nightly report", grants=["student:read"])
    number = 1
    via = {"token": number, "name": "Nightly report"}
    (event,) = await events(own_hub.url, "token:create")
    assert json.loads(event["detail"]) == {
        "token": number, "name": "Nightly report", "grants": ["student:read"], "purpose": None,
        "addresses": ["127.0.0.0/8", "::1/128"], "expires_at": json.loads(event["detail"])["expires_at"],
    }  # fmt: skip
    await own_hub.ask_by(made["token"], READ, ASKED)
    await own_hub.ask_by(
        made["token"], "query Two($id: String!) { viewer { userId } student(msixId: $id) { id } }", ASKED
    )
    for event in await events(own_hub.url, "student:view"):
        assert (event["user_id"], event["session_id"], str(event["address"])) == (PRIMARY, None, "127.0.0.1")
        assert event["account_id"]
        assert json.loads(event["detail"]) == {"via": via}
    await own_hub.ask_by(made["token"], "{ students { totalCount } }")
    (event,) = await events(own_hub.url, "request:refused")
    assert json.loads(event["detail"]) == {"code": "FORBIDDEN", "via": via}
    await own_hub.ask_by(made["token"], "query Idle { jurisdictions { code } }")
    (event,) = await events(own_hub.url, "token:use")
    assert (event["user_id"], event["operation"], json.loads(event["detail"])) == (PRIMARY, "Idle", {"via": via})
    nobody = await own_hub.ask_by(made["token"], 'query N { node(id: "x") { id } }')
    assert nobody.data == {"node": None}
    assert [event["operation"] for event in await events(own_hub.url, "token:use")] == ["Idle", "N"]


async def test_the_token_is_shown_once_and_kept_nowhere(own_hub: Hub) -> None:
    key = given(idempotencyKey="once")
    first, second = [
        (await own_hub.ask(CREATE_TOKEN, {"input": key}, by=PRIMARY)).data["createServiceToken"] for _ in "12"
    ]
    assert first["token"] and second["token"] is None
    assert first["id"] == second["id"]
    await own_hub.ask_by(first["token"], WHO)
    listed = (await own_hub.ask(LIST, by=PRIMARY)).data["viewer"]["serviceTokens"]
    assert [(one["id"], one["name"], one["grants"], one["revokedAt"]) for one in listed] == [
        (first["id"], "Dashboard", ["student:read"], None)
    ]
    assert listed[0]["addresses"] == ["127.0.0.0/8", "::1/128"]
    assert listed[0]["lastUsedAt"]
    owner = await connect(own_hub.url)
    tables = ["service_tokens", "audit_events", "idempotency_keys", "outbox_messages"]
    kept = [str(await owner.fetch(f"SELECT t::text FROM {table} t")) for table in tables]
    await owner.close()
    assert not [table for table, text in zip(tables, kept, strict=True) if first["token"][6:] in text]


@pytest.mark.parametrize(
    ("differently", "code", "field"),
    [
        ({"grants": ["upload:write"]}, "GRANT_NOT_HELD", "grants"),
        ({"grants": ["student:read", "account:manage"]}, "GRANT_NOT_HELD", "grants"),
        ({"grants": ["account:self"]}, "GRANT_NOT_HELD", "grants"),
        ({"grants": ["student:raed"]}, "GRANT_NOT_HELD", "grants"),
        ({"grants": []}, "INVALID_INPUT", "grants"),
        ({"name": "  "}, "INVALID_INPUT", "name"),
        ({"name": "x" * 61}, "INVALID_INPUT", "name"),
        ({"name": "of 123-45-6789"}, "INVALID_INPUT", "name"),
        ({"name": "a\0b"}, "INVALID_INPUT", "name"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "INVALID_INPUT", "expiresAt"),
        ({"expiresAt": "2999-01-01T00:00:00Z"}, "INVALID_INPUT", "expiresAt"),
        ({"expiresAt": "2999-01-01T00:00:00"}, "INVALID_INPUT", "expiresAt"),
        ({"addresses": []}, "INVALID_INPUT", "addresses"),
        ({"addresses": ["10.1.2.3/8"]}, "INVALID_INPUT", "addresses"),
        ({"addresses": ["everywhere"]}, "INVALID_INPUT", "addresses"),
        ({"addresses": ["fe80::1%eth0"]}, "INVALID_INPUT", "addresses"),
        ({"addresses": [f"10.0.0.{n}" for n in range(21)]}, "INVALID_INPUT", "addresses"),
        ({"purpose": "PRIVACY_ACT"}, "INVALID_INPUT", "purpose"),
        ({"purpose": "CURIOSITY"}, "INVALID_INPUT", "purpose"),
    ],
)  # fmt: skip
async def test_what_is_asked_beyond_the_rules_is_refused(
    own_hub: Hub, differently: dict[str, Any], code: str, field: str
) -> None:
    made = await create(own_hub, **differently)
    assert made["token"] is None
    assert [(error["code"], error["field"]) for error in made["errors"]] == [(code, field)]
    assert (await own_hub.ask(LIST, by=PRIMARY)).data["viewer"]["serviceTokens"] == []
    (event,) = await events(own_hub.url, "change:refused")
    assert json.loads(event["detail"]) == {"change": "createServiceToken", "code": code}


async def test_names_are_the_accounts_own_and_free_again_once_revoked(own_hub: Hub) -> None:
    first = await create(own_hub)
    assert [error["code"] for error in (await create(own_hub, name="DASHBOARD"))["errors"]] == ["NAME_TAKEN"]
    assert (await create(own_hub, SECONDARY))["errors"] == []
    await own_hub.ask(REVOKE, {"id": first["id"]}, by=PRIMARY)
    assert (await create(own_hub))["errors"] == []


async def test_an_account_has_fifty_tokens_at_most(own_hub: Hub) -> None:
    await create(own_hub)
    await execute(
        own_hub,
        "INSERT INTO service_tokens (token_hash, account_id, name, grants, addresses, expires_at) "
        "SELECT number::text::bytea, account_id, number::text, grants, addresses, expires_at "
        "FROM service_tokens, generate_series(1, 49) AS number",
    )
    assert [error["code"] for error in (await create(own_hub, name="one more"))["errors"]] == ["TOO_MANY"]


async def test_a_token_is_for_the_addresses_that_it_names(own_hub: Hub) -> None:
    elsewhere = await create(own_hub, addresses=["10.20.0.0/16", "2001:db8::/32"])
    assert (await own_hub.ask_by(elsewhere["token"], WHO)).code == "UNAUTHENTICATED"
    (event,) = await events(own_hub.url, "token:refused")
    assert (event["user_id"], str(event["address"])) == (PRIMARY, "127.0.0.1")
    assert json.loads(event["detail"])["reason"] == "ADDRESS"
    for peer, status in [("10.20.255.1", 200), ("10.21.0.1", 401), ("::ffff:10.20.0.1", 200), ("2001:db8::7", 200),
                         ("2001:db9::7", 401), ("not an address", 401)]:  # fmt: skip
        transport = httpx.ASGITransport(own_hub.app, client=(peer, 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as http:
            headers = {"authorization": f"Bearer {elsewhere['token']}", "x-forwarded-for": "10.20.0.1"}
            assert (await http.post("/graphql", json={"query": WHO}, headers=headers)).status_code == status, peer


async def test_a_token_expires_to_the_second(own_hub: Hub) -> None:
    start = clock.now()
    made = await create(own_hub, expiresAt=(start + datetime.timedelta(hours=1)).isoformat())
    for after, status in [(0, 200), (3590, 200), (3599.5, 200), (3600, 401), (3700, 401)]:
        with clock.frozen(start + datetime.timedelta(seconds=after)):
            assert (await own_hub.ask_by(made["token"], WHO)).status == status, after
    assert [json.loads(event["detail"])["reason"] for event in await events(own_hub.url, "token:refused")] == [
        "EXPIRED",
        "EXPIRED",
    ]


async def test_a_revoked_token_is_worth_nothing_on_any_worker(own_hub: Hub) -> None:
    made = await create(own_hub)
    async with running(own_hub.url) as other:
        for worker in (own_hub, other):
            assert (await worker.ask_by(made["token"], WHO)).status == 200
        answer = await own_hub.ask(REVOKE, {"id": made["id"]}, by=PRIMARY)
        assert answer.data == {"revokeServiceToken": {"id": made["id"], "errors": []}}
        for worker in (own_hub, other):
            await until_refused(lambda worker=worker: worker.ask_by(made["token"], WHO))  # type: ignore[misc]
    again = await own_hub.ask(REVOKE, {"id": made["id"]}, by=PRIMARY)
    assert again.data["revokeServiceToken"]["errors"] == [{"code": "NOT_FOUND", "field": "id"}]
    listed = (await own_hub.ask(LIST, by=PRIMARY)).data["viewer"]["serviceTokens"]
    assert [(one["revokedAt"] is not None, one["revokeReason"]) for one in listed] == [(True, "BY_OWNER")]
    (event,) = await events(own_hub.url, "token:revoke")
    assert (event["user_id"], json.loads(event["detail"])["reason"]) == (PRIMARY, "BY_OWNER")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("status = 'DISABLED'", "ACCOUNT_DISABLED"),
        ("status = 'DEACTIVATED'", "ACCOUNT_DEACTIVATED"),
        ("trained_at = NULL", "TRAINING_REQUIRED"),
        ("must_change_password = true", "PASSWORD_CHANGE_REQUIRED"),
        ("rules_version = 'old'", "RULES_REQUIRED"),
    ],
)
async def test_an_account_that_closes_or_owes_a_step_closes_its_tokens_on_every_worker(
    own_hub: Hub, change: str, reason: str
) -> None:
    made = await create(own_hub)
    async with running(own_hub.url) as other:
        assert (await other.ask_by(made["token"], WHO)).status == 200
        owner = await connect(own_hub.url)
        async with owner.transaction():
            await owner.execute(f"UPDATE accounts SET {change} WHERE user_id = $1", PRIMARY)
            await owner.execute(
                "SELECT pg_notify('session_ended', account_id::text) FROM accounts WHERE user_id = $1", PRIMARY
            )
        await owner.close()
        for worker in (own_hub, other):
            await until_refused(lambda worker=worker: worker.ask_by(made["token"], READ, ASKED))  # type: ignore[misc]
    refused = await events(own_hub.url, "token:refused")
    assert {json.loads(event["detail"])["reason"] for event in refused} == {reason}


async def test_deactivation_revokes_every_token_and_disabling_none(own_hub: Hub) -> None:
    made = await create(own_hub)
    await create(own_hub, name="another")
    owner = await connect(own_hub.url)
    account = await owner.fetchval("SELECT account_id FROM accounts WHERE user_id = $1", PRIMARY)
    await owner.close()
    sessions = own_hub.app.state.services.sessions
    await sessions.end_all(account, EndReason.ACCOUNT_DISABLED)
    assert await events(own_hub.url, "token:revoke") == []
    await sessions.end_all(account, EndReason.ACCOUNT_DEACTIVATED)
    revoked = await events(own_hub.url, "token:revoke")
    assert [(event["user_id"], json.loads(event["detail"])["reason"]) for event in revoked] == [
        (PRIMARY, "ACCOUNT_DEACTIVATED")
    ] * 2
    await until_refused(lambda: own_hub.ask_by(made["token"], WHO))


async def test_a_grant_that_the_account_lost_is_lost_to_the_token_at_its_next_use(own_hub: Hub) -> None:
    made = await create(own_hub, DATA_ADMIN, grants=["student:read", "upload:read"])
    uploads = "{ uploads { totalCount } }"
    assert (await own_hub.ask_by(made["token"], uploads)).errors == []
    await execute(
        own_hub,
        "WITH changed AS (UPDATE account_roles SET role = 'PRIMARY_USER' FROM accounts "
        "WHERE accounts.account_id = account_roles.account_id AND user_id = $1 RETURNING accounts.account_id) "
        "SELECT pg_notify('session_ended', account_id::text) FROM changed",
        DATA_ADMIN,
    )
    deadline = time.monotonic() + 5
    while (await own_hub.ask_by(made["token"], uploads)).codes != ["FORBIDDEN"]:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.005)
    assert (await own_hub.ask_by(made["token"], READ, ASKED)).errors == []
    assert (await own_hub.ask_by(made["token"], WHO)).data["viewer"]["grants"] == ["student:read"]


async def test_a_tokens_grant_reaches_as_far_as_the_accounts(own_hub: Hub) -> None:
    numbers = {}
    for by in (DATA_ADMIN, DATA_ADMIN_TX):
        made = await create(own_hub, by, grants=["upload:read"])
        answer = await own_hub.ask_by(made["token"], "{ uploads { nodes { state } } }")
        numbers[by] = {node["state"] for node in answer.data["uploads"]["nodes"]}
    assert numbers == {DATA_ADMIN: {"TN"}, DATA_ADMIN_TX: {"TX"}}


async def test_a_token_with_a_purpose_is_for_that_purpose_alone(own_hub: Hub) -> None:
    made = await create(own_hub, purpose="PLACEMENT")
    bearer = {"authorization": f"Bearer {made['token']}"}
    assert (await own_hub.ask_by(made["token"], WHO)).data["viewer"]["purposes"] == ["PLACEMENT"]
    await own_hub.ask_by(made["token"], READ, ASKED)
    (event,) = await events(own_hub.url, "student:view")
    assert event["purpose"] == "PLACEMENT"
    other = await own_hub.ask(READ, ASKED, headers={**bearer, "x-hub-purpose": "ENROLLMENT"})
    assert other.code == "UNKNOWN_PURPOSE"
    await execute(
        own_hub,
        "WITH changed AS (UPDATE account_roles SET role = 'PRIVACY_ACT_ADMINISTRATOR' FROM accounts "
        "WHERE accounts.account_id = account_roles.account_id AND user_id = $1 RETURNING accounts.account_id) "
        "SELECT pg_notify('session_ended', account_id::text) FROM changed",
        PRIMARY,
    )
    deadline = time.monotonic() + 5
    while (lost := await own_hub.ask_by(made["token"], READ, ASKED)).codes != ["UNKNOWN_PURPOSE"]:
        assert time.monotonic() < deadline, "a purpose that the account lost is the token's still"
        await asyncio.sleep(0.005)
    assert "data" not in lost.body


async def test_what_is_ones_own_is_done_by_the_person(own_hub: Hub) -> None:
    token = await own_hub.service_token(PRIMARY, "student:read", "schema:read", "http:get")
    for document in (
        "mutation { signOut { errors { code } } }",
        f'mutation {{ signIn(input: {{userId: "{PRIMARY}", password: "{PASSWORD}"}}) {{ token }} }}',
    ):
        refused = await own_hub.ask_by(token, document)
        assert (refused.status, refused.code) == (403, "PERSON_REQUIRED")
    told = [json.loads(event["detail"]) for event in await events(own_hub.url, "request:refused")]
    assert [(detail["code"], detail["via"]["token"]) for detail in told] == [("PERSON_REQUIRED", 1)] * 2
    created = await own_hub.ask(CREATE_TOKEN, {"input": given()}, headers={"authorization": f"Bearer {token}"})
    assert (created.codes, created.data) == (["FORBIDDEN"], {"createServiceToken": None})
    for own in ("sessions { id }", "serviceTokens { id }"):
        answer = await own_hub.ask_by(token, f"{{ viewer {{ {own} }} }}")
        assert answer.codes == ["FORBIDDEN"]


async def test_administrators_see_and_revoke_the_tokens_of_accounts_in_their_reach(own_hub: Hub) -> None:
    made = await create(own_hub, PRIMARY)
    of_admin = await create(own_hub, USER_ADMIN, grants=["account:manage"])
    for by, user, shown in [
        (USER_ADMIN, PRIMARY, True), (USER_ADMIN_TX, PRIMARY, False), (OME_ADMIN, PRIMARY, False),
        (OME_ADMIN, USER_ADMIN, True), (USER_ADMIN, "no such user", False), (USER_ADMIN, OME_ADMIN, False),
    ]:  # fmt: skip
        answer = await own_hub.ask(OF_USER, {"user": user}, by=by)
        assert (answer.data["serviceTokens"] is not None) is shown, (by, user)
    denied = await own_hub.ask(OF_USER, {"user": PRIMARY}, by=PRIMARY)
    assert denied.codes == ["FORBIDDEN"]
    for by, token in [(USER_ADMIN_TX, made), (OME_ADMIN, made), (SECONDARY, made), (DATA_ADMIN, of_admin)]:
        answer = await own_hub.ask(REVOKE, {"id": token["id"]}, by=by)
        assert answer.data["revokeServiceToken"]["errors"] == [{"code": "NOT_FOUND", "field": "id"}]
    for by, token in [(USER_ADMIN, made), (OME_ADMIN, of_admin)]:
        assert (await own_hub.ask(REVOKE, {"id": token["id"]}, by=by)).data["revokeServiceToken"]["errors"] == []
        await until_refused(lambda token=token: own_hub.ask_by(token["token"], WHO))  # type: ignore[misc]
    listed = (await own_hub.ask(LIST, by=PRIMARY)).data["viewer"]["serviceTokens"]
    assert [one["revokeReason"] for one in listed] == ["BY_ADMINISTRATOR"]


@pytest.mark.parametrize("wrong", ["", "hubst_", "hubst_" + "A" * 43, "hubst_\u00e9", "HUBST_x", "hub_st"])
async def test_any_other_token_is_nobodys(own_hub: Hub, wrong: str) -> None:
    await create(own_hub)
    header = f"Bearer {wrong}".encode("latin-1")
    response = await own_hub.http.post("/graphql", json={"query": WHO}, headers=[(b"authorization", header)])
    assert answer_of(response).code == "UNAUTHENTICATED"
    assert await events(own_hub.url, "token:refused") == []


async def get(hub: Hub, token: str | None, **asked: str) -> Answer:
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    return answer_of(await hub.http.get("/graphql", params=asked, headers=headers))


async def test_get_is_for_tokens_that_were_given_it_and_for_queries(own_hub: Hub) -> None:
    token = await own_hub.service_token(PRIMARY, "student:read", "http:get")
    variables = json.dumps(ASKED)
    answer = await get(own_hub, token, query=READ, variables=variables, operationName="Look")
    assert answer.data == {"student": {"msixId": ASKED["id"]}}
    without = await own_hub.service_token(PRIMARY, "student:read")
    for other in (None, without, await own_hub.token(PRIMARY)):
        refused = await get(own_hub, other, query="{ viewer { userId } }")
        assert (refused.status, refused.code) == (405, "METHOD_NOT_ALLOWED")
        assert refused.headers["allow"] == "POST"
    mutation = await get(own_hub, token, query="mutation { signOut { errors { code } } }")
    assert (mutation.status, mutation.code) == (405, "METHOD_NOT_ALLOWED")
    assert (await get(own_hub, token, query="{ __schema { types { name } } }")).code == "INTROSPECTION_OFF"


async def test_wrong_addresses_are_refused_with_a_code(own_hub: Hub) -> None:
    token = await own_hub.service_token(PRIMARY, "student:read", "http:get")
    headers = {"authorization": f"Bearer {token}"}
    cases = [
        ("", "INVALID_REQUEST"), ("query=%7B+viewer+%7B+userId+%7D+%7D&query=x", "INVALID_REQUEST"),
        ("query=%FF", "INVALID_UTF8"), ("query=a&variables=%7B", "INVALID_JSON"),
        ("query=a&variables=1", "INVALID_REQUEST"),
        ("&".join(f"a{n}=1" for n in range(20)), "INVALID_REQUEST"), ("query=%7B", "SYNTAX_ERROR"),
    ]  # fmt: skip
    for address, code in cases:
        answer = answer_of(await own_hub.http.get(f"/graphql?{address}", headers=headers))
        assert (answer.status, answer.code) == (400, code), address
