"""Every read of student data is in the trail before its answer leaves, and no value of a student is in the trail."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from hub.store.engine import connect
from hub.viewer import TokenUsed, Viewer
from permissions.roles import grants_of
from resolvers.doors import Request
from schema.build import build_schema
from tests.http.hub import DATA_ADMIN, HELP_DESK, PRIMARY, PRIVACY, SECONDARY, Hub, events
from tests.http.planted import PLANTED
from tests.plan.operations import node_id

pytestmark = pytest.mark.anyio

ANA, BEN = PLANTED.students["Ana"], PLANTED.students["Ben"]
STUDENT = "query Look($id: String!) { student(msixId: $id) { firstName enrollments { schoolName } } }"
ASKED = {"id": PLANTED.msix["Ana"]}
READS = ("student:view", "student:search")


async def _only(hub: Hub) -> asyncpg.Record:
    (event,) = await events(hub.url, *READS)
    return event


async def test_a_look_at_a_student_leaves_one_event_that_says_who_whom_what_and_why(own_hub: Hub) -> None:
    answer = await own_hub.ask(STUDENT, ASKED, by=PRIMARY)
    event = await _only(own_hub)
    assert answer.data["student"]["firstName"] == "AnaFirstNameTN"
    assert (event["tag"], event["user_id"], event["state"]) == ("student:view", PRIMARY, "TN")
    assert (event["purpose"], event["operation"]) == ("ENROLLMENT", "Look")
    assert event["students"] == [ANA]
    assert set(event["fields"]) == {
        "Query.student",
        "Student.firstName",
        "Student.enrollments",
        "Enrollment.schoolName",
    }
    assert event["result_bytes"] == len(answer.text.encode())
    assert str(event["address"]) == "127.0.0.1"
    assert event["account_id"] and event["session_id"] and event["at"]


async def test_an_event_says_the_same_whether_its_read_carries_it_or_the_writer_writes_it(own_hub: Hub) -> None:
    roles = ("SECONDARY_USER",)
    token = TokenUsed(7, 'the "nightly" pull')
    viewer = Viewer(3, None, "señora", roles=roles, state="TX", grants=grants_of(roles), purpose="ENROLLMENT")
    viewer = replace(viewer, token=token, address="2001:db8::1")
    request = Request(STUDENT, ASKED, None, viewer)
    bodies = [await own_hub.app.state.doors.answer(request, always_execute=written) for written in (False, True)]
    carried, written = (dict(event) for event in await events(own_hub.url, *READS))
    assert carried.pop("event_id") < written.pop("event_id")
    assert carried.pop("at") <= written.pop("at")
    assert bodies[0] == bodies[1]
    assert carried == written
    assert json.loads(carried["detail"]) == {"via": {"token": 7, "name": 'the "nightly" pull'}}


@pytest.mark.parametrize(
    ("by", "purpose"), [(SECONDARY, "ENROLLMENT"), (DATA_ADMIN, "MEP_PARTICIPATION"), (PRIVACY, "PRIVACY_ACT")]
)
async def test_the_purpose_is_the_one_named_or_else_the_roles_first(own_hub: Hub, by: str, purpose: str) -> None:
    await own_hub.ask(STUDENT, ASKED, by=by)
    named = "PRIVACY_ACT" if by == PRIVACY else "CREDIT_ACCRUAL"
    await own_hub.ask(STUDENT, ASKED, by=by, headers={"x-hub-purpose": named})
    assert [event["purpose"] for event in await events(own_hub.url, *READS)] == [purpose, named]


async def test_a_purpose_that_is_refused_is_recorded_and_nothing_is_read(own_hub: Hub) -> None:
    answer = await own_hub.ask(STUDENT, ASKED, by=PRIMARY, headers={"x-hub-purpose": "CURIOSITY"})
    assert answer.code == "UNKNOWN_PURPOSE"
    assert await events(own_hub.url, *READS) == []
    (event,) = await events(own_hub.url, "request:refused")
    assert (event["user_id"], event["detail"]) == (PRIMARY, '{"code": "UNKNOWN_PURPOSE"}')


PAST_EVERYBODY = base64.b64encode(b'["Query.students NAME","zzzz","z",999999]').decode()


def _id(type_: str, child: str, state: str) -> str:
    return node_id(build_schema().type_map[type_], child, state)


WAYS: dict[str, tuple[str, str, dict[str, Any], set[int]]] = {
    "a search": ("student:search", "{ students { nodes { msixId } } }", {}, {ANA, BEN}),
    "edges": ("student:search", "{ students { edges { node { msixId } } } }", {}, {ANA, BEN}),
    "a page of one": ("student:search", "{ students(first: 1) { nodes { msixId } } }", {}, {ANA}),
    "a count": ("student:search", "{ students { totalCount } }", {}, {ANA, BEN}),
    "a search that finds nobody": (
        "student:search",
        '{ students(filter: {lastName: {eq: "Nobody"}}) { nodes { msixId } } }',
        {},
        set(),
    ),
    "an unknown student": ("student:view", STUDENT, {"id": "000000000000"}, set()),
    "a retired id": ("student:view", STUDENT, {"id": PLANTED.retired["Ana"]}, {ANA}),
    "a state record": (
        "student:view",
        "query($s: String!) { stateRecord(state: \"TX\", stateStudentId: $s) { state } }",
        {"s": PLANTED.records["Ana", "TX"][1]},
        {ANA},
    ),
    "a node": ("student:view", "query($i: ID!) { node(id: $i) { ... on Enrollment { schoolName } } }",
               {"i": _id("Enrollment", "Ben", "TX")}, {BEN}),
    "a node's id alone": ("student:view", "query($i: ID!) { node(id: $i) { id } }",
                          {"i": _id("Student", "Ben", "TX")}, {BEN}),
    "a node's type alone": ("student:view", "query($i: ID!) { node(id: $i) { __typename } }",
                            {"i": _id("Student", "Ben", "TX")}, {BEN}),
    "nodes": ("student:view", "query($i: [ID!]!) { nodes(ids: $i) { id ... on Course { title } } }",
              {"i": [_id("Student", "Ana", "TN"), _id("Course", "Ben", "TN"), "x"]}, {ANA, BEN}),
    "findings that name a record": (
        "student:search",
        "{ uploads { nodes { findings { nodes { stateStudentId message } } } } }",
        {},
        {ANA, BEN},
    ),
    "the findings of one upload": (
        "student:view",
        "query($i: ID!) { upload(id: $i) { findings { totalCount } } }",
        {"i": _id("Upload", "Ana", "TN")},
        {ANA, BEN},
    ),
    "a count behind the last page": (
        "student:search",
        "query($i: String!, $c: String!) { students(filter: {msixId: {eq: $i}}, after: $c) { totalCount } }",
        {"i": PLANTED.msix["Ana"], "c": PAST_EVERYBODY},
        {ANA},
    ),
    "the findings of the upload behind a record": (
        "student:view",
        "query($s: String!) { stateRecord(state: \"TN\", stateStudentId: $s)"
        " { upload { findings { nodes { code } } } } }",
        {"s": PLANTED.records["Ana", "TN"][1]},
        {ANA, BEN},
    ),
    "one page of the findings behind a record": (
        "student:view",
        "query($s: String!) { stateRecord(state: \"TN\", stateStudentId: $s)"
        " { upload { findings(first: 1) { nodes { code } } } } }",
        {"s": PLANTED.records["Ana", "TN"][1]},
        {ANA},
    ),
    "a student beside the viewer": (
        "student:view",
        "query($id: String!) { viewer { userId } student(msixId: $id) { msixId } }",
        ASKED,
        {ANA},
    ),
    "two roots": (
        "student:view",
        "query($a: String!, $b: String!) { a: student(msixId: $a) { msixId } b: student(msixId: $b) { msixId } }",
        {"a": PLANTED.msix["Ana"], "b": PLANTED.msix["Ben"]},
        {ANA, BEN},
    ),
}  # fmt: skip


async def test_whatever_the_way_the_event_names_whoever_was_shown(own_hub: Hub) -> None:
    for number, (way, (tag, document, variables, shown)) in enumerate(WAYS.items(), 1):
        answer = await own_hub.ask(document, variables, by=DATA_ADMIN)
        assert answer.errors == [], way
        all_events = await events(own_hub.url, *READS)
        assert len(all_events) == number, way
        event = all_events[-1]
        assert (event["tag"], set(event["students"])) == (tag, shown), way
        assert event["fields"], way
        assert event["result_bytes"] == len(answer.text.encode()), way


async def test_what_shows_no_student_leaves_no_event(own_hub: Hub) -> None:
    for document in ("{ viewer { userId } }", "{ jurisdictions { code districts { nodes { name } } } }",
                     "{ minimumDataElements { name } }"):  # fmt: skip
        assert (await own_hub.ask(document, by=PRIMARY)).errors == []
    assert await events(own_hub.url, *READS, "request:refused") == []


async def test_a_denial_is_recorded_with_what_was_asked(own_hub: Hub) -> None:
    await own_hub.ask(STUDENT, ASKED, by=HELP_DESK)
    await own_hub.ask("query($i: ID!) { node(id: $i) { id } }", {"i": _id("Student", "Ana", "TN")}, by=HELP_DESK)
    refused = await events(own_hub.url, "request:refused")
    assert [event["fields"] for event in refused] == [["Query.student"], ["Student"]]
    assert {event["user_id"] for event in refused} == {HELP_DESK}
    assert {event["purpose"] for event in refused} == {"PROGRAM_ADMINISTRATION"}
    assert await events(own_hub.url, *READS) == []


async def test_part_of_an_answer_denied_is_a_read_and_a_refusal(own_hub: Hub) -> None:
    document = "query($id: String!) { student(msixId: $id) { msixId stateRecords { warnings } } }"
    answer = await own_hub.ask(document, ASKED, by=PRIMARY)
    assert answer.codes == ["FORBIDDEN"]
    read = await _only(own_hub)
    assert "StateRecord.warnings" not in read["fields"]
    assert read["result_bytes"] == len(answer.text.encode())
    (refused,) = await events(own_hub.url, "request:refused")
    assert refused["fields"] == ["StateRecord.warnings"]


async def test_nobody_is_shown_nothing_and_leaves_no_event(own_hub: Hub) -> None:
    answer = await own_hub.ask(STUDENT, ASKED)
    assert (answer.codes, answer.data) == (["FORBIDDEN"], {"student": None})
    assert await events(own_hub.url, *READS, "request:refused") == []


async def test_no_value_of_a_student_is_in_the_trail(own_hub: Hub) -> None:
    for _, document, variables, _ in WAYS.values():
        await own_hub.ask(document, variables, by=DATA_ADMIN)
    await own_hub.ask('{ students(filter: {lastName: {eq: "AnaLastName1TN"}}) { nodes { birthDate } } }', by=PRIMARY)
    await own_hub.ask('{ students(filter: {lastName: {eq: "AnaLastName1TN"}}) { nodes { birthDate } } }', by=HELP_DESK)
    trail = str(await events(own_hub.url, *READS, "request:refused"))
    secrets = PLANTED.all_secrets() | set(PLANTED.msix.values()) | {"AnaLastName1TN"}
    assert len(secrets) > 100
    assert [secret for secret in secrets if secret in trail] == []


BREAK = {
    "the right to add": ("REVOKE INSERT ON audit_events FROM hub_web", "GRANT INSERT ON audit_events TO hub_web"),
    "a fault of the table": (
        "ALTER TABLE audit_events ADD CONSTRAINT broken CHECK (tag !~ 'student') NOT VALID",
        "ALTER TABLE audit_events DROP CONSTRAINT broken",
    ),
    "a fault at the commit, when the rows are on their way": (
        "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''broken''; END';"
        "CREATE CONSTRAINT TRIGGER broken AFTER INSERT ON audit_events DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW WHEN (NEW.tag ~ 'student') EXECUTE FUNCTION broken()",
        "DROP FUNCTION broken CASCADE",
    ),
}


@pytest.mark.parametrize("name", BREAK)
async def test_nothing_leaves_while_the_trail_cannot_be_written(own_hub: Hub, name: str) -> None:
    broken, mended = BREAK[name]
    await own_hub.token(DATA_ADMIN)
    owner = await connect(own_hub.url)
    try:
        await owner.execute(broken)
        for way, (_, document, variables, _) in WAYS.items():
            answer = await own_hub.ask(document, variables, by=DATA_ADMIN, fault=True)
            assert (answer.status, answer.code) == (503, "UNAVAILABLE"), way
            assert "data" not in answer.body, way
            assert not [secret for secret in PLANTED.all_secrets() if secret in answer.text], way
        assert await events(own_hub.url, *READS) == []
        assert (await own_hub.ask("{ viewer { userId } }", by=DATA_ADMIN)).status == 200
        await owner.execute(mended)
    finally:
        await owner.close()
    assert (await own_hub.ask(STUDENT, ASKED, by=DATA_ADMIN)).data["student"]
    await _only(own_hub)


async def test_the_answer_waits_until_the_event_is_committed(own_hub: Hub) -> None:
    await own_hub.token(PRIMARY)
    owner = await connect(own_hub.url)
    try:
        async with owner.transaction():
            await owner.execute("LOCK TABLE audit_events IN SHARE MODE")
            asking = asyncio.create_task(own_hub.ask(STUDENT, ASKED, by=PRIMARY))
            done, _ = await asyncio.wait([asking], timeout=0.5)
            assert not done
        answer = await asking
    finally:
        await owner.close()
    assert answer.data["student"]
    assert (await _only(own_hub))["students"] == [ANA]


async def test_what_was_asked_about_is_among_the_fields(own_hub: Hub) -> None:
    await own_hub.ask('{ students(filter: {lastName: {prefix: "x"}, sex: "MALE"}) { totalCount } }', by=PRIMARY)
    assert {"StudentFilter.lastName", "StudentFilter.sex"} <= set((await _only(own_hub))["fields"])
