"""Accounts are shown to those who look after them, and of administrators the public sees how to reach them."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from tests.accounts.administering import ADMIN, ADMIN_TX, OME, make
from tests.http.hub import HELP_DESK, OWING, PRIMARY, Hub

pytestmark = pytest.mark.anyio

IDS = "{ users(first: 200%s) { totalCount nodes { userId state roles } } }"
WHOM = "query($s: String!) { userAdministrators(state: $s) { name email phone } }"


async def _users(hub: Hub, by: str, filter_: str = "") -> list[dict[str, Any]]:
    page = (await hub.ask(IDS % (f", filter: {filter_}" if filter_ else ""), by=by)).data["users"]
    assert page["totalCount"] == len(page["nodes"])
    found: list[dict[str, Any]] = page["nodes"]
    return found


async def test_each_administrator_sees_the_accounts_within_reach(hub: Hub) -> None:
    everybody = await _users(hub, HELP_DESK)
    tennessee = [user for user in everybody if user["state"] == "TN"]
    administrators = [user for user in everybody if "STATE_USER_ADMINISTRATOR" in user["roles"]]
    assert len(tennessee) == 7 and len(administrators) == 4 and any(user["state"] is None for user in everybody)
    assert await _users(hub, ADMIN) == tennessee
    assert await _users(hub, OME) == administrators
    assert {user["state"] for user in await _users(hub, ADMIN_TX)} == {"TX"}


async def test_filters_narrow_what_is_in_reach(hub: Hub) -> None:
    assert await _users(hub, ADMIN, '{state: {eq: "TX"}}') == []
    (user,) = await _users(hub, ADMIN, "{role: [PRIMARY_USER]}")
    assert user["userId"] == PRIMARY
    assert len(await _users(hub, ADMIN, "{status: [ACTIVE]}")) == 7
    assert await _users(hub, ADMIN, "{status: [DEACTIVATED, DISABLED]}") == []
    assert len(await _users(hub, ADMIN, '{name: {eq: "a. NAME"}}')) == 6


async def test_one_account_is_found_by_its_user_id_in_any_case(hub: Hub) -> None:
    text = "query($u: String!) { user(userId: $u) { userId } }"
    for by, user_id, found in (
        (ADMIN, PRIMARY.lower(), PRIMARY),
        (ADMIN_TX, PRIMARY, None),
        (OME, PRIMARY, None),
        (OME, ADMIN, ADMIN),
        (HELP_DESK, OME, OME),
        (ADMIN, "nobody", None),
    ):
        answer = await hub.ask(text, {"u": user_id}, by=by)
        assert answer.data["user"] == (found and {"userId": found}), (by, user_id)


async def test_the_help_desk_sees_no_address_and_no_history(hub: Hub) -> None:
    text = "query($u: String!) { user(userId: $u) { userId status email phone trainings { completedOn } } }"
    answer = await hub.ask(text, {"u": PRIMARY}, by=HELP_DESK)
    assert answer.data["user"] == {
        "userId": PRIMARY,
        "status": "ACTIVE",
        "email": None,
        "phone": None,
        "trainings": None,
    }
    assert set(answer.codes) == {"FORBIDDEN"}


async def test_every_training_is_kept_and_the_newest_counts(own_hub: Hub) -> None:
    record = "mutation($i: RecordTrainingInput!) { recordTraining(input: $i) { errors { code field } } }"
    for day in ("2026-02-01", "2025-03-01"):
        answer = await own_hub.ask(record, {"i": {"userId": OWING, "completedOn": day}}, by=ADMIN)
        assert answer.data["recordTraining"]["errors"] == []
    shown = "{ trainedAt trainings { completedOn recordedBy } }"
    user = (await own_hub.ask(f'{{ user(userId: "{OWING}") {shown} }}', by=ADMIN)).data["user"]
    assert user["trainedAt"].startswith("2026-02-01T00:00:00")
    assert user["trainings"] == [
        {"completedOn": "2026-02-01", "recordedBy": "A Name"},
        {"completedOn": "2025-03-01", "recordedBy": "A Name"},
    ]
    for day in ("2999-01-01", "1999-12-31"):
        answer = await own_hub.ask(record, {"i": {"userId": OWING, "completedOn": day}}, by=ADMIN)
        assert answer.data["recordTraining"]["errors"] == [{"code": "INVALID_INPUT", "field": "completedOn"}]


async def test_anybody_may_ask_whom_to_ask_and_hears_no_more(own_hub: Hub, country_owner: asyncpg.Connection) -> None:
    for user_id, change in {
        "gone": "status = 'DEACTIVATED'",
        "closed": "status = 'DISABLED'",
        "green": "trained_at = NULL",
        "fine": "phone = '615-555-0100'",
    }.items():
        await make(country_owner, user_id, "STATE_USER_ADMINISTRATOR", state="FL")
        await country_owner.execute(f"UPDATE accounts SET {change} WHERE user_id = '{user_id}'")
    await make(country_owner, "clerk", "PRIMARY_USER", state="FL")
    for by in (None, OWING, PRIMARY):
        answer = await own_hub.ask(WHOM, {"s": "FL"}, by=by)
        assert answer.errors == []
        assert answer.data["userAdministrators"] == [
            {"name": "fine Person", "email": "fine@people.gov", "phone": "615-555-0100"}
        ]
    for nowhere in ("ZZ", "", "F\0", "\ud83d\ude00"):
        assert (await own_hub.ask(WHOM, {"s": nowhere})).data == {"userAdministrators": []}
