"""Filters and orders by what one may not read are refused before anything is asked of the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, get_named_type

from permissions.declare import declaration_of, required_of
from tests.http.hub import DATA_ADMIN, Hub
from tests.plan.asking import SCHEMA, Asker, ask, every_grant
from tests.plan.operations import Generated

pytestmark = pytest.mark.anyio

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
    whole = replace(known, grants=every_grant())
    cases = list(_guarded_inputs())
    assert len(cases) > 20
    for coordinate, grant, text in cases:
        operation = Generated("", text, {})
        answer, sql = await ask(wide, Asker("all", "TN", whole), operation)
        assert answer.errors == [], coordinate
        assert sql
        held = {name: reach for name, reach in whole.grants.items() if name != grant}
        answer, sql = await ask(wide, Asker("lacking", "TN", replace(whole, grants=held)), operation)
        assert answer.codes == ["FORBIDDEN"], coordinate
        assert answer.errors[0]["extensions"]["grant"] == grant
        assert set(answer.data.values()) == {None}, coordinate
        assert sql == "", coordinate
