"""Roles change at once everywhere, and an account keeps to those of a state or of OME."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from tests.accounts.administering import ADMIN, OME, ask, done, make, refused
from tests.http.hub import PRIMARY, Hub, events, running

pytestmark = pytest.mark.anyio
VIEWER = "{ viewer { roles } }"


async def _ended(hub: Hub, by: str) -> bool:
    """Whether a session is ended within two seconds."""
    for _ in range(40):
        if (await hub.ask(VIEWER, by=by)).codes == ["UNAUTHENTICATED"]:
            return True
        await asyncio.sleep(0.05)
    return False


async def _changed(hub: Hub, change: str) -> None:
    if change == "roles":
        await done(hub, "assignRoles", ADMIN, userId=PRIMARY, expectedVersion=1, roles=["SECONDARY_USER"])
    elif change == "deactivation":
        await done(hub, "deactivateUser", ADMIN, userId=PRIMARY, reason="Left.")
    else:
        await done(hub, "confirmAccountReview", ADMIN, userId=PRIMARY)


@pytest.mark.parametrize("change", ["roles", "deactivation", "review"])
async def test_sessions_end_at_once_on_every_worker(
    own_hub: Hub, country_owner: asyncpg.Connection, change: str
) -> None:
    async with running(own_hub.url) as other:
        assert (await own_hub.ask(VIEWER, by=PRIMARY)).data["viewer"]["roles"] == ["PRIMARY_USER"]
        assert (await other.ask(VIEWER, by=PRIMARY)).data["viewer"]["roles"] == ["PRIMARY_USER"]
        await country_owner.execute(
            "UPDATE accounts SET last_sign_in_at = now() - interval '91 days' WHERE user_id = $1", PRIMARY
        )
        await _changed(own_hub, change)
        assert await _ended(own_hub, PRIMARY)
        assert await _ended(other, PRIMARY)


async def test_the_new_roles_are_all_that_there_are(own_hub: Hub, country_owner: asyncpg.Connection) -> None:
    await make(country_owner, "ana", "PRIMARY_USER", "SECONDARY_USER")
    given = {"userId": "ana", "expectedVersion": 1, "roles": ["STATE_DATA_ADMINISTRATOR", "PRIMARY_USER"]}
    user = (await done(own_hub, "assignRoles", ADMIN, **given))["user"]
    assert (user["roles"], user["version"]) == (["PRIMARY_USER", "STATE_DATA_ADMINISTRATOR"], 2)
    again = {**given, "expectedVersion": 2}
    assert (await done(own_hub, "assignRoles", ADMIN, **again))["user"]["version"] == 2, "the same again is no change"
    (event,) = await events(own_hub.url, "account:roles")
    assert '"before": ["PRIMARY_USER", "SECONDARY_USER"]' in event["detail"]
    assert await refused(own_hub, "assignRoles", ADMIN, **{**again, "roles": []}) == ("INVALID_INPUT", "roles")


@pytest.mark.parametrize("role", ["HELP_DESK", "GOVERNMENT_ADMINISTRATOR", "STATE_USER_ADMINISTRATOR"])
async def test_a_state_gives_no_role_of_ome_and_no_administrator(
    own_hub: Hub, country_owner: asyncpg.Connection, role: str
) -> None:
    await make(country_owner, "ana")
    given = {"userId": "ana", "expectedVersion": 1, "roles": ["PRIMARY_USER", role]}
    assert await refused(own_hub, "assignRoles", ADMIN, **given) == ("OTHER_ADMINISTRATOR", "roles")


async def test_ome_gives_and_takes_its_one_role_and_no_other(own_hub: Hub, country_owner: asyncpg.Connection) -> None:
    """Whoever is a State User Administrator besides has other roles that stay as they are."""
    await make(country_owner, "both", "STATE_USER_ADMINISTRATOR", "PRIMARY_USER")
    given = {"userId": "both", "expectedVersion": 1}
    assert await refused(own_hub, "assignRoles", OME, **given, roles=["STATE_USER_ADMINISTRATOR"]) == (
        "OTHER_ADMINISTRATOR",
        "roles",
    )
    answer = await ask(own_hub, "assignRoles", OME, **given, roles=["PRIMARY_USER"])
    assert answer.data["assignRoles"] == {"user": None, "errors": []}, "from now on the account is the state's"
    assert (await own_hub.ask('{ user(userId: "both") { userId } }', by=OME)).data == {"user": None}
    assert (await done(own_hub, "deactivateUser", ADMIN, userId="both", reason="Left."))["user"]["userId"] == "both"
