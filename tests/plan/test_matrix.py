"""Role by field by state, generated from the running schema: what is open shows its value, what is denied nothing.

Every root field is asked for what it leads to (`tests/plan/operations.py`), about a child for whom the viewer's own
state speaks and one for whom another state does. Each value in the database is a secret that no other column holds.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType, get_named_type

from hub.reports.snapshot.build import build_snapshot
from hub.store.engine import connect
from hub.tables import AccessApplicationRow, AccountRow
from hub.viewer import ANONYMOUS, Reach, Viewer
from permissions.declare import declaration_of, required_of
from permissions.grants import STUDENT_DATA, Grant
from permissions.roles import Role
from resolvers.compiler.record import source_of
from resolvers.doors import Doors, Request
from resolvers.rules import RequestRefused
from resolvers.subscribing import Subscriptions
from schema.build import build_schema
from tests.http.hub import DATA_ADMIN, OF_OME, Answer, Hub, events, running, user_of
from tests.http.planted import PLANTED, PLANTED_BY, STATES
from tests.plan.expected import Expected, answered, as_json, column_of, expect, source_at
from tests.plan.operations import OF_SNAPSHOTS, Generated, generate, generate_followed

pytestmark = pytest.mark.anyio

SCHEMA = build_schema()
OPERATIONS = {state: generate(SCHEMA, state) for state in STATES}
FOLLOWED = {state: generate_followed(SCHEMA, state) for state in STATES}
NO_RECORDS = ("STATE_USER_ADMINISTRATOR", "GOVERNMENT_ADMINISTRATOR", "OME_USER_ADMINISTRATOR", "HELP_DESK")
RECKONED_FROM = {"graduation", "graduation_date"}
"""Columns that an open field of another grant is reckoned from: the end of eligibility."""


_FROM = {"address": "10.0.0.1", "purpose": "ENROLLMENT"}
_EVERYBODY_LOOKED = """
INSERT INTO audit_events (tag, account_id, user_id, state, purpose, operation, students, fields, result_bytes, address,
    detail)
SELECT 'student:export', account_id, user_id, coalesce(state, 'TX'), 'ENROLLMENT', 'Look', $1, '{Student.sex}', 7,
    '10.0.0.1', '{"a": 1}'
FROM accounts
"""


@pytest.fixture(scope="module")
async def wide(shared_country: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    """The application without the limits that so large operations would meet."""
    owner = await connect(shared_country)
    await owner.execute(_EVERYBODY_LOOKED, [PLANTED.students[name] for name in PLANTED.students])
    await owner.close()
    folder = tmp_path_factory.mktemp("reports")
    await build_snapshot(shared_country, folder)
    async with running(
        shared_country, max_cost=10**9, max_aliases=10**4, max_tokens=10**5, reports_dir=folder
    ) as started:
        yield started


@dataclass(frozen=True)
class Asker:
    """A viewer of the matrix, the state that is its own, and the states of which it asks."""

    name: str
    state: str
    viewer: Viewer
    asks_of: Sequence[str] = tuple(STATES)


async def _askers(hub: Hub) -> list[Asker]:
    """Every role in every state, nobody, and data administrators who lack one grant over student data."""
    found = [Asker("nobody", "TN", ANONYMOUS)]
    for role in Role:
        for state in STATES if role not in OF_OME else ["TN"]:
            viewer = await hub.app.state.services.sessions.resolve(await hub.token(user_of(role, state)))
            found.append(Asker(f"{role} of {state}", state, replace(viewer, **_FROM)))
    whole = await hub.app.state.services.sessions.resolve(await hub.token(DATA_ADMIN))
    whole = replace(whole, **_FROM)
    for grant in sorted(STUDENT_DATA):
        held = {name: reach for name, reach in whole.grants.items() if name != grant}
        found.append(Asker(f"all but {grant}", "TN", replace(whole, grants=held), ("TN",)))
    return found


async def _ask(hub: Hub, asker: Asker, operation: Generated) -> tuple[Answer, str]:
    """The answer, and the SQL of every statement that made it."""
    doors: Doors = hub.app.state.doors
    body = await doors.answer(Request(operation.text, operation.variables, None, asker.viewer))
    prepared = await doors.operations.find(operation.text, None)
    plan = prepared.plan(prepared.variables(operation.variables), asker.viewer)
    sql = " ".join(statement.text for _, statement in plan.statements.values() if statement is not None)
    return Answer(200, body.decode(), json.loads(body), {}), sql


async def test_every_field_is_open_or_denied_to_every_role_as_it_declares(wide: Hub) -> None:
    for asker in await _askers(wide):
        shown: dict[str, list[Any]] = defaultdict(list)
        open_: dict[str, Any] = {}
        for state in asker.asks_of:
            for operation in OPERATIONS[state]:
                expected = _counted(operation, expect(SCHEMA, operation, asker.viewer.grants), asker.viewer)
                answer, sql = await _ask(wide, asker, operation)
                where = f"{asker.name} asks {operation.root} of {state}"
                _check_errors(where, answer, expected)
                values = list(answered(SCHEMA, operation, answer.data))
                _check_values(where, values, expected)
                _check_secrets(where, answer.text, expected)
                _check_sql(where, sql, expected)
                _check_reach(where, asker, answer, values)
                _check_accounts(where, asker, answer)
                open_ |= expected.open
                for coordinate, value in values:
                    shown[coordinate].append(value)
        unseen = {name for name in open_ if not any(value not in (None, []) for value in shown[name])}
        assert not {name for name in unseen if source_of(SCHEMA.type_map[name.split(".")[0]])}, asker.name


def _counted(operation: Generated, expected: Expected, viewer: Viewer) -> Expected:
    """Who runs reports of the hub's own work alone, such as of accounts, is refused those that count children."""
    root = f"Query.{operation.root}"
    counts = viewer.can(Grant.REPORT_EXACT) or viewer.can(Grant.REPORT_PROTECTED)
    if operation.root not in OF_SNAPSHOTS or root in expected.denied or counts:
        return expected
    return Expected({}, {root: Grant.REPORT_PROTECTED.value})


