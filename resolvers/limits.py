"""How large an operation may be: nesting, aliases, selected fields, and the number of values it may return.

Nesting, aliases and fields are bounded before validation, so that no document makes validation slow; cost is reckoned
from the plan and the page sizes of the request.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_nullable_type,
    is_list_type,
)

from hub.errors import Code, HubError
from hub.settings import Settings
from permissions.plan import Plan, Selected
from resolvers.compiler.page import window
from resolvers.compiler.source import Connection, Keyed, Nodes, Relation

MOST_FIELDS = 5_000
"""Fields of one operation with every fragment written out."""
COSTS_KEPT = 256
MOST_REPEATS = 25
"""The same response key in one selection set; validation compares each with each."""

LISTED = 100
"""Rows that a list of a resolver is taken to hold."""


class _Extent:
    """The depth, aliases and fields of selection sets, each fragment measured once."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._measured: dict[str, tuple[int, int, int]] = {}
        self._open: set[str] = set()

    def of(self, selection_set: SelectionSetNode | None) -> tuple[int, int, int]:
        depth = aliases = fields = 0
        repeats = Counter(n.alias.value if n.alias else n.name.value for n in _fields(selection_set))
        if repeats and max(repeats.values()) > MOST_REPEATS:
            raise HubError(Code.TOO_COSTLY, f"Expected one field {MOST_REPEATS} times at most in one selection.")
        for node in selection_set.selections if selection_set else ():
            if isinstance(node, FieldNode):
                below, more_aliases, more_fields = self.of(node.selection_set)
                below, more_aliases, more_fields = below + 1, more_aliases + bool(node.alias), more_fields + 1
            elif isinstance(node, FragmentSpreadNode):
                below, more_aliases, more_fields = self._fragment(node.name.value)
            else:
                below, more_aliases, more_fields = self.of(node.selection_set)  # type: ignore[attr-defined]
            depth, aliases, fields = max(depth, below), aliases + more_aliases, fields + more_fields
        return depth, aliases, fields

    def _fragment(self, name: str) -> tuple[int, int, int]:
        """A fragment in itself is left to validation, which refuses it."""
        if name in self._open or name not in self._fragments:
            return 0, 0, 0
        if name not in self._measured:
            self._open.add(name)
            self._measured[name] = self.of(self._fragments[name].selection_set)
            self._open.remove(name)
        return self._measured[name]


def check_limits(document: DocumentNode, settings: Settings) -> None:
    """Raise `TOO_DEEP`, `TOO_MANY_ALIASES` or `TOO_COSTLY` for a document with an operation beyond the limits."""
    extent = _Extent(document)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            depth, aliases, fields = extent.of(definition.selection_set)
            if depth > settings.max_depth:
                raise HubError(Code.TOO_DEEP, f"Expected a nesting of {settings.max_depth} levels at most.")
            if aliases > settings.max_aliases:
                raise HubError(Code.TOO_MANY_ALIASES, f"Expected {settings.max_aliases} aliases at most.")
            if fields > MOST_FIELDS:
                raise HubError(Code.TOO_COSTLY, f"Expected {MOST_FIELDS} selected fields at most.")


def _fields(selection_set: SelectionSetNode | None) -> Iterator[FieldNode]:
    """The fields of a selection set with its inline fragments."""
    for node in selection_set.selections if selection_set else ():
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set)


Arguments = Sequence[Mapping[str, Any]]


def cost(selection: Sequence[Selected], arguments: Arguments, largest_page: int) -> int:
    """How many values a selection may return: one a field, times the rows that each list or page may hold.

    Raises `INVALID_PAGE` for page arguments that do not fit, or a page that is larger than the limit.
    """
    return sum(_field_cost(field, arguments, largest_page) for field in selection if field.denied is None)


def _field_cost(field: Selected, arguments: Arguments, largest_page: int) -> int:
    if not field.children:
        return 1
    below = max(cost(children, arguments, largest_page) for children in field.children.values())
    return 1 + _rows(field, arguments, largest_page) * below


def _rows(field: Selected, arguments: Arguments, largest_page: int) -> int:
    descriptor = field.declaration.source if field.declaration else None
    if isinstance(descriptor, Connection):
        assert field.slot is not None
        size = window(arguments[field.slot]).size
        if size > largest_page:
            raise HubError(Code.INVALID_PAGE, f"Expected a page size from 1 to {largest_page}.")
        return size
    if isinstance(descriptor, Nodes) and descriptor.many:
        assert field.slot is not None
        return len(arguments[field.slot]["ids"])
    if isinstance(descriptor, Keyed):
        return LISTED if descriptor.many else 1
    if isinstance(descriptor, Relation):
        return descriptor.size if descriptor.many else 1
    assert field.field is not None
    of_page = descriptor is None and field.coordinate.partition(".")[0].endswith("Connection")
    return 1 if of_page or not is_list_type(get_nullable_type(field.field.type)) else LISTED


def check_cost(plan: Plan, arguments: Arguments, shapes: Hashable, settings: Settings) -> int:
    """The cost of an operation, kept with the plan by its arguments' shape. Raises `TOO_COSTLY`, `INVALID_PAGE`."""
    if sum(root.node.name.value in ("__schema", "__type") for root in plan.roots) > 1:
        raise HubError(Code.TOO_COSTLY, "Expected `__schema` or `__type` once in an operation.")
    sizes = tuple(len(given["ids"]) for given in arguments if "ids" in given)
    reckoned = plan.costs.get((shapes, sizes))
    if reckoned is None:
        reckoned = cost(plan.roots, arguments, settings.max_page_size)
        if len(plan.costs) < COSTS_KEPT:
            plan.costs[shapes, sizes] = reckoned
    if reckoned > settings.max_cost:
        raise HubError(
            Code.TOO_COSTLY, f"Expected an operation of cost {settings.max_cost} at most; this one costs {reckoned}."
        )
    return reckoned
