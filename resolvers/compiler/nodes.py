"""`node` and `nodes`: objects of any type by their opaque ids, in the order asked, null where there is none.

All the types that the ids name are looked up in one statement, each in its own page of keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.types import TypeEngine

from permissions.plan import Denial, Selected
from resolvers.compiler.node_id import parse
from resolvers.compiler.record import Compiler, as_object, source_of
from resolvers.compiler.source import Nodes, Rows
from resolvers.compiler.subjects import students, subjects_of

MOST_IDS = 200


@cache
def key_types(schema: Any) -> dict[str, list[type]]:
    """The types of object that ids may name, with the types of their keys."""
    found: dict[str, list[type]] = {}
    for type_ in schema.get_possible_types(schema.type_map["Node"]):
        source = source_of(type_)
        assert source is not None and source.table is not None, f"{type_.name} is a Node without a table"
        columns = source.table.__table__.c
        found[type_.name] = [columns[name].type.python_type for name in source.id_columns]
    return found


def asked(arguments: Mapping[str, Any]) -> list[str]:
    """The ids of a `node` or `nodes` field."""
    return arguments["ids"] if "ids" in arguments else [arguments["id"]]


def types_named(schema: Any, arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """The types that the ids name; part of the shape of the arguments."""
    types = key_types(schema)
    named = (parse(id_, types) for id_ in asked(arguments))
    return tuple(sorted({found[0] for found in named if found is not None}))


def closed_types(schema: Any, root: Selected, arguments: Mapping[str, Any]) -> list[Denial]:
    """The denials of types that the ids name but the viewer may not see."""
    closed = root.closed or {}
    return [Denial(name, closed[name], root.path) for name in types_named(schema, arguments) if name in closed]


def nodes_statement(compiler: Compiler, root: Selected, descriptor: Nodes) -> Select[Any]:
    """The statement of a `node` or `nodes` field."""
    arguments = compiler.argument(root)
    value = arguments.get("ids" if descriptor.many else "id")
    types = key_types(compiler.schema)
    length = value.bind(Integer(), lambda ids: len(ids) if isinstance(ids, list) else 1)
    places = func.generate_series(literal_column("1"), length).table_valued("place", name="places").render_derived()
    objects: list[ColumnElement[Any]] = []
    reviews: list[ColumnElement[Any]] = []
    shown: list[Select[Any]] = []
    for name in types_named(compiler.schema, arguments.actual):
        if name not in (root.children or {}):
            continue
        rows, place = _found(compiler, name, types[name], value)
        selection = (root.children or {})[name]
        record = rows.select(compiler.columns(rows, selection, name)).where(place == places.c.place)
        objects.append(as_object(record.correlate(places)))
        shown += subjects_of(compiler, rows, selection)
        if not descriptor.many and (review := rows.source.review) is not None:
            closed, _ = _found(compiler, name, types[name], value)
            closed.checked = True
            assert closed.source.subject is not None
            reviews.append(review(closed.select([closed.source.subject(closed)])))
    each = func.coalesce(*objects) if objects else literal_column("null::json")
    if not descriptor.many:
        data: ColumnElement[Any] = select(each).select_from(places).scalar_subquery()
    else:
        listed = select(each.label("object"), places.c.place).select_from(places).subquery("listed")
        present = func.coalesce(listed.c.object, literal_column("'null'::json"))
        gathered = func.json_agg(aggregate_order_by(present, listed.c.place))
        data = select(func.coalesce(gathered, literal_column("'[]'::json"))).scalar_subquery()
    answer = select(data.label("data"), students(shown))
    return answer.add_columns(func.coalesce(*reviews).label("review")) if reviews else answer


def _found(compiler: Compiler, name: str, types: Sequence[type], value: Any) -> tuple[Rows, ColumnElement[Any]]:
    """The rows of one type that the ids name, and the place of each among the ids."""
    source = source_of(compiler.schema.type_map[name])
    assert source is not None
    arrays = [
        value.bind(ARRAY(_sql_type(type_)), _part(name, place, compiler.schema)) for place, type_ in enumerate(types)
    ]
    asked_ = (
        func.unnest(*arrays)
        .table_valued(*(f"k{n}" for n in range(len(arrays))), with_ordinality="place", name=compiler.name("asked"))
        .render_derived()
    )
    rows = Rows(source, compiler.binder)
    values = [asked_.c[f"k{n}"] for n in range(len(arrays))]
    same = (rows.main.c[name] == part for name, part in zip(source.id_columns, values, strict=True))
    tie = source.resolve(rows, values) if source.resolve else and_(*same)
    rows.from_ = asked_.join(rows.from_, tie)
    compiler.restrict_type(rows, compiler.schema.type_map[name])
    return rows, asked_.c.place


def _sql_type(type_: type) -> TypeEngine[Any]:
    return BigInteger() if type_ is int else Text()


def _part(name: str, place: int, schema: Any) -> Callable[[Any], list[Any]]:
    types = key_types(schema)

    def take(ids: Any) -> list[Any]:
        found = [parse(id_, types) for id_ in (ids if isinstance(ids, list) else [ids])]
        return [key[1][place] if key is not None and key[0] == name else None for key in found]

    return take
