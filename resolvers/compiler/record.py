"""A selection on rows becomes the columns of one SELECT, and a SELECT becomes JSON.

Denied fields are null and their columns nowhere in the statement. `json_agg` and `row_to_json` of a record are the
fastest ways PostgreSQL has to make JSON; they name keys by columns, so a key longer than an identifier may be takes
a slower way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLSchema, get_named_type
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Numeric,
    ScalarSelect,
    Select,
    SmallInteger,
    Text,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import array

from hub.viewer import Reach
from permissions.declare import declaration_of, origin_of
from permissions.plan import Selected, record_grant
from permissions.scope import decides, within_reach
from resolvers.compiler.arguments import Binder, Value
from resolvers.compiler.node_id import identifier
from resolvers.compiler.source import Asking, Column, Condition, Connection, Expression, Relation, Rows, Scope, Source

LONGEST_IDENTIFIER = 63
ROW = "#row"
"""The name of a record's sub-select. No response key can be equal to it and be taken for the whole row."""
_WHOLE_ROW: ColumnElement[Any] = literal_column('"#row"')


def source_of(type_: Any) -> Source | None:
    """The source behind a record type of the running schema."""
    return getattr(origin_of(type_), "__record_source__", None)


class Compiler:
    """Compiles the selections of one statement, for one reach of each grant and one shape of the arguments."""

    def __init__(
        self,
        schema: GraphQLSchema,
        grants: Mapping[str, Reach],
        arguments: Sequence[Mapping[str, Any]],
        binder: Binder,
    ) -> None:
        self.schema = schema
        self.grants = grants
        self.arguments = arguments
        self.binder = binder
        self._names = 0

    def name(self, stem: str) -> str:
        """A name that no other part of the statement has."""
        self._names += 1
        return f"{stem}{self._names}"

    def columns(self, rows: Rows, selection: Sequence[Selected], type_name: str) -> list[ColumnElement[Any]]:
        """The labelled columns of a record: one for each response key."""
        return [self.value(rows, field, type_name).label(field.key) for field in selection]

    def value(self, rows: Rows, field: Selected, type_name: str) -> ColumnElement[Any]:
        """The value of one selected field of a row."""
        if field.is_typename:
            return literal_column(f"'{type_name}'")
        if field.denied is not None or field.declaration is None:
            return null()
        descriptor = field.declaration.source
        grant = field.declaration.grant
        # a row of a record type is within the reach of the type's own grant, else it would not be here
        own = record_grant(self.schema.type_map[type_name])
        reach = Reach.ALL if grant is None or grant is own else self.grants.get(grant)
        allowed = self._within(rows, reach)
        value = self._described(rows, field, descriptor, type_name)
        return value if allowed is None else case((allowed, value), else_=null())

    def _within(self, rows: Rows, reach: Reach | None) -> ColumnElement[bool] | None:
        if reach is Reach.ALL:
            return None
        if rows.source.deciders is not None:
            return decides(rows.source.deciders(rows))
        if reach is Reach.STATE and rows.source.of_state is not None:
            return rows.source.of_state(rows, self.binder.viewer("state"))
        state = rows.source.state(rows) if rows.source.state else None
        of_ome = rows.source.of_ome(rows) if rows.source.of_ome else None
        own = None if rows.source.owner is None else rows.source.owner(rows) == self._account_id()
        return within_reach(reach or Reach.SELF, state, self.binder.viewer("state"), of_ome, own)

    def _account_id(self) -> ColumnElement[Any]:
        return self.binder.parameter(None, ("account_id",), BigInteger(), None)

    def _described(self, rows: Rows, field: Selected, descriptor: Any, type_name: str) -> ColumnElement[Any]:
        if descriptor == "id":
            return identifier(type_name, rows)
        if isinstance(descriptor, Column | Expression):
            return _plain(descriptor.value(rows))
        if isinstance(descriptor, Relation):
            return self.relation(rows, field, descriptor)
        assert isinstance(descriptor, Connection), f"{field.coordinate} has no descriptor that can be compiled"
        from resolvers.compiler.page import connection

        return connection(self, rows, field, descriptor)

    def relation(self, parent: Rows | None, field: Selected, relation: Relation) -> ColumnElement[Any]:
        """Related rows as one JSON object, or as an array in the source's order."""
        child = self.related(parent, field, relation)
        type_name = field.child_type.name
        order = relation.source.order(child) if relation.many else ()
        query = child.select(self.columns(child, field.only_children(), type_name)).order_by(*order)
        if parent is not None:
            query = query.correlate(*tables_of(parent))
        return as_array(query) if relation.many else as_object(query)

    def related(self, parent: Rows | None, field: Selected, relation: Relation) -> Rows:
        """The child's rows of a relation, tied to the parent, filtered by the field's arguments."""
        derived = relation.derive(parent).subquery() if relation.derive and parent is not None else None
        child = Rows(relation.source, self.binder, derived)
        child.checked = relation.inherits
        tie = relation.on(child, parent) if relation.on and parent is not None else None
        if tie is not None:
            child.conditions.append(tie)
        self.restrict(child, field)
        self.demand_scope(child, parent, field, relation.scope)
        return child

    def demand_scope(self, rows: Rows, parent: Rows | None, field: Selected, scope: Scope | None) -> None:
        """Add what a descriptor's `scope` demands of the rows, once the filter has said what it looks for."""
        if scope is None:
            return
        arguments = self.argument(field) if field.slot is not None else None
        demanded = scope(rows, parent, Asking(self.grants, self.binder.viewer("state"), self._account_id(), arguments))
        if demanded is not None:
            rows.conditions.append(demanded)

    def restrict(self, rows: Rows, field: Selected) -> None:
        """Add what the viewer's reach and the field's `filter` demand of the rows."""
        self.restrict_type(rows, field.child_type)
        if field.slot is not None and (chosen := self.argument(field).get("filter")):
            self._demand(rows, chosen, field.field.args["filter"].type)  # type: ignore[union-attr]

    def restrict_type(self, rows: Rows, type_: Any) -> None:
        """Add what the viewer's reach demands of the rows of a type."""
        self.restrict_reach(rows, record_grant(type_))

    def restrict_reach(self, rows: Rows, grant: str | None) -> None:
        """Add what the reach of a grant (None: none is demanded) demands of the rows."""
        allowed = self._within(rows, self.grants.get(grant)) if grant is not None else None
        if allowed is not None:
            rows.conditions.append(allowed)

    def demand(self, rows: Rows, slot: int, name: str, type_: Any) -> None:
        """Add what the argument `name` of a slot, a filter of this type, demands of the rows."""
        if chosen := Value(self.binder, slot, (), self.arguments[slot]).get(name):
            self._demand(rows, chosen, type_)

    def _demand(self, rows: Rows, chosen: Value, type_: Any) -> None:
        fields = get_named_type(type_).fields
        for name, value in chosen.items():
            declaration = declaration_of(fields[name])
            assert declaration is not None and isinstance(declaration.source, Condition), name
            demanded = declaration.source.demand(rows, value)
            if demanded is not None:
                rows.conditions.append(demanded)

    def argument(self, field: Selected) -> Value:
        """All arguments of a field."""
        assert field.slot is not None, f"{field.coordinate} has no arguments"
        return Value(self.binder, field.slot, (), self.arguments[field.slot])


