"""Attacks on ad hoc answers: nothing under ten is learnt. `python -m tests.benchmarks disclosure` prints them."""

from __future__ import annotations

from tests.reports.disclosure import attacks
from tests.reports.disclosure.attacks import Found


def safe(found: Found) -> None:
    """No interval of the attacker's told two numbers under ten apart."""
    assert found.learnt == 0
    assert found.shown > found.pairs / 10, "an attack on nothing but suppressed cells shows nothing"


def test_ten_thousand_pairs_of_questions_that_differ_by_one_child() -> None:
    found = attacks.one_child_more(10_000)
    assert found.pairs == 10_000
    assert found.shown > 5_000
    assert found.learnt == 0
    assert found.error > 1, "the best guess is further off than the child"


def test_a_condition_that_one_child_fails_answers_like_one_that_none_fails() -> None:
    found = attacks.one_condition_more(2_000)
    assert found.shown > 500
    assert found.equal == found.shown


def test_a_single_hidden_cell_does_not_follow_from_its_total() -> None:
    found = attacks.one_hidden_cell(500)
    safe(found)
    assert found.error > 2


def test_margins_by_different_paths_agree_on_nothing() -> None:
    found = attacks.by_other_paths(40)
    safe(found)
    assert found.equal == found.shown, "over a condition of two values every path gives nought"


def test_all_ways_to_split_a_table_together_do_not_tell_a_hidden_cell() -> None:
    found = attacks.every_path_at_once(10)
    safe(found)
    assert found.error > 0.5


def test_filters_do_not_isolate_a_district_of_nine() -> None:
    found = attacks.a_district_of_nine(300)
    safe(found)
    assert found.equal == found.shown


def test_snapshots_one_day_apart_do_not_tell_how_many_came() -> None:
    found = attacks.a_day_apart(5_000)
    assert found.learnt == 0
    assert found.error > 1
