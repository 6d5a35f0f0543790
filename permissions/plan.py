"""The plan of an operation: one walk over its typed selection that decides, field by field, what the viewer may see.

A plan is a pure function of the document, the operation, the values of the variables in `@include` and `@skip`, and
the viewer's grants, so it is cached by these. Denied fields stay in it (they answer null), their selections do not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_list_type,
)

from permissions.declare import Declaration, declaration_of, origin_of
from permissions.grants import AUDITED, Grant


@dataclass(frozen=True)
class Denial:
    """One field that the viewer may not see. `path` is its response keys, cut at the first list."""

    coordinate: str
    grant: str
    path: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Selected:
    """One response key of one object type: a field, its children by the concrete types it may return.

    `slot` numbers the fields that have arguments; `denied` is the grant that the viewer lacks.
    """

    key: str
    coordinate: str
    node: FieldNode
    field: GraphQLField | None
    declaration: Declaration | None
    path: tuple[str, ...]
    denied: str | None = None
    slot: int | None = None
    children: Mapping[str, tuple[Selected, ...]] | None = None
    closed: Mapping[str, str] | None = None

    @property
    def is_typename(self) -> bool:
        return self.field is None

    @property
    def child_type(self) -> Any:
        """The named type that the field returns."""
        return get_named_type(self.field.type) if self.field is not None else None

    def only_children(self) -> tuple[Selected, ...]:
        """The selection of a field that returns a concrete type."""
        ((_, children),) = (self.children or {}).items()
        return children


@dataclass(frozen=True, eq=False)
class Plan:
    """What an operation selects and what of it is denied.

    `argued[slot]` are the fields with arguments, `coordinates` the fields that are shown and audited.
    `statements` and `costs` are where the compiler and the limits keep what they made of this plan, one at a time.
    """

    roots: tuple[Selected, ...]
    denials: tuple[Denial, ...]
    argued: tuple[Selected, ...]
    coordinates: tuple[str, ...]
    statements: dict[Any, Any] = field(default_factory=dict)
    costs: dict[Any, int] = field(default_factory=dict)
    compiling: asyncio.Lock = field(default_factory=asyncio.Lock)


def record_grant(type_: Any) -> Grant | None:
    """The grant without which no object of this type, and no page of it, is shown, whatever field leads to it."""
    return getattr(origin_of(record_type(type_)), "__record_grant__", None)


def record_type(type_: Any) -> Any:
    """The type of the rows behind a type: of its nodes where it is a connection, else itself."""
    is_connection = isinstance(type_, GraphQLObjectType) and {"nodes", "pageInfo"} <= type_.fields.keys()
    return get_named_type(type_.fields["nodes"].type) if is_connection else type_


class Planner:
    """Walks one operation. Use `plan_operation`."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        conditions: Mapping[str, bool],
        grants: Iterable[str],
    ) -> None:
        self.schema = schema
        self.fragments = fragments
        self.conditions = conditions
        self.grants = frozenset(grants)
        self.denials: list[Denial] = []
        self.argued: list[Selected] = []
        self.coordinates: dict[str, None] = {}

    def selection(
        self, parent: GraphQLObjectType, sets: Iterable[SelectionSetNode], path: tuple[str, ...], listed: bool
    ) -> tuple[Selected, ...]:
        """The merged selection of one concrete type, in the order in which keys first appear."""
        fields: dict[str, list[FieldNode]] = {}
        for selection_set in sets:
            self._collect(parent, selection_set.selections, fields, set())
        return tuple(self._selected(parent, key, nodes, path, listed) for key, nodes in fields.items())

    def _collect(
        self,
        parent: GraphQLObjectType,
        selections: Iterable[SelectionNode],
        fields: dict[str, list[FieldNode]],
        spread: set[str],
    ) -> None:
        for node in selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                fields.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
                continue
            if isinstance(node, FragmentSpreadNode):
                if node.name.value in spread:
                    continue
                spread.add(node.name.value)
                fragment: Any = self.fragments[node.name.value]
            else:
                fragment = node
            if self._applies(fragment, parent):
                self._collect(parent, fragment.selection_set.selections, fields, spread)

    def _included(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            if directive.name.value in ("include", "skip"):
                value: Any = (directive.arguments or ())[0].value
                holds = self.conditions[value.name.value] if isinstance(value, VariableNode) else value.value
                if holds is (directive.name.value == "skip"):
                    return False
        return True

    def _applies(self, fragment: Any, parent: GraphQLObjectType) -> bool:
        if fragment.type_condition is None:
            return True
        condition = self.schema.type_map[fragment.type_condition.name.value]
        return condition is parent or (is_abstract_type(condition) and self.schema.is_sub_type(condition, parent))

    def _selected(
        self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode], path: tuple[str, ...], listed: bool
    ) -> Selected:
        node = nodes[0]
        here = path if listed else (*path, key)
        coordinate = f"{parent.name}.{node.name.value}"
        field = self.schema.get_field(parent, node.name.value)
        if field is None or node.name.value.startswith("__"):
            meta = None if node.name.value == "__typename" else field
            return Selected(key, coordinate, node, meta, None, here)
        declaration = declaration_of(field)
        grant = self._lacking(declaration, field)
        if grant is not None:
            self.denials.append(Denial(coordinate, grant, here))
            return Selected(key, coordinate, node, field, declaration, here, denied=grant)
        if declaration is not None and declaration.grant in AUDITED:
            self.coordinates[coordinate] = None
        slot = len(self.argued) if field.args else None
        if slot is not None:
            self.argued.append(None)  # type: ignore[arg-type]
        children, closed = self._children(field, nodes, here, listed or _returns_list(field))
        selected = Selected(key, coordinate, node, field, declaration, here, None, slot, children, closed)
        if slot is not None:
            self.argued[slot] = selected
        return selected

    def _lacking(self, declaration: Declaration | None, field: GraphQLField) -> str | None:
        """The grant of the field, or of the type it returns, that the viewer does not hold."""
        for grant in (declaration.grant if declaration else None, record_grant(get_named_type(field.type))):
            if grant is not None and grant not in self.grants:
                return grant.value
        return None

    def _children(
        self, field: GraphQLField, nodes: list[FieldNode], path: tuple[str, ...], listed: bool
    ) -> tuple[dict[str, tuple[Selected, ...]] | None, dict[str, str]]:
        sets = [node.selection_set for node in nodes if node.selection_set]
        if not sets:
            return None, {}
        named: Any = get_named_type(field.type)
        types = self.schema.get_possible_types(named) if is_abstract_type(named) else (named,)
        children: dict[str, tuple[Selected, ...]] = {}
        closed: dict[str, str] = {}
        for type_ in types:
            grant = record_grant(type_)
            if grant is not None and grant not in self.grants:
                closed[type_.name] = grant.value
            else:
                children[type_.name] = self.selection(type_, sets, path, listed)
        return children, closed


def _returns_list(field: GraphQLField) -> bool:
    return is_list_type(get_nullable_type(field.type))


def plan_operation(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    conditions: Mapping[str, bool],
    grants: Iterable[str],
) -> Plan:
    """Plan one operation of a validated document.

    `conditions` holds the coerced values of the Boolean variables that `@include` and `@skip` use.
    """
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    root = schema.get_root_type(operation.operation)
    assert root is not None, "validation refuses operations that the schema has no type for"
    planner = Planner(schema, fragments, conditions, grants)
    roots = planner.selection(root, [operation.selection_set], (), listed=False)
    return Plan(roots, _once(planner.denials), tuple(planner.argued), tuple(planner.coordinates))


def _once(denials: list[Denial]) -> tuple[Denial, ...]:
    """One error a field: the first place where it was asked for."""
    return tuple({denial.coordinate: denial for denial in reversed(denials)}.values())[::-1]
