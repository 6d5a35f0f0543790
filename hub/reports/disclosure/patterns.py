"""Which cells of each measure of a standard table are hidden.

Every count that a measure is made of has a pattern, proved for itself. Where two counts are close (neither is more
than twice the other and ten), one tells of the other: what is hidden of one is hidden of both. A share, mean or sum is
hidden where its count is, and where its own parts ask for it; a count that is a part of another (or has it as a part),
where their difference asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from hub.reports.disclosure.audit import Proof
from hub.reports.disclosure.complementary import suppress
from hub.reports.disclosure.limits import THRESHOLD
from hub.reports.disclosure.quantities import Column, Primary, computed, counted, difference
from hub.reports.disclosure.swaps import Swaps
from hub.reports.disclosure.system import Chosen, System
from hub.reports.table import RawMeasure

ROUNDS = 400
"""Linear programs that one quantity of a table may take."""

MOST, FEW_ROUNDS = 0.9, 8
HARDLY, FEW = 0.98, 100
"""Where more than `MOST` of a table is hidden anyway little is lost by giving a level up, and so many programs must do;
where `HARDLY` anything is left to show none is tried, unless the table has `FEW` places."""


class Pattern:
    """What is hidden for some quantities that are shown or hidden together."""

    def __init__(self, system: System, swaps: Swaps, primaries: Sequence[Primary], hidden: Chosen) -> None:
        self._depths = system.depths
        self._swaps = swaps
        self.numbers = primaries[0].quantity.numbers if primaries else np.zeros(len(hidden))
        self.hidden = np.logical_or.reduce([hidden, *(primary.hidden for primary in primaries)])
        self.nothing = bool(self.hidden[self._depths == 0].any())
        self._proofs = [] if self.nothing else [Proof(system, primary.quantity) for primary in primaries]
        if self.nothing:  # not even the total may be shown
            self.hidden = np.ones(len(hidden), bool)

    def widen(self, hidden: Chosen) -> bool:
        """Hide these as well, and what must be hidden then. Says whether anything was.

        Deep levels are given up until the rest is proved; the total over all is the last that stays.
        """
        before = int(self.hidden.sum())
        self.hidden = self.hidden | hidden
        for proof in self._proofs:
            while (shown := ~self.hidden & (self._depths > 0)).any() and not self._proved(proof):
                self.hidden = self.hidden | (self._depths >= self._depths[shown].max())
        return int(self.hidden.sum()) > before

    def _proved(self, proof: Proof) -> bool:
        part = float(self.hidden.mean())
        if not proof.done and part > HARDLY and len(self.hidden) > FEW:
            return False
        rounds = ROUNDS if part < MOST else min(ROUNDS, FEW_ROUNDS)
        wider, proved = suppress(proof, self._swaps, self.hidden, rounds)
        if proved:
            self.hidden = wider
        return proved

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
    """The hidden variables of each measure."""
    nothing = np.zeros(len(system.variables), bool)
    rows = [counted(column) for column in columns]
    counts = {_mark([each]): Pattern(system, swaps, [each], nothing) for each in rows}
    _settle(list(counts.values()))
    known: dict[bytes, Pattern] = {}
    found: list[Chosen] = []
    for measure, column, row in zip(measures, columns, rows, strict=True):
        hidden = counts[_mark([row])].hidden
        parts = [*computed(measure, column), *_differences(measure, column, measures, columns)]
        mark = _mark(parts) + hidden.tobytes()
        if parts and mark not in known:
            known[mark] = Pattern(system, swaps, parts, hidden)
            known[mark].widen(hidden)
        found.append(known[mark].hidden if parts else hidden)
    return tuple(found)


def _mark(parts: Sequence[Primary]) -> bytes:
    """What is the same for what is protected the same way."""
    return b"".join(part.quantity.numbers.tobytes() + part.hidden.tobytes() for part in parts)


def _differences(
    measure: RawMeasure, column: Column, measures: Sequence[RawMeasure], columns: Sequence[Column]
) -> Iterator[Primary]:
    for other, of_other in zip(measures, columns, strict=True):
        if other.column.name == measure.beside:
            yield difference(column, of_other)


def _settle(counts: Sequence[Pattern]) -> None:
    """Prove each, and hide of each what is hidden of those that are close to it, until nothing changes."""
    changed = True
    while changed:
        changed = False
        for count in counts:
            told = np.logical_or.reduce([count.told_by(other) for other in counts])
            changed |= count.widen(told)
