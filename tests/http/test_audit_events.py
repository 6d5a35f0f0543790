"""Who may read the audit trail: as far as the roles reach, child by child, one's own; and reading it is in it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.store.engine import connect
from hub.viewer import Viewer
from permissions.roles import Role, grants_of
from resolvers.doors import Request
from resolvers.rules import RequestRefused
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, OWING, PRIMARY, PRIVACY, SECONDARY, Hub, events, user_of
from tests.http.planted import PLANTED

pytestmark = pytest.mark.anyio

ANA, BEN = PLANTED.students["Ana"], PLANTED.students["Ben"]
ANA_ID, BEN_ID = PLANTED.msix["Ana"], PLANTED.msix["Ben"]
USER_ADMIN, USER_ADMIN_TX = user_of(Role.STATE_USER_ADMINISTRATOR), user_of(Role.STATE_USER_ADMINISTRATOR, "TX")
PRIMARY_TX = user_of(Role.PRIMARY_USER, "TX")

LOOK = "query Look($id: String!) { student(msixId: $id) { firstName } }"
SEARCH = "query Find { students { nodes { msixId } } }"
TRAIL = """
query Trail($filter: AuditEventFilter, $first: Int, $after: String, $last: Int, $before: String) {
  auditEvents(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    nodes { eventId at tag userId name state purpose operation fields resultBytes address detail }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}
"""
NAMES = "query Names($filter: AuditEventFilter) { auditEvents(filter: $filter) { nodes { tag students { msixId } } } }"
LOG = """
query Log($id: String!, $filter: AuditEventFilter) { student(msixId: $id) {
  accessLog(filter: $filter) { totalCount nodes { tag userId purpose fields operation students { msixId } } }
} }
"""
OWN = "{ viewer { userId accessLog(first: 200) { nodes { tag userId operation } totalCount } } }"


@pytest.fixture
async def looked(own_hub: Hub) -> Hub:
    """Ben is a child of Texas and California alone; two people of each state looked at the children."""
    owner = await connect(own_hub.url)
    await owner.execute("UPDATE state_records SET state = 'CA' WHERE student_id = $1 AND state = 'TN'", BEN)
    await owner.close()
    await own_hub.ask(LOOK, {"id": ANA_ID}, by=PRIMARY)
    await own_hub.ask(LOOK, {"id": BEN_ID}, by=PRIMARY)
    await own_hub.ask(LOOK, {"id": ANA_ID}, by=PRIMARY_TX, headers={"x-hub-purpose": "PLACEMENT"})
    await own_hub.ask(SEARCH, by=SECONDARY)
    return own_hub


async def trail(hub: Hub, by: str, **variables: Any) -> list[dict[str, Any]]:
    answer = await hub.ask(TRAIL, variables, by=by)
    assert answer.errors == [], answer.text
    nodes: list[dict[str, Any]] = answer.data["auditEvents"]["nodes"]
    return nodes


def seen(nodes: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(node["tag"], node["userId"]) for node in nodes]


@pytest.mark.parametrize("role", Role)
async def test_three_roles_read_the_trail_and_no_others(looked: Hub, role: Role) -> None:
    answer = await looked.ask(TRAIL, {"filter": None}, by=user_of(role))
    log = await looked.ask(LOG, {"id": ANA_ID}, by=user_of(role))
    allowed = {Role.STATE_USER_ADMINISTRATOR, Role.STATE_DATA_ADMINISTRATOR}
    if role in allowed:
        assert answer.codes == [] and answer.data["auditEvents"]["nodes"]
    else:
        assert answer.code == ("INVALID_ARGUMENT" if role is Role.PRIVACY_ACT_ADMINISTRATOR else "FORBIDDEN")
        assert answer.data == {"auditEvents": None}
    if role in (Role.STATE_DATA_ADMINISTRATOR, Role.PRIVACY_ACT_ADMINISTRATOR):
        assert log.codes == [] and log.data["student"]["accessLog"]["totalCount"] >= 3
    else:
        assert log.code == "FORBIDDEN"
        assert (log.data["student"] or {"accessLog": None}) == {"accessLog": None}


async def test_nobody_reads_nothing(looked: Hub) -> None:
    assert (await looked.ask(TRAIL)).code == "FORBIDDEN"
    assert (await looked.ask(OWN)).data == {"viewer": None}


async def test_a_user_administrator_sees_account_events_of_the_own_state_only(looked: Hub) -> None:
    owner = await connect(looked.url)
    other = await owner.fetchval("SELECT account_id FROM accounts WHERE user_id = $1", PRIMARY)
    done = Event(Tag.PASSWORD_RESET, user_id="OME", detail={"account": other})
    odd = Event(Tag.PASSWORD_RESET, user_id="OME", detail={"account": "x"}, state="TX")
    await record_in(owner, done, odd)
    await owner.close()
    nodes = await trail(looked, USER_ADMIN, first=200)
    assert {node["tag"].partition("_")[0] for node in nodes} == {"ACCOUNT"}
    assert {node["state"] for node in nodes if node["userId"] != "OME"} == {"TN"}
    assert ("ACCOUNT_PASSWORD_RESET", "OME") in seen(nodes)
    assert (PRIMARY in {node["userId"] for node in nodes}, PRIMARY_TX in {node["userId"] for node in nodes}) == (
        True,
        False,
    )
    of_texas = await trail(looked, USER_ADMIN_TX, first=200)
    assert not {node["eventId"] for node in nodes} & {node["eventId"] for node in of_texas}
    answer = await looked.ask(NAMES, by=USER_ADMIN)
    assert [error["extensions"]["coordinate"] for error in answer.errors] == ["AuditEvent.students"]
    assert (await looked.ask(TRAIL, {"filter": {"msixId": ANA_ID}}, by=USER_ADMIN)).code == "FORBIDDEN"


async def test_a_user_administrator_sees_tokens_and_refusals_of_the_own_states_accounts(looked: Hub) -> None:
    owner = await connect(looked.url)
    told = [Tag.TOKEN_CREATE, Tag.TOKEN_REFUSED, Tag.CHANGE_REFUSED, Tag.REQUEST_REFUSED]
    for state in ("TN", "TX"):
        for tag in told:
            await record_in(owner, Event(tag, user_id=f"of {state}", state=state))
    await owner.close()
    nodes = seen(await trail(looked, USER_ADMIN, first=200))
    assert {tag for tag, user in nodes if user == "of TN"} == {str(tag).upper().replace(":", "_") for tag in told}
    assert not [user for _, user in nodes if user == "of TX"]


async def test_a_data_administrator_sees_who_looked_at_the_own_states_children_only(looked: Hub) -> None:
    nodes = await trail(looked, DATA_ADMIN)
    assert seen(nodes) == [
        ("STUDENT_SEARCH", SECONDARY),
        ("STUDENT_VIEW", PRIMARY_TX),
        ("STUDENT_VIEW", PRIMARY),
    ]
    assert [node["purpose"] for node in nodes] == ["ENROLLMENT", "PLACEMENT", "ENROLLMENT"]
    assert nodes[1]["fields"] == ["Query.student", "Student.firstName"]
    assert (nodes[1]["operation"], nodes[1]["name"], nodes[1]["state"]) == ("Look", "A Name", "TX")
    assert nodes[1]["address"] == "127.0.0.1" and int(nodes[1]["resultBytes"]) > 0
    assert len(await trail(looked, DATA_ADMIN_TX)) == 4  # Ben is theirs too


async def test_of_an_event_about_many_only_the_own_children_are_told(looked: Hub) -> None:
    answer = await looked.ask(NAMES, {"filter": {"tag": ["STUDENT_SEARCH"]}}, by=DATA_ADMIN)
    assert answer.data["auditEvents"]["nodes"] == [{"tag": "STUDENT_SEARCH", "students": [{"msixId": ANA_ID}]}]
    answer = await looked.ask(NAMES, {"filter": {"tag": ["STUDENT_SEARCH"]}}, by=DATA_ADMIN_TX)
    (event,) = answer.data["auditEvents"]["nodes"]
    assert {student["msixId"] for student in event["students"]} == {ANA_ID, BEN_ID}


async def test_another_states_child_cannot_be_asked_about_by_name(looked: Hub) -> None:
    """The search showed both children, so it is in reach; but who looked at Ben is not Tennessee's to know."""
    assert await trail(looked, DATA_ADMIN, filter={"msixId": BEN_ID}) == []
    assert len(await trail(looked, DATA_ADMIN, filter={"msixId": ANA_ID})) == 3
    answer = await looked.ask(LOG, {"id": BEN_ID}, by=DATA_ADMIN)
    assert answer.data == {"student": {"accessLog": None}}


async def test_a_privacy_act_administrator_sees_who_looked_at_the_child_that_is_named(looked: Hub) -> None:
    nodes = await trail(looked, PRIVACY, filter={"msixId": BEN_ID})
    assert seen(nodes) == [("STUDENT_SEARCH", SECONDARY), ("STUDENT_VIEW", PRIMARY)]
    assert (await looked.ask(TRAIL, {"filter": {"msixId": None}}, by=PRIVACY)).code == "INVALID_ARGUMENT"
    assert await trail(looked, PRIVACY, filter={"msixId": "700000000000"}) == []


async def test_an_access_log_says_who_when_why_and_which_fields(looked: Hub) -> None:
    log = (await looked.ask(LOG, {"id": ANA_ID}, by=DATA_ADMIN)).data["student"]["accessLog"]
    assert log["totalCount"] == 3
    assert log["nodes"][1] == {
        "tag": "STUDENT_VIEW",
        "userId": PRIMARY_TX,
        "purpose": "PLACEMENT",
        "fields": ["Query.student", "Student.firstName"],
        "operation": "Look",
        "students": [{"msixId": ANA_ID}],
    }
    placed = await looked.ask(LOG, {"id": ANA_ID, "filter": {"purpose": {"eq": "PLACEMENT"}}}, by=DATA_ADMIN)
    assert placed.data["student"]["accessLog"]["totalCount"] == 1


async def test_looks_under_a_retired_id_are_in_the_survivors_log(looked: Hub) -> None:
    owner = await connect(looked.url)
    retired = await owner.fetchval("SELECT student_id FROM students WHERE msix_id = $1", PLANTED.retired["Ana"])
    await record_in(owner, Event(Tag.STUDENT_VIEW, user_id="before", students=(retired,)))
    await owner.close()
    log = (await looked.ask(LOG, {"id": ANA_ID}, by=DATA_ADMIN)).data["student"]["accessLog"]
    assert (log["nodes"][0]["userId"], log["nodes"][0]["students"]) == ("before", [{"msixId": ANA_ID}])
    for asked in (ANA_ID, PLANTED.retired["Ana"]):
        assert "before" in {node["userId"] for node in await trail(looked, PRIVACY, filter={"msixId": asked})}


async def test_ones_own_log_holds_ones_own_events_only(looked: Hub) -> None:
    log = (await looked.ask(OWN, by=PRIMARY)).data["viewer"]["accessLog"]
    assert [(node["tag"], node["operation"]) for node in log["nodes"]] == [
        ("STUDENT_VIEW", "Look"),
        ("STUDENT_VIEW", "Look"),
        ("ACCOUNT_LOGIN_SUCCESS", None),
        ("ACCOUNT_CREATE", None),
    ]
    assert {node["userId"] for node in log["nodes"]} == {PRIMARY}
    again = (await looked.ask(OWN, by=PRIMARY)).data["viewer"]["accessLog"]
    assert again["nodes"][0]["tag"] == "AUDIT_VIEW" and again["totalCount"] == 5
    text = "{ viewer { accessLog(filter: {tag: [STUDENT_VIEW]}) { nodes { students { msixId } } } } }"
    own = (await looked.ask(text, by=PRIMARY)).data["viewer"]["accessLog"]["nodes"]
    assert [node["students"] for node in own] == [[{"msixId": BEN_ID}], [{"msixId": ANA_ID}]]


async def test_the_own_log_is_closed_while_a_step_is_owed(looked: Hub) -> None:
    roles, doors = ("SECONDARY_USER",), looked.app.state.doors
    gated = Viewer(1, user_id=OWING, roles=roles, state="TN", gate="RULES_REQUIRED", grants=grants_of(roles))
    assert b'"userId":"owing"' in await doors.answer(Request("{ viewer { userId } }", {}, None, gated))
    with pytest.raises(RequestRefused) as refused:
        await doors.answer(Request(OWN, {}, None, gated))
    assert [error["extensions"]["code"] for error in refused.value.errors] == ["RULES_REQUIRED"]


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        ({"tag": ["STUDENT_SEARCH"]}, [SECONDARY]),
        ({"tag": ["STUDENT_VIEW", "STUDENT_SEARCH"]}, [SECONDARY, PRIMARY_TX, PRIMARY]),
        ({"tag": []}, []),
        ({"userId": {"eq": PRIMARY}}, [PRIMARY]),
        ({"userId": {"in": [PRIMARY, SECONDARY]}}, [SECONDARY, PRIMARY]),
        ({"userId": {"eq": "nobody"}}, []),
        ({"operation": {"eq": "Find"}}, [SECONDARY]),
        ({"purpose": {"in": ["PLACEMENT"]}}, [PRIMARY_TX]),
        ({"since": "2000-01-01T00:00:00Z"}, [SECONDARY, PRIMARY_TX, PRIMARY]),
        ({"before": "2000-01-01T00:00:00Z"}, []),
        ({"msixId": ANA_ID, "tag": ["STUDENT_VIEW"]}, [PRIMARY_TX, PRIMARY]),
    ],
)
async def test_filters_narrow_what_is_in_reach(looked: Hub, filter_: dict[str, Any], found: list[str]) -> None:
    assert [node["userId"] for node in await trail(looked, DATA_ADMIN, filter=filter_)] == found


