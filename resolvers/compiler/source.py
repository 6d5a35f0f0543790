"""What a selection can be compiled from: sources of rows, and the descriptors that declare a field's values.

A record type of the schema names its `Source`; each of its fields declares one descriptor: a `Column`, an
`Expression`, a `Relation` or a `Connection`. There is no other way for a record to have a field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, exists, literal_column, null, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.elements import KeyedColumnElement

from hub.audit.event import Tag
from hub.tables import Base
from hub.tables.mde import Mde
from hub.viewer import Reach
from resolvers.compiler.arguments import Binder, Value

Predicate = ColumnElement[bool]
Columns = ReadOnlyColumnCollection[str, KeyedColumnElement[Any]]


@dataclass(frozen=True)
class Source:
    """Rows of one kind: their table, the columns that identify one, and what is always true of the shown ones.

    `shown` is the visibility predicate of permissions.scope. `subject` is the student whose data a row is; reading
    such rows is audited under that student, as a view or search unless `seen_as` says what it is. `state` is the state
    that a row belongs to, for grants that reach the own state only; rows of several states say by `of_state` whether
    one is among them; `of_ome` says which rows OME looks after, for grants that reach those; `owner` is the account
    whose own a row is, for grants that reach no further; `deciders` instead, for rows of the worklist, names who may
    decide. `order` is how rows stand in a list unless asked otherwise. `identity`
    are the columns in an object's id where they are not the key, and `resolve` then ties the rows to the values of an
    id. The table of a source of `parts` is the view that unites them; a page is sought in each part. `review` says, of
    students that are looked up and not shown, whom to ask and until when they are under review (a JSON object, or null
    where they are not).
    """

    name: str
    table: type[Base] | None
    key: tuple[str, ...]
    shown: Callable[[Rows], Predicate | None] = lambda rows: None
    subject: Callable[[Rows], ColumnElement[Any]] | None = None
    state: Callable[[Rows], ColumnElement[Any]] | None = None
    deciders: Callable[[Rows], ColumnElement[Any]] | None = None
    of_state: Callable[[Rows, ColumnElement[Any]], Predicate] | None = None
    seen_as: Tag | None = None
    of_ome: Callable[[Rows], Predicate] | None = None
    owner: Callable[[Rows], ColumnElement[Any]] | None = None
    order: Callable[[Rows], Sequence[ColumnElement[Any]]] = lambda rows: rows.key
    identity: tuple[str, ...] = ()
    parts: tuple[Table, ...] = ()
    resolve: Callable[[Rows, Sequence[ColumnElement[Any]]], Predicate] | None = None
    review: Callable[[Select[Any]], ColumnElement[Any]] | None = None

    @property
    def id_columns(self) -> tuple[str, ...]:
        return self.identity or self.key


class Rows:
    """The rows of one source in one place of a statement, with the joins that its fields turn out to need.

    `checked` rows are known to be shown: by the page they come from, or by the row they hang on. `extras` are values
    that the way to these rows found out; a page hands them on to what is nested in it. `page` holds the keys (`k0`, …)
    by which these rows were found, if they were.
    """

    def __init__(self, source: Source, binder: Binder, main: FromClause | None = None) -> None:
        self.source = source
        self.binder = binder
        self.main: FromClause = main if main is not None else _alias(source)
        self.from_: FromClause = self.main
        self.extras: dict[str, ColumnElement[Any]] = {}
        self.conditions: list[Predicate] = []
        self.checked = False
        self.page: FromClause | None = None
        self._joined: dict[str, FromClause] = {}
        self._within: dict[str, Rows] = {}

    @property
    def c(self) -> Columns:
        """The columns of the source's own table."""
        return self.main.c

    @property
    def key(self) -> list[ColumnElement[Any]]:
        return [self.main.c[name] for name in self.source.key]

    def found_by(self, page: FromClause) -> None:
        """Be the rows whose keys a page holds, in columns `k0`, … They are known to be shown.

        Those of several parts are looked up one by one: PostgreSQL joins a union of joins by reading the whole of it.
        """
        self.checked, self.page = True, page
        same = and_(*(column == page.c[f"k{n}"] for n, column in enumerate(self.key)))
        if self.source.parts:
            looked_up = select(*self.main.c).where(same).offset(literal_column("0"))
            self.main = looked_up.correlate(page).lateral()
            same = literal_column("true")
        self.from_ = page.join(self.main, same)

    def join(
        self, name: str, make: Callable[[], FromClause], on: Callable[[Columns], Predicate], *, outer: bool = False
    ) -> Columns:
        """The columns of a joined table, joined once however many fields ask."""
        if name not in self._joined:
            joined = make()
            self.from_ = self.from_.join(joined, on(joined.c), isouter=outer)
            self._joined[name] = joined
        return self._joined[name].c

    def joined(self, name: str) -> FromClause | None:
        """The table that was joined under this name, if one was."""
        return self._joined.get(name)

    def within(self, name: str, source: Source, on: Callable[[Rows], Predicate]) -> Rows:
        """Rows of which one must exist for a row of these to count. Conditions added to it hold for the same one."""
        if name not in self._within:
            inner = Rows(source, self.binder)
            inner.conditions.append(on(inner))
            self._within[name] = inner
        return self._within[name]

    def extra(self, name: str) -> ColumnElement[Any]:
        """A value that the way to these rows found out (such as the retired ID that was asked for), or null."""
        found = self.extras.get(name)
        return found if found is not None else null()

    def select(self, columns: Sequence[ColumnElement[Any]]) -> Select[Any]:
        """SELECT `columns` of the rows that satisfy every condition."""
        shown = None if self.checked else self.source.shown(self)
        conditions = [*self.conditions, *([shown] if shown is not None else [])]
        for inner in self._within.values():
            conditions.append(exists(inner.select([literal_column("1")]).correlate(*_tables(self.from_))))
        return select(*columns).select_from(self.from_).where(*conditions)


