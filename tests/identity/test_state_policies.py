"""A state sets its own policies; what follows from one is so at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, PRIMARY, Hub, events, user_of
from tests.identity.country import codes, payload, worklist
from tests.identity.near_matches import near_match, records

pytestmark = pytest.mark.anyio
SET = (
    "mutation S($input: SetStatePolicyInput!) { setStatePolicy(input: $input)"
    " { policy value errors { code field message } } }"
)
ALL = "{ statePolicies { policy value default expected changedAt } }"


async def choose(hub: Hub, policy: str, by: str = DATA_ADMIN, **given: Any) -> Any:
    return payload(await hub.ask(SET, {"input": {"policy": policy, **given}}, by=by))


async def chosen(hub: Hub, by: str = DATA_ADMIN) -> dict[str, Any]:
    return {each["policy"]: each["value"] for each in payload(await hub.ask(ALL, by=by))}


async def test_a_state_sets_its_policies_for_itself_alone(hub: Hub) -> None:
    default = {
        "PRIMARY_USERS_DECIDE": False,
        "AUTO_APPROVE_VALIDATIONS": False,
        "PASSWORD_DAYS": None,
        "FIRST_MDES_DAYS": 10,
        "WITHDRAWAL_UPDATE_DAYS": 14,
        "TERM_END_UPDATE_DAYS": 30,
        "CHANGE_OF_RESIDENCE_DAYS": 4,
        "DATA_REQUEST_DAYS": 4,
        "WORKLIST_ITEM_DAYS": 5,
        "MOVE_NOTICE_ANSWER_HOURS": 24,
    }
    assert await chosen(hub, by=DATA_ADMIN_TX) == default
    assert await chosen(hub) == {**default, "PASSWORD_DAYS": 60}  # Tennessee's, from the start
    done = await choose(hub, "PASSWORD_DAYS", days=45)
    assert done == {"policy": "PASSWORD_DAYS", "value": 45, "errors": []}
    await choose(hub, "AUTO_APPROVE_VALIDATIONS", choice=True)
    assert await chosen(hub) == {**default, "PASSWORD_DAYS": 45, "AUTO_APPROVE_VALIDATIONS": True}
    assert await chosen(hub, by=DATA_ADMIN_TX) == default
    assert (await choose(hub, "PASSWORD_DAYS"))["value"] is None
    assert await chosen(hub) == {**default, "AUTO_APPROVE_VALIDATIONS": True}
    found = await events(hub.url, "state:policy")
    assert [event["user_id"] for event in found] == [DATA_ADMIN] * 3
    assert '"before": 45' in str(found[2]["detail"])


@pytest.mark.parametrize(
    ("policy", "given"),
    [
        ("PASSWORD_DAYS", {"days": 0}),
        ("PASSWORD_DAYS", {"days": 91}),
        ("PASSWORD_DAYS", {"choice": True}),
        ("PRIMARY_USERS_DECIDE", {"days": 1}),
        ("PRIMARY_USERS_DECIDE", {"days": 1, "choice": True}),
    ],
)
async def test_a_policy_takes_only_what_it_may_say(hub: Hub, policy: str, given: dict[str, Any]) -> None:
    before = await chosen(hub)
    assert codes(await choose(hub, policy, **given)) == ["INVALID_INPUT"]
    assert await chosen(hub) == before
    assert await events(hub.url, "state:policy") == []


async def test_only_whoever_holds_the_grant_sees_and_sets_policies(hub: Hub) -> None:
    for by in (PRIMARY, user_of("STATE_USER_ADMINISTRATOR"), user_of("OME_USER_ADMINISTRATOR")):
        assert (await hub.ask(ALL, by=by)).code == "FORBIDDEN"
        given = {"policy": "PRIMARY_USERS_DECIDE", "choice": True}
        assert (await hub.ask(SET, {"input": given}, by=by)).code == "FORBIDDEN"


async def test_whether_primary_users_decide_opens_and_closes_what_is_under_review(hub: Hub) -> None:
    one, two = await records(hub, "TN", 2)
    await near_match(hub, one, two)
    look = '{ stateRecord(state: "TN", stateStudentId: "S1") { id } }'
    assert await worklist(hub, PRIMARY) == []
    assert (await hub.ask(look, by=PRIMARY)).code == "UNDER_REVIEW"
    await choose(hub, "PRIMARY_USERS_DECIDE", choice=True)
    assert len(await worklist(hub, PRIMARY)) == 1
    assert (await hub.ask(look, by=PRIMARY)).data["stateRecord"]
    await choose(hub, "PRIMARY_USERS_DECIDE", choice=False)
    assert await worklist(hub, PRIMARY) == []
    assert (await hub.ask(look, by=PRIMARY)).code == "UNDER_REVIEW"
