"""Ad hoc answers: one cell has one answer, however it is asked for; and none where few children are behind it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.errors import HubError
from hub.reports.catalog import DIMENSIONS, MEASURES
from hub.reports.disclosure import Control, cell_keys, chosen, conditions, permitted
from hub.reports.disclosure.noise import BOUND
from hub.reports.question import Filter, Question, Scope
from hub.reports.table import TOTAL, Aggregate, Column, Coordinates, Count, Mark, Mode, ProtectedTable, RawTable
from tests.reports.disclosure.country import STUDENTS, Child, Grouping, children, raw

CONTROL = Control()
DOMAINS: Grouping = {"state": ["TX", "CA", "OK"], "sex": ["F", "M"], "pfs": [True, False]}
PEOPLE = children(900, DOMAINS, 4, skew=1.3)
SHARE = Column("MARKED", "measure", "Marked", "%", "decimal", Aggregate.SHARE, decimals=1)
MEAN = Column("MEAN", "measure", "Mean", "credits", "decimal", Aggregate.MEAN, 100, 2)
SUM = Column("SUM", "measure", "Sum", "credits", "decimal", Aggregate.SUM, 100, 2)
MEDIAN = Column("MEDIAN", "measure", "Median", "days", "integer", Aggregate.MEDIAN)
ALL = (STUDENTS, SHARE, MEAN, SUM, MEDIAN)


def ad_hoc(table: RawTable) -> ProtectedTable:
    return CONTROL.protect(table, mode=Mode.AD_HOC)


def test_a_cell_answers_the_same_as_row_margin_and_filter() -> None:
    whole = ad_hoc(raw(PEOPLE, DOMAINS, measures=ALL))
    for order in permutations(DOMAINS):
        table = ad_hoc(raw(reversed(PEOPLE), {name: DOMAINS[name] for name in order}, measures=ALL))
        for place, cells in whole.cells.items():
            turned = tuple(place[list(DOMAINS).index(name)] for name in order)
            assert table.cells[turned] == cells
    for state in DOMAINS["state"]:
        filtered = ad_hoc(raw(PEOPLE, {"sex": DOMAINS["sex"]}, measures=ALL, conditions=[_is("state", state)]))
        for sex in (*DOMAINS["sex"], TOTAL):
            assert filtered.cells[(sex,)] == whole.cells[(state, sex, TOTAL)]


def _is(name: str, value: object) -> Callable[[Child], bool]:
    return lambda child: child.values[name] == value


def test_what_is_shown_is_near_the_truth_and_never_under_ten() -> None:
    domains: Grouping = {"district": list(range(40)), "grade": list(range(6))}
    table = raw(children(4000, domains, 8, skew=2), domains)
    shown = 0
    for place, cells in ad_hoc(table).cells.items():
        count = table.cells[place][0].whole.value if place in table.cells else 0
        if count < 10:
            assert cells[0].mark is Mark.SUPPRESSED
        if isinstance(value := cells[0].value, int):
            shown += 1
            assert value >= 10
            assert abs(value - count) <= BOUND + 9 * len(domains)
    assert shown > 50


def test_a_cell_that_lacks_nine_of_a_margin_answers_as_the_margin_or_not_at_all() -> None:
    for size, lacking in [(100, 0), (100, 1), (100, 9), (40, 0), (40, 9)]:
        chance = random.Random(size)
        people = [Child(chance.getrandbits(64), {"pfs": number >= lacking}) for number in range(size)]
        cells = ad_hoc(raw(people, {"pfs": [True, False]})).cells
        assert cells[(False,)][0].value is None
        assert cells[(True,)][0] == (cells[(TOTAL,)][0] if size == 100 else cell_keys.HIDDEN)


def test_margins_of_the_very_same_children_are_one() -> None:
    people = [Child(random.Random(n).getrandbits(64), {"sex": "F", "pfs": True}) for n in range(60)]
    cells = ad_hoc(raw(people, {"sex": ["F", "M"], "pfs": [True, False]})).cells
    assert len({cells[place] for place in (("F", True), ("F", TOTAL), (TOTAL, True), (TOTAL, TOTAL))}) == 1


def test_a_place_that_is_known_to_belong_to_another_hides_nothing() -> None:
    people = [Child(random.Random(n).getrandbits(64), {"state": "TX", "district": "t1"}) for n in range(30)]
    domains: Grouping = {"state": ["TX", "OK"], "district": ["t1", "o1"]}
    cells = ad_hoc(raw(people, domains, parents={(1, 0): {"t1": "TX", "o1": "OK"}})).cells
    assert cells[("TX", "t1")] == cells[(TOTAL, "t1")]
    assert ("OK", "t1") not in cells


def test_shares_hide_nearly_nobody_and_nearly_everybody() -> None:
    for marked in (0, 4, 9, 40, 91, 100):
        chance = random.Random(marked)
        people = [Child(chance.getrandbits(64), {}, marked=number < marked) for number in range(100)]
        cell = ad_hoc(raw(people, {}, measures=(SHARE,))).cells[()][0]
        assert (cell.value is None) == (marked in (0, 4, 9, 91, 100))
        if cell.value is not None:
            assert abs(float(cell.value) - marked) < 25


def test_amounts_move_by_about_what_one_child_has() -> None:
    people = children(200, {"all": [1]}, 1)
    truth = sum(child.amount for child in people)
    most = max(child.amount for child in people)
    found = []
    for left_out in range(200):
        some = people[:left_out] + people[left_out + 1 :]
        cell = ad_hoc(raw(some, {}, measures=(SUM,))).cells[()][0]
        assert cell.value is not None
        found.append(float(cell.value) * 100)
    spread = (sum((each - truth) ** 2 for each in found) / len(found)) ** 0.5
    assert most / 2 < spread < most * 2


def test_an_amount_that_two_children_make_up_is_hidden() -> None:
    people = children(30, {"all": [1]}, 1)
    people[0] = replace(people[0], amount=1_000_000)
    cells = ad_hoc(raw(people, {}, measures=(SUM, MEAN))).cells[()]
    assert {cell.mark for cell in cells} == {Mark.SUPPRESSED}


def test_a_median_is_between_its_neighbours_and_of_twenty_children_at_least() -> None:
    people = children(101, {"all": [1]}, 2)
    table = raw(people, {}, measures=(MEDIAN,))
    ranks = table.cells[()][0].ranks
    value = ad_hoc(table).cells[()][0].value
    assert ranks is not None
    assert value is not None
    assert ranks[0] <= int(value) <= ranks[2]
    assert ad_hoc(raw(people[:19], {}, measures=(MEDIAN,))).cells[()][0].mark is Mark.SUPPRESSED


def test_rows_of_few_children_are_hidden_and_others_move_by_what_a_child_has() -> None:
    assert cell_keys.perturbed(Count(400, 9, 77)) is None
    found = [cell_keys.perturbed(Count(400, 100, key)) for key in range(4000)]
    off = [each - 400 for each in found if each is not None]
    assert abs(sum(off) / len(off)) < 0.7
    assert 8 < (sum(each * each for each in off) / len(off)) ** 0.5 < 12


@given(st.integers(10, 10**6), st.integers(0, 2**64 - 1))
@settings(max_examples=300)
def test_no_count_is_off_by_more_than_the_bound(count: int, key: int) -> None:
    found = cell_keys.perturbed(Count(count, count, key))
    assert found is None or (abs(found - count) <= BOUND and found >= 10)
    if count >= 10 + BOUND:
        assert found is not None


def test_large_tables_list_only_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell_keys, "LISTED", 5)
    table = raw(PEOPLE, DOMAINS)
    cells = ad_hoc(table).cells
    assert all(row[0].value is not None for row in cells.values())
    monkeypatch.undo()
    assert {place: row for place, row in ad_hoc(table).cells.items() if row[0].value is not None} == dict(cells)


GRADE, SEX, PFS = DIMENSIONS["GRADE"], DIMENSIONS["SEX"], DIMENSIONS["PFS"]
COUNT = next(measure for measure in MEASURES.values() if all(each.has(measure.fact) for each in (GRADE, SEX, PFS)))


@pytest.mark.parametrize(
    "filter_",
    [
        Filter(GRADE, ("07", "08")),
        Filter(GRADE, ("07",), exclude=True),
        Filter(DIMENSIONS["AGE"], None, at_least=3),
    ],
    ids=["several values", "all but one", "a range"],
)
def test_a_filter_of_several_values_is_refused(filter_: Filter) -> None:
    with pytest.raises(HubError, match="Expected one value of"):
        permitted(Question((COUNT,), (SEX,), (filter_,)))


def test_as_are_too_many_conditions() -> None:
    names = ("GRADE", "SEX", "PFS", "IEP", "ENGLISH_LEARNER", "MEDICAL_ALERT")
    filters = tuple(Filter(DIMENSIONS[name], (None,)) for name in names)
    assert permitted(Question((COUNT,), (), filters[:5])).filters == filters[:5]
    with pytest.raises(HubError, match="Expected 5 dimensions, filters and places at most"):
        permitted(Question((COUNT,), (), filters))


def test_a_filter_on_a_shown_dimension_chooses_rows() -> None:
    question = Question((COUNT,), (GRADE, SEX), (Filter(GRADE, ("07", "08")), Filter(PFS, (True,))))
    asked = permitted(question)
    assert asked.filters == (Filter(PFS, (True,)),)
    domains: Grouping = {"grade": ["07", "08", "09"], "sex": ["F", "M"]}
    table = ad_hoc(raw(children(600, domains, 3), domains))
    kept: set[Coordinates] = set(chosen(question, table).cells)
    assert kept == {place for place in table.cells if place[0] in ("07", "08", TOTAL)}


def test_a_condition_that_nobody_fails_does_not_tell_whether_few_fail_another() -> None:
    """Whoever has an IEP here has priority, and five have neither: both conditions together answer as each alone."""
    people = children(200, {"all": [1]}, 5)
    marked = [Child(child.key, {"iep": at >= 5, "pfs": at >= 5}) for at, child in enumerate(people)]
    answers = {
        ad_hoc(raw(marked, {}, conditions=[_is(name, True) for name in asked])).cells[()][0].value
        for asked in ((), ("iep",), ("pfs",), ("iep", "pfs"), ("pfs", "iep"))
    }
    assert len(answers) == 1 and None not in answers


def test_a_place_is_a_condition_and_none_counts_twice() -> None:
    texas, girls = Filter(DIMENSIONS["STATE"], ("TX",)), Filter(SEX, ("FEMALE",))
    assert conditions(Question((COUNT,), (), (girls, girls), Scope("TX"))) == (texas, girls)
    assert conditions(Question((COUNT,), (), (texas,), Scope("TX"))) == (texas,)
    assert len(conditions(Question((COUNT,), (), (), Scope("TX", "East")))) == 2
    assert len(conditions(Question((COUNT,), (), (Filter(DIMENSIONS["STATE"], ("CA",)),), Scope("TX")))) == 2


def test_the_only_value_of_a_dimension_answers_as_the_sum_over_it() -> None:
    people = [Child(child.key, {"state": "TX", "sex": child.values["sex"]}) for child in PEOPLE[:45]]
    found = ad_hoc(raw(people, {"state": ["TX"], "sex": ["F", "M"]})).cells
    assert found[("TX", TOTAL)] == found[(TOTAL, TOTAL)]
    assert found[("TX", TOTAL)] != (cell_keys.HIDDEN,)
