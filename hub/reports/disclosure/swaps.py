"""Witnesses that need no linear program: a few children change places, crosswise, and no margin notices.

A *swap* adds an amount to a cell, takes it from another of its row and another of its column, and adds it where those
two cross. In a table of more dimensions the others are held fast (then the margins over them change as well, and must
be hidden too) or swapped along (then what is added for one value is taken from another). All swaps of a table are
looked through at once, as products of matrices; and the cheapest one for a cell is found, whose cells are then hidden.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

from hub.reports.disclosure.audit import Proof
from hub.reports.disclosure.places import Places
from hub.reports.disclosure.system import Chosen, Numbers, System
from hub.reports.table import TOTAL

Index = NDArray[np.intp]

PAIRED = 2
"""Values of a dimension up to which pairs of them are swapped along."""


class Swaps:
    """The swaps of a table; none where its system does not go down to the deepest places."""

    def __init__(self, places: Places, system: System) -> None:
        self._planes: list[_Plane] = []
        self._corners: dict[int, list[tuple[_Plane, int, int]]] = defaultdict(list)
        if system.deepest < len(places.domains):
            return
        sizes = [len(domain) for domain in places.domains]
        tensor = np.full([size + 1 for size in sizes], -1, dtype=np.intp)
        values = [(*domain, TOTAL) for domain in places.domains]
        for at in product(*(range(len(axis)) for axis in values)):
            place = tuple(axis[number] for axis, number in zip(values, at, strict=True))
            if places.possible(place):
                tensor[at] = system.number[places.canonical(place)]
        self._planes = list(_planes(tensor, sizes))
        for plane in self._planes:
            for variables in plane.same:
                for (i, j), number in np.ndenumerate(variables):
                    if bool(plane.possible[i, j]):
                        self._corners[int(number)].append((plane, i, j))

    def reach(self, proof: Proof, hidden: Chosen) -> None:
        """Count every swap of hidden cells as a witness."""
        amount = _amount(proof)
        for plane in self._planes:
            plane.reach(proof, hidden, amount)

    def cheapest(
        self, proof: Proof, wanted: int, hidden: Chosen, costs: Numbers, *, upwards: bool
    ) -> tuple[float, Index] | None:
        """The cheapest swap that is a witness for `wanted`: its cost and its variables; None if there is none."""
        amount = _amount(proof)
        best: tuple[float, Index] | None = None
        for plane, i, j in self._corners[wanted]:
            if not upwards and not plane.falls(proof, wanted, i, j, amount):
                continue
            found = plane.cheapest(i, j, hidden, costs, proof.quantity.numbers, amount, upwards=upwards)
            if found is not None and (best is None or found[0] < best[0]):
                best = found
                if best[0] == 0.0:
                    break
        return best


def _amount(proof: Proof) -> float:
    """How much a swap moves: enough for every cell that is not proved upwards."""
    short = (proof.quantity.high - proof.quantity.numbers)[~proof.up]
    return float(short.max(initial=1.0))


def _planes(tensor: Index, sizes: list[int]) -> Iterator[_Plane]:
    """Swaps in the plane of the two largest dimensions, and along each of them alone."""
    ordered = sorted(range(len(sizes)), key=lambda dimension: (-sizes[dimension], dimension))
    for crossed in ([ordered[:2]] if len(sizes) > 1 else []) + [[dimension] for dimension in ordered[:2]]:
        others = [dimension for dimension in range(len(sizes)) if dimension not in crossed]
        ways = [_ways(sizes[dimension]) for dimension in others]
        for way in product(*ways):
            same: list[Index] = []
            opposite: list[Index] = []
            for variant in product(*way):
                at: list[slice | int] = [slice(0, size) for size in sizes]
                sign = 1
                for dimension, (value, factor) in zip(others, variant, strict=True):
                    at[dimension] = value
                    sign *= factor
                matrix = tensor[tuple(at)]
                if len(crossed) == 2 and crossed[0] > crossed[1]:
                    matrix = matrix.T
                (same if sign > 0 else opposite).append(matrix.reshape(sizes[crossed[0]], -1))
            shape = (0, *same[0].shape)
            yield _Plane(
                np.stack(same), np.stack(opposite) if opposite else np.empty(shape, np.intp), len(crossed) == 1
            )


def _ways(size: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """What may be done with a dimension that is not crossed: a value and its margin alike, or two values apart."""
    held = [((value, 1), (size, 1)) for value in range(size)]
    pairs = [((one, 1), (two, -1)) for one in range(size) for two in range(size) if one != two]
    return held + pairs * (size <= PAIRED)


class _Plane:
    """The swaps of one plane. `same[v, i, j]` are the variables that change as the corner (i, j) does, `opposite`
    those that change against it. In a `line` a swap has two corners only: the columns are held fast."""

    def __init__(self, same: Index, opposite: Index, line: bool) -> None:
        self.same, self.opposite, self.line = same, opposite, line
        self.possible: Chosen = np.all(same >= 0, axis=0) & np.all(opposite >= 0, axis=0)

    def reach(self, proof: Proof, hidden: Chosen, amount: float) -> None:
        numbers = proof.quantity.numbers
        given, taken = self._free(hidden, numbers, amount)
        loose = self._all(hidden, hidden)
        self._mark_up(proof, given & self._closed(taken, given, taken), amount)
        self._mark_down(proof, loose & self._closed(given, taken, given), amount)

    def _free(self, hidden: Chosen, numbers: Numbers, amount: float) -> tuple[Chosen, Chosen]:
        """The corners to which the amount can be given, and those from which it can be taken."""
        enough = hidden & (numbers >= amount)
        return self._all(hidden, enough), self._all(enough, hidden)

    def _all(self, same: Chosen, opposite: Chosen) -> Chosen:
        found: Chosen = self.possible & np.all(same[self.same], axis=0) & np.all(opposite[self.opposite], axis=0)
        return found

    def _closed(self, beside: Chosen, across: Chosen, below: Chosen) -> Chosen:
        """Corners (i, j) with some i', j' unlike them: beside (i, j'), across (i', j'), below (i', j)."""
        if self.line:
            other: Chosen = below.sum(axis=0)[None, :] - below > 0
            return other
        one, two = beside.astype(np.float32), below.astype(np.float32)
        through = one @ across.T.astype(np.float32) @ two
        both = one * across
        # those that come back to the corner's own row or column
        back = two * (across * one).sum(axis=1)[:, None] + one * (across * two).sum(axis=0)[None, :] - both * two
        found: Chosen = through - back > 0.5
        return found

    def _mark_up(self, proof: Proof, corners: Chosen, amount: float) -> None:
        cells = self.same[:, corners].ravel()
        proof.up[cells] |= proof.quantity.numbers[cells] + amount >= proof.quantity.high[cells]

    def _mark_down(self, proof: Proof, corners: Chosen, amount: float) -> None:
        numbers = proof.quantity.numbers
        cells = self.same[:, corners]
        taken = np.minimum(numbers[cells].min(axis=0, initial=amount), amount)
        proof.down[cells] |= numbers[cells] - taken <= proof.quantity.low[cells]

    def cheapest(
        self, i: int, j: int, hidden: Chosen, costs: Numbers, numbers: Numbers, amount: float, *, upwards: bool
    ) -> tuple[float, Index] | None:
        """The cheapest swap that changes the corner (i, j), and all its variables."""
        give, take = self._prices(hidden, costs, numbers, amount)
        start, beside, across = (give, take, give) if upwards else (self._loose(hidden, costs), give, take)
        if self.line:
            way = start[i, j] + beside[:, j : j + 1]
            way[i] = np.inf
        else:
            way = start[i, j] + beside[i, None, :] + beside[:, j, None] + across
            way[i, :] = way[:, j] = np.inf
        if not np.isfinite(price := float(way.min(initial=np.inf))):
            return None
        row, column = (int(number) for number in np.unravel_index(int(np.argmin(way)), way.shape))
        places = [(i, j), (row, j)] if self.line else [(i, j), (row, column), (row, j), (i, column)]
        variables = [np.concatenate([self.same[:, a, b], self.opposite[:, a, b]]) for a, b in places]
        return price, np.unique(np.concatenate(variables))

    def falls(self, proof: Proof, wanted: int, i: int, j: int, amount: float) -> bool:
        """Whether taking what can be taken from the corner brings the variable to its lower end."""
        numbers = proof.quantity.numbers
        taken = min(float(numbers[self.same[:, i, j]].min()), amount)
        return bool(numbers[wanted] - taken <= proof.quantity.low[wanted])

    def _loose(self, hidden: Chosen, costs: Numbers) -> Numbers:
        price = np.where(hidden, 0.0, costs)
        return self._price(price, price)

    def _prices(self, hidden: Chosen, costs: Numbers, numbers: Numbers, amount: float) -> tuple[Numbers, Numbers]:
        price = np.where(hidden, 0.0, costs)
        dear = np.where(numbers >= amount, price, np.inf)
        return self._price(price, dear), self._price(dear, price)

    def _price(self, same: Numbers, opposite: Numbers) -> Numbers:
        whole = same[self.same].sum(axis=0) + opposite[self.opposite].sum(axis=0)
        found: Numbers = np.where(self.possible, whole, np.inf)
        return found