async def test_a_moment_without_its_zone_is_refused(looked: Hub) -> None:
    answer = await looked.ask(TRAIL, {"filter": {"since": "2026-01-01T00:00:00"}}, by=DATA_ADMIN)
    assert answer.code == "INVALID_ARGUMENT"


async def test_pages_go_through_the_trail_and_back(looked: Hub) -> None:
    whole = {"filter": {"before": datetime.datetime.now(datetime.UTC).isoformat()}}  # not the looks at the trail itself
    ids = [node["eventId"] for node in await trail(looked, DATA_ADMIN, **whole)]
    assert len(ids) == 3 and ids == sorted(ids, key=int, reverse=True)
    found, after = [], None
    for number in range(3):
        answer = await looked.ask(TRAIL, {**whole, "first": 1, "after": after}, by=DATA_ADMIN)
        page = answer.data["auditEvents"]
        found += [node["eventId"] for node in page["nodes"]]
        assert page["totalCount"] == 3 and page["pageInfo"]["hasNextPage"] is (number < 2)
        after = page["pageInfo"]["endCursor"]
    assert found == ids
    last = await looked.ask(TRAIL, {**whole, "last": 2, "before": after}, by=DATA_ADMIN)
    assert [node["eventId"] for node in last.data["auditEvents"]["nodes"]] == ids[:2]


