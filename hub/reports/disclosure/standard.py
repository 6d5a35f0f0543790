"""Standard tables: exact numbers, with cells suppressed so that none that is hidden follows from what is shown.

**Primary.** A place is hidden where fewer than `THRESHOLD` children are behind a measure. Zero is such a number: that
no child of a district is in a grade says as much about each as that one is. Only a zero that everybody knows beforehand
(a district of Texas in Ohio) is public. A share is hidden, too, where fewer than `THRESHOLD` are in it or outside of it
(0 and 100 percent say something about every child); an amount where the two largest contributions dominate.

**Complementary.** `patterns` hides more until the auditor of `audit` proves that no reader can come nearer to a primary
cell than `quantities` allows. Whether a hidden cell is primary or complementary is not told.

**Failing closed.** If the proof does not succeed within a bounded number of linear programs, all places of the deepest
level are hidden and it is tried again for what is left; at last only the total over all is shown. Tables of more than
`CELLS` places show their one-dimensional margins only. Counts of children that may be in several cells do not add up
exactly; the auditor is granted the difference, as if it knew how many are counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hub.reports.disclosure.limits import THRESHOLD
from hub.reports.disclosure.medians import smoothed
from hub.reports.disclosure.patterns import patterns
from hub.reports.disclosure.places import Places
from hub.reports.disclosure.quantities import Column
from hub.reports.disclosure.swaps import Swaps
from hub.reports.disclosure.system import Chosen, System
from hub.reports.table import (
    NOTHING,
    Aggregate,
    Cell,
    Coordinates,
    Disclosure,
    Mark,
    Mode,
    ProtectedTable,
    RawMeasure,
    RawTable,
    RawValue,
    exact_cell,
    shown,
)

CELLS = 30_000
"""Places of a table above which only its one-dimensional margins are shown."""

EMPTY = RawValue(NOTHING, NOTHING, 0, (0, 0))
HIDDEN = Cell(None, Mark.SUPPRESSED)


def standard(table: RawTable) -> ProtectedTable:
    """`table` with exact numbers where they may be shown, by all its possible places."""
    places = Places(table)
    deepest = len(table.dimensions) if len(places) <= CELLS else 1
    system = System(places, deepest=deepest)
    rows = [table.cells.get(place, (EMPTY,) * len(table.measures)) for place in system.variables]
    columns = [[row[number] for row in rows] for number in range(len(table.measures))]
    hidden = patterns(system, Swaps(places, system), table.measures, columns)
    cells = dict(_shown(places, system, table.measures, columns, hidden))
    suppressed = sum(cell.mark is Mark.SUPPRESSED for row in cells.values() for cell in row)
    disclosure = Disclosure(Mode.STANDARD, _note(collapsed=deepest < len(table.dimensions)), suppressed)
    kept = tuple(measure.column for measure in table.measures)
    return ProtectedTable(table.dimensions, kept, cells, disclosure, table.as_of)


def _shown(
    places: Places,
    system: System,
    measures: Sequence[RawMeasure],
    columns: Sequence[Column],
    hidden: tuple[Chosen, ...],
) -> Iterator[tuple[Coordinates, tuple[Cell, ...]]]:
    for place in places.down_to(system.deepest):
        number = system.number[places.canonical(place)]
        row = zip(measures, columns, hidden, strict=True)
        yield (
            place,
            tuple(HIDDEN if pattern[number] else _cell(column[number], measure) for measure, column, pattern in row),
        )


def _cell(value: RawValue, measure: RawMeasure) -> Cell:
    if measure.aggregate is not Aggregate.MEDIAN:
        return exact_cell(value, measure.column)
    median = smoothed(value)
    return Cell(None, Mark.EMPTY) if median is None else Cell(shown(median, measure.column), Mark.PROTECTED)


def _note(*, collapsed: bool) -> str:
    note = (
        f"Numbers that fewer than {THRESHOLD} children are behind are not shown, zero included, nor are others from "
        "which they would follow. What is shown is exact; medians are taken near the middle."
    )
    return note + " The table is too large to be proved safe as a whole: its margins are shown." * collapsed
