"""An auditor of its own, written without the product's: what a reader of a standard table can bound, by plain programs.

It knows every margin that is the sum of its parts, what is shown, and that nothing is negative; nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from scipy.optimize import LinearConstraint, linprog, milp

from hub.reports.disclosure.places import Places
from hub.reports.disclosure.system import Numbers
from hub.reports.table import TOTAL, Aggregate, Coordinates, ProtectedTable, RawTable


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


class PairAuditor:
    """Reads a protected table of a count, and of a share or another count that is of a part of its rows."""

    def __init__(self, raw: RawTable, table: ProtectedTable) -> None:
        self._raw = raw
        self._number = {place: at for at, place in enumerate(table.cells)}
        self._size = len(table.cells)
        places, equal, ends = Places(raw), [], [(0.0, np.inf)] * (2 * self._size)
        for place, (whole, part) in table.cells.items():
            for dimension, coordinate in enumerate(place):
                if coordinate is TOTAL:
                    below = list(places.along(place, dimension))
                    equal += [self._line(wholes=below, less=place), self._line(parts=below, less=place, of_parts=True)]
            every, some = self._true(place)
            if whole.value is not None:
                ends[self._number[place]] = (every, every)
            if part.value is not None and raw.measures[1].aggregate is Aggregate.SHARE:
                equal.append(self._line(parts=[place]) - some / every * self._line(wholes=[place]))
            elif part.value is not None:
                ends[self._size + self._number[place]] = (some, some)
        self._equal, self._ends = np.array(equal), ends
        self._no_more = np.array([self._line(parts=[place]) - self._line(wholes=[place]) for place in table.cells])

    def few(self, place: Coordinates) -> Iterator[tuple[float, tuple[float, float]]]:
        """Of the whole, the part and what is between them, where they are under ten: the number, and its bounds."""
        every, some = self._true(place)
        whole, part = self._line(wholes=[place]), self._line(parts=[place])
        for true, aim in ((every, whole), (some, part), (every - some, whole - part)):
            if true < 10:
                yield true, (self._end(aim, 1.0), self._end(aim, -1.0))

    def _end(self, aim: Numbers, sign: float) -> float:
        zeros = np.zeros(len(self._equal)), np.zeros(len(self._no_more))
        found = linprog(sign * aim, self._no_more, zeros[1], self._equal, zeros[0], self._ends, method="highs")
        return float(aim @ found.x) if found.status == 0 else np.inf

    def _line(
        self,
        *,
        wholes: Iterable[Coordinates] = (),
        parts: Iterable[Coordinates] = (),
        less: Coordinates | None = None,
        of_parts: bool = False,
    ) -> Numbers:
        line = np.zeros(2 * self._size)
        for place in wholes:
            line[self._number[place]] += 1.0
        for place in parts:
            line[self._size + self._number[place]] += 1.0
        if less is not None:
            line[self._size * of_parts + self._number[less]] -= 1.0
        return line

    def _true(self, place: Coordinates) -> tuple[float, float]:
        if (cells := self._raw.cells.get(place)) is None:
            return 0.0, 0.0
        return cells[0].whole.value, (cells[1].part or cells[1].whole).value


def _true(raw: RawTable, places: Iterable[Coordinates] | Iterator[Coordinates]) -> int:
    return sum(raw.cells[place][0].whole.value for place in places if place in raw.cells)


def primary(raw: RawTable, place: Coordinates) -> bool:
    """Whether fewer than ten children are there."""
    return place not in raw.cells or raw.cells[place][0].whole.contributors < 10
