"""What everybody knows about a table without seeing a number of it: which cells add up to which.

One variable a place (under its canonical name), one equation a line: the parts along one dimension less their margin
are a constant, zero where the measure is additive. Whoever audits or attacks a table solves these equations for the
cells that are hidden, with what is shown put in; so they are written here once, for protection and for proof.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hub.reports.disclosure.places import Places, depth
from hub.reports.table import TOTAL, Coordinates

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix

Numbers = NDArray[np.float64]
Chosen = NDArray[np.bool_]


class System:
    """`variables` are the places by number, `number` the reverse. `lines @ x` is zero for any additive measure x."""

    def __init__(self, places: Places, *, deepest: int) -> None:
        """Only places in which at most `deepest` dimensions are not summed over."""
        self._places = places
        self.deepest = deepest
        self.variables = tuple(dict.fromkeys(places.canonical(place) for place in places.down_to(deepest)))
        self.number = {place: number for number, place in enumerate(self.variables)}
        self.depths = np.array([depth(place) for place in self.variables])
        self.lines = self._lines()

    def of(self, place: Coordinates) -> int | None:
        """The variable of a possible place; None where it is deeper than the system goes."""
        return self.number.get(self._places.canonical(place))

    def _lines(self) -> csc_matrix:
        found: set[tuple[int, frozenset[int]]] = set()
        for place in self.variables:
            for dimension, coordinate in enumerate(place):
                if coordinate is TOTAL and (parts := self._parts(place, dimension)) is not None:
                    found.add((self.number[place], parts))
        ordered = sorted(((whole, sorted(parts)) for whole, parts in found))
        return _matrix(ordered, len(self.variables))

    def _parts(self, place: Coordinates, dimension: int) -> frozenset[int] | None:
        """The variables that `place` is the sum of along a dimension; None where that says nothing."""
        numbers = [self.of(part) for part in self._places.along(place, dimension)]
        known = frozenset(number for number in numbers if number is not None)
        says = len(known) == len(numbers) and known != {self.number[place]}
        return known if says else None


def _matrix(lines: Iterable[tuple[int, list[int]]], width: int) -> csc_matrix:
    from scipy.sparse import csc_matrix

    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    count = 0
    for row, (whole, parts) in enumerate(lines):
        rows += [row] * (len(parts) + 1)
        columns += [*parts, whole]
        values += [1.0] * len(parts) + [-1.0]
        count = row + 1
    return csc_matrix((values, (rows, columns)), shape=(count, width))
