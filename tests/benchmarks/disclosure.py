"""`disclosure`: what attackers learn of protected answers, and what proving standard tables takes.

Ad hoc answers are attacked as in `tests/reports/disclosure/attacks.py`; standard tables by an auditor of the tests'
own, which solves two linear programs for every cell of fewer than ten children that it looks at.
"""

from __future__ import annotations

import random
import statistics
import time

from hub.reports.disclosure import Control
from hub.reports.table import TOTAL, Coordinates, Mode, ProtectedTable, RawTable
from tests.benchmarks.report import keep, say, table
from tests.reports.disclosure import attacks
from tests.reports.disclosure.auditor import Auditor, primary
from tests.reports.disclosure.country import Child, Grouping, children, raw

STATES, GRADES = list(range(52)), list(range(14))
TABLES: list[tuple[str, int, Grouping]] = [
    ("state x grade", 100_000, {"state": STATES, "grade": GRADES}),
    ("from state x to state", 20_000, {"from": STATES, "to": STATES}),
    ("state x grade x sex", 100_000, {"state": STATES, "grade": GRADES, "sex": ["F", "M"]}),
    ("state x grade x sex x EL", 200_000, {"state": STATES, "grade": GRADES, "sex": ["F", "M"], "el": [True, False]}),
    ("1,000 districts x grade", 200_000, {"district": list(range(1000)), "grade": GRADES}),
]
AUDITED = 60
"""Cells of a table that the tests' auditor looks at: two programs each."""


def disclosure(*, quick: bool) -> None:
    """Prints what each attack learnt, then the standard tables."""
    part = 20 if quick else 1
    found = [
        attacks.one_child_more(10_000 // part),
        attacks.one_condition_more(10_000 // part),
        attacks.one_hidden_cell(2_000 // part),
        attacks.by_other_paths(max(4, 100 // part)),
        attacks.every_path_at_once(max(4, 60 // part)),
        attacks.a_district_of_nine(500 // part),
        attacks.a_day_apart(10_000 // part),
    ]
    table(
        "attacks on ad hoc answers: differences of answers, against groups of 0 to 9 children",
        ("attack", "pairs", "both shown", "equal", "learnt", "bounds apart: least", "median", "best guess off by"),
        [(a.attack, a.pairs, a.shown, a.equal, a.learnt, a.narrowest, a.middle, a.error) for a in found],
    )
    say("learnt: the attacker's bounds exclude a number from 1 to 9; bounds and errors are in children")
    rows = [_standard(*each, scale=part) for each in TABLES[: 3 if quick else None]]
    columns = ("table", "cells", "under 10", "hidden", "shown at depth", "seconds", "audited", "narrowest bounds")
    table("standard tables: audited by two linear programs a cell", columns, rows)
    keep("disclosure", {"attacks": [vars_of(a) for a in found], "standard": [list(row) for row in rows]})


def vars_of(found: attacks.Found) -> dict[str, object]:
    return {name: getattr(found, name) for name in found.__dataclass_fields__}


def _standard(name: str, count: int, domains: Grouping, *, scale: int) -> tuple[object, ...]:
    people = _skewed(count // scale, domains)
    made = raw(people, domains)
    begun = time.perf_counter()
    shown = Control().protect(made, mode=Mode.STANDARD)
    seconds = time.perf_counter() - begun
    few = [place for place in shown.cells if primary(made, place)]
    deep = sum(TOTAL not in place and cells[0].value is not None for place, cells in shown.cells.items())
    audited, width = _audited(made, shown, few)
    return name, len(shown.cells), len(few), shown.disclosure.suppressed, deep, seconds, audited, width


def _skewed(count: int, domains: Grouping) -> list[Child]:
    return children(count, domains, 1, skew=3)


def _audited(made: RawTable, shown: ProtectedTable, few: list[Coordinates]) -> tuple[int, str]:
    """How many cells were audited, and the narrowest interval that the auditor found of one."""
    auditor = Auditor(made, shown)
    if len(auditor.hidden) > 3_000:
        return 0, "too large for it"
    if not few:
        return 0, "none under 10"
    chosen = random.Random(1).sample(few, min(len(few), AUDITED))
    bounds = [auditor.bounds(place) for place in chosen]
    low, high = min(bounds, key=lambda each: each[1] - each[0])
    middle = statistics.median(top - bottom for bottom, top in bounds)
    return len(bounds), f"{low:.0f} to {high:.0f} (median width {middle:,.0f})"
