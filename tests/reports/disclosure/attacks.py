"""What attackers of ad hoc answers learn. Each attack says what could be bounded of groups of fewer than ten children.

The attacker knows the method and its parameters, everything that is answered, and of a difference between two answers
that noise is at most `BOUND` each. "Learnt" is a feasible interval that leaves out a number of children from 0 to 9
(or, where answers already differ, from 1 to 9).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from hub.reports.disclosure import Control
from hub.reports.disclosure.noise import BOUND
from hub.reports.table import TOTAL, Coordinates, Mode, ProtectedTable
from tests.reports.disclosure.country import Child, Grouping, children, raw

CONTROL = Control()
SEXES, GRADES, YES_NO = ["F", "M"], list(range(8)), [True, False]
DOMAINS: Grouping = {"district": list(range(30)), "grade": GRADES, "sex": SEXES, "pfs": YES_NO}
Condition = tuple[str, object]


@dataclass(frozen=True)
class Found:
    """Of one attack: `pairs` of answers, how many of them were both shown, equal, or told a number of children;
    `narrowest` is the least width of the attacker's interval of the difference, `middle` the median one; `error` the
    mean distance of the attacker's best guess of the difference from the truth, in children."""

    attack: str
    pairs: int
    shown: int
    equal: int
    learnt: int
    narrowest: float
    middle: float
    error: float


def answer(some: Iterable[Child], conditions: Iterable[Condition]) -> int | None:
    """The count of the children that meet all conditions, asked as filters."""
    table = raw(some, {}, conditions=[_meets(*condition) for condition in conditions])
    value = CONTROL.protect(table, mode=Mode.AD_HOC).cells[()][0].value
    assert value is None or isinstance(value, int)
    return value


def _meets(name: str, value: object) -> Callable[[Child], bool]:
    return lambda child: child.values[name] == value


