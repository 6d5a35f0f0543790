"""Complementary suppression: which cells to hide besides, so that the proof succeeds, at little cost.

First whatever swaps and linear programs prove without hiding more. Then for one cell after the other that is not
proved the cheapest swap: what it needs is hidden, and serves the next cells, too. Where no swap helps (as across the
branches of a hierarchy) a linear program looks for the cheapest move of the whole table. Moving a hidden cell is free,
a shown one costs by what a reader loses with it: more for large numbers and margins. The work is bounded by a number of
programs and does not depend on the clock: the same table ends the same way.
"""

from __future__ import annotations

import numpy as np

from hub.reports.disclosure.audit import Proof, audit, search
from hub.reports.disclosure.swaps import Swaps
from hub.reports.disclosure.system import Chosen, Numbers, System

BEFORE = 12
"""Programs that seek witnesses before more is hidden: each is worth a few cells, and takes its time."""

AGAIN = 30
"""Swaps for which more was hidden, after which all swaps are looked through again."""

SMALL = 1_000
"""Variables of a table up to which linear programs alone do it: they hide less, and take longer."""

TOGETHER = 24
"""Cells that one program seeks witnesses for."""


def suppress(proof: Proof, swaps: Swaps, hidden: Chosen, rounds: int) -> tuple[Chosen, bool]:
    """`hidden` and what must be hidden besides, and whether all of it is proved. At most `rounds` programs."""
    hidden = hidden.copy()
    swaps.reach(proof, hidden)
    left = rounds
    if len(hidden) > SMALL:
        left -= audit(proof, hidden, min(rounds, BEFORE))
        hidden = _by_swaps(proof, swaps, hidden)
    movable = proof.system.depths > 0
    while left > 0 and not proof.done:
        left -= audit(proof, hidden, left)
        upwards = len(proof.missing(True)) > 0
        before = len(proof.missing(upwards))
        more = _cheapest(proof, proof.missing(upwards)[:TOGETHER], hidden, movable | hidden, upwards=upwards)
        left -= 2
        if more is None:
            break
        hidden |= more
        if not more.any() and len(proof.missing(upwards)) == before:
            break  # no move of the whole table is a witness
        swaps.reach(proof, hidden)
    return hidden, proof.done


def _by_swaps(proof: Proof, swaps: Swaps, hidden: Chosen) -> Chosen:
    costs = np.where(proof.system.depths > 0, losses(proof.system, proof.quantity.numbers) + 0.1, np.inf)
    for upwards in (True, False):
        proved = proof.up if upwards else proof.down
        since = 0
        for wanted in proof.missing(upwards):
            found = None if proved[wanted] else swaps.cheapest(proof, int(wanted), hidden, costs, upwards=upwards)
            if found is None:
                continue
            price, needed = found
            proved[wanted] = True
            hidden[needed] = True
            since += price > 0
            if since == AGAIN:
                since = 0
                swaps.reach(proof, hidden)
    return hidden


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
