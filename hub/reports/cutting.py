"""Cuts a standard report from the published table that it is a part of: some of its measures, at some of its places.

The table is protected once and as a whole, so that reports of the same children hide the same of them.
"""

from __future__ import annotations

from dataclasses import replace

from hub.reports.question import Question
from hub.reports.table import TOTAL, Cell, Coordinate, Coordinates, Mark, ProtectedTable


def cut(table: ProtectedTable, published: Question, question: Question) -> ProtectedTable:
    """The part of `table`, which answers `published`, that answers `question`.

    Of a dimension that is not asked for it takes the value that the question filters by, else the sum over it.
    """
    names = [dimension.name for dimension in published.dimensions]
    shown = [names.index(dimension.name) for dimension in question.dimensions]
    at = [_at(question, name) for name in names]
    measures = [published.measures.index(measure) for measure in question.measures]
    cells: dict[Coordinates, tuple[Cell, ...]] = {}
    for place, row in table.cells.items():
        if all(number in shown or coordinate == at[number] for number, coordinate in enumerate(place)):
            cells[tuple(place[number] for number in shown)] = tuple(row[number] for number in measures)
    suppressed = sum(cell.mark is Mark.SUPPRESSED for row in cells.values() for cell in row)
    return replace(
        table,
        dimensions=tuple(table.dimensions[number] for number in shown),
        measures=tuple(table.measures[number] for number in measures),
        cells=cells,
        disclosure=replace(table.disclosure, suppressed=suppressed),
    )


def _at(question: Question, name: str) -> Coordinate:
    for filter_ in question.filters:
        if filter_.dimension.name == name:
            assert filter_.values is not None and len(filter_.values) == 1, "a standard report filters by one value"
            return filter_.values[0]
    return TOTAL
