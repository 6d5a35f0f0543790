"""An account is corrected by whoever read its newest version, and its owner hears of a new address at the old one."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from tests.accounts.administering import ADMIN, ask, done, make, refused
from tests.accounts.mailbox import mails, newest_code
from tests.http.hub import Hub, events

pytestmark = pytest.mark.anyio


@pytest.fixture
async def ana(country_owner: asyncpg.Connection) -> str:
    await make(country_owner, "ana", title="Clerk", phone="615-555-0100", region="East", district_id="4700001")
    return "ana"


async def _update(hub: Hub, version: int = 1, **new: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await done(hub, "updateUser", ADMIN, userId="ana", expectedVersion=version, **new))["user"]
    return found


async def test_what_is_left_out_stays_and_null_takes_away(own_hub: Hub, ana: str) -> None:
    user = await _update(own_hub, name="Ana Luisa", title=None)
    assert (user["name"], user["title"], user["phone"], user["version"]) == ("Ana Luisa", None, "615-555-0100", 2)
    user = await _update(own_hub, 2, phone=None, region=None, districtId=None)
    assert (user["name"], user["phone"], user["region"], user["districtId"]) == ("Ana Luisa", None, None, None)
    assert (await _update(own_hub, 3))["version"] == 3, "nothing new is no change"
    changed = [event["detail"] for event in await events(own_hub.url, "account:update")]
    assert [sorted(detail.split('"changed": [')[1].split("]")[0].split(", ")) for detail in changed] == [
        ['"name"', '"title"'],
        ['"district_id"', '"phone"', '"region"'],
    ]
    found = await own_hub.ask('{ users(filter: {name: {prefix: "ana l"}}) { nodes { name } } }', by=ADMIN)
    assert found.data["users"]["nodes"] == [{"name": "Ana Luisa"}]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", {"name": None}),
        ("email", {"email": None}),
        ("email", {"email": "x"}),
        ("phone", {"phone": "-"}),
        ("districtId", {"districtId": "4800001"}),
    ],
)
async def test_what_is_wrong_is_refused_and_changes_nothing(
    own_hub: Hub, country_owner: asyncpg.Connection, ana: str, field: str, wrong: dict[str, Any]
) -> None:
    given = {"userId": ana, "expectedVersion": 1, "title": "Other", **wrong}
    assert await refused(own_hub, "updateUser", ADMIN, **given) == ("INVALID_INPUT", field)
    row = await country_owner.fetchrow("SELECT title, version FROM accounts WHERE user_id = $1", ana)
    assert tuple(row) == ("Clerk", 1)


async def test_of_two_who_edit_one_version_one_is_told_of_the_conflict(own_hub: Hub, ana: str) -> None:
    edits = [ask(own_hub, "updateUser", ADMIN, userId=ana, expectedVersion=1, title=f"Title {n}") for n in range(6)]
    answers = [answer.data["updateUser"] for answer in await asyncio.gather(*edits)]
    codes = [error["code"] for payload in answers for error in payload["errors"]]
    assert codes == ["CONFLICT"] * 5
    (won,) = [payload["user"]["title"] for payload in answers if payload["user"]]
    assert (await _update(own_hub, 2, phone=None))["title"] == won
    assert await refused(own_hub, "assignRoles", ADMIN, userId=ana, expectedVersion=2, roles=["PRIMARY_USER"]) == (
        "CONFLICT",
        "expectedVersion",
    )


async def test_a_new_address_is_told_to_both_and_a_code_on_its_way_is_void(
    own_hub: Hub, country_owner: asyncpg.Connection, ana: str
) -> None:
    await done(own_hub, "resetPassword", ADMIN, userId=ana)
    code = await newest_code(country_owner, "ana@people.gov")
    await _update(own_hub, email="ana@new.gov")
    for address in ("ana@people.gov", "ana@new.gov"):
        assert "was changed" in (await mails(country_owner, address))[-1]["subject"]
    redeem = {"userId": ana, "code": code, "newPassword": "Chosen#pass1"}
    text = "mutation($i: RedeemOneTimeCodeInput!) { redeemOneTimeCode(input: $i) { errors { code } } }"
    answer = await own_hub.ask(text, {"i": redeem})
    assert answer.data["redeemOneTimeCode"]["errors"] == [{"code": "INVALID_CODE"}]
    for event in await events(own_hub.url, "account:update"):
        assert "people.gov" not in event["detail"] and "new.gov" not in event["detail"]


async def test_the_owner_sees_the_correction_at_the_next_request(own_hub: Hub) -> None:
    by = "PRIMARY_USER.TN"
    assert (await own_hub.ask("{ viewer { name } }", by=by)).data["viewer"]["name"] == "A Name"
    await done(own_hub, "updateUser", ADMIN, userId=by, expectedVersion=1, name="B Name")
    for _ in range(50):
        if (await own_hub.ask("{ viewer { name } }", by=by)).data["viewer"]["name"] == "B Name":
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the old name is still shown")
