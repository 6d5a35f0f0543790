"""What may be asked ad hoc by whoever gets protected answers: cells by few conditions on one value each.

The noise of a cell hides a child however often it is asked for, because there are few cells that the child makes a
difference to. Of unions of cells (districts 1, 4 and 7, but not 9) there are more than any noise can stand: their
answers would be as many equations. So a filter names one value; several values are shown side by side, as rows of a
dimension, and whoever wants their sum adds them up, noise and all.
"""

from __future__ import annotations

from dataclasses import replace

from hub.errors import Code, HubError
from hub.reports.catalog import DIMENSIONS
from hub.reports.question import Filter, Question
from hub.reports.table import TOTAL, Coordinate, ProtectedTable

MOST_CONDITIONS = 5
"""Dimensions, filters and places of a protected question together."""


def permitted(question: Question) -> Question:
    """The question to ask: without filters on dimensions that are shown, by which rows are only chosen.

    Raises HubError (INVALID_ARGUMENT) where a filter is of several values, or where there are too many conditions.
    """
    asked = tuple(filter_ for filter_ in question.filters if filter_.dimension not in question.dimensions)
    for filter_ in asked:
        single = filter_.values is not None and len(set(filter_.values)) == 1 and not filter_.exclude
        if not single or (filter_.at_least, filter_.at_most) != (None, None):
            name = filter_.dimension.name
            raise HubError(
                Code.INVALID_ARGUMENT,
                f"Expected one value of {name} as a filter of a protected report: to see several, add {name} to the "
                "dimensions.",
            )
    found = replace(question, filters=asked)
    names = {filter_.dimension.name for filter_ in conditions(found)}
    names |= {dimension.name for dimension in question.dimensions}
    if len(names) > MOST_CONDITIONS:
        raise HubError(
            Code.INVALID_ARGUMENT,
            f"Expected {MOST_CONDITIONS} dimensions, filters and places at most of a protected report.",
        )
    return found


def conditions(question: Question) -> tuple[Filter, ...]:
    """What the rows of a permitted question must meet, each once: its filters, and the place that it is of."""
    of_place = [Filter(DIMENSIONS[name.upper()], (value,)) for name, value in question.scope.columns.items()]
    found: dict[tuple[str, object], Filter] = {}
    for each in (*of_place, *question.filters):
        found.setdefault((each.dimension.name, each.values[:1] if each.values else None), each)
    return tuple(found.values())


def chosen(question: Question, table: ProtectedTable) -> ProtectedTable:
    """Of a protected table the rows that the question's filters on its own dimensions choose; totals are of all."""
    rows = [(question.dimensions.index(each.dimension), each) for each in _choosing(question)]
    cells = {
        place: row for place, row in table.cells.items() if all(_keeps(filter_, place[at]) for at, filter_ in rows)
    }
    return replace(table, cells=cells)


def _keeps(filter_: Filter, coordinate: Coordinate) -> bool:
    return coordinate is TOTAL or filter_.keeps(coordinate)


def _choosing(question: Question) -> list[Filter]:
    return [filter_ for filter_ in question.filters if filter_.dimension in question.dimensions]
