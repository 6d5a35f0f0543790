"""Where a table's cells stand to each other: margins, places that cannot be, and places that are the same.

A place is a tuple of coordinates, one a dimension. Where a dimension's value says which value of another it belongs to
(a district its state), the other is written as summed over: (Texas, district 7) and (all states, district 7) are one.
So is a dimension that has a single value: in a report of Texas, Texas and all states are one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from math import prod

from hub.reports.table import TOTAL, Coordinates, Margin, RawTable, Value

_UNKNOWN = object()


class Places:
    """The geometry of one raw table."""

    def __init__(self, table: RawTable) -> None:
        self.domains = table.domains
        self._parents = table.parents
        self._sizes = prod(len(domain) + 1 for domain in table.domains)

    def __len__(self) -> int:
        """How many places there are, margins and impossible ones among them."""
        return self._sizes

    def down_to(self, deepest: int) -> Iterator[Coordinates]:
        """Every possible place in which at most `deepest` dimensions are not summed over, margins first."""
        count = len(self.domains)
        for depth in range(min(deepest, count) + 1):
            for crossed in combinations(range(count), depth):
                ranges = (self.domains[place] if place in crossed else (TOTAL,) for place in range(count))
                yield from filter(self.possible, product(*ranges))

    def possible(self, place: Coordinates) -> bool:
        """Whether anybody could be there."""
        return all(
            place[outer] is TOTAL or belongs is _UNKNOWN or place[outer] == belongs
            for outer, belongs in self._told(place)
        )

    def canonical(self, place: Coordinates) -> Coordinates:
        """The place under its shortest name. `place` must be possible."""
        several = (len(domain) > 1 for domain in self.domains)
        same = [value if told else TOTAL for value, told in zip(place, several, strict=True)]
        for outer, belongs in self._told(place):
            if belongs is not _UNKNOWN:
                same[outer] = TOTAL
        return tuple(same)

    def without(self, place: Coordinates, dimension: int) -> Coordinates:
        """The margin in which `dimension` is summed over."""
        return (*place[:dimension], TOTAL, *place[dimension + 1 :])

    def along(self, place: Coordinates, dimension: int) -> Iterator[Coordinates]:
        """The possible places that a margin, `TOTAL` in `dimension`, is the sum of."""
        for value in self.domains[dimension]:
            if self.possible(part := (*place[:dimension], value, *place[dimension + 1 :])):
                yield part

    def _told(self, place: Coordinates) -> Iterator[tuple[int, Value | object]]:
        """What the place's values say of other dimensions: which, and the value that they belong to."""
        for (inner, outer), belongs in self._parents.items():
            value = place[inner]
            if not isinstance(value, Margin):
                yield outer, belongs.get(value, _UNKNOWN)


def depth(place: Coordinates) -> int:
    """How many dimensions are not summed over."""
    return sum(coordinate is not TOTAL for coordinate in place)
