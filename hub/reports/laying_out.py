"""Lays out what may be shown of one or two tables as an answer: which rows, in which order, how many.

Rows come in the order in which the catalogue names a dimension's values; others by the value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hub.reports.asking import Request
from hub.reports.catalog import COMPLETENESS
from hub.reports.question import Filter
from hub.reports.table import (
    TOTAL,
    Answer,
    Cell,
    Column,
    Coordinates,
    Disclosure,
    Mark,
    Mode,
    ProtectedTable,
    Row,
    Value,
    empty,
    exact_cell,
    rank_of,
)

_NOT_COUNTED = "Records of students under review are not counted; they count once that is decided."
_SEVERAL = "A child that belongs into several cells counts in each of them, and once in their total."


def lay_out(request: Request, table: ProtectedTable, before: ProtectedTable | None) -> Answer:
    """The answer to a request, of the protected table and, where it compares, of the earlier one."""
    if request.pivot:
        return _pivoted(request, table, before)
    columns = [*table.dimensions, *table.measures]
    compared: list[Column] = []
    if before is not None:
        compared = [
            replace(each, name=f"{each.name}_BEFORE", label=f"{each.label} Before.") for each in before.measures
        ]
    places = [place for place in {**table.cells, **(before.cells if before else {})} if _wanted(request, place)]
    rows = [Row(place, (*_cells(table, place), *(_cells(before, place) if before else ()))) for place in places]
    total = (TOTAL,) * len(table.dimensions)
    totals = next((row for row in rows if row.coordinates == total), None)
    body = [row for row in rows if row is not totals or not table.dimensions]
    ordered = _ordered(request, body, columns)
    notes = _notes(request)
    if len(ordered) > request.limit:
        notes.append(f"The first {request.limit} of {len(ordered)} rows.")
    return Answer(
        request.title,
        (*columns, *compared),
        tuple(ordered[: request.limit]),
        totals if table.dimensions else None,
        tuple(notes),
        _disclosure(table, before),
        table.as_of,
        None if before is None else before.as_of,
    )


def _disclosure(table: ProtectedTable, before: ProtectedTable | None) -> Disclosure:
    """What was done to the table, and to the one that it is compared with."""
    if before is None:
        return table.disclosure
    one, other = table.disclosure, before.disclosure
    note = one.note if one.note == other.note else f"{one.note} Of the earlier numbers: {other.note}"
    return replace(one, note=note, suppressed=one.suppressed + other.suppressed)


def _pivoted(request: Request, table: ProtectedTable, before: ProtectedTable | None) -> Answer:
    """A row a measure, of a table without dimensions: such as the completeness of each element."""
    first = table.measures[0]
    shares = [replace(first, name=name, label=name.capitalize()) for name in (request.pivot or "", "BEFORE")]
    (cells,), earlier = table.cells.values(), None if before is None else next(iter(before.cells.values()))
    rows = [
        Row((column.name,), (cells[number], *((earlier[number],) if earlier is not None else ())))
        for number, column in enumerate(table.measures)
    ]
    labels: dict[Value, str] = {
        each.name: each.label.removeprefix(COMPLETENESS).removesuffix(".") for each in table.measures
    }
    named = Column("ELEMENT", "dimension", "The element", labels=labels)
    return Answer(
        request.title,
        (named, *shares[: 1 if before is None else 2]),
        tuple(rows),
        None,
        tuple(_notes(request)),
        _disclosure(table, before),
        table.as_of,
        None if before is None else before.as_of,
    )


def _notes(request: Request) -> list[str]:
    only = "; ".join(_only(filter_) for filter_ in request.question.filters)
    notes = [f"Scope: {request.question.scope}.", *([f"Only {only}."] if only else []), _NOT_COUNTED, *request.notes]
    several = any(measure.children for measure in request.question.measures)
    return [*notes, _SEVERAL] if several else notes


def _only(filter_: Filter) -> str:
    """A filter in words: "school year 2025-26", "grade Kindergarten or Grade 1", "age 3 to 5"."""
    dimension, said = filter_.dimension, []
    if filter_.values is not None:
        words = " or ".join(_worded(filter_, value) for value in filter_.values) or "nothing"
        said.append(f"other than {words}" if filter_.exclude else words)
    if filter_.at_least is not None or filter_.at_most is not None:
        ends = ("" if end is None else str(end) for end in (filter_.at_least, filter_.at_most))
        said.append(" to ".join(ends).strip() if filter_.at_most is not None else f"from {filter_.at_least}")
    return f"{dimension.name.replace('_', ' ').lower()} {' and '.join(said)}"


def _worded(filter_: Filter, value: Value) -> str:
    if filter_.dimension.name.endswith("_YEAR") and isinstance(value, int):
        return f"{value}-{(value + 1) % 100:02}"
    known = filter_.dimension.words.get(value)
    return known if known is not None else "Not reported" if value is None else str(value)


def _wanted(request: Request, place: Coordinates) -> bool:
    kept = tuple(number for number, value in enumerate(place) if value is not TOTAL)
    return not kept or kept in request.margins.sets(len(place))


def _cells(table: ProtectedTable, place: Coordinates) -> tuple[Cell, ...]:
    """A table's cells at a place. Where it has none there is nothing behind it, which only exact tables say."""
    if (cells := table.cells.get(place)) is not None:
        return cells
    if table.disclosure.mode is Mode.EXACT:
        return tuple(exact_cell(empty(column), column) for column in table.measures)
    return tuple(Cell(None, Mark.SUPPRESSED) for _ in table.measures)


def _ordered(request: Request, rows: Sequence[Row], columns: Sequence[Column]) -> list[Row]:
    """By the dimensions, margins behind what they sum up, unless the request says otherwise."""
    ranks = [rank_of(column) for column in columns]
    ordered = sorted(rows, key=lambda row: [ranks[at](value) for at, value in enumerate(row.coordinates)])
    names = [column.name for column in columns]
    for order in reversed(request.order_by):
        place = names.index(order.column)
        known = [row for row in ordered if _at(row, place) is not None]
        known.sort(key=lambda row: ranks[place](_at(row, place)), reverse=order.descending)
        ordered = known + [row for row in ordered if _at(row, place) is None]
    return ordered


def _at(row: Row, place: int) -> Any:
    if place < len(row.coordinates):
        return row.coordinates[place]
    return row.cells[place - len(row.coordinates)].value
