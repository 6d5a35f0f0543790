"""A question about one fact as SQL: SQLAlchemy Core, in words that DuckDB and PostgreSQL both know.

`counted` reads the rows once, groups them by all dimensions, and sums those groups up to the margins; it is all that
most questions need. `children` counts different children, which do not add up; `told_apart` finds the children behind
small cells of rows. `ranked` finds the values in the middle. No statement reads anything but the facts, and every value
is a parameter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    Table,
    Text,
    and_,
    cast,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, dialect
from sqlalchemy.sql.elements import True_

from hub.reports.catalog import Measure, counted_rows
from hub.reports.question import Question
from hub.reports.table import Aggregate

RANKS = (45, 50, 55)
"""In percent of the rows."""
_ABSENT: dict[str, Any] = {"text": "\x01", "integer": -(2**31), "boolean": -1}
"""Stands for null where rows are joined by a dimension: neither engine joins nulls fast."""

Sets = Sequence[tuple[int, ...]]


@dataclass(frozen=True)
class Asked:
    """One fact's part of a question. `sets` are the dimensions kept, by place, of each margin that is wanted.

    `protected`: what disclosure control needs is wanted too. `only`: the numbers of the measures that are asked about.
    """

    question: Question
    fact: Table
    measures: tuple[Measure, ...]
    sets: Sets
    protected: bool
    only: tuple[int, ...] | None = None

    @property
    def numbered(self) -> list[tuple[int, Measure]]:
        """The measures that are asked about, with their numbers: the columns of a statement bear them."""
        return [each for each in enumerate(self.measures) if self.only is None or each[0] in self.only]

    @property
    def dimensions(self) -> list[ColumnElement[Any]]:
        return [dimension.of(self.fact).label(f"d{place}") for place, dimension in enumerate(self.question.dimensions)]

    def rows(self) -> ColumnElement[bool]:
        """Which rows the question is about: its scope and filters."""
        wanted: list[ColumnElement[bool]] = [
            self.fact.c[column] == literal(value) for column, value in self.question.scope.columns.items()
        ]
        for filter_ in self.question.filters:
            value = filter_.dimension.of(self.fact)
            if filter_.values is not None:
                among = _among(value, filter_.values)
                wanted.append(not_(func.coalesce(among, false())) if filter_.exclude else among)
            if filter_.at_least is not None:
                wanted.append(value >= literal(filter_.at_least))
            if filter_.at_most is not None:
                wanted.append(value <= literal(filter_.at_most))
        return and_(counted_rows(self.fact), *wanted)

    def where(self, measure: Measure) -> ColumnElement[bool]:
        """Which of the rows a measure is about; of them it counts those that have its amount, if it is of one."""
        return true() if measure.where is None else measure.where(self.fact)

    def amount(self, measure: Measure) -> ColumnElement[Any] | None:
        return None if measure.amount is None else measure.amount(self.fact)

    def counts(self, measure: Measure) -> ColumnElement[bool]:
        """Which of the rows a measure counts."""
        amount = self.amount(measure)
        return and_(self.where(measure), true() if amount is None else amount.is_not(None))

    def part(self, measure: Measure) -> ColumnElement[bool]:
        assert measure.part is not None
        return and_(self.counts(measure), measure.part(self.fact))

    @property
    def single(self) -> bool:
        """Whether the fact says of a row that it is the only one of its child."""
        return "single" in self.fact.c


def _among(value: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Null or false where it is not; what is null is among them when null is one of them."""
    named = [each for each in values if each is not None]
    among = value.in_(named) if named else false()
    return or_(among, value.is_(None)) if None in values else among


def counted(asked: Asked) -> Select[Any]:
    """Rows: d0…, g, then for each measure n (rows), k (their keys), p and q (a share's part), s (the sum of amounts).

    Keys only where protected. Of a count of children it counts those with one row only, where the fact says which.
    """
    cells = _cells(asked)
    sums = [func.sum(column).label(column.name) for column in cells.c if not column.name.startswith("d")]
    return _over_sets(asked, cells, sums)