async def _follow(hub: Hub, asker: Asker, operation: Generated) -> Answer | None:
    """What is told of an event; None where nothing is."""

    async def asking() -> Viewer:
        return asker.viewer

    subscriptions = Subscriptions(hub.app.state.doors, hub.app.state.services.feed)
    request = Request(operation.text, operation.variables, None, asker.viewer)
    try:
        opened = await subscriptions.open(request, asking, asyncio.Event())
    except RequestRefused as refused:
        return Answer(200, "", {"data": {operation.root: None}, "errors": refused.errors}, {})
    body = await opened.answer(asker.viewer, operation.key)
    return None if body is None else Answer(200, body.decode(), json.loads(body), {})


async def test_every_subscription_tells_every_role_what_it_may_read_and_no_more(wide: Hub) -> None:
    told: set[str] = set()
    for asker in await _askers(wide):
        for state in asker.asks_of:
            for operation in FOLLOWED[state]:
                where = f"{asker.name} follows {operation.root} of {state}"
                expected = expect(SCHEMA, operation, asker.viewer.grants)
                answer = await _follow(wide, asker, operation)
                if answer is None and operation.root == "notificationReceived":
                    assert asker.viewer.account_id != PLANTED_BY or not asker.viewer.reads_students, where
                    continue
                if answer is None:
                    assert operation.root == "worklistChanged", where
                    asked = next(each for each in OPERATIONS[state] if each.root == "worklistItem")
                    assert (await _ask(wide, asker, asked))[0].data == {"worklistItem": None}, where
                    continue
                _check_errors(where, answer, expected)
                values = list(answered(SCHEMA, operation, answer.data))
                _check_values(where, values, expected)
                _check_secrets(where, answer.text, expected)
                _check_reach(where, asker, answer, values)
                told |= {name for name, value in values if value not in (None, [])}
    assert {"NotificationReceived.notification", "Notification.kind"} <= told
    assert {"WorklistChange.item", "WorklistItem.kind", "StudentChange.student", "Student.msixId"} <= told


def _check_errors(where: str, answer: Answer, expected: Expected) -> None:
    assert set(answer.codes) <= {"FORBIDDEN"}, f"{where}: {answer.errors}"
    facts = [{"coordinate": f"Query.{e['path'][0]}", **e["extensions"]} for e in answer.errors]
    denied = sorted((each["coordinate"], each["grant"]) for each in facts)
    assert denied == sorted(expected.denied.items()), where


