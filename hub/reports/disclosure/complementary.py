"""Complementary suppression: which cells to hide besides, so that the auditor's proof succeeds, at little cost.

While a cell is not proved, a linear program looks for the cheapest move of the whole table that would be its witness:
moving a hidden cell is free, a shown one costs by what a reader loses with it (more for large numbers and margins).
Shown cells that the cheapest move needs are hidden, and the audit goes on. The cost of hiding is one for the cell,
that of the program one a unit moved: so it is solved twice, the second time with costs that make the cells it used
cheap and few. The number of programs is bounded, and it does not depend on the clock: the same table ends the same way.
"""

from __future__ import annotations

import numpy as np

from hub.reports.disclosure.audit import Proof, audit, search
from hub.reports.disclosure.system import Chosen, Numbers, System

TOGETHER = 24
"""Cells that one program seeks witnesses for."""


def suppress(proof: Proof, hidden: Chosen, rounds: int) -> tuple[Chosen, bool]:
    """`hidden` and what must be hidden besides, and whether all of it is proved. At most `rounds` programs."""
    hidden = hidden.copy()
    movable = proof.system.depths > 0
    left = rounds - audit(proof, hidden, rounds)
    while left > 0 and not proof.done:
        upwards = len(proof.missing(True)) > 0
        before = len(proof.missing(upwards))
        wanted = proof.missing(upwards)[:TOGETHER]
        more = _cheapest(proof, wanted, hidden, movable | hidden, upwards=upwards)
        left -= 2
        if more is None:
            break
        hidden |= more
        if not more.any() and len(proof.missing(upwards)) == before:
            break  # no move of the whole table is a witness
        left -= audit(proof, hidden, left)
    return hidden, proof.done


def _cheapest(
    proof: Proof, wanted: np.ndarray[tuple[int], np.dtype[np.intp]], hidden: Chosen, movable: Chosen, *, upwards: bool
) -> Chosen | None:
    costs = np.where(hidden, 0.0, losses(proof.system, proof.quantity.numbers))
    move = search(proof, wanted, movable, costs, upwards=upwards)
    if move is None:
        return None
    size = np.abs(move)
    again = search(proof, wanted, movable, np.minimum(costs * 10 / (size + 0.5), 5.0), upwards=upwards)
    best = move if again is None else again
    used: Chosen = (best != 0) & ~hidden
    proof.take(best, hidden | used)
    return used


def losses(system: System, numbers: Numbers) -> Numbers:
    """What a reader loses with each cell, between 0 and 1: the logarithm of its number, more for margins."""
    widest = int(system.depths.max(initial=1))
    loss = np.log2(np.maximum(numbers, 0.0) + 2.0) * (1.0 + 0.5 * (widest - system.depths))
    scaled: Numbers = loss / max(1.0, float(loss.max(initial=1.0)))
    return scaled
