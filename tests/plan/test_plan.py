"""The plan of an operation: one walk that decides field by field; pure, and kept by what it depends on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from typing import Any

import pytest
import strawberry
from graphql import OperationDefinitionNode, parse

from hub.viewer import ANONYMOUS, Viewer
from permissions.declare import UndeclaredField, check_declared, guarded, public
from permissions.grants import Grant as G
from permissions.inputs import refused_input
from permissions.plan import Denial, Plan, Selected, plan_operation
from permissions.roles import Role, grants_of
from resolvers.operations import Operations
from schema.build import build_schema
from tests.http.hub import cheap_settings

SCHEMA = build_schema()
ALL = grants_of((Role.STATE_DATA_ADMINISTRATOR,))


def _plan(text: str, grants: Iterable[str] = ALL, **conditions: bool) -> Plan:
    document = parse(text)
    operation = next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    return plan_operation(SCHEMA, document, operation, conditions, grants)


def _keys(selection: Iterable[Selected]) -> list[Any]:
    """Response keys, nested as they are selected."""
    return [(field.key, _keys(field.only_children())) if field.children else field.key for field in selection]


def test_the_same_field_twice_is_one_field_with_both_selections() -> None:
    plan = _plan(
        '{ student(msixId: "1") { enrollments { city } ...f enrollments { zip } }'
        ' ... on Query { student(msixId: "1") { enrollments { city state } } } }'
        " fragment f on Student { msixId ... on Node { id } enrollments { phone } }"
    )
    assert _keys(plan.roots) == [("student", [("enrollments", ["city", "phone", "zip", "state"]), "msixId", "id"])]


def test_one_field_under_two_aliases_is_two() -> None:
    plan = _plan('{ a: student(msixId: "1") { x: msixId y: msixId } b: student(msixId: "2") { msixId } }')
    assert _keys(plan.roots) == [("a", ["x", "y"]), ("b", ["msixId"])]
    assert [selected.key for selected in plan.argued] == ["a", "b"]


@pytest.mark.parametrize("yes", [True, False])
def test_include_and_skip_decide_by_constants_and_variables(yes: bool) -> None:
    text = (
        'query($v: Boolean!) { student(msixId: "1") { a: msixId @include(if: $v) b: msixId @skip(if: $v)'
        " c: msixId @include(if: false) d: msixId @skip(if: false)"
        " e: msixId @include(if: $v) @skip(if: $v) ... @include(if: $v) { f: msixId } ...g @skip(if: $v) } }"
        " fragment g on Student { g: msixId }"
    )
    assert _keys(_plan(text, v=yes).roots) == [("student", ["a", "d", "f"] if yes else ["b", "d", "g"])]


def test_what_is_left_out_is_not_denied() -> None:
    assert _plan('{ student(msixId: "1") @skip(if: true) { msixId } __typename }', ()).denials == ()


def test_a_denied_field_stays_in_the_plan_without_its_selection_and_arguments() -> None:
    plan = _plan('{ student(msixId: "1") { msixId enrollments(filter: {}) { city } } __typename }', ())
    assert plan.denials == (Denial("Query.student", "student:read", ("student",)),)
    assert [(root.key, root.denied, root.children) for root in plan.roots] == [
        ("student", "student:read", None),
        ("__typename", None, None),
    ]
    assert plan.argued == ()
    assert plan.coordinates == ()


def test_a_field_asked_for_often_is_denied_once_where_it_stands_first() -> None:
    grants = set(ALL) - {G.HEALTH_READ}
    plan = _plan(
        '{ a: student(msixId: "1") { stateRecords { healthAlerts { kind } } healthAlerts { kind } }'
        ' b: student(msixId: "2") { healthAlerts { kind } } }',
        grants,
    )
    assert plan.denials == (
        Denial("StateRecord.healthAlerts", "health:read", ("a", "stateRecords")),
        Denial("Student.healthAlerts", "health:read", ("a", "healthAlerts")),
    )


def test_a_type_of_record_is_closed_whatever_leads_to_it() -> None:
    (root,) = _plan(
        '{ node(id: "x") { id ... on Student { msixId } ... on School { name } } }', {G.DIRECTORY_READ}
    ).roots
    assert root.children is not None and root.closed is not None
    assert set(root.children) == {"Jurisdiction", "District", "School"}
    assert root.closed["Student"] == "student:read"
    assert root.closed["Upload"] == "upload:read"


@pytest.mark.anyio
async def test_a_plan_is_the_same_whoever_asks_with_the_same_grants_and_is_made_once() -> None:
    text = "query($v: Boolean!) { students { totalCount @include(if: $v) } }"
    operation = await Operations(SCHEMA, cheap_settings()).find(text, None)
    viewer = replace(ANONYMOUS, account_id=1, state="TN", grants=ALL)

    def plan(who: Viewer, *, yes: bool) -> Plan:
        return operation.plan(operation.variables({"v": yes}), who)

    first = plan(viewer, yes=True)
    assert plan(replace(viewer, account_id=2, state="TX", roles=("OTHER",)), yes=True) is first
    assert plan(viewer, yes=False) is not first
    assert plan(ANONYMOUS, yes=True) is not first
    assert _keys(plan(viewer, yes=True).roots) == _keys(_plan(text, ALL, v=True).roots)


@pytest.mark.anyio
async def test_documents_are_prepared_once_and_the_oldest_forgotten() -> None:
    operations = Operations(SCHEMA, cheap_settings())
    first = await operations.find("{ __typename }", None)
    assert await operations.find("{ __typename }", None) is first
    for number in range(1000):
        await operations.find(f"query q{number} {{ __typename }}", None)
    assert await operations.find("{ __typename }", None) is not first


FILTER = SCHEMA.type_map["StudentFilter"]
ORDER = SCHEMA.type_map["StudentOrder"]


@pytest.mark.parametrize(
    ("type_", "value", "coordinate"),
    [
        (FILTER, {"healthAlert": ["CHRONIC"]}, "StudentFilter.healthAlert"),
        (FILTER, {"healthAlert": None}, "StudentFilter.healthAlert"),
        (FILTER, {"lastName": {"eq": "x"}}, None),
        (FILTER, {}, None),
        (FILTER, None, None),
        (ORDER, {"field": "NAME", "direction": "ASC"}, None),
    ],
)
def test_an_argument_about_a_field_one_may_not_read_is_refused(type_: Any, value: Any, coordinate: str | None) -> None:
    grants = set(ALL) - {G.HEALTH_READ}
    found = refused_input(type_, value, grants)
    assert (found.coordinate if found else None) == coordinate
    assert refused_input(type_, value, ALL) is None


def test_an_order_is_refused_whether_it_comes_as_text_or_as_a_member() -> None:
    member = Enum("Order", {"NAME": "NAME"}).NAME  # type: ignore[attr-defined]
    for value in ("NAME", member):
        found = refused_input(ORDER, {"field": value}, {G.STUDENT_SEARCH})
        assert found == Denial("StudentOrderField.NAME", "student:read", ())


def _schema(**fields: tuple[Any, Any]) -> Any:
    kinds = {name: kind for name, (kind, _) in fields.items()}
    made = type("Query", (), {"__annotations__": kinds, **{name: field for name, (_, field) in fields.items()}})
    return strawberry.Schema(query=strawberry.type(made, description="A root."))._schema


def _value() -> str:
    return ""


SOUND = (str, public("Anybody may see it.", description="A text.", resolver=_value))


@pytest.mark.parametrize(
    ("kind", "field", "fault"),
    [
        (str, strawberry.field(resolver=_value, description="A text."), "Query.x: is neither guarded nor public"),
        (str, guarded(G.STUDENT_READ, None, "A text.", resolver=_value), "Query.x: is guarded and so must be nullable"),
        (str, public("", None, "A text.", resolver=_value), "Query.x: is public without saying why"),
        (str, public("Why not.", None, "", resolver=_value), "Query.x: has no description"),
    ],
)
def test_a_field_without_a_sound_declaration_does_not_start(kind: Any, field: Any, fault: str) -> None:
    check_declared(_schema(sound=SOUND))
    with pytest.raises(UndeclaredField, match=f"^{fault}$"):
        check_declared(_schema(sound=SOUND, x=(kind, field)))