def _check_values(where: str, values: list[tuple[str, Any]], expected: Expected) -> None:
    for coordinate, value in values:
        if coordinate in expected.denied:
            assert value is None, f"{where}: {coordinate}"
            continue
        column = column_of(expected.open[coordinate])
        if column is not None and value is not None and column in PLANTED.values:
            planted = {str(as_json(one)) for one in PLANTED.values[column]}
            assert str(value) in planted, f"{where}: {coordinate}"


def _check_secrets(where: str, text: str, expected: Expected) -> None:
    columns = expected.columns
    if {"DifferingValue.value", "DisputedValue.value"} & expected.open.keys():
        columns |= {key for key in PLANTED.values if key[0] == "demographics"}
    if "LinkEvent.msixId" in expected.open:
        columns |= {("students", "msix_id")}
    allowed = {secret for key in columns for secret in PLANTED.secrets(*key)}
    allowed |= _reckoned(expected)
    for table, column in PLANTED.values:
        for secret in PLANTED.secrets(table, column):
            if len(secret) > 6 and secret not in allowed:
                assert secret not in text, f"{where}: {table}.{column}"


def _reckoned(expected: Expected) -> set[str]:
    """Secrets that fields other than columns show."""
    found: set[str] = set()
    for coordinate, columns in {
        "Student.retiredIds": [("students", "msix_id")],
        "Student.answeredFor": [("students", "msix_id")],
        "Student.eligibilityEnd": [("qualifying_moves", "eligibility_end")],
        "SubjectCredit.subjectArea": [("courses", "subject_area")],
        "AuditEvent.userId": [("accounts", "user_id")],
        "AuditEvent.name": [("accounts", "name")],
        "UserAdministrator.name": [("accounts", "name")],
        "UserAdministrator.email": [("accounts", "email")],
        "UserAdministrator.phone": [("accounts", "phone")],
        "Account.unusedSince": [("accounts", "last_sign_in_at")],
        "SubjectCredit.courseType": [("courses", "course_type")],
        "IdentityRequest.duplicates": [("students", "msix_id")],
        "IdentityRequest.msixId": [("students", "msix_id")],
        "PreviewSide.msixId": [("students", "msix_id")],
        "PreviewValue.value": [key for key in PLANTED.values if key[0] == "demographics"],
        "Clock.districtId": [("districts", "district_id")],
        "DataRequest.msixId": [("students", "msix_id")],
        "DataRequest.requestedBy": [("accounts", "name")],
        "DataRequest.answeredBy": [("accounts", "name")],
        "DataRequest.answer": [("worklist_items", "reason")],
        "DataRequest.dueAt": [("worklist_items", "due_at")],
        "MoveNotice.msixId": [("students", "msix_id")],
        "MoveNotice.sentBy": [("accounts", "name")],
        "IdentityChange.msixId": [("students", "msix_id")],
        "IdentityChange.otherMsixId": [("students", "msix_id")],
    }.items():
        if coordinate in expected.open:
            found |= {secret for column in columns for secret in PLANTED.secrets(*column)}
    if "Student.eligibilityEnd" in expected.open:
        graduations = map(date.fromisoformat, PLANTED.secrets("enrollments", "graduation_date"))
        found |= {str(day - timedelta(days=1)) for day in graduations}
    return found


def _check_sql(where: str, sql: str, expected: Expected) -> None:
    open_names = {column for _, column in expected.columns} | RECKONED_FROM | _STRUCTURE
    for coordinate in expected.denied:
        column = column_of(source_at(SCHEMA, coordinate))
        if column is not None and column[1] not in open_names:
            assert not re.search(rf"\.{column[1]}\b", sql), f"{where}: {coordinate} in the SQL"


_STRUCTURE = {"role", "state", "status", "msix_id", "state_student_id", "upload_id", "kind", "id", "submitted_at"}
"""Columns by which rows are tied together, put in order and kept within reach, whatever is selected."""


