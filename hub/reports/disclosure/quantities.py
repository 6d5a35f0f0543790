"""What a reader of a standard table could compute of each measure, and between which ends that must stay open.

A count is one quantity, its difference to a count that it is a part of another, a share two more (the rows in it and
outside), a sum or mean its total. Fewer than `THRESHOLD`
children make a place primary, zero too: no reader may exclude zero, nor exclude the threshold (of more rows than that:
ten more than there are). Of amounts no reader may come nearer than the largest contribution of one child, either way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hub.reports.disclosure.audit import Quantity
from hub.reports.disclosure.limits import DOMINANCE, LEAST_MEDIAN, THRESHOLD
from hub.reports.disclosure.system import Chosen, Numbers
from hub.reports.table import NOTHING, Aggregate, Count, RawMeasure, RawValue

Column = Sequence[RawValue]
"""The values of one measure, by variable."""


@dataclass(frozen=True)
class Primary:
    """A quantity and the variables that are hidden for its own sake."""

    quantity: Quantity
    hidden: Chosen


def counted(column: Column) -> Primary:
    """The rows of a measure."""
    few = np.array([value.whole.contributors < THRESHOLD for value in column])
    return _rows(np.array([value.whole.value for value in column], float), few)


def computed(measure: RawMeasure, column: Column) -> Iterator[Primary]:
    """What else the numbers of a measure let a reader compute, when its rows are known."""
    if measure.aggregate is Aggregate.SHARE:
        inside = np.array([(value.part or NOTHING).value for value in column], float)
        whole = np.array([value.whole.value for value in column], float)
        few = np.array([few_in_or_out(value) for value in column])
        yield _rows(inside, few)
        yield _rows(whole - inside, few)
    elif measure.aggregate in (Aggregate.SUM, Aggregate.MEAN):
        total = np.array([value.total or 0 for value in column], float)
        largest = np.array([(value.largest or (0, 0))[0] for value in column], float)
        few = np.array([value.whole.contributors < THRESHOLD or dominated(value) for value in column])
        low = np.where(few, np.maximum(total - largest, 0.0), total)
        yield Primary(Quantity(total, low, np.where(few, total + largest, total)), few)
    elif measure.aggregate is Aggregate.MEDIAN:
        few = np.array([value.whole.contributors < LEAST_MEDIAN for value in column])
        nothing = np.zeros(len(column))
        yield Primary(Quantity(nothing, nothing, nothing), few)


def difference(one: Column, other: Column) -> Primary:
    """The rows that only the larger of two counts has, of which one is a part of the other."""
    pairs = [(first.whole, second.whole) for first, second in zip(one, other, strict=True)]
    apart = np.array([abs(first.value - second.value) for first, second in pairs], float)
    return _rows(apart, np.array([_few_apart(*sorted(pair, key=lambda count: count.value)) for pair in pairs]))


def _few_apart(some: Count, every: Count) -> bool:
    return (every.value - some.value) * every.contributors < THRESHOLD * every.value or not every.value


def few_in_or_out(value: RawValue) -> bool:
    """Whether a share says something about fewer than `THRESHOLD` children: those in it, or those outside, who are
    reckoned from the rows outside (a child may have some on either side)."""
    part, whole = value.part or NOTHING, value.whole
    outside = (whole.value - part.value) * whole.contributors
    return part.contributors < THRESHOLD or outside < THRESHOLD * whole.value or not whole.value


def dominated(value: RawValue) -> bool:
    """Whether two children's contributions make up most of the amount."""
    total, largest = value.total or 0, value.largest or (0, 0)
    return total > 0 and sum(largest) > DOMINANCE * total


def _rows(numbers: Numbers, few: Chosen) -> Primary:
    high = np.where(numbers < THRESHOLD, float(THRESHOLD), numbers + THRESHOLD)
    return Primary(Quantity(numbers, np.where(few, 0.0, numbers), np.where(few, high, numbers)), few)
