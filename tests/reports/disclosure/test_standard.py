"""Standard tables: what is hidden, and that no reader can bound it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.reports.disclosure import Control, patterns
from hub.reports.disclosure import standard as tables
from hub.reports.table import (
    NOTHING,
    TOTAL,
    Aggregate,
    Column,
    Coordinates,
    Mark,
    Mode,
    ProtectedTable,
    RawMeasure,
    RawTable,
    RawValue,
    Value,
)
from tests.reports.disclosure.auditor import Auditor, PairAuditor, primary
from tests.reports.disclosure.country import STUDENTS, Child, Grouping, children, raw

CONTROL = Control()


def standard(table: RawTable) -> ProtectedTable:
    return CONTROL.protect(table, mode=Mode.STANDARD)


def country(counts: dict[tuple[Value, ...], int], names: tuple[str, ...]) -> list[Child]:
    chance = random.Random(7)
    return [
        Child(chance.getrandbits(64), dict(zip(names, place, strict=True)), chance.randrange(100, 900))
        for place, number in counts.items()
        for _ in range(number)
    ]


def values_of(table: ProtectedTable) -> dict[Coordinates, object]:
    return {place: cells[0].value for place, cells in table.cells.items()}


def check(table: RawTable) -> ProtectedTable:
    """Every primary cell is hidden, and an auditor can exclude neither that it is empty nor that it is ten."""
    found = standard(table)
    auditor = Auditor(table, found)
    for place, cells in found.cells.items():
        if primary(table, place):
            assert cells[0].mark is Mark.SUPPRESSED
            low, high = auditor.bounds(place)
            assert low <= 1e-6, f"{place} is at least {low}"
            assert high >= 10 - 1e-6, f"{place} is at most {high}"
        elif cells[0].value is not None:
            assert cells[0].value == table.cells[place][0].whole.value
            assert cells[0].mark is Mark.EXACT
    return found


def test_one_small_cell_takes_another_with_it() -> None:
    domains: Grouping = {"grade": ["07", "08", "09"]}
    found = check(raw(country({("07",): 5, ("08",): 30, ("09",): 500}, ("grade",)), domains))
    assert values_of(found) == {(TOTAL,): 535, ("07",): None, ("08",): None, ("09",): 500}
    assert found.disclosure.suppressed == 2


def test_a_zero_is_hidden_like_a_nine() -> None:
    domains: Grouping = {"grade": ["07", "08", "09"]}
    found = check(raw(country({("08",): 30, ("09",): 500}, ("grade",)), domains))
    assert values_of(found)[("07",)] is None


def test_nothing_is_hidden_where_all_cells_are_large() -> None:
    domains: Grouping = {"grade": ["07", "08"]}
    found = check(raw(country({("07",): 10, ("08",): 11}, ("grade",)), domains))
    assert values_of(found) == {(TOTAL,): 21, ("07",): 10, ("08",): 11}
    assert found.disclosure.suppressed == 0


def test_a_table_of_fewer_than_ten_children_says_nothing() -> None:
    found = standard(raw(country({("07",): 9}, ("grade",)), {"grade": ["07", "08"]}))
    assert set(values_of(found).values()) == {None}


def test_a_district_of_nine_is_hidden_at_every_level_of_its_hierarchy() -> None:
    domains: Grouping = {"region": ["S", "W"], "state": ["TX", "OK", "CA"], "district": ["t1", "t2", "t3", "o1", "c1"]}
    states: dict[Value, Value] = {"t1": "TX", "t2": "TX", "t3": "TX", "o1": "OK", "c1": "CA"}
    regions: dict[Value, Value] = {"TX": "S", "OK": "S", "CA": "W"}
    counts = {"t1": 9, "t2": 40, "t3": 60, "o1": 100, "c1": 80}
    people = country({(regions[states[d]], states[d], d): n for d, n in counts.items()}, tuple(domains))
    of_district: dict[Value, Value] = {district: regions[state] for district, state in states.items()}
    parents = {(2, 1): states, (1, 0): regions, (2, 0): of_district}
    found = values_of(check(raw(people, domains, parents=parents)))
    assert found[("S", "TX", "t1")] is found[(TOTAL, TOTAL, "t1")] is found[(TOTAL, "TX", "t1")] is None
    assert found[("S", TOTAL, TOTAL)] == 209
    assert found[(TOTAL, TOTAL, "c1")] == 80
    assert ("W", "TX", "t1") not in found


def test_another_district_of_its_own_state_is_hidden_with_it() -> None:
    domains: Grouping = {"state": ["TX", "OK"], "district": ["t1", "t2", "o1", "o2"]}
    states: dict[Value, Value] = {"t1": "TX", "t2": "TX", "o1": "OK", "o2": "OK"}
    counts = {"t1": 9, "t2": 400, "o1": 11, "o2": 12}
    people = country({(states[d], d): n for d, n in counts.items()}, tuple(domains))
    found = values_of(check(raw(people, domains, parents={(1, 0): states})))
    assert found[(TOTAL, "t2")] is None
    assert found[("OK", TOTAL)] == 23


@st.composite
def countries(draw: st.DrawFn) -> tuple[list[Child], Grouping]:
    count = draw(st.integers(1, 4))
    sizes = draw(st.lists(st.integers(2, (9, 6, 3, 2)[count - 1]), min_size=count, max_size=count))
    domains: Grouping = {f"d{place}": list(range(size)) for place, size in enumerate(sizes)}
    skew = draw(st.sampled_from([1.0, 2.0, 4.0]))
    return children(draw(st.integers(0, 600)), domains, draw(st.integers(0, 999)), skew=skew), domains


@given(countries())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_hidden_cell_can_be_bounded_in_tables_of_one_to_four_dimensions(made: tuple[list[Child], Grouping]) -> None:
    check(raw(*made))


@pytest.mark.parametrize("seed", range(3))
def test_nor_in_larger_tables_where_swaps_do_the_work(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.reports.disclosure.complementary.SMALL", 0)
    check(raw(*_three(seed)))


def _three(seed: int) -> tuple[list[Child], Grouping]:
    domains: Grouping = {"state": list(range(8)), "grade": list(range(5)), "sex": ["F", "M"]}
    return children(900, domains, seed, skew=2), domains


@pytest.mark.parametrize("seed", range(6))
def test_knowing_that_children_are_whole_helps_nobody(seed: int) -> None:
    domains: Grouping = {"state": list(range(4)), "grade": list(range(3)), "sex": ["F", "M"]}
    table = raw(children(250, domains, seed, skew=2), domains)
    found = standard(table)
    auditor = Auditor(table, found)
    for place in found.cells:
        if primary(table, place):
            low, high = auditor.whole_bounds(place)
            assert low == 0
            assert high >= 10


@given(countries(), st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_the_children_makes_no_difference(
    made: tuple[list[Child], Grouping], chance: random.Random
) -> None:
    people, domains = made
    once = standard(raw(people, domains))
    mixed = list(people)
    chance.shuffle(mixed)
    assert standard(raw(mixed, domains)).cells == once.cells


def test_counts_that_do_not_add_up_are_protected_against_who_knows_by_how_much() -> None:
    domains: Grouping = {"state": ["TX", "OK", "CA"]}
    table = raw(country({("TX",): 6, ("OK",): 40, ("CA",): 300}, ("state",)), domains)
    twice = {**table.cells, (TOTAL,): (replace(table.cells[(TOTAL,)][0], whole=replace(_whole(table), value=330)),)}
    found = check(replace(table, cells=twice, measures=(RawMeasure(STUDENTS, additive=False),)))
    assert found.cells[(TOTAL,)][0].value == 330
    assert found.cells[("OK",)][0].value is None


def _whole(table: RawTable):  # type: ignore[no-untyped-def]
    return table.cells[(TOTAL,)][0].whole


SHARE = Column("MARKED", "measure", "Marked", "%", "decimal", Aggregate.SHARE, decimals=1)
MEAN = Column("MEAN", "measure", "Mean", "credits", "decimal", Aggregate.MEAN, 100, 2)
MEDIAN = Column("MEDIAN", "measure", "Median", "days", "integer", Aggregate.MEDIAN)
SUM = Column("SUM", "measure", "Sum", "credits", "decimal", Aggregate.SUM, 100, 2)


def test_a_share_is_hidden_where_nearly_nobody_or_nearly_everybody_is_in_it() -> None:
    chance = random.Random(3)
    marks = {"07": (50, 4), "08": (50, 46), "09": (50, 20), "10": (60, 30), "11": (70, 0)}
    people = [
        Child(chance.getrandbits(64), {"grade": grade}, marked=number < marked)
        for grade, (all_, marked) in marks.items()
        for number in range(all_)
    ]
    found = standard(raw(people, {"grade": list(marks)}, measures=(STUDENTS, SHARE)))
    for grade in ("07", "08", "11"):
        assert found.cells[(grade,)][1].mark is Mark.SUPPRESSED
        assert found.cells[(grade,)][0].value is not None
    assert found.cells[(TOTAL,)][1].mark is Mark.EXACT


def test_an_amount_that_two_children_make_up_is_hidden() -> None:
    people = [*country({("07",): 30, ("08",): 40, ("09",): 50}, ("grade",))]
    people[0] = replace(people[0], amount=900_000)
    found = standard(raw(people, {"grade": ["07", "08", "09"]}, measures=(SUM, MEAN, MEDIAN)))
    assert found.cells[("07",)][0].mark is Mark.SUPPRESSED
    assert found.cells[("07",)][1].mark is Mark.SUPPRESSED
    assert found.cells[("08",)][2].mark is Mark.PROTECTED
    hidden = [place for place, cells in found.cells.items() if cells[0].value is None]
    assert len(hidden) > 1, "one hidden amount would follow from the total"


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", ["a share", "a part"])
def test_a_count_and_what_is_a_part_of_it_cannot_be_bounded_together(kind: str, seed: int) -> None:
    """Whoever knows of both, and that a part is no more than its whole, bounds neither, nor what is between them."""
    chance = random.Random(seed)
    domains: Grouping = {"state": list(range(chance.randrange(3, 7))), "grade": list(range(chance.randrange(2, 5)))}
    likely = chance.choice([0.02, 0.05, 0.1, 0.5, 0.93, 0.98])
    people = children(chance.choice([300, 800, 2500]), domains, seed, skew=chance.choice([1, 2, 3]))
    people = [replace(child, marked=chance.random() < likely) for child in people]
    table = raw(people, domains, measures=(STUDENTS, SHARE))
    if kind == "a part":
        measures = (RawMeasure(STUDENTS), RawMeasure(replace(STUDENTS, name="SOME"), beside="STUDENTS"))
        parts = {place: (cells[0], RawValue(cells[1].part or NOTHING)) for place, cells in table.cells.items()}
        table = replace(table, measures=measures, cells=parts)
    found = standard(table)
    auditor = PairAuditor(table, found)
    shown = [place for place, cells in found.cells.items() if cells[1].value is not None]
    assert shown or likely in (0.02, 0.98)
    for place in found.cells:
        for true, (low, high) in auditor.few(place):
            assert low <= 1e-6 and high >= 10 - 1e-6, f"{place}: {true} is between {low} and {high}"


def test_a_median_of_fewer_than_twenty_is_hidden() -> None:
    people = country({("07",): 19, ("08",): 40}, ("grade",))
    found = standard(raw(people, {"grade": ["07", "08"]}, measures=(MEDIAN,)))
    assert found.cells[("07",)][0].mark is Mark.SUPPRESSED
    assert found.cells[("08",)][0].mark is Mark.PROTECTED


def test_a_count_close_to_a_hidden_one_is_hidden_with_it() -> None:
    domains: Grouping = {"grade": ["07", "08", "09"]}
    table = raw(country({("07",): 5, ("08",): 30, ("09",): 500}, ("grade",)), domains, measures=(STUDENTS, STUDENTS))
    again = {
        place: (
            cells[0],
            replace(cells[1], whole=replace(cells[1].whole, value=cells[1].whole.value + 12, contributors=99)),
        )
        for place, cells in table.cells.items()
    }
    found = standard(replace(table, cells=again))
    assert found.cells[("07",)][0].value is None
    assert found.cells[("08",)][1].value is None
    assert found.cells[("09",)][1].value == 512


def test_a_count_and_a_part_of_it_do_not_tell_of_the_few_between_them() -> None:
    domains: Grouping = {"grade": ["07", "08", "09", "10"]}
    people = country({("07",): 63, ("08",): 90, ("09",): 400, ("10",): 500}, ("grade",))
    some = [child for child in people if child.values["grade"] != "07" or child.amount % 20]
    missing = len(people) - len(some)
    assert 0 < missing < 10
    some = [child for child in some if child.values["grade"] == "07" or child.amount % 3]
    table, part = raw(people, domains), raw(some, domains)
    measures = (RawMeasure(STUDENTS), RawMeasure(replace(STUDENTS, name="SOME"), beside="STUDENTS"))
    both = {place: (*cells, *part.cells[place]) for place, cells in table.cells.items()}
    found = standard(replace(table, cells=both, measures=measures)).cells
    assert found[("07",)][0].value == 63 and found[("07",)][1].value is None
    assert found[(TOTAL,)][1].value == len(some)
    assert sum(cells[1].value is None for cells in found.values()) == 2, "and one more, or it would follow"


def test_what_cannot_be_proved_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "ROUNDS", 0)
    found = standard(raw(*_three(1)))
    assert {place for place, cells in found.cells.items() if cells[0].value is not None} == {(TOTAL,) * 3}


def test_a_table_too_large_to_prove_shows_its_margins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "CELLS", 20)
    table = raw(*_three(2))
    found = standard(table)
    assert all(sum(at is not TOTAL for at in place) <= 1 for place in found.cells)
    assert found.cells[(TOTAL, TOTAL, "F")][0].value == table.cells[(TOTAL, TOTAL, "F")][0].whole.value
    assert "too large" in found.disclosure.note


def test_nothing_leaves_unprotected() -> None:
    with pytest.raises(PermissionError):
        CONTROL.protect(raw([], {"grade": ["07"]}), mode=Mode.EXACT)
