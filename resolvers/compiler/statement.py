"""One root field becomes one statement: its text, and how each request's values get into it.

A statement answers one row: `data`, the field's value as JSON, and `students`, the ids of the students it shows. One
that carries its event keeps `students` to itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import GraphQLSchema
from sqlalchemy import ARRAY, CTE, ColumnElement, Select, and_, case, exists, func, literal_column, select
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from hub.audit.carried import carrying
from hub.audit.event import Tag
from hub.viewer import Reach, Viewer
from permissions.plan import Selected
from resolvers.compiler.arguments import Binder, Bound, viewer_parameter
from resolvers.compiler.nodes import nodes_statement
from resolvers.compiler.page import connection_with_page, selection_of_nodes
from resolvers.compiler.record import Compiler, as_array, as_object
from resolvers.compiler.source import Connection, Count, Keyed, Lookup, Nodes, Relation, Rows, Source
from resolvers.compiler.subjects import counted, names_somebody, students, subjects_of

_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Statement:
    """Text with its binder. `parameters` stand in the order of `$1`, `$2`, …

    `names` says that it may name students; `carries` that it records its event, for which it takes more values;
    `reviews` that it has a column `review`, which says why a row that was asked for is not shown.
    """

    text: str
    parameters: tuple[Bound | Any, ...]
    names: bool = True
    carries: bool = False
    reviews: bool = False

    def values(self, arguments: Sequence[Mapping[str, Any]], viewer: Viewer, key: Sequence[Any] = ()) -> list[Any]:
        """The parameters' values for one request. Raises `HubError` where an argument cannot be converted."""
        return [
            parameter.value(arguments, viewer, key) if isinstance(parameter, Bound) else parameter
            for parameter in self.parameters
        ]

    def carrying(self, tag: Tag, fields: Sequence[str], *, only_shown: bool) -> Statement:
        """The statement with its event, as `hub.audit.carried` says."""
        answer = ("data", "review") if self.reviews else ("data",)
        text = carrying(self.text, len(self.parameters), tag, fields, answer=answer, only_shown=only_shown)
        return replace(self, text=text, carries=True)


def compile_root(
    schema: GraphQLSchema,
    root: Selected,
    grants: Mapping[str, Reach],
    arguments: Sequence[Mapping[str, Any]],
) -> Statement:
    """Compile a root field for one reach of each grant and one shape of the arguments."""
    binder = Binder()
    compiler = Compiler(schema, grants, arguments, binder)
    assert root.declaration is not None
    descriptor = root.declaration.source
    if isinstance(descriptor, Lookup):
        query = _lookup(
            compiler, root, descriptor.source, lambda found: descriptor.find(found, compiler.argument(root))
        )
    elif isinstance(descriptor, Keyed) and descriptor.many:
        query = _several(compiler, root, descriptor.source)
    elif isinstance(descriptor, Keyed):
        query = _lookup(compiler, root, descriptor.source, lambda found: _has_key(found, binder))
    elif isinstance(descriptor, Nodes):
        query = nodes_statement(compiler, root, descriptor)
    elif isinstance(descriptor, Connection):
        query = _connection(compiler, root, descriptor)
    elif isinstance(descriptor, Count):
        query = _count(compiler, root, descriptor)
    else:
        assert isinstance(descriptor, Relation), f"{root.coordinate} cannot be compiled"
        query = _listing(compiler, root, descriptor)
    names, reviews = names_somebody(query), "review" in query.selected_columns
    return replace(statement_of(query, binder), names=names, reviews=reviews)


def statement_of(query: Select[Any], binder: Binder) -> Statement:
    """The text of a query, and where its parameters come from."""
    compiled = query.compile(dialect=_DIALECT)
    order: Sequence[str] = compiled.positiontup or ()
    constants = compiled.params
    parameters = tuple(binder.bound.get(name) or viewer_parameter(name) or constants.get(name) for name in order)
    return Statement(compiled.string, parameters)


def _has_key(found: Rows, binder: Binder) -> ColumnElement[bool]:
    return and_(*(column == binder.of_key(place, column.type) for place, column in enumerate(found.key)))


def _several(compiler: Compiler, root: Selected, source: Source) -> Select[Any]:
    rows = Rows(source, compiler.binder)
    (column,) = rows.key
    rows.conditions.append(column == func.any(compiler.binder.of_key(0, ARRAY(column.type))))
    compiler.restrict(rows, root)
    record = rows.select(compiler.columns(rows, root.only_children(), root.child_type.name))
    shown = subjects_of(compiler, rows, root.only_children())
    return select(as_array(record.order_by(*source.order(rows))).label("data"), students(shown))


def _lookup(
    compiler: Compiler, root: Selected, source: Source, find: Callable[[Rows], ColumnElement[bool]]
) -> Select[Any]:
    found = Rows(source, compiler.binder)
    found.conditions.append(find(found))
    compiler.restrict(found, root)
    columns = [column.label(f"k{n}") for n, column in enumerate(found.key)]
    columns += [value.label(name) for name, value in found.extras.items()]
    page = found.select(columns).cte(compiler.name("page")).prefix_with("MATERIALIZED", dialect="postgresql")
    rows = Rows(source, compiler.binder)
    rows.found_by(page)
    rows.extras = {name: page.c[name] for name in found.extras}
    record = rows.select(compiler.columns(rows, root.only_children(), root.child_type.name))
    shown = subjects_of(compiler, rows, root.only_children())
    answer = select(as_object(record).label("data"), students(shown))
    return answer.add_columns(_review(compiler, source, find, page)) if source.review else answer


def _review(
    compiler: Compiler, source: Source, find: Callable[[Rows], ColumnElement[bool]], page: CTE
) -> ColumnElement[Any]:
    """What is said of a row that was asked for by its id and is not shown because its student is under review."""
    assert source.review is not None and source.subject is not None
    closed = Rows(source, compiler.binder)
    closed.checked = True
    closed.conditions.append(find(closed))
    nothing = ~exists(select(literal_column("1")).select_from(page))
    return case((nothing, source.review(closed.select([source.subject(closed)])))).label("review")


def _connection(compiler: Compiler, root: Selected, spec: Connection) -> Select[Any]:
    data, page, keys = connection_with_page(compiler, None, root, spec)
    rows = page.nested(keys)
    rows.conditions.append(page.shown(keys))
    shown = [*subjects_of(compiler, rows, selection_of_nodes(root)), *counted(compiler, root, spec)]
    return select(data.label("data"), students(shown))


def _count(compiler: Compiler, root: Selected, spec: Count) -> Select[Any]:
    """A number tells about no child by name: it names none."""
    rows = Rows(spec.source, compiler.binder)
    rows.conditions.append(spec.where(rows))
    compiler.restrict_reach(rows, root.declaration.grant if root.declaration else None)
    return select(func.to_json(rows.select([func.count()]).scalar_subquery()).label("data"), students([]))


def _listing(compiler: Compiler, root: Selected, relation: Relation) -> Select[Any]:
    rows = compiler.related(None, root, relation)
    order = relation.source.order(rows)
    record = rows.select(compiler.columns(rows, root.only_children(), root.child_type.name)).order_by(*order)
    return select(as_array(record).label("data"), students([]))