def _alias(source: Source) -> FromClause:
    assert source.table is not None, f"{source.name} is derived; its relation must say from what"
    return source.table.__table__.alias()


def _tables(from_: FromClause) -> list[FromClause]:
    return list(from_._from_objects)


@dataclass(frozen=True)
class Column:
    """A column of the source's table, or of a table that `of` joins."""

    attribute: InstrumentedAttribute[Any]
    of: Callable[[Rows], Columns] | None = None

    @property
    def description(self) -> str:
        facts: Mde | None = self.attribute.info.get("mde")
        if facts is None:
            return ""
        codes = f" A code of the list `{facts.codes}`; `minimumDataElements` has the labels." if facts.codes else ""
        return f"{facts.description}{codes}"

    def value(self, rows: Rows) -> ColumnElement[Any]:
        columns = self.of(rows) if self.of else rows.c
        return columns[self.attribute.key]


@dataclass(frozen=True)
class Expression:
    """An SQL expression over the rows."""

    of: Callable[[Rows], ColumnElement[Any]]

    def value(self, rows: Rows) -> ColumnElement[Any]:
        return self.of(rows)


@dataclass(frozen=True)
class Asking:
    """Who asks, and what: the viewer's grants, parameters with the viewer's `state` and `account_id`, and the
    arguments of the field (None: it has none)."""

    grants: Mapping[str, Reach]
    state: ColumnElement[Any]
    account_id: ColumnElement[Any]
    arguments: Value | None


Scope = Callable[["Rows", "Rows | None", Asking], Predicate | None]
"""What `permissions.scope` demands of the rows that hang on a parent (None: on the root), beyond the grant's reach."""


@dataclass(frozen=True)
class Relation:
    """Other rows that belong to a row: one, or a list.

    `on` ties the child's rows to the parent's; `derive` instead makes the child's rows by a SELECT over the parent's.
    `inherits` says that a row tied to a shown parent is shown, so it is not checked again. `leaves`
    says that the rows may be of another student than the parent's. `size` is how many a list
    is taken to hold when the cost is reckoned.
    """

    source: Source
    on: Callable[[Rows, Rows], Predicate | None] | None = None
    many: bool = False
    derive: Callable[[Rows], Select[Any]] | None = None
    inherits: bool = False
    leaves: bool = False
    size: int = 4
    scope: Scope | None = None


@dataclass(frozen=True)
class Sort:
    """One order of a connection: columns (all in one direction, none null), before the key that breaks ties."""

    columns: Callable[[Rows], Sequence[ColumnElement[Any]]]


@dataclass(frozen=True)
class Connection:
    """A paged relation in the Relay way. `sorts` by the values of its `orderBy.field`; the first is the default.

    `inherits` as of a `Relation`.
    """

    source: Source
    on: Callable[[Rows, Rows | None], Predicate | None] = lambda child, parent: None
    sorts: Mapping[str, Sort] = field(default_factory=dict)
    ascending: bool = True
    inherits: bool = False
    scope: Scope | None = None


@dataclass(frozen=True)
class Lookup:
    """A root field that finds one row by its arguments."""

    source: Source
    find: Callable[[Rows, Value], Predicate]


@dataclass(frozen=True)
class Keyed:
    """A record on a mutation's payload (or another object that is not compiled): found by the key that the object
    holds under the field's name; null without one. `many`: a list of keys of one column, and a list of records."""

    source: Source
    many: bool = False


@dataclass(frozen=True)
class Count:
    """How many rows there are within the reach of the field's grant, on an object that is not compiled."""

    source: Source
    where: Callable[[Rows], Predicate]


@dataclass(frozen=True)
class Nodes:
    """A root field that finds objects of any type by their opaque ids: one, or a list in the order asked."""

    many: bool


@dataclass(frozen=True)
class Followed:
    """A root field of the subscription: it answers anew at each event of its `topics` (topic: the member of the event
    that lists ids). The one compiled field of the object it answers is read by the key that changed: each id, or,
    where `find` is an SQL query, the key that this finds for the value of the field's `argument`. It answers rows of
    (an id to look out for in events, the key), and is asked again at each event, for an event may change the answer.
    `own`: the events list the ids by account (`{account id: [ids]}`), and those of the viewer's own count."""

    topics: Mapping[str, str]
    argument: str = ""
    find: str | None = None
    own: bool = False


@dataclass(frozen=True)
class Condition:
    """What an input field of a filter demands of the rows: a predicate, or None where it added its own."""

    demand: Callable[[Rows, Value], Predicate | None]
