"""A row is the same under `edges { node }` as under `nodes`, for every connection and role.

An expression that is not tied to its row by name is tied to the nearest select alone, which an edge's node is not.
"""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type

from permissions.roles import Role
from schema.build import build_schema
from tests.http.hub import Hub, user_of
from tests.http.planted import PLANTED
from tests.plan.operations import ARGUMENTS, _text, tree_of

pytestmark = pytest.mark.anyio

_CHILD = next(iter(PLANTED.msix.values()))
_NEEDED = {("auditEvents", Role.PRIVACY_ACT_ADMINISTRATOR): f'filter: {{msixId: "{_CHILD}"}}, '}


def _connections() -> list[tuple[str, Any]]:
    """The root fields that are connections, with the type of their rows."""
    query: Any = build_schema().query_type
    found = []
    for name, field in query.fields.items():
        type_: Any = get_named_type(field.type)
        if type_.name.endswith("Connection"):
            found.append((name, get_named_type(type_.fields["nodes"].type)))
    return found


def _of(type_: GraphQLObjectType) -> str:
    """Every field of a row; of objects below it the name of their type, and of connections the cursors."""
    tree = tree_of(build_schema(), type_, deep=False)
    return _text(type_, {name: below for name, below in tree.items() if f"{type_.name}.{name}" not in ARGUMENTS})


@pytest.mark.parametrize("role", list(Role))
async def test_a_row_is_the_same_as_a_node_and_as_a_node_of_an_edge(hub: Hub, role: Role) -> None:
    asked = 0
    for root, type_ in _connections():
        row = _of(type_)
        needed = _NEEDED.get((root, role), "")
        answer = await hub.ask(
            f"{{ {root}({needed}first: 20) {{ nodes {row} edges {{ node {row} }} }} }}", by=user_of(role)
        )
        assert set(answer.codes) <= {"FORBIDDEN"}, (root, answer.errors)
        found = answer.data[root]
        if found is not None:
            assert [edge["node"] for edge in found["edges"]] == found["nodes"], root
            asked += len(found["nodes"])
    assert asked > 0 or role in (Role.GOVERNMENT_ADMINISTRATOR, Role.OME_USER_ADMINISTRATOR)
