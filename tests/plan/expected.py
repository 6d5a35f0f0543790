"""What the declarations say an operation must answer, reckoned beside the planner: what is open, what is denied."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLSchema, get_named_type

from permissions.declare import declaration_of
from permissions.plan import record_grant
from resolvers.compiler.source import Column
from tests.plan.operations import Generated, Tree


@dataclass
class Expected:
    """Coordinates that are open, with the columns behind them, and denials as (coordinate, grant)."""

    open: dict[str, Any] = field(default_factory=dict)
    denied: dict[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> set[tuple[str, str]]:
        """Table and column of everything open that is a column."""
        return {named for source in self.open.values() if (named := column_of(source)) is not None}


def column_of(source: Any) -> tuple[str, str] | None:
    """Table and column behind a declaration's source, where it is a column."""
    if not isinstance(source, Column):
        return None
    return source.attribute.class_.__tablename__, source.attribute.key


def source_at(schema: GraphQLSchema, coordinate: str) -> Any:
    """The source of a coordinate's declaration."""
    type_name, _, name = coordinate.partition(".")
    if not name:
        return None
    type_: Any = schema.type_map[type_name]
    declaration = declaration_of(type_.fields[name])
    return declaration.source if declaration else None


def lacking(field_: Any, held: Mapping[str, Any]) -> str | None:
    """The grant that a field, or the type of record it returns, demands and `held` is without."""
    declaration = declaration_of(field_)
    assert declaration is not None, "a field without a decision"
    demanded = (declaration.grant, record_grant(get_named_type(field_.type)))
    return next((grant.value for grant in demanded if grant is not None and grant not in held), None)


def expect(schema: GraphQLSchema, operation: Generated, held: Mapping[str, Any]) -> Expected:
    """What holders of these grants must be answered."""
    expected = Expected()
    rooted: Any = schema.type_map[operation.parent]
    _expect_field(rooted, operation.root, operation.tree, held, expected)
    if operation.root not in {coordinate.partition(".")[2] for coordinate in expected.denied}:
        filter_ = operation.variables.get("filter", {})
        type_: Any = get_named_type(rooted.fields[operation.root].args["filter"].type) if filter_ else None
        for name in filter_:
            declaration = declaration_of(type_.fields[name])
            if declaration is not None and declaration.grant is not None and declaration.grant not in held:
                expected.denied[f"{type_.name}.{name}"] = declaration.grant.value
    for name, tree in operation.fragments.items():
        grant = record_grant(schema.type_map[name])
        if grant is not None and grant not in held:
            if operation.root == "nodes" or name == "Student":
                expected.denied[name] = grant.value
        else:
            _expect(schema.type_map[name], tree, held, expected)
    return expected


def _expect(type_: Any, tree: Tree, held: Mapping[str, Any], expected: Expected) -> None:
    for name, child in tree.items():
        if name != "__typename":
            _expect_field(type_, name, child or {}, held, expected)


def _expect_field(type_: Any, name: str, child: Tree, held: Mapping[str, Any], expected: Expected) -> None:
    coordinate, field_ = f"{type_.name}.{name}", type_.fields[name]
    grant = lacking(field_, held)
    if grant is not None:
        expected.denied[coordinate] = grant
        return
    declaration = declaration_of(field_)
    expected.open[coordinate] = declaration.source if declaration else None
    if child:
        _expect(get_named_type(field_.type), child, held, expected)


def answered(schema: GraphQLSchema, operation: Generated, data: Any) -> Iterator[tuple[str, Any]]:
    """Each coordinate with each value that the answer holds at it."""
    rooted: Any = schema.type_map[operation.parent]
    value = data[operation.root]
    yield f"{operation.parent}.{operation.root}", value
    if not operation.fragments:
        yield from _answered(get_named_type(rooted.fields[operation.root].type), operation.tree, value)
        return
    for item in value if isinstance(value, list) else [value]:
        if item is not None:
            type_ = schema.type_map[item["__typename"]]
            tree = operation.fragments[type_.name]
            yield from _answered(
                type_, tree, {key.split("_", 1)[1]: part for key, part in item.items() if "__" not in key}
            )


def _answered(type_: Any, tree: Tree, value: Any) -> Iterator[tuple[str, Any]]:
    for item in value if isinstance(value, list) else [value]:
        if item is None:
            continue
        assert list(item) == list(tree), f"the keys of {type_.name}"
        for name, child in tree.items():
            if name == "__typename":
                assert item[name] == type_.name
                continue
            yield f"{type_.name}.{name}", item[name]
            if child:
                yield from _answered(get_named_type(type_.fields[name].type), child, item[name])


def as_json(value: Any) -> Any:
    """A planted value as the answer shows it."""
    if isinstance(value, bool | int):
        return value
    return value.isoformat() if isinstance(value, datetime.date) else str(value)
