"""Who may see what: grants from the printed schema's `@requires`, and from a list of types that is the oracle's own.

A denied field is null wherever it stands, and is named once in the errors, whether or not any row has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLIncludeDirective,
    GraphQLSchema,
    GraphQLSkipDirective,
    OperationDefinitionNode,
    get_argument_values,
    get_directive_values,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
)

from hub.viewer import Viewer

_OPENED_BY = {
    "student:read": "Student StateRecord Demographics AlternateId QualifyingMove Enrollment DifferingValue"
    " IdentityChange Clock Dispute DisputeEntry DisputedValue",
    "academics:read": "Course Assessment SubjectCredit",
    "health:read": "HealthAlert",
    "link:read": "LinkEvent",
    "upload:read": "Upload Finding",
    "merge:initiate": "IdentityRequest",
    "worklist:decide": "WorklistItem WorklistRecord",
    "notice:send": "ContactList Contact MoveNotice MoveNoticeReply DataRequest",
    "directory:read": "School District",
    "account:read": "Account",
    "correction:write": "CorrectionRequest CorrectionEntry",
    "account:self": "Notification Watch",
    "account:manage": "AccessApplication Training",
}
GRANT_OF_TYPE = {type_: grant for grant, types in _OPENED_BY.items() for type_ in types.split()}
Denial = tuple[str, str, str]


def required(element: Any) -> str | None:
    """The grant that an element of the printed schema requires."""
    for directive in (element.ast_node and element.ast_node.directives) or ():
        if directive.name.value == "requires":
            return str(directive.arguments[0].value.value)
    return None


def lacking(field_: Any, viewer: Viewer) -> str | None:
    """The grant of a field, or of the rows it returns, that the viewer does not hold."""
    type_: Any = get_named_type(field_.type)
    rows: Any = get_named_type(type_.fields["nodes"].type) if type_.name.endswith("Connection") else type_
    wanted = (required(field_), GRANT_OF_TYPE.get(rows.name))
    return next((grant for grant in wanted if grant and grant not in viewer.grants), None)


@dataclass
class Ruling:
    """What of an operation is denied: the errors, and what is refused whole for its arguments, root fields and those of
    the viewer (as `key.key`)."""

    schema: GraphQLSchema
    viewer: Viewer
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Any
    denials: set[Denial] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    def walk(self, parent: Any, sets: Iterable[Any], root: str | None = None) -> None:
        """Rule on the selection of one concrete type."""
        merged: dict[str, list[Any]] = {}
        for selection_set in sets:
            for node in self._fields(parent, selection_set):
                merged.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        for key, nodes in merged.items():
            if not nodes[0].name.value.startswith("__"):
                self._field(parent, nodes, key, root or key)

    def _field(self, parent: Any, nodes: list[Any], key: str, root: str) -> None:
        name = nodes[0].name.value
        field_ = parent.fields[name]
        if grant := lacking(field_, self.viewer):
            self.denials.add(("FORBIDDEN", f"{parent.name}.{name}", grant))
            return
        unit = f"{root}.{key}" if parent.name == "Viewer" else root
        for argument, value in get_argument_values(field_, nodes[0], self.variables).items():
            for denial in self._inputs(field_.args[argument].type, value):
                self.denials.add(denial)
                self.refused.add(unit)
        named: Any = get_named_type(field_.type)
        types = self.schema.get_possible_types(named) if is_abstract_type(named) else (named,)
        sets = [node.selection_set for node in nodes if node.selection_set]
        for type_ in types if sets else ():
            if GRANT_OF_TYPE.get(type_.name) is None or GRANT_OF_TYPE[type_.name] in self.viewer.grants:
                self.walk(type_, sets, root)

    def _inputs(self, type_: Any, value: Any) -> Iterator[Denial]:
        type_ = get_nullable_type(type_)
        if value is None:
            return
        if is_list_type(type_):
            for item in value:
                yield from self._inputs(type_.of_type, item)
        elif is_enum_type(type_):
            yield from self._named(type_.name, value, type_.values[value])
        elif is_input_object_type(type_):
            for name, item in value.items():
                yield from self._named(type_.name, name, type_.fields[name])
                yield from self._inputs(type_.fields[name].type, item)

    def _named(self, type_name: str, name: str, element: Any) -> Iterator[Denial]:
        grant = required(element)
        if grant is not None and grant not in self.viewer.grants:
            yield "FORBIDDEN", f"{type_name}.{name}", grant

    def _fields(self, parent: Any, selection_set: Any) -> Iterator[Any]:
        for node in selection_set.selections:
            skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
            include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
            if (skip and skip["if"]) or (include and not include["if"]):
                continue
            if node.kind == "field":
                yield node
                continue
            body = self.fragments[node.name.value] if node.kind == "fragment_spread" else node
            if body.type_condition is not None:
                condition: Any = self.schema.type_map[body.type_condition.name.value]
                within = is_abstract_type(condition) and self.schema.is_sub_type(condition, parent)
                if condition is not parent and not within:
                    continue
            yield from self._fields(parent, body.selection_set)


def rule(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Any, viewer: Viewer
) -> Ruling:
    """Rule on an operation."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    ruling = Ruling(schema, viewer, fragments, variables)
    ruling.walk(schema.query_type, [operation.selection_set])
    return ruling
