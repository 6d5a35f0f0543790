"""Operations generated from the running schema: for each root field, every field of every type that it leads to.

A child and a state's record lead to nearly all there is. Those of `WHOLE` are asked for all of that; where others come
upon a child or a record, its own values are asked and what hangs on it is named, unless `whole` is wanted of them too.

A tree of a selection is `{field: None | tree}`; a type is written out where it is first reached, breadth first, and
asked for its name elsewhere. Under `nodes` each type has a fragment of its own.
"""

from __future__ import annotations

import base64
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type, is_composite_type

from hub.tables import AccountRow, NotificationRow
from resolvers.compiler.record import source_of
from tests.http.planted import CHILDREN, PLANTED

Tree = dict[str, Any]
ARGUMENTS = {"Viewer.can": '(grant: "student:read")'}
"""Arguments that a nested field demands."""

OF_SNAPSHOTS = ("report", "standardReport")
"""Root fields that count within snapshots, whatever child is asked about; how exactly they do is in tests/reports."""


@dataclass(frozen=True)
class Generated:
    """One operation: its text and tree. `fragments` are the trees by type of an operation over `nodes`; `key` is what a
    subscription's event is about."""

    root: str
    text: str
    tree: Tree
    fragments: dict[str, Tree] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    parent: str = "Query"
    key: int = 0


WHOLE = ("student", "students", "stateRecord", "studentChanged")
_LEADS_EVERYWHERE = ("Student", "StateRecord")


def tree_of(schema: GraphQLSchema, type_: GraphQLObjectType, *, deep: bool = True, whole: bool = True) -> Tree:
    """All fields of a type, and of the types that it leads to unless it shall not be `deep`; past a child or a record
    only where the `whole` is wanted."""
    tree: Tree = {}
    queue: deque[tuple[Any, Tree]] = deque([(type_, tree)])
    expanded = {type_}
    while queue:
        current, node = queue.popleft()
        for name, declared in current.fields.items():
            named: Any = get_named_type(declared.type)
            if not is_composite_type(named):
                node[name] = None
                continue
            child: Tree = {}
            node[name] = child
            if isinstance(named, GraphQLObjectType) and named not in expanded and deep:
                expanded.add(named)
                if whole or named.name not in _LEADS_EVERYWHERE:
                    queue.append((named, child))
                else:
                    child |= tree_of(schema, named, deep=False)
            else:
                child["__typename"] = None
    return tree


def _text(type_: Any, tree: Tree, prefix: str = "") -> str:
    parts: list[str] = []
    for name, child in tree.items():
        key = f"{prefix}{name}: {name}" if prefix else name
        arguments = ARGUMENTS.get(f"{type_.name}.{name}", "")
        below = "" if child is None else _text(_below(type_, name), child)
        parts.append(f"{key}{arguments}{below}")
    return " { " + " ".join(parts) + " }"


def _below(type_: Any, name: str) -> Any:
    return get_named_type(type_.fields[name].type) if name != "__typename" else None


def row_of(table: Any, child: str, state: str) -> dict[str, Any]:
    """The planted row of a table that belongs to this child's record in this state, or to the state."""
    record, _ = PLANTED.records[child, state]
    wanted = {
        "state_record_id": record,
        "student_id": PLANTED.students[child],
        "upload_id": PLANTED.uploads[state],
        "state": state,
    }
    for planted, row in PLANTED.rows:
        if planted is table:
            column = next((name for name in wanted if name in row), None)
            if column is not None and row[column] == wanted[column]:
                return row
    return {"code": state}  # jurisdictions are the migration's


def node_id(type_: Any, child: str, state: str) -> str:
    """The id of the object of a type that belongs to this child's record in this state."""
    source = source_of(type_)
    assert source is not None
    row = row_of(source.table, child, state)
    return base64.b64encode(":".join([type_.name, *(str(row[c]) for c in source.id_columns)]).encode()).decode()