async def test_reading_the_trail_is_in_the_trail(looked: Hub) -> None:
    await looked.ask(NAMES, by=DATA_ADMIN)
    await trail(looked, PRIVACY, filter={"msixId": BEN_ID})
    await trail(looked, USER_ADMIN)
    await looked.ask(OWN, by=PRIMARY)
    await looked.ask(LOG, {"id": ANA_ID}, by=DATA_ADMIN)
    found = await events(looked.url, "audit:view")
    assert [event["user_id"] for event in found] == [DATA_ADMIN, PRIVACY, USER_ADMIN, PRIMARY]
    assert [event["students"] for event in found] == [[ANA], [BEN], [], []]
    assert "AuditEventFilter.msixId" in found[1]["fields"] and "Query.auditEvents" in found[1]["fields"]
    assert found[3]["fields"] == ["Viewer.accessLog"]
    log = (await events(looked.url, "student:view"))[-1]
    assert log["students"] == [ANA] and "Student.accessLog" in log["fields"]


@pytest.mark.parametrize("by", [DATA_ADMIN, USER_ADMIN])
async def test_both_doors_answer_alike(looked: Hub, by: str) -> None:
    role = by.partition(".")[0]
    viewer = Viewer(7, user_id=by, roles=(role,), state="TN", grants=grants_of((role,)))
    asked = {"filter": {"before": datetime.datetime.now(datetime.UTC).isoformat()}}
    for text in (TRAIL, NAMES):
        request = Request(text, asked, None, viewer)
        bodies = [await looked.app.state.doors.answer(request, always_execute=always) for always in (False, True)]
        assert bodies[0] == bodies[1]


async def test_no_secret_and_no_value_of_a_child_is_in_what_is_told(looked: Hub) -> None:
    texts = [
        (await looked.ask(TRAIL, {"first": 200, "filter": filter_}, by=by)).text
        for by, filter_ in ((USER_ADMIN, None), (DATA_ADMIN, None), (PRIVACY, {"msixId": ANA_ID}))
    ]
    texts += [(await looked.ask(OWN, by=PRIMARY)).text, (await looked.ask(LOG, {"id": ANA_ID}, by=DATA_ADMIN)).text]
    owner = await connect(looked.url)
    secrets = {
        row[0] for row in await owner.fetch("SELECT password_hash FROM accounts UNION SELECT email FROM accounts")
    }
    await owner.close()
    ids = {*PLANTED.msix.values(), *PLANTED.retired.values()}
    secrets |= PLANTED.all_secrets() - ids | {await looked.token(PRIMARY)}
    for text in texts:
        assert not [secret for secret in secrets if secret in text]
