"""Which cells of each measure of a standard table are hidden.

Every count that a measure is made of has a pattern, proved for itself. Where two counts are close (neither is more
than twice the other and ten), one tells of the other: what is hidden of one is hidden of both. A share, mean or sum is
hidden where its count is, and where its own parts ask for it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hub.reports.disclosure.audit import Proof
from hub.reports.disclosure.complementary import suppress
from hub.reports.disclosure.limits import THRESHOLD
from hub.reports.disclosure.quantities import Column, Primary, computed, counted
from hub.reports.disclosure.swaps import Swaps
from hub.reports.disclosure.system import Chosen, System
from hub.reports.table import RawMeasure

ROUNDS = 400
"""Linear programs that one quantity of a table may take."""


class Unproved(Exception):
    """The proof did not succeed within `ROUNDS` programs. Says nothing of the table."""


class Pattern:
    """What is hidden for some quantities that are shown or hidden together."""

    def __init__(self, system: System, swaps: Swaps, primaries: Sequence[Primary], hidden: Chosen) -> None:
        top = system.depths == 0
        self._swaps = swaps
        self.numbers = primaries[0].quantity.numbers if primaries else np.zeros(len(hidden))
        self.hidden = np.logical_or.reduce([hidden, *(primary.hidden for primary in primaries)])
        self.nothing = bool(self.hidden[top].any())
        self._proofs = [] if self.nothing else [Proof(system, primary.quantity) for primary in primaries]
        if self.nothing:  # not even the total may be shown
            self.hidden = np.ones(len(hidden), bool)

    def widen(self, hidden: Chosen) -> bool:
        """Hide these as well, and what must be hidden then. Says whether anything was. Raises Unproved."""
        before = int(self.hidden.sum())
        self.hidden = self.hidden | hidden
        for proof in self._proofs:
            self.hidden, proved = suppress(proof, self._swaps, self.hidden, ROUNDS)
            if not proved:
                raise Unproved
        return int(self.hidden.sum()) > before

    def told_by(self, other: Pattern) -> Chosen:
        """What of this is to be hidden because it is hidden of the other."""
        if self.nothing or other.nothing:
            return np.zeros(len(self.hidden), bool)
        one, two = self.numbers, other.numbers
        far = (one >= 2 * two + THRESHOLD) | (two >= 2 * one + THRESHOLD)
        close: Chosen = other.hidden & ~far
        return close


def patterns(
    system: System, swaps: Swaps, measures: Sequence[RawMeasure], columns: Sequence[Column]
) -> tuple[Chosen, ...]:
    """The hidden variables of each measure. Deep levels are given up until the rest is proved; the total over all is
    the last that stays."""
    for level in range(int(system.depths.max(initial=0)), 0, -1):
        try:
            return _patterns(system, swaps, measures, columns, system.depths > level)
        except Unproved:
            continue
    given_up = system.depths > 0
    return tuple(
        Pattern(system, swaps, [counted(column), *computed(measure, column)], given_up).hidden
        for measure, column in zip(measures, columns, strict=True)
    )


def _patterns(
    system: System, swaps: Swaps, measures: Sequence[RawMeasure], columns: Sequence[Column], given_up: Chosen
) -> tuple[Chosen, ...]:
    counts: dict[bytes, Pattern] = {}
    of_measure: list[Pattern] = []
    for column in columns:
        primary = counted(column)
        mark = primary.quantity.numbers.tobytes() + primary.hidden.tobytes()
        if mark not in counts:
            counts[mark] = Pattern(system, swaps, [primary], given_up)
        of_measure.append(counts[mark])
    _settle(list(counts.values()))
    amounts: dict[bytes, Pattern] = {}
    found: list[Chosen] = []
    for measure, column, count in zip(measures, columns, of_measure, strict=True):
        parts = list(computed(measure, column))
        if not parts:
            found.append(count.hidden)
            continue
        mark = b"".join(part.quantity.numbers.tobytes() + part.hidden.tobytes() for part in parts)
        mark += count.hidden.tobytes()
        if mark not in amounts:
            amounts[mark] = Pattern(system, swaps, parts, count.hidden)
            amounts[mark].widen(count.hidden)
        found.append(amounts[mark].hidden)
    return tuple(found)


def _settle(counts: Sequence[Pattern]) -> None:
    """Prove each, and hide of each what is hidden of those that are close to it, until nothing changes."""
    changed = True
    while changed:
        changed = False
        for count in counts:
            told = np.logical_or.reduce([count.told_by(other) for other in counts])
            changed |= count.widen(told)