def judged(attack: str, pairs: Sequence[tuple[int | None, int | None, int]], noises: int = 2) -> Found:
    """`pairs`: two answers (or sums of `noises` answers in all) and the true number of children they differ by."""
    widths: list[float] = []
    errors: list[float] = []
    equal = learnt = 0
    for one, two, truth in pairs:
        if one is None or two is None:
            continue
        if one == two:
            equal += 1
        seen = one - two
        low, high = max(0, seen - noises * BOUND), seen + noises * BOUND
        widths.append(high - low)
        errors.append(abs(max(0, seen) - truth))
        learnt += low > 1 or high < 9
    widths.sort()
    return Found(
        attack,
        len(pairs),
        len(widths),
        equal,
        learnt,
        widths[0] if widths else float("inf"),
        widths[len(widths) // 2] if widths else float("inf"),
        sum(errors) / len(errors) if errors else float("nan"),
    )


def one_child_more(pairs: int, seed: int = 1) -> Found:
    """Random cells, and the same with one child more: two snapshots, or two filters that happen to be so alike."""
    chance = random.Random(seed)
    found = []
    people = children(400, {"all": [1]}, seed)
    for _ in range(pairs):
        some = chance.sample(people, chance.randrange(11, 120))
        found.append((answer(some, ()), answer(some[1:], ()), 1))
    return judged("random cells that differ by one child", found)


def one_condition_more(pairs: int, seed: int = 2) -> Found:
    """A cell, and the same with a condition more that all but one child meet: is the attacker's child the one?"""
    chance = random.Random(seed)
    found = []
    for number in range(pairs):
        size = chance.randrange(11, 120)
        few = chance.choice([0, 1])
        people = [Child(chance.getrandbits(64), {"pfs": place < few, "grade": number}) for place in range(size)]
        found.append((answer(people, []), answer(people, [("pfs", False)]), few))
    return judged("one condition more, which none or one child fails", found)


def one_hidden_cell(tables: int, seed: int = 3) -> Found:
    """A total less all the cells that are shown, where a single one is hidden."""
    chance = random.Random(seed)
    found = []
    for _ in range(tables):
        small, sizes = chance.randrange(10), [chance.randrange(60, 300) for _ in range(3)]
        people = [
            Child(chance.getrandbits(64), {"grade": grade})
            for grade, size in enumerate([small, *sizes])
            for _ in range(size)
        ]
        cells = ad_hoc(people, {"grade": list(range(4))})
        rest = [cells.cells[(grade,)][0].value for grade in range(1, 4)]
        total = cells.cells[(TOTAL,)][0].value
        assert cells.cells[(0,)][0].value is None
        assert isinstance(total, int)
        shown = [value for value in rest if isinstance(value, int)]
        found.append((total, sum(shown) if len(shown) == 3 else None, small))
    return judged("a table with one hidden cell: total less the rest", found, noises=4)


def by_other_paths(tables: int, seed: int = 4) -> Found:
    """The same hidden cell from the margins over each other dimension: do the differences agree on it?"""
    found: list[tuple[int | None, int | None, int]] = []
    for number in range(tables):
        people = children(3000, {"pfs": [False] * 400 + [True], "sex": SEXES, "grade": list(range(4))}, seed + number)
        hidden = sum(child.values["pfs"] is True for child in people)
        if hidden >= 10:
            continue
        for dimension in ("sex", "grade"):
            domains: Grouping = {"pfs": YES_NO, dimension: SEXES if dimension == "sex" else list(range(4))}
            table = ad_hoc(people, domains)
            without: list[int | None] = []
            whole: list[int | None] = []
            for value in domains[dimension]:
                without.append(_number(table, (False, value)))
                whole.append(_number(table, (TOTAL, value)))
            found.append((_sum(whole), _sum(without), hidden))
        table = ad_hoc(people, {"pfs": YES_NO})
        found.append((_number(table, (TOTAL,)), _number(table, (False,)), hidden))
    return judged("margins by different paths", found)


def every_path_at_once(tables: int, seed: int = 7) -> Found:
    """A hidden cell beside two shown ones, by every way to split the three by four more conditions: all bounds
    together, and the mean of all guesses."""
    others = ("sex", "el", "iep", "pfs")
    widths: list[float] = []
    errors: list[float] = []
    learnt = 0
    for number in range(tables):
        hidden = number % 10
        people = children(1200 + hidden, dict.fromkeys(others, YES_NO), seed + number)
        kinds = [2] * hidden + [0, 1] * 600
        people = [Child(child.key, {**child.values, "kind": kind}) for child, kind in zip(people, kinds, strict=True)]
        low, high, guesses = 0, 10**6, []
        for split in (chosen for size in range(5) for chosen in combinations(others, size)):
            table = ad_hoc(people, {"kind": [0, 1, 2], **dict.fromkeys(split, YES_NO)})
            left: list[int] = []
            for place in product(YES_NO, repeat=len(split)):
                total, *shown = (_number(table, (kind, *place)) for kind in (TOTAL, 0, 1))
                if total is not None and None not in shown:
                    left.append(total - sum(value or 0 for value in shown))
            if len(left) == 2 ** len(split):
                noise = 3 * len(left) * BOUND
                low, high = max(low, sum(left) - noise), min(high, sum(left) + noise)
                guesses.append((sum(left), len(left)))
        widths.append(high - low)
        learnt += low > 1 or high < 9
        weight = sum(1 / parts for _, parts in guesses)
        errors.append(abs(max(0.0, sum(guess / parts for guess, parts in guesses) / weight) - hidden))
    widths.sort()
    name = "a hidden cell by 16 ways to split the rest, together"
    return Found(name, tables, tables, 0, learnt, widths[0], widths[len(widths) // 2], sum(errors) / len(errors))


def a_district_of_nine(filters: int, seed: int = 5) -> Found:
    """Filters that leave a district of nine, and its state with and without: by every condition besides."""
    chance = random.Random(seed)
    found: list[tuple[int | None, int | None, int]] = []
    for number in range(filters):
        people = children(chance.randrange(200, 500), {"sex": SEXES, "grade": GRADES}, seed + number)
        state = [
            Child(child.key, {**child.values, "district": 1 if place < 9 else 2}) for place, child in enumerate(people)
        ]
        for conditions in ([], [("sex", "F")], [("grade", 3)]):
            assert answer(state, [("district", 1), *conditions]) is None
            inside = [child for child in state[:9] if all(child.values[name] == value for name, value in conditions)]
            found.append((answer(state, conditions), answer(state, [("district", 2), *conditions]), len(inside)))
    return judged("filters that isolate a district of nine", found)


def a_day_apart(pairs: int, seed: int = 6) -> Found:
    """The same question to two snapshots, between which up to nine children came."""
    chance = random.Random(seed)
    found = []
    people = children(2000, {"all": [1]}, seed)
    for _ in range(pairs):
        now = chance.sample(people, chance.randrange(25, 300))
        came = chance.randrange(10)
        found.append((answer(now, ()), answer(now[came:], ()), came))
    return judged("snapshots one day apart", found)


def ad_hoc(some: Iterable[Child], domains: Grouping) -> ProtectedTable:
    return CONTROL.protect(raw(some, domains), mode=Mode.AD_HOC)


def _number(table: ProtectedTable, place: Coordinates) -> int | None:
    value = table.cells[place][0].value
    assert value is None or isinstance(value, int)
    return value


def _sum(numbers: list[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None
