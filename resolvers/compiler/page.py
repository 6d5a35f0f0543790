"""Connections: one page of rows by keyset, then what is nested in it.

The page is found first, by its keys and sort values alone, and materialized; nesting starts from its rows. Nesting
under an OFFSET or before a LIMIT costs a hundred times as much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    Tuple,
    func,
    literal_column,
    null,
    select,
    tuple_,
    union_all,
)

from hub.errors import Code, HubError
from permissions.plan import Selected
from resolvers.compiler.arguments import Value
from resolvers.compiler.cursor import decoder, encoded
from resolvers.compiler.record import Compiler, as_array, as_object, tables_of
from resolvers.compiler.source import Connection, Rows

DEFAULT_SIZE = 50


@dataclass(frozen=True)
class Window:
    """Which rows a page asks for: how many, from which end."""

    size: int
    backward: bool
    resumed: bool


def window(arguments: Any) -> Window:
    """The window of a connection's arguments; how large it may be is a limit of the request. Raises `INVALID_PAGE`."""
    first, last = arguments.get("first"), arguments.get("last")
    after, before = arguments.get("after"), arguments.get("before")
    if first is not None and last is not None:
        raise HubError(Code.INVALID_PAGE, "Expected `first` or `last`, not both.")
    if (first is not None and before is not None) or (last is not None and after is not None):
        raise HubError(Code.INVALID_PAGE, "Expected `first` with `after`, or `last` with `before`.")
    size = first if first is not None else last
    if size is None:
        size = DEFAULT_SIZE
    if size < 1:
        raise HubError(Code.INVALID_PAGE, "Expected a page size of at least 1.")
    backward = last is not None or (before is not None and first is None)
    return Window(size, backward, after is not None or before is not None)


class Page:
    """One page of one connection in a statement."""

    def __init__(self, compiler: Compiler, parent: Rows | None, field: Selected, spec: Connection) -> None:
        self.compiler = compiler
        self.parent = parent
        self.field = field
        self.spec = spec
        self.arguments = compiler.argument(field)
        self.window = window(self.arguments.actual)
        chosen = self.arguments.get("orderBy")
        default = next(iter(spec.sorts), "KEY")
        self.order: str = _name(chosen.get("field").actual) if chosen else default
        self.ascending = _name(chosen.get("direction").actual) == "ASC" if chosen else spec.ascending
        self.rows = page_rows(compiler, parent, field, spec)
        self.sort = _sort_columns(spec, self.order, self.rows)

    def _keyset(self, sort: Sequence[ColumnElement[Any]], name: str, *, later: bool) -> ColumnElement[bool] | None:
        """Rows beyond a cursor. The leading sort columns of one table are compared a second time, by themselves:
        an index on them then starts at the cursor, which it cannot where the comparison spans tables."""
        cursor = self.arguments.get(name)
        if not cursor:
            return None
        place = self._bound_cursor(cursor)
        leading = [column for column in sort if column.table is sort[0].table]
        beyond, from_ = tuple_(*sort), tuple_(*leading)
        start = tuple_(*list(place.clauses)[: len(leading)])
        ascending = later == self.ascending
        exact = beyond > place if ascending else beyond < place
        return exact & (from_ >= start if ascending else from_ <= start)

    def _bound_cursor(self, cursor: Value) -> Tuple:
        name = f"{self.field.coordinate} {self.order}"
        return tuple_(
            *(cursor.bind(column.type, decoder(name, self.sort, place)) for place, column in enumerate(self.sort))
        )

    def query(self) -> Select[Any]:
        """Keys, sort values and place of the page's rows, with one more than asked for to know if more follow."""
        parts = self.spec.source.parts
        if not parts:
            found = self._sought(self.rows)
        else:
            each = [page_rows(self.compiler, self.parent, self.field, self.spec, part.alias()) for part in parts]
            together = union_all(*map(self._sought, each)).subquery("parts")
            order = [together.c[f"o{n}"] for n in range(len(self.sort))]
            found = self._bounded(select(*together.c), order)
        inner = found.subquery("q")
        numbered = select(*inner.c, func.row_number().over().label("n")).select_from(inner)
        return numbered if self.parent is None else numbered.correlate(*tables_of(self.parent))

    def _sought(self, rows: Rows) -> Select[Any]:
        sort = _sort_columns(self.spec, self.order, rows)
        columns = [column.label(f"k{n}") for n, column in enumerate(rows.key)]
        columns += [column.label(f"o{n}") for n, column in enumerate(sort)]
        columns += [value.label(name) for name, value in rows.extras.items()]
        keyset = [
            condition
            for condition in (self._keyset(sort, "after", later=True), self._keyset(sort, "before", later=False))
            if condition is not None
        ]
        found = self._bounded(rows.select(columns).where(*keyset), sort)
        return found if self.parent is None else found.correlate(*tables_of(self.parent))

    def _bounded(self, found: Select[Any], sort: Sequence[ColumnElement[Any]]) -> Select[Any]:
        descending = self.ascending == self.window.backward
        ordered = found.order_by(*(column.desc() if descending else column.asc() for column in sort))
        return ordered.limit(literal_column(str(self.window.size + 1)))

    def shown(self, page: FromClause) -> ColumnElement[bool]:
        return page.c.n <= literal_column(str(self.window.size))

    def in_order(self, page: CTE) -> ColumnElement[Any]:
        column: ColumnElement[Any] = page.c.n
        return column.desc() if self.window.backward else column.asc()

    def cursor(self, page: CTE) -> ColumnElement[str]:
        columns = [page.c[f"o{n}"] for n in range(len(self.sort))]
        return encoded(f"{self.field.coordinate} {self.order}", columns)

    def nested(self, page: FromClause) -> Rows:
        """The rows of the page again, for what is nested in them."""
        child = Rows(self.spec.source, self.compiler.binder)
        child.found_by(page)
        child.extras = {name: page.c[name] for name in self.rows.extras}
        return child

    def total(self) -> ColumnElement[int]:
        counted = page_rows(self.compiler, self.parent, self.field, self.spec)
        query = counted.select([func.count()])
        if self.parent is not None:
            query = query.correlate(*tables_of(self.parent))
        return query.scalar_subquery()