def generate(schema: GraphQLSchema, state: str, *, whole: bool = False) -> list[Generated]:
    """An operation for each root field, asking about the child for whom this state speaks."""
    child = next(name for name, states in CHILDREN.items() if states[0] == state)
    other = next(name for name in CHILDREN if name != child)
    _, state_student_id = PLANTED.records[child, state]
    ids = [node_id(type_, child, state) for type_ in schema.get_possible_types(_node(schema))]
    account = row_of(AccountRow, child, state)
    variables: dict[str, dict[str, Any]] = {
        "student": {"msixId": PLANTED.retired[child]},
        "students": {"filter": {"msixId": {"eq": PLANTED.msix[child]}}},
        "stateRecord": {"state": state, "stateStudentId": state_student_id},
        "node": {"id": node_id(schema.type_map["Student"], child, state)},
        "nodes": {"ids": ids},
        "serviceTokens": {"userId": f"STATE_USER_ADMINISTRATOR.{state}"},
        "auditEvents": {"filter": {"msixId": PLANTED.msix[child]}},
        "users": {"filter": {"name": {"eq": account["name_key"]}, "state": {"eq": state}}},
        "user": {"userId": account["user_id"]},
        "userAdministrators": {"state": state},
        "upload": {"id": node_id(schema.type_map["Upload"], child, state)},
        "mergePreview": {"survivor": PLANTED.msix[child], "duplicates": [PLANTED.msix[other]]},
        "splitPreview": {
            "student": PLANTED.msix[child],
            "stateRecords": [node_id(schema.type_map["StateRecord"], child, state)],
        },
        "contacts": {"state": state},
        "dataRequest": {"id": node_id(schema.type_map["DataRequest"], child, state)},
        "moveNotice": {"id": node_id(schema.type_map["MoveNotice"], child, state)},
        "stateCalendar": {"state": state, "year": 2026},
        "worklistItem": {"id": node_id(schema.type_map["WorklistItem"], child, state)},
        "report": {"input": {"measures": ["STUDENTS"], "dimensions": ["STATE"]}},
        "standardReport": {"name": "CHILD_COUNT"},
        "worklistPreview": {"id": node_id(schema.type_map["WorklistItem"], other, state)},
    }
    assert schema.query_type is not None
    first = next(iter(CHILDREN.values()))[0]
    roots = [root for root in schema.query_type.fields if root not in OF_SNAPSHOTS or state == first]
    return [_operation(schema, root, variables.get(root, {}), whole=whole) for root in roots]


def generate_followed(schema: GraphQLSchema, state: str) -> list[Generated]:
    """A subscription for each root field, with an event about the child for whom this state speaks."""
    child = next(name for name, states in CHILDREN.items() if states[0] == state)
    item = source_of(schema.type_map["WorklistItem"])
    assert item is not None and schema.subscription_type is not None
    variables: dict[str, dict[str, Any]] = {"studentChanged": {"msixId": PLANTED.retired[child]}}
    keys = {
        "studentChanged": PLANTED.students[child],
        "worklistChanged": row_of(item.table, child, state)["item_id"],
        "notificationReceived": row_of(NotificationRow, child, state)["notification_id"],
    }
    return [
        replace(_operation(schema, root, variables.get(root, {}), "Subscription"), key=keys[root])
        for root in schema.subscription_type.fields
    ]


def _node(schema: GraphQLSchema) -> Any:
    return schema.type_map["Node"]


def _operation(
    schema: GraphQLSchema, root: str, variables: dict[str, Any], parent: str = "Query", *, whole: bool = False
) -> Generated:
    """The text holds no value, so that one statement serves every child asked about."""
    rooted: Any = schema.type_map[parent]
    field_, kind = rooted.fields[root], parent.lower()
    declared = ", ".join(f"${name}: {field_.args[name].type}" for name in variables)
    given = ", ".join(f"{name}: ${name}" for name in variables)
    head = f"{kind} {root}({declared}) {{ {root}({given})" if variables else f"{kind} {root} {{ {root}"
    type_: Any = get_named_type(field_.type)
    if isinstance(type_, GraphQLObjectType):
        tree = tree_of(schema, type_, whole=whole or root in WHOLE)
        return Generated(root, f"{head}{_text(type_, tree)} }}", tree, variables=variables, parent=parent)
    fragments = {named.name: tree_of(schema, named, deep=False) for named in schema.get_possible_types(type_)}
    spread = " ".join(
        f"... on {name}{_text(schema.type_map[name], tree, f'{name}_')}" for name, tree in fragments.items()
    )
    return Generated(root, f"{head} {{ __typename {spread} }} }}", {}, fragments, variables)
