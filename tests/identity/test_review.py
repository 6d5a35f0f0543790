"""While a decision is open its students are closed to all but those who may take it, by every way."""

from __future__ import annotations

import base64

import pytest

from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, PRIMARY, PRIVACY, Hub, user_of
from tests.identity.country import child, merge, resolve, rows, upload, worklist
from tests.identity.test_merge import two

pytestmark = pytest.mark.anyio


async def test_students_under_review_are_found_by_nobody_else(hub: Hub) -> None:
    one, other = await two(hub)
    await upload(hub.url, "TX", 2, [child(3)])
    await merge(hub, one, other, by=PRIMARY)
    id_ = base64.b64encode(f"Student:{one}".encode()).decode()
    ways = [
        "{ students { totalCount nodes { msixId firstName } edges { node { msixId } } } }",
        f'{{ students(filter: {{msixId: {{eq: "{one}"}}}}) {{ totalCount nodes {{ msixId }} }} }}',
        f'{{ nodes(ids: ["{id_}"]) {{ id ... on Student {{ firstName }} }} }}',
        "{ identityChanges { totalCount nodes { msixId } } }",
    ]
    for by in (PRIMARY, PRIVACY, user_of("SECONDARY_USER", "TX"), user_of("REGIONAL_DATA_ADMINISTRATOR")):
        for way in ways:
            text = (await hub.ask(way, by=by)).text
            assert one not in text and other not in text and "Zamora" not in text and "Bruno" not in text, (by, way)
        counted = await hub.ask("{ students { totalCount } }", by=by)
        assert counted.data["students"]["totalCount"] == 1
    for by in (DATA_ADMIN, DATA_ADMIN_TX):
        assert (await hub.ask("{ students { totalCount } }", by=by)).data["students"]["totalCount"] == 3


async def test_a_direct_look_up_says_whom_to_ask_and_until_when_and_no_more(hub: Hub) -> None:
    one, other = await two(hub)
    await merge(hub, one, other, by=PRIMARY)
    (item,) = await worklist(hub, DATA_ADMIN)
    id_ = base64.b64encode(f"Student:{one}".encode()).decode()
    looked_up = {
        "student": f'{{ student(msixId: "{one}") {{ msixId firstName }} }}',
        "stateRecord": '{ stateRecord(state: "TN", stateStudentId: "S1") { id demographics { firstName } } }',
        "node": f'{{ node(id: "{id_}") {{ id }} }}',
    }
    for root, way in looked_up.items():
        answer = await hub.ask(way, by=PRIMARY)
        assert (answer.data, answer.code) == ({root: None}, "UNDER_REVIEW"), root
        facts = answer.errors[0]["extensions"]
        assert facts["ask"] == ["TN", "TX"]
        assert facts["until"][:10] >= item["dueAt"][:10]
        assert set(facts) == {"code", "ask", "until"}
        assert "Bruno" not in answer.text
    absent = await hub.ask('{ student(msixId: "000000000000") { msixId } }', by=PRIMARY)
    assert absent.body == {"data": {"student": None}}
    seen = await hub.ask(looked_up["student"], by=DATA_ADMIN)
    assert seen.data["student"]["msixId"] == one and seen.errors == []


async def test_a_request_that_waits_is_told_to_who_asked_and_who_decides_alone(hub: Hub) -> None:
    one, other = await two(hub)
    request = (await merge(hub, one, other, by=PRIMARY))["request"]["id"]
    text = "query($id: ID!) { node(id: $id) { id } identityRequests { totalCount nodes { msixId duplicates reason } } }"
    seen = {}
    for by in (PRIMARY, DATA_ADMIN, user_of("REGIONAL_DATA_ADMINISTRATOR")):
        answer = await hub.ask(text, {"id": request}, by=by)
        seen[by] = answer.data["identityRequests"]["totalCount"], answer.data["node"] is not None
        assert (one in answer.text) == (seen[by] == (1, True))
    assert list(seen.values()) == [(1, True), (1, True), (0, False)]
    (item,) = await worklist(hub, DATA_ADMIN)
    await resolve(hub, item["id"], "REJECTED", by=DATA_ADMIN)
    ended = await hub.ask(text, {"id": request}, by=user_of("REGIONAL_DATA_ADMINISTRATOR"))
    assert ended.data["identityRequests"]["totalCount"] == 1


async def test_a_state_that_lets_its_primary_users_decide_opens_the_review_to_them(hub: Hub) -> None:
    one, other = await two(hub)
    await rows(
        hub.url,
        "INSERT INTO state_policies (state, policy, value) VALUES ('TN', $1, 'true') RETURNING state",
        "PRIMARY_USERS_DECIDE",
    )
    await merge(hub, one, other, by=DATA_ADMIN)
    assert [item["kind"] for item in await worklist(hub, PRIMARY)] == ["MERGE_VALIDATION"]
    assert (await hub.ask(f'{{ student(msixId: "{one}") {{ msixId }} }}', by=PRIMARY)).data["student"]
    elsewhere = user_of("PRIMARY_USER", "TX")
    assert await worklist(hub, elsewhere) == []
    assert (await hub.ask(f'{{ student(msixId: "{one}") {{ msixId }} }}', by=elsewhere)).code == "UNDER_REVIEW"


async def test_no_role_without_the_grant_sees_the_worklist(hub: Hub) -> None:
    one, other = await two(hub)
    await merge(hub, one, other, by=PRIMARY)
    for role in ("SECONDARY_USER", "STATE_USER_ADMINISTRATOR", "PRIVACY_ACT_ADMINISTRATOR", "HELP_DESK"):
        answer = await hub.ask("{ worklist { totalCount nodes { evidence } } }", by=user_of(role))
        assert (answer.data, answer.code) == ({"worklist": None}, "FORBIDDEN")
    assert await worklist(hub, PRIMARY) == []
    assert await worklist(hub, user_of("REGIONAL_DATA_ADMINISTRATOR")) == []
