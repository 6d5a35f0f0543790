"""The auditor: proves of each protected cell that what is shown leaves it open as widely as it must.

The auditor knows what any reader knows: the equations of the table, everything that is shown, that no number is
negative. A cell is proved upwards by a *witness*: another table that shows the same and in which the cell reaches the
upper end of its protection interval; and downwards by one in which it reaches the lower end. A linear program (HiGHS)
looks for witnesses, for many cells at once, and each is checked against the equations before it counts. What is hidden
later takes nothing away from a witness. A cell without both witnesses is not proved, whatever the solver says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hub.reports.disclosure.system import Chosen, Numbers, System

NEAR = 1e-6
"""How far a solution may be off an equation, in parts of the largest number of it."""


@dataclass(frozen=True)
class Quantity:
    """One linear measure to be protected: its true numbers by variable, and for each the interval that no reader may
    get inside of. `low` and `high` are equal to the number where nothing is to be proved."""

    numbers: Numbers
    low: Numbers
    high: Numbers


class Proof:
    """Which cells of a quantity are proved, upwards (`up`) and downwards (`down`), so far."""

    def __init__(self, system: System, quantity: Quantity) -> None:
        self.system = system
        self.quantity = quantity
        self.scale = max(1.0, float(np.abs(quantity.numbers).max(initial=1.0)))
        self.up: Chosen = quantity.numbers >= quantity.high
        self.down: Chosen = quantity.numbers <= quantity.low

    @property
    def done(self) -> bool:
        return bool(self.up.all() and self.down.all())

    def take(self, move: Numbers, hidden: Chosen) -> None:
        """Count the table that differs from the true one by `move` as a witness, if it is one."""
        other = self.quantity.numbers + move
        near = NEAR * self.scale
        if np.abs(move[~hidden]).max(initial=0.0) > 0 or other.min(initial=0.0) < -near:
            return
        if np.abs(self.system.lines @ move).max(initial=0.0) > near:
            return
        self.up |= hidden & (other >= self.quantity.high - near)
        self.down |= hidden & (other <= self.quantity.low + near)

    def missing(self, upwards: bool) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """The variables that are not proved that way."""
        return np.flatnonzero(~(self.up if upwards else self.down))


def audit(proof: Proof, hidden: Chosen, rounds: int) -> int:
    """Look for witnesses until all is proved, a round finds none both ways, or `rounds` programs are solved.

    Returns how many were solved.
    """
    solved = 0
    for upwards in (True, False):
        while solved < rounds and len(wanted := proof.missing(upwards)):
            shuffled = np.random.default_rng(solved).permutation(wanted)
            move = search(proof, shuffled, hidden, np.zeros(len(hidden)), upwards=upwards)
            solved += 1
            if move is not None:
                proof.take(move, hidden)
            if len(proof.missing(upwards)) == len(wanted):
                break
    return solved


def search(
    proof: Proof, wanted: np.ndarray[tuple[int], np.dtype[np.intp]], movable: Chosen, costs: Numbers, *, upwards: bool
) -> Numbers | None:
    """The move among `movable` cells that brings `wanted` ones furthest to their upper (or lower) ends.

    `costs` (below one) is what moving a cell by one unit costs; reaching an end is always worth it. Earlier ones of
    `wanted` are worth more, so that ends are reached rather than nearly reached. None if the solver fails.
    """
    from scipy.optimize import linprog  # half a second, which no process need wait for that protects nothing
    from scipy.sparse import csc_matrix, eye, hstack

    system, quantity = proof.system, proof.quantity
    unit = proof.scale if proof.scale > 1e5 else 1.0
    cells = np.flatnonzero(movable)
    place = np.full(len(movable), -1)
    place[cells] = np.arange(len(cells))
    wanted = wanted[movable[wanted]]
    if not len(wanted):
        return None
    n, m = len(cells), len(wanted)
    numbers = quantity.numbers / unit
    lines = system.lines[:, cells]
    lines = lines[np.flatnonzero(lines.getnnz(axis=1)), :]
    worth = 100.0 * np.logspace(3.0, 0.0, m)
    ends = (quantity.high if upwards else quantity.low)[wanted] / unit
    # a move is `more` - `less`; `reach` is how far a wanted cell comes, at most to its end
    picks = csc_matrix((np.ones(m), (np.arange(m), place[wanted])), shape=(m, n))
    sign = 1.0 if upwards else -1.0
    start = numbers[wanted]
    bound = np.maximum((ends - start) * sign, 0.0)
    equal = hstack([lines, -lines, csc_matrix((lines.shape[0], m))], format="csc")
    below = hstack([-sign * picks, sign * picks, eye(m)], format="csc")
    upper = np.concatenate([np.full(n, np.inf), numbers[cells], bound])
    found = linprog(
        np.concatenate([costs[cells] + 1e-6, costs[cells] + 1e-6, -worth]),
        A_ub=below,
        b_ub=np.zeros(m),
        A_eq=equal,
        b_eq=np.zeros(lines.shape[0]),
        bounds=np.column_stack([np.zeros(2 * n + m), upper]),
        method="highs",
    )
    if found.x is None:
        return None
    move = np.zeros(len(movable))
    move[cells] = (found.x[:n] - found.x[n : 2 * n]) * unit
    move[np.abs(move) < NEAR * 1e-2 * unit] = 0.0
    whole = np.round(move)
    return whole if unit == 1.0 and np.abs(move - whole).max(initial=0.0) < NEAR else move
