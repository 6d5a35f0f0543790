"""For which children a cell of an ad hoc answer speaks: its own, or those of a margin that it is nearly all of.

Whoever sees a margin and all but a few of it can reckon with the few, however both are perturbed: if the answers are
equal none are missing, if not, some are. So a cell that leaves out fewer than `THRESHOLD` children of a cell with one
condition less (a margin, or the table without one of its filters) **speaks as that one does**: the answers are equal
whether nobody is left out or nine are, and their difference tells nothing. In cells of fewer than `SNAPPED_FROM`
children that would be too wrong; they are suppressed. What everybody knows is no condition: a state beside its district
leaves out nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

from hub.reports.disclosure.limits import SNAPPED_FROM, THRESHOLD
from hub.reports.disclosure.places import Places
from hub.reports.table import TOTAL, Coordinates, Count, RawTable, RawValue

_Cell = tuple[frozenset[int], Coordinates]
"""A place in the table with these of its filters."""


class Families:
    """The cells of one measure of a table, by whom they speak for."""

    def __init__(self, table: RawTable, places: Places, measure: int) -> None:
        self._every = frozenset(range(table.filters))
        self._tables = {**table.wider, self._every: table.cells}
        self._places = places
        self._measure = measure
        self._speaks: dict[_Cell, _Cell] = {}

    def behind(self, place: Coordinates) -> RawValue | None:
        """What the answer is made of; None where it would be too wrong, or nothing is there."""
        own, speaks = self._value((self._every, place)), self._value(self._for((self._every, place)))
        if own is None or speaks is None:
            return None
        return None if speaks is not own and speaks.whole.contributors < SNAPPED_FROM else speaks

    def _for(self, cell: _Cell) -> _Cell:
        """The cell that `cell` speaks for: of the margins that it is nearly all of the nearest, and what that one
        speaks for."""
        if cell not in self._speaks:
            few = [above for above in self._above(cell) if self._left_out(above, cell) < THRESHOLD]
            nearest = min(few, key=lambda above: (self._left_out(above, cell), self._order(above)), default=cell)
            self._speaks[cell] = nearest if nearest == cell else self._for(nearest)
        return self._speaks[cell]

    def _above(self, cell: _Cell) -> Iterator[_Cell]:
        """The cells with one condition less."""
        kept, place = cell
        same = self._places.canonical(place)
        for dimension, coordinate in enumerate(place):
            above = self._places.without(place, dimension)
            if coordinate is not TOTAL and self._places.canonical(above) != same and above in self._tables[kept]:
                yield kept, above
        yield from ((fewer, place) for fewer in (kept - {number} for number in kept) if place in self._tables[fewer])

    def _left_out(self, above: _Cell, cell: _Cell) -> float:
        """How many children `cell` leaves out of `above`: rows, by what a child has of them there on average."""
        all_, some = self._count(above), self._count(cell)
        if not all_.value:
            return 0.0
        return (all_.value - some.value) * all_.contributors / all_.value

    def _order(self, cell: _Cell) -> tuple[int, int, int]:
        """Which of two margins is nearer: told by what is in them, so that it does not matter how it was asked."""
        count = self._count(cell)
        return count.contributors, count.value, count.key

    def _count(self, cell: _Cell) -> Count:
        value = self._value(cell)
        return Count(0, 0, 0) if value is None else value.whole

    def _value(self, cell: _Cell) -> RawValue | None:
        kept, place = cell
        values = self._tables[kept].get(place)
        return None if values is None else values[self._measure]
