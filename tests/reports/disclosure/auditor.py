"""An auditor of its own, written without the product's: what a reader of a standard table can bound, by plain programs.

It knows every margin that is the sum of its parts, what is shown, and that nothing is negative; nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from scipy.optimize import LinearConstraint, linprog, milp

from hub.reports.disclosure.places import Places
from hub.reports.table import TOTAL, Coordinates, ProtectedTable, RawTable


class Auditor:
    """Reads a protected table of one count. `raw` is asked for its shape, and for how many children count twice."""

    def __init__(self, raw: RawTable, table: ProtectedTable) -> None:
        places = Places(raw)
        self.hidden = [place for place, cells in table.cells.items() if cells[0].value is None]
        number = {place: at for at, place in enumerate(self.hidden)}
        rows, sums = [], []
        for place in table.cells:
            for dimension, coordinate in enumerate(place):
                if coordinate is TOTAL:
                    row, known = np.zeros(len(self.hidden)), 0.0
                    for sign, part in [(-1, place), *((1, part) for part in places.along(place, dimension))]:
                        if part in number:
                            row[number[part]] += sign
                        else:
                            known += sign * float(str(table.cells[part][0].value))
                    slack = _true(raw, places.along(place, dimension)) - _true(raw, [place])
                    if row.any():
                        rows.append(row)
                        sums.append(slack - known)
        self.lines = np.array(rows) if rows else np.zeros((0, len(self.hidden)))
        self.sums = np.array(sums)

    def bounds(self, place: Coordinates) -> tuple[float, float]:
        """The least and the most that a hidden cell can be."""
        aim = np.zeros(len(self.hidden))
        aim[self.hidden.index(place)] = 1.0
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(sign * aim, A_eq=self.lines, b_eq=self.sums, bounds=(0, None), method="highs")
            ends.append(float(aim @ found.x) if found.status == 0 else np.inf)
        return ends[0], ends[1]

    def whole_bounds(self, place: Coordinates) -> tuple[float, float]:
        """The same for a reader who knows that children are whole."""
        aim = np.zeros(len(self.hidden))
        aim[self.hidden.index(place)] = 1.0
        ends = []
        for sign in (1.0, -1.0):
            lines = [LinearConstraint(self.lines, self.sums, self.sums)] if len(self.lines) else []
            found = milp(sign * aim, constraints=lines, integrality=np.ones(len(aim)))
            ends.append(float(aim @ found.x) if found.status == 0 else np.inf)
        return ends[0], ends[1]


def _true(raw: RawTable, places: Iterable[Coordinates] | Iterator[Coordinates]) -> int:
    return sum(raw.cells[place][0].whole.value for place in places if place in raw.cells)


def primary(raw: RawTable, place: Coordinates) -> bool:
    """Whether fewer than ten children are there."""
    return place not in raw.cells or raw.cells[place][0].whole.contributors < 10