def _check_reach(where: str, asker: Asker, answer: Answer, values: list[tuple[str, Any]]) -> None:
    """What belongs to another state's uploads is null or not there."""
    for state in STATES:
        if state == asker.state and asker.viewer.can(Grant.UPLOAD_READ):
            continue
        upload = next(row for table, row in PLANTED.rows if row.get("sequence") == PLANTED.uploads[state])
        for column in ("file_name", "encoding"):
            assert upload[column] not in answer.text, where
        warnings = {7100 + record for (_, of), (record, _) in PLANTED.records.items() if of == state}
        assert not warnings & {value for name, value in values if name == "StateRecord.warnings"}, where
        findings = [row for table, row in PLANTED.rows if "severity" in row and row["upload_id"] == upload["upload_id"]]
        assert findings
        assert not any(row["message"] in answer.text for row in findings), where


def _check_accounts(where: str, asker: Asker, answer: Answer) -> None:
    """A state's accounts and applications are shown to its own administrators, and to those of all states."""
    reach = asker.viewer.grants.get(Grant.ACCOUNT_READ)
    for state in STATES:
        if reach is None or (reach is Reach.STATE and state != asker.state):
            for table, name in ((AccountRow, "user_id"), (AccessApplicationRow, "agency")):
                row = next(row for planted, row in PLANTED.rows if planted is table and row["state"] == state)
                assert row[name] not in answer.text, where


def test_the_matrix_asks_for_every_field_there_is() -> None:
    operations = [*OPERATIONS["TN"], *FOLLOWED["TN"]]
    asked = {name for operation in operations for name in expect(SCHEMA, operation, _everything()).open}
    assert SCHEMA.mutation_type is not None
    payloads = {get_named_type(field.type).name for field in SCHEMA.mutation_type.fields.values()}
    payloads |= {"Mutation", "MutationError", "SignInChallenge"}
    there = {
        f"{type_.name}.{name}"
        for type_ in SCHEMA.type_map.values()
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__") and type_.name not in payloads
        for name in type_.fields
    }
    assert asked == there
    for name in payloads:  # answered to whoever asked, about nobody else; rows of the database are guarded here too
        for field in SCHEMA.type_map[name].fields.values():  # type: ignore[attr-defined]
            declared = declaration_of(field)
            assert declared is not None
            assert declared.grant is not None or declared.source is None


def _everything() -> Mapping[str, Reach]:
    return {grant: Reach.ALL for grant in Grant}


VALUES = {
    "TextFilter": '{eq: "x"}',
    "NameFilter": '{eq: "x"}',
    "MomentFilter": '{from: "2020-01-01T00:00:00Z"}',
    "DateFilter": '{eq: "2020-01-01"}',
    "Code": '"x"',
    "Date": '"2020-01-01"',
    "DateTime": '"2020-01-01T00:00:00Z"',
    "Boolean": "true",
    "WatchKind": "SEARCH",
    "HealthAlertKind": "[CHRONIC]",
    "Severity": "[WARN]",
    "UploadStatus": "[ACCEPTED]",
    "String": '"x"',
    "Role": "[PRIMARY_USER]",
    "AccountStatus": "[ACTIVE]",
    "ApplicationStatus": "[PENDING]",
}
FILTERED = {
    "StudentFilter": "{ students(filter: %s) { totalCount } }",
    "EnrollmentFilter": '{ student(msixId: "1") { enrollments(filter: %s) { id } } }',
    "FindingFilter": "{ uploads { nodes { findings(filter: %s) { totalCount } } } }",
    "IdentityChangeFilter": "{ identityChanges(filter: %s) { totalCount } }",
    "IdentityRequestFilter": "{ identityRequests(filter: %s) { totalCount } }",
    "DisputeFilter": "{ disputes(filter: %s) { totalCount } }",
    "CorrectionRequestFilter": "{ correctionRequests(filter: %s) { totalCount } }",
    "WatchFilter": "{ watches(filter: %s) { totalCount } }",
    "NotificationFilter": "{ notifications(filter: %s) { totalCount } }",
    "DataRequestFilter": "{ dataRequests(filter: %s) { totalCount } }",
    "MoveNoticeFilter": "{ moveNotices(filter: %s) { totalCount } }",
    "ClockFilter": "{ clocks(filter: %s) { totalCount } }",
    "WorklistFilter": "{ worklist(filter: %s) { totalCount } }",
    "AuditEventFilter": "{ auditEvents(filter: %s) { totalCount } }",
    "UserFilter": "{ users(filter: %s) { totalCount } }",
    "AccessApplicationFilter": "{ accessApplications(filter: %s) { totalCount } }",
    "UploadFilter": "{ uploads(filter: %s) { totalCount } }",
}

