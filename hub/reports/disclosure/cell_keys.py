"""Ad hoc answers: the cell-key method, so that as many overlapping questions may be asked as one likes.

Every row has a random key for ever; the sum of the keys of a cell's rows is the cell's key, and draws its noise from
the perturbation table of `noise`. The same children give the same key, so the same answer, in any table, through any
filter and on any engine: asking again averages nothing away. Totals are cells like others, with noise of their own;
so the numbers of a table do not add up, and what a total lacks says nothing of what is hidden.

Why nobody keeps a budget of questions:
- A cell of fewer than `THRESHOLD` children is suppressed, whatever its noise, and one whose noise brings it there.
- *Two questions that differ by one child.* If one is the other with one condition more both answer the same
  (`families`). If not, both have independent noise: their difference has standard deviation 3.5 and can be what any
  number of children under the threshold would give (measured: `python -m tests.benchmarks disclosure`).
- *Many questions.* What can be asked is finite: cells by conditions on one value each. A difference over a condition
  with two values is always nought (`families`), however it is split up; over one of more values it has the noise of
  each of them. A filter of several values is a union, of which there are more than noise can stand: a protected ad hoc
  question may not ask for one (`question.permitted`), but may show the values side by side.

What is left: of two cells, neither of which is the other with one condition more, different answers say that they are
not the same children, never who or how many.

Amounts have noise in units of the largest contribution of one child; a mean is a protected sum over a protected count,
a share one protected count over another; a median is taken between the 45th and 55th percentile. None is shown where
its count is not; a share neither where fewer than `THRESHOLD` children are in it or outside of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from hub.reports.disclosure.families import Families
from hub.reports.disclosure.limits import LEAST_MEDIAN, LISTED, THRESHOLD
from hub.reports.disclosure.medians import smoothed
from hub.reports.disclosure.noise import BOUND, VARIANCE, magnitude_noise, noise, uniform
from hub.reports.disclosure.places import Places
from hub.reports.disclosure.quantities import dominated, few_in_or_out
from hub.reports.table import (
    TOTAL,
    Aggregate,
    Cell,
    Column,
    Coordinates,
    Count,
    Disclosure,
    Mark,
    Mode,
    ProtectedTable,
    RawTable,
    RawValue,
    shown,
)

HIDDEN = Cell(None, Mark.SUPPRESSED)

NOTE = (
    f"Numbers of fewer than {THRESHOLD} children are not shown, zero included. Every other is changed at random by at "
    f"most {BOUND} (standard deviation {VARIANCE**0.5:.1f}; of rows and amounts, in units of what one child has of "
    "them), the same number always in the same way. Totals are changed by themselves: numbers do not add up. A number "
    f"that lacks fewer than {THRESHOLD} children of a total shows that total."
)


def ad_hoc(table: RawTable) -> ProtectedTable:
    """`table` perturbed. Every possible place has a row up to `LISTED` places; then those with something shown do."""
    places = Places(table)
    families = [Families(table, places, number) for number in range(len(table.measures))]
    columns = tuple(measure.column for measure in table.measures)
    cells: dict[Coordinates, tuple[Cell, ...]] = {}
    for place in _listed(table, places):
        row = tuple(protected(each.behind(place), column) for each, column in zip(families, columns, strict=True))
        if len(places) <= LISTED or any(cell != HIDDEN for cell in row):
            cells[place] = row
    cells.setdefault(total := (TOTAL,) * len(table.dimensions), (HIDDEN,) * len(columns))
    suppressed = sum(cell.mark is Mark.SUPPRESSED for row in cells.values() for cell in row)
    assert total in cells
    return ProtectedTable(table.dimensions, columns, cells, Disclosure(Mode.AD_HOC, NOTE, suppressed), table.as_of)


def _listed(table: RawTable, places: Places) -> Iterator[Coordinates]:
    if len(places) <= LISTED:
        yield from places.down_to(len(table.dimensions))
    else:
        yield from filter(places.possible, table.cells)


def protected(value: RawValue | None, column: Column) -> Cell:
    """One number as it may be shown."""
    if value is None or (rows := perturbed(value.whole)) is None:
        return HIDDEN
    number: Decimal | None
    if column.aggregate is Aggregate.COUNT:
        number = Decimal(rows)
    elif column.aggregate is Aggregate.SHARE:
        number = _share(value, rows)
    elif column.aggregate is Aggregate.MEDIAN:
        number = smoothed(value) if value.whole.contributors >= LEAST_MEDIAN else None
    else:
        total = _amount(value, column)
        number = total / rows if total is not None and column.aggregate is Aggregate.MEAN else total
    return HIDDEN if number is None else Cell(shown(number, column), Mark.PROTECTED)


def perturbed(count: Count) -> int | None:
    """A count with its noise, which is in units of the rows that a child has on average; None where it is hidden."""
    drawn = noise(count.key)
    if count.contributors < THRESHOLD or count.contributors + drawn < THRESHOLD:
        return None
    if count.value == count.contributors:
        return count.value + drawn
    unit = count.value / count.contributors
    number = round(count.value + unit * (drawn + uniform(count.key, b"count/step") - 0.5))
    return number if number >= THRESHOLD else None


def _share(value: RawValue, rows: int) -> Decimal | None:
    if value.part is None or few_in_or_out(value) or (part := perturbed(value.part)) is None:
        return None
    return Decimal(min(part, rows)) / rows


def _amount(value: RawValue, column: Column) -> Decimal | None:
    if value.total is None or dominated(value):
        return None
    largest = (value.largest or (0, 0))[0]
    unit = max(largest, round(value.total / value.whole.contributors), column.scale)
    return Decimal(max(0, value.total + round(unit * magnitude_noise(value.whole.key, b"amount"))))