def _name(member: Any) -> str:
    return str(getattr(member, "value", member))


def _sort_columns(spec: Connection, order: str, rows: Rows) -> list[ColumnElement[Any]]:
    sort = spec.sorts.get(order)
    columns = list(sort.columns(rows)) if sort else []
    return [*columns, *(column for column in rows.key if column not in columns)]


def page_rows(
    compiler: Compiler, parent: Rows | None, field: Selected, spec: Connection, part: FromClause | None = None
) -> Rows:
    """The rows that a connection pages over, or those of one part of its source: tied to the parent, filtered, within
    reach."""
    rows = Rows(spec.source, compiler.binder, part)
    rows.checked = spec.inherits
    tie = spec.on(rows, parent)
    if tie is not None:
        rows.conditions.append(tie)
    compiler.restrict(rows, field)
    compiler.demand_scope(rows, parent, field, spec.scope)
    return rows


def selection_of_nodes(field: Selected) -> tuple[Selected, ...]:
    """What a connection's selection asks of its nodes, through `nodes` and `edges.node` alike."""
    found: list[Selected] = []
    for part in field.only_children():
        if part.denied is not None or part.field is None:
            continue
        if part.node.name.value == "nodes":
            found += part.only_children()
        elif part.node.name.value == "edges":
            for inner in part.only_children():
                if inner.field is not None and inner.node.name.value == "node" and inner.denied is None:
                    found += inner.only_children()
    return tuple(found)


def connection(compiler: Compiler, parent: Rows | None, field: Selected, spec: Connection) -> ColumnElement[Any]:
    """A connection as one JSON object."""
    return connection_with_page(compiler, parent, field, spec)[0]


def connection_with_page(
    compiler: Compiler, parent: Rows | None, field: Selected, spec: Connection
) -> tuple[ColumnElement[Any], Page, CTE]:
    """A connection as one JSON object, with the page that it shows."""
    page = Page(compiler, parent, field, spec)
    keys = (
        page.query()
        .cte(compiler.name("page"), nesting=parent is not None)
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    parts: dict[str, Callable[[Selected], ColumnElement[Any]]] = {
        "nodes": lambda part: _nodes(compiler, page, keys, part),
        "edges": lambda part: _edges(compiler, page, keys, part),
        "pageInfo": lambda part: _page_info(page, keys, part),
        "totalCount": lambda part: page.total(),
        "__typename": lambda part: literal_column(f"'{field.child_type.name}'"),
    }
    columns = [
        (null() if part.denied else parts[part.node.name.value](part)).label(part.key) for part in field.only_children()
    ]
    query = select(*columns)
    if parent is not None:
        query = query.correlate(*tables_of(parent))
    return as_object(query), page, keys


def _nodes(compiler: Compiler, page: Page, keys: CTE, part: Selected) -> ColumnElement[Any]:
    child = page.nested(keys)
    query = child.select(compiler.columns(child, part.only_children(), part.child_type.name))
    return as_array(query.where(page.shown(keys)).order_by(page.in_order(keys)))


def _edges(compiler: Compiler, page: Page, keys: CTE, part: Selected) -> ColumnElement[Any]:
    child = page.nested(keys)
    columns: list[ColumnElement[Any]] = []
    for inner in part.only_children():
        name = inner.node.name.value
        if inner.denied is not None:
            value: ColumnElement[Any] = null()
        elif name == "cursor":
            value = page.cursor(keys)
        elif name == "node":
            record = select(*compiler.columns(child, inner.only_children(), inner.child_type.name))
            value = as_object(record.correlate(*tables_of(child)))
        else:
            value = literal_column(f"'{part.child_type.name}'")
        columns.append(value.label(inner.key))
    query = child.select(columns)
    return as_array(query.where(page.shown(keys)).order_by(page.in_order(keys)))


def _page_info(page: Page, keys: CTE, part: Selected) -> ColumnElement[Any]:
    more = select(func.count() > literal_column(str(page.window.size))).select_from(keys).scalar_subquery()
    resumed: ColumnElement[Any] = literal_column("true" if page.window.resumed else "false")
    backward = page.window.backward

    def end(*, start: bool) -> ColumnElement[Any]:
        place = keys.c.n.asc() if start != backward else keys.c.n.desc()
        query = select(page.cursor(keys)).select_from(keys).where(page.shown(keys))
        return query.order_by(place).limit(literal_column("1")).scalar_subquery()

    values: dict[str, Callable[[], ColumnElement[Any]]] = {
        "hasNextPage": lambda: resumed if backward else more,
        "hasPreviousPage": lambda: more if backward else resumed,
        "startCursor": lambda: end(start=True),
        "endCursor": lambda: end(start=False),
        "__typename": lambda: literal_column("'PageInfo'"),
    }
    columns = [values[inner.node.name.value]().label(inner.key) for inner in part.only_children()]
    return as_object(select(*columns))