def _cells(asked: Asked) -> CTE:
    """The rows grouped by all dimensions."""
    fact, dimensions, columns = asked.fact, asked.dimensions, []
    for place, measure in asked.numbered:
        condition, amount, key = asked.counts(measure), asked.amount(measure), fact.c.row_key
        rows = func.count() if amount is None else func.count(amount)
        where = asked.where(measure)
        if measure.children:
            if not asked.single:
                continue
            condition, key, where = and_(condition, fact.c.single), fact.c.child, and_(where, fact.c.single)
        columns.append(_of(where, rows).label(f"n{place}"))
        if asked.protected:
            columns.append(_of(condition, func.sum(key)).label(f"k{place}"))
        if measure.part is not None:
            columns.append(_of(asked.part(measure), func.count()).label(f"p{place}"))
            if asked.protected:
                columns.append(_of(asked.part(measure), func.sum(key)).label(f"q{place}"))
        if amount is not None and measure.aggregate is not Aggregate.MEDIAN:
            columns.append(_of(where, func.sum(amount)).label(f"s{place}"))
    columns = columns or [func.count().label("none")]
    grouped = select(*dimensions, *columns).select_from(fact).where(asked.rows())
    return grouped.group_by(*[_ungrouped(each) for each in dimensions]).cte("cells")


def _of(condition: ColumnElement[bool], aggregate: Any) -> ColumnElement[Any]:
    """An aggregate of the rows of which a condition holds; DuckDB is slower where it says that it holds of all."""
    return aggregate if isinstance(condition, True_) else aggregate.filter(condition)  # type: ignore[no-any-return]


def _ungrouped(column: Any) -> ColumnElement[Any]:
    """The expression behind a label: neither engine groups by a name that a column has, too."""
    return column.element  # type: ignore[no-any-return]


def _over_sets(asked: Asked, cells: CTE, sums: Sequence[ColumnElement[Any]]) -> Select[Any]:
    columns = [cells.c[f"d{place}"] for place in range(len(asked.question.dimensions))]
    if not columns:
        return select(literal(0, Integer).label("g"), *sums)
    margin = func.grouping(*columns).label("g")
    return select(*columns, margin, *sums).group_by(_grouping_sets(asked.sets, columns))


def _grouping_sets(sets: Sets, columns: Sequence[ColumnElement[Any]], *always: ColumnElement[Any]) -> Any:
    return func.grouping_sets(*(tuple_(*[columns[place] for place in kept], *always) for kept in sets))


def told_apart(asked: Asked, small_below: int) -> Select[Any]:
    """Rows: d0…, g, then for each measure c (children), b (children of a share's part), t (the two largest sums of a
    child's amounts).

    Only cells of which some measure has fewer rows than `small_below` are looked into, and the margins that they alone
    make up are right.
    """
    dimensions, measures = asked.dimensions, asked.numbered
    fact = asked.fact
    columns: list[ColumnElement[Any]] = []
    for place, measure in measures:
        columns.append(func.bool_or(asked.counts(measure)).label(f"c{place}"))
        if measure.part is not None:
            columns.append(func.bool_or(asked.part(measure)).label(f"b{place}"))
        if measure.amount is not None and measure.aggregate is not Aggregate.MEDIAN:
            columns.append(func.sum(measure.amount(fact)).filter(asked.counts(measure)).label(f"t{place}"))
    rows = select(*dimensions, fact.c.child, *columns).where(asked.rows(), _looked_into(asked, small_below))
    pairs = rows.group_by(*[_ungrouped(each) for each in dimensions], fact.c.child).cte("pairs")
    places = [pairs.c[f"d{place}"] for place in range(len(dimensions))]
    again = [
        (func.sum(column) if column.name.startswith("t") else func.bool_or(column)).label(column.name)
        for column in pairs.c
        if column.name[0] in "cbt" and column.name != "child"
    ]
    margin = (func.grouping(*places) if places else literal(0, Integer)).label("g")
    sets = _grouping_sets(asked.sets, places, pairs.c.child) if places else pairs.c.child
    children = select(*places, pairs.c.child, margin, *again).group_by(sets).cte("children")
    told = [found for place, measure in measures for found in _told(children, place, measure)]
    kept = [children.c[f"d{place}"] for place in range(len(dimensions))]
    return select(*kept, children.c.g, *told).group_by(*kept, children.c.g)


