"""Accounts are closed for good, disabled when unused, opened again; and no state is left without an administrator."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

import asyncpg
import pytest

from hub import clock
from hub.tables import AccountRow
from tests.accounts.administering import ADMIN, OME, ask, done, make, refused
from tests.http.hub import DATA_ADMIN, HELP_DESK, PASSWORD, PRIMARY, Hub, events
from tests.http.planted import PLANTED

pytestmark = pytest.mark.anyio

SIGN_IN = "mutation($u: String!, $p: String!) { signIn(input: {userId: $u, password: $p}) { token } }"
REVIEWS = "{ accountReviews { totalCount nodes { userId unusedSince } } }"
SECOND = next(row["user_id"] for table, row in PLANTED.rows if table is AccountRow and row["state"] == "TN")
"""The other State User Administrator of Tennessee."""
_UNUSED = "UPDATE accounts SET last_sign_in_at = now() - interval '90 days 1 minute' WHERE user_id = $1"


async def _enters(hub: Hub, user_id: str) -> bool:
    return (await hub.ask(SIGN_IN, {"u": user_id, "p": PASSWORD})).data["signIn"]["token"] is not None


async def test_a_deactivated_account_stays_so_with_its_reason(own_hub: Hub) -> None:
    user = (await done(own_hub, "deactivateUser", ADMIN, userId=PRIMARY, reason=" Left the agency. "))["user"]
    assert (user["status"], user["deactivationReason"]) == ("DEACTIVATED", "Left the agency.")
    shown = await own_hub.ask(f'{{ user(userId: "{PRIMARY}") {{ deactivatedBy deactivatedAt }} }}', by=ADMIN)
    assert shown.data["user"]["deactivatedBy"] == "A Name"
    assert not await _enters(own_hub, PRIMARY)
    changes: dict[str, dict[str, Any]] = {
        "reinstateUser": {},
        "deactivateUser": {"reason": "Again."},
        "recordTraining": {"completedOn": "2026-01-05"},
        "assignRoles": {"expectedVersion": 2, "roles": ["SECONDARY_USER"]},
        "updateUser": {"expectedVersion": 2, "title": "Clerk"},
    }
    for mutation, more in changes.items():
        assert await refused(own_hub, mutation, ADMIN, userId=PRIMARY, **more) == ("DEACTIVATED", "userId"), mutation
    assert await refused(own_hub, "reinstateUser", HELP_DESK, userId=PRIMARY) == ("DEACTIVATED", "userId")
    assert await refused(own_hub, "deactivateUser", ADMIN, userId=DATA_ADMIN, reason=" ") == ("INVALID_INPUT", "reason")


async def test_a_disabled_account_is_opened_with_the_password_that_it_has(own_hub: Hub) -> None:
    for _ in range(3):
        await own_hub.ask(SIGN_IN, {"u": PRIMARY, "p": "Wrong#pass1"})
    assert not await _enters(own_hub, PRIMARY)
    user = await done(own_hub, "reinstateUser", HELP_DESK, userId=PRIMARY.lower())
    assert user["user"]["status"] == "ACTIVE"
    assert await _enters(own_hub, PRIMARY)
    assert await refused(own_hub, "reinstateUser", HELP_DESK, userId=PRIMARY) == ("NOT_DISABLED", "userId")
    (event,) = await events(own_hub.url, "account:reinstate")
    assert (event["user_id"], event["state"]) == (HELP_DESK, "TN")


async def test_accounts_unused_for_90_days_are_listed_and_disabled_by_who_confirms_it(
    own_hub: Hub, country_owner: asyncpg.Connection
) -> None:
    now = clock.now()
    for user_id, days in (("unused", 91), ("new", 89)):
        await make(country_owner, user_id)
        at = now - datetime.timedelta(days=days)
        await country_owner.execute("UPDATE accounts SET created_at = $2 WHERE user_id = $1", user_id, at)
    await country_owner.execute(_UNUSED, PRIMARY)
    await country_owner.execute(_UNUSED, DATA_ADMIN)
    await country_owner.execute("UPDATE accounts SET status = 'DISABLED' WHERE user_id = $1", DATA_ADMIN)
    listed = (await own_hub.ask(REVIEWS, by=ADMIN)).data["accountReviews"]
    assert [node["userId"] for node in listed["nodes"]] == [SECOND, "unused", PRIMARY]
    assert listed["totalCount"] == 3
    with clock.frozen(now + datetime.timedelta(minutes=1)):
        assert await refused(own_hub, "confirmAccountReview", ADMIN, userId="new") == ("IN_USE", "userId")
        assert await refused(own_hub, "confirmAccountReview", ADMIN, userId=DATA_ADMIN) == ("IN_USE", "userId")
        user = (await done(own_hub, "confirmAccountReview", ADMIN, userId="unused"))["user"]
    assert user["status"] == "DISABLED"
    shown = await own_hub.ask('{ user(userId: "unused") { reviewedBy reviewedAt } }', by=ADMIN)
    assert shown.data["user"]["reviewedBy"] == "A Name" and shown.data["user"]["reviewedAt"]
    left = (await own_hub.ask(REVIEWS, by=ADMIN)).data["accountReviews"]["nodes"]
    assert [node["userId"] for node in left] == [SECOND, PRIMARY]
    (event,) = await events(own_hub.url, "account:review")
    assert (event["user_id"], event["state"]) == (ADMIN, "TN")


LAST = ("LAST_ADMINISTRATOR", "userId")


async def _close_second(hub: Hub) -> None:
    await done(hub, "deactivateUser", OME, userId=SECOND, reason="Left.")


async def test_the_last_administrator_of_a_state_stays_one(own_hub: Hub, country_owner: asyncpg.Connection) -> None:
    await make(country_owner, "untrained", "STATE_USER_ADMINISTRATOR")
    await country_owner.execute("UPDATE accounts SET trained_at = NULL WHERE user_id = 'untrained'")
    await make(country_owner, "texan", "STATE_USER_ADMINISTRATOR", state="TX")
    await _close_second(own_hub)
    await country_owner.execute(_UNUSED, ADMIN)
    answer = await ask(own_hub, "deactivateUser", OME, userId=ADMIN, reason="Left.")
    (error,) = answer.data["deactivateUser"]["errors"]
    assert (error["code"], error["field"]) == LAST
    assert "last active, trained administrator" in error["message"]
    assert await refused(own_hub, "confirmAccountReview", OME, userId=ADMIN) == LAST
    await done(own_hub, "deactivateUser", OME, userId="untrained", reason="One who cannot act may go.")
    await make(country_owner, "third", "STATE_USER_ADMINISTRATOR")
    await done(own_hub, "deactivateUser", OME, userId=ADMIN, reason="Left.")


async def test_the_last_administrator_keeps_the_role(own_hub: Hub, country_owner: asyncpg.Connection) -> None:
    await _close_second(own_hub)
    await country_owner.execute(
        "INSERT INTO account_roles SELECT account_id, 'PRIMARY_USER' FROM accounts WHERE user_id = $1", ADMIN
    )
    given = {"userId": ADMIN, "expectedVersion": 1, "roles": ["PRIMARY_USER"]}
    assert await refused(own_hub, "assignRoles", OME, **given) == ("LAST_ADMINISTRATOR", "roles")
    row = await country_owner.fetchval("SELECT version FROM accounts WHERE user_id = $1", ADMIN)
    assert row == 1


@pytest.mark.parametrize("way", ["deactivateUser", "confirmAccountReview", "both"])
async def test_two_administrators_who_are_taken_away_at_once_are_not_both(
    own_hub: Hub, country_owner: asyncpg.Connection, way: str
) -> None:
    await make(country_owner, "ome.two", "OME_USER_ADMINISTRATOR", state=None)
    hashed = await country_owner.fetchval("SELECT password_hash FROM accounts WHERE user_id = $1", OME)
    await country_owner.execute("UPDATE accounts SET password_hash = $1 WHERE user_id = 'ome.two'", hashed)
    for user_id in (ADMIN, SECOND):
        await country_owner.execute(_UNUSED, user_id)
    ways = {"both": ("deactivateUser", "confirmAccountReview")}.get(way, (way, way))
    more = {"deactivateUser": {"reason": "Left."}}
    await own_hub.token("ome.two")
    answers = await asyncio.gather(
        ask(own_hub, ways[0], OME, userId=ADMIN, **more.get(ways[0], {})),
        ask(own_hub, ways[1], "ome.two", userId=SECOND, **more.get(ways[1], {})),
    )
    codes = [error["code"] for name, answer in zip(ways, answers, strict=True) for error in answer.data[name]["errors"]]
    assert codes == ["LAST_ADMINISTRATOR"]