def tables_of(rows: Rows) -> list[Any]:
    """The tables that inner SELECTs may refer to."""
    return list(rows.from_._from_objects)


def _plain(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Exact numbers go out as text: a JSON number would lose what a decimal promises."""
    if isinstance(value.type, Numeric) and not isinstance(value.type, Integer | BigInteger | SmallInteger):
        return cast(value, Text)
    return value


def as_object(query: Select[Any]) -> ScalarSelect[Any]:
    """The one row of a SELECT as a JSON object; SQL null without a row."""
    if _has_long_keys(query):
        return _by_pairs(query, many=False)
    row = query.subquery(ROW)
    return select(func.row_to_json(_WHOLE_ROW)).select_from(row).scalar_subquery()


def as_array(query: Select[Any]) -> ColumnElement[Any]:
    """The rows of a SELECT as a JSON array, in their order; `[]` without rows."""
    if _has_long_keys(query):
        return func.coalesce(_by_pairs(query, many=True), literal_column("'[]'::json"))
    row = query.subquery(ROW)
    gathered = select(func.json_agg(_WHOLE_ROW)).select_from(row).scalar_subquery()
    return func.coalesce(gathered, literal_column("'[]'::json"))


def _has_long_keys(query: Select[Any]) -> bool:
    return any(len(column.key or "") > LONGEST_IDENTIFIER for column in query.selected_columns)


def _by_pairs(query: Select[Any], *, many: bool) -> ScalarSelect[Any]:
    keys = [column.key for column in query.selected_columns]
    renamed = [column.element.label(f"k{place}") for place, column in enumerate(query.selected_columns)]
    row = query.with_only_columns(*renamed, maintain_column_froms=True).subquery(ROW)
    pairs = (
        func.unnest(array([literal(key) for key in keys]), array([func.to_json(column) for column in row.c]))
        .table_valued("key", "value")
        .render_derived()
    )
    record = select(func.json_object_agg(pairs.c.key, pairs.c.value)).select_from(pairs).correlate(row)
    value: ColumnElement[Any] = record.scalar_subquery()
    return select(func.json_agg(value) if many else value).select_from(row).scalar_subquery()