def _told(children: CTE, place: int, measure: Measure) -> list[ColumnElement[Any]]:
    counted_ = children.c[f"c{place}"]
    found: list[ColumnElement[Any]] = [func.count().filter(counted_).label(f"c{place}")]
    if measure.part is not None:
        found.append(func.count().filter(children.c[f"b{place}"]).label(f"b{place}"))
    if f"t{place}" in children.c:
        amount = children.c[f"t{place}"]
        largest = func.array_agg(aggregate_order_by(amount, amount.desc())).filter(amount.is_not(None))
        found.append(largest.label(f"t{place}"))
    return found


def _looked_into(asked: Asked, small_below: int) -> ColumnElement[bool]:
    cells = _cells(asked)
    few = [and_(column > 0, column < literal(small_below, Integer)) for column in cells.c if column.name[0] in "np"]
    joined = [
        _joinable(dimension.of(asked.fact), dimension.type) == _joinable(cells.c[f"d{place}"], dimension.type)
        for place, dimension in enumerate(asked.question.dimensions)
    ]
    return select(literal(1, Integer)).select_from(cells).where(or_(*few), *joined).correlate(asked.fact).exists()


def _joinable(column: ColumnElement[Any], type_: str) -> ColumnElement[Any]:
    value = cast(column, Integer) if type_ == "boolean" else column
    return func.coalesce(value, literal(_ABSENT[type_], Text if type_ == "text" else Integer))


def children(asked: Asked) -> Select[Any]:
    """Rows: d0…, g, then for each count of children c, and e (their keys) where protected: of children of several rows
    only, where the fact says which."""
    child = asked.fact.c.child.distinct()
    columns: list[ColumnElement[Any]] = []
    for place, measure in asked.numbered:
        columns.append(_of(asked.counts(measure), func.count(child)).label(f"c{place}"))
        if asked.protected:
            columns.append(_of(asked.counts(measure), func.sum(child)).label(f"e{place}"))
    return _of_rows(asked, columns, not_(asked.fact.c.single) if asked.single else true())


def _of_rows(asked: Asked, columns: Sequence[ColumnElement[Any]], where: ColumnElement[bool]) -> Select[Any]:
    """Aggregates over the rows themselves, for each margin."""
    dimensions = asked.dimensions
    rows = select(*dimensions, *columns).select_from(asked.fact).where(asked.rows(), where)
    values = [_ungrouped(each) for each in dimensions]
    if not values:
        return rows.add_columns(literal(0, Integer).label("g"))
    return rows.add_columns(func.grouping(*values).label("g")).group_by(_grouping_sets(asked.sets, values))


def ranked(asked: Asked) -> Select[Any]:
    """Rows of one median: d0…, g, then x, y, z: the values at `RANKS` of the ordered rows.

    Rows of the same value are counted first: there are few values, and sorting all rows takes four times as long.
    """
    ((place, measure),) = asked.numbered
    amount = asked.amount(measure)
    assert amount is not None
    dimensions = asked.dimensions
    rows = select(*dimensions, amount.label("v"), func.count().label("n")).where(asked.rows(), asked.counts(measure))
    values = rows.group_by(*[_ungrouped(each) for each in dimensions], amount).cte("worth")
    kept = [values.c[f"d{number}"] for number in range(len(dimensions))]
    margin = (func.grouping(*kept) if kept else literal(0, Integer)).label("g")
    sets = _grouping_sets(asked.sets, kept, values.c.v) if kept else values.c.v
    summed = select(*kept, values.c.v, margin, func.sum(values.c.n).label("n")).group_by(sets).cte("summed")
    cell = [*(summed.c[f"d{number}"] for number in range(len(dimensions))), summed.c.g]
    up_to = func.sum(summed.c.n).over(partition_by=cell, order_by=summed.c.v).label("up_to")
    all_ = func.sum(summed.c.n).over(partition_by=cell).label("all_rows")
    places = select(*cell, summed.c.v, up_to, all_).cte("places")
    found = [
        func.min(places.c.v).filter(places.c.up_to * 100 >= places.c.all_rows * rank).label(f"{name}{place}")
        for name, rank in zip("xyz", RANKS, strict=True)
    ]
    cells = [places.c[column.name] for column in cell]
    return select(*cells, *found).group_by(*cells)


_DIALECT = dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


def written(statement: Select[Any], **given: Any) -> tuple[str, list[Any]]:
    """A statement as text with $1…, and its parameters in their order; `given` are values of named ones."""
    made = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    parameters = {**made.params, **{name: value for name, value in given.items() if name in made.params}}
    return str(made), [parameters[name] for name in made.positiontup or ()]
