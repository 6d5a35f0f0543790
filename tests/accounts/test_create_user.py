"""An administrator makes an account: nobody knows its password, and its user id and address are nobody else's ever."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from hub import clock
from tests.accounts.administering import ADMIN, ADMIN_TX, OME, ask, done, make, refused
from tests.accounts.mailbox import mails, newest_code
from tests.http.hub import Hub, events

pytestmark = pytest.mark.anyio

NEW = {"userId": "ana.ruiz", "name": " Ana Ruiz", "email": "Ana@agency.gov", "roles": ["PRIMARY_USER"]}
SIGN_IN = "mutation($u: String!, $p: String!) { signIn(input: {userId: $u, password: $p}) { token viewer { gate } } }"
PASSWORD = "Chosen#pass1"


async def test_a_new_account_works_once_its_owner_chose_a_password_and_training_is_recorded(
    own_hub: Hub, country_owner: asyncpg.Connection
) -> None:
    place = {"region": "East", "districtId": "4700001", "title": "Clerk", "phone": "615-555-0100 x20"}
    answer = await ask(own_hub, "createUser", ADMIN, **NEW, **place)
    user = answer.data["createUser"]["user"]
    assert user == {
        **NEW,
        **place,
        "name": "Ana Ruiz",
        "state": "TN",
        "status": "ACTIVE",
        "version": 1,
        "deactivationReason": None,
    }
    code = await newest_code(country_owner, "Ana@agency.gov")
    assert code not in answer.text
    redeem = {"userId": "ana.ruiz", "code": code, "newPassword": PASSWORD}
    text = "mutation($i: RedeemOneTimeCodeInput!) { redeemOneTimeCode(input: $i) { errors { code } } }"
    assert (await own_hub.ask(text, {"i": redeem})).data["redeemOneTimeCode"]["errors"] == []
    gates = []
    for _ in range(2):
        entered = (await own_hub.ask(SIGN_IN, {"u": "ana.ruiz", "p": PASSWORD})).data["signIn"]
        gates.append(entered["viewer"]["gate"])
        await done(own_hub, "recordTraining", ADMIN, userId="ana.ruiz", completedOn=clock.today().isoformat())
    assert gates == ["TRAINING_REQUIRED", "RULES_REQUIRED"]
    event = (await events(own_hub.url, "account:create"))[-1]
    assert (event["user_id"], event["state"]) == (ADMIN, "TN")


async def test_ome_makes_state_user_administrators_of_every_state(own_hub: Hub) -> None:
    given = {**NEW, "roles": ["STATE_USER_ADMINISTRATOR"]}
    assert (await done(own_hub, "createUser", OME, **given, state="TX"))["user"]["state"] == "TX"
    other = {**given, "userId": "other", "email": "other@agency.gov"}
    assert await refused(own_hub, "createUser", OME, **other) == ("INVALID_INPUT", "state")
    assert await refused(own_hub, "createUser", OME, **other, state="XX") == ("INVALID_INPUT", "state")
    assert await refused(own_hub, "createUser", OME, **other, state="T\0") == ("INVALID_INPUT", "state")


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("userId", {"userId": "ab"}),
        ("userId", {"userId": "a\0bc"}),
        ("name", {"name": " "}),
        ("name", {"name": "x" * 201}),
        ("name", {"name": "123-45-6789"}),
        ("email", {"email": "ana"}),
        ("email", {"email": "añá@agency.gov"}),
        ("email", {"email": "a@b.gov\nBcc: c@d.gov"}),
        ("title", {"title": ""}),
        ("title", {"title": "SSN 123456789"}),
        ("phone", {"phone": "call me"}),
        ("phone", {"phone": "123-45-6789"}),
        ("region", {"region": "\u202e"}),
        ("districtId", {"districtId": "4812345"}),
        ("districtId", {"districtId": "47"}),
        ("roles", {"roles": []}),
        ("state", {"state": "TX"}),
    ],
)
async def test_what_is_wrong_is_refused_by_field_and_leaves_nothing(
    own_hub: Hub, country_owner: asyncpg.Connection, field: str, wrong: dict[str, Any]
) -> None:
    before = await country_owner.fetchval("SELECT count(*) FROM accounts")
    code, place = await refused(own_hub, "createUser", ADMIN, **{**NEW, **wrong})
    assert (code, place) == ("OTHER_ADMINISTRATOR" if field == "state" else "INVALID_INPUT", field)
    assert await country_owner.fetchval("SELECT count(*) FROM accounts") == before
    assert await mails(country_owner, "Ana@agency.gov") == []


async def test_a_user_id_and_an_address_are_never_given_to_another(
    own_hub: Hub, country_owner: asyncpg.Connection
) -> None:
    """Not in another case, not in another state, not after it was changed, not after deactivation."""
    await done(own_hub, "createUser", ADMIN, **NEW)
    await done(own_hub, "updateUser", ADMIN, userId="ana.ruiz", expectedVersion=1, email="ruiz@agency.gov")
    other = {**NEW, "userId": "other", "email": "other@agency.gov"}
    for again in ("before", "after"):
        for email in ("ANA@agency.gov", "Ruiz@agency.gov"):
            assert await refused(own_hub, "createUser", ADMIN_TX, **{**other, "email": email}) == ("TAKEN", "email")
        assert await refused(own_hub, "createUser", ADMIN_TX, **{**other, "userId": "ANA.RUIZ"}) == ("TAKEN", "userId")
        await make(country_owner, f"third{again}")
        third = {"userId": f"third{again}", "expectedVersion": 1, "email": "ana@Agency.gov"}
        assert await refused(own_hub, "updateUser", ADMIN, **third) == ("TAKEN", "email")
        if again == "before":
            await done(own_hub, "deactivateUser", ADMIN, userId="ana.ruiz", reason="Left.")
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await country_owner.execute("DELETE FROM account_emails")


async def test_whoever_had_an_address_may_have_it_again(own_hub: Hub, country_owner: asyncpg.Connection) -> None:
    await done(own_hub, "createUser", ADMIN, **NEW)
    await done(own_hub, "updateUser", ADMIN, userId="ana.ruiz", expectedVersion=1, email="ruiz@agency.gov")
    back = await done(own_hub, "updateUser", ADMIN, userId="ana.ruiz", expectedVersion=2, email="ana@agency.gov")
    assert back["user"]["email"] == "ana@agency.gov"