ORDERED = "{ students(orderBy: {field: %s}) { totalCount } }"


def _value(type_: Any) -> str:
    named = get_named_type(type_)
    if isinstance(named, GraphQLEnumType) and named.name not in VALUES:
        return f"[{next(iter(named.values))}]"
    return VALUES[named.name]


def _guarded_inputs() -> Iterator[tuple[str, str, str]]:
    """Coordinate, grant, and an operation that uses it."""
    for type_ in SCHEMA.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            for name, field in type_.fields.items():
                declaration = declaration_of(field)
                if declaration is not None and declaration.grant is not None:
                    value = _value(field.type)
                    yield f"{type_.name}.{name}", declaration.grant, FILTERED[type_.name] % f"{{{name}: {value}}}"
        elif isinstance(type_, GraphQLEnumType):
            for name, member in type_.values.items():
                if (grant := required_of(member)) is not None:
                    yield f"{type_.name}.{name}", grant, ORDERED % name


async def test_every_guarded_argument_is_refused_to_those_who_may_not_read_what_it_asks_about(wide: Hub) -> None:
    known = await wide.app.state.services.sessions.resolve(await wide.token(DATA_ADMIN))
    whole = replace(known, grants=_everything())
    cases = list(_guarded_inputs())
    assert len(cases) > 20
    for coordinate, grant, text in cases:
        operation = Generated("", text, {})
        answer, sql = await _ask(wide, Asker("all", "TN", whole), operation)
        assert answer.errors == [], coordinate
        assert sql
        held = {name: reach for name, reach in whole.grants.items() if name != grant}
        answer, sql = await _ask(wide, Asker("lacking", "TN", replace(whole, grants=held)), operation)
        assert answer.codes == ["FORBIDDEN"], coordinate
        assert answer.errors[0]["extensions"]["grant"] == grant
        assert set(answer.data.values()) == {None}, coordinate
        assert sql == "", coordinate


@pytest.mark.parametrize("role", NO_RECORDS)
async def test_government_and_administrators_see_no_record_by_any_way(wide: Hub, role: str) -> None:
    by = user_of(role)
    secrets = PLANTED.all_secrets()
    variables = "{ totalCount nodes { msixId } edges { node { firstName } } pageInfo { endCursor } }"
    ways = [(each.text, each.variables) for state in STATES for each in generate(SCHEMA, state, whole=True)]
    asked = [
        "{ students { totalCount } }",
        f'{{ students(filter: {{lastName: {{prefix: "Ana"}}}}) {variables} }}',
        f'{{ student(msixId: "{PLANTED.retired["Ana"]}") {{ msixId answeredFor }} }}',
        f'{{ student(msixId: "{PLANTED.msix["Ana"]}") {{ id __typename }} }}',
        "{ uploads { totalCount nodes { findings { totalCount nodes { stateStudentId } } } } }",
        "{ jurisdictions { districts { nodes { schools { nodes { name } } } } } }",
    ]
    for text, given in [*ways, *((text, {}) for text in asked)]:
        answer = await wide.ask(text, given, by=by)
        assert not [secret for secret in secrets if secret in answer.text], text
        assert not any(msix in answer.text for msix in [*PLANTED.msix.values(), *PLANTED.retired.values()])
        for root in ("student", "students", "stateRecord", "uploads", "upload", "node"):
            assert (answer.data or {}).get(root) is None
    there = await wide.ask(f'{{ student(msixId: "{PLANTED.msix["Ana"]}") {{ id }} }}', by=by)
    absent = await wide.ask('{ student(msixId: "000000000000") { id } }', by=by)
    assert there.body == absent.body
    seen = await events(wide.url, "student:view", "student:search")
    assert not [event for event in seen if event["user_id"] == by and event["students"]]
