"""The demo country is repeatable, obeys the upload format, and looks like the life it imitates."""

from collections import Counter
from datetime import date
from itertools import islice

import pytest

from hub.demo import Country, make_country
from hub.demo.country import agrees
from hub.demo.families import families
from hub.demo.records import Life, state_record
from hub.demo.states import STATES
from tests.demo.rules import broken_rules


@pytest.fixture(scope="module")
def country() -> Country:
    return make_country(2000)


@pytest.fixture(scope="module")
def lives(country: Country) -> list[Life]:
    return list(country.lives())


def test_there_are_as_many_children_as_asked_for(country: Country, lives: list[Life]) -> None:
    assert [life.child.index for life in lives] == list(range(2000))
    assert sum(1 for _ in make_country(7).lives()) == 7
    assert list(make_country(0).first_records()) == []


def test_one_child_made_alone_is_the_same_child(country: Country, lives: list[Life]) -> None:
    for index in (0, 72, 73, 1234, 1999):
        alone = country.life(index)
        assert (alone.child, alone.periods) == (lives[index].child, lives[index].periods)
    with pytest.raises(IndexError):
        country.life(2000)


def test_a_larger_country_begins_with_the_same_children(lives: list[Life]) -> None:
    larger = list(islice(make_country(5000).lives(), 500))
    assert [life.child for life in larger] == [life.child for life in lives[:500]]


@pytest.mark.parametrize("as_of", [date(2026, 11, 20), date(2024, 2, 29), date(2031, 7, 1)])
def test_every_clean_record_obeys_the_upload_format(as_of: date) -> None:
    country = make_country(1000, seed=5, as_of=as_of)
    for life in country.lives():
        for code in life.states:
            body = state_record(country.seed, country.until, life, code)
            assert broken_rules(body, as_of) == []


def test_every_state_has_home_records(lives: list[Life]) -> None:
    assert {life.states[0] for life in lives} == {state.code for state in STATES}


def test_most_children_have_two_to_five_records(lives: list[Life]) -> None:
    records = Counter(len(life.states) for life in lives)
    assert set(records) == {1, 2, 3, 4, 5}
    assert 0.5 < sum(count for size, count in records.items() if size > 1) / len(lives) < 0.85


def test_a_state_never_gives_one_id_to_two_children(country: Country) -> None:
    holders: dict[tuple[str, str], set[int]] = {}
    for record in (*country.first_records(), *country.later_records({})):
        holders.setdefault((record.state, record.state_student_id), set()).add(record.child)
    assert max(len(children) for children in holders.values()) == 1


def test_siblings_share_parents_and_surnames(country: Country) -> None:
    with_siblings = 0
    for family in families(country.seed, country.as_of, None, 2000):
        children = family.children
        with_siblings += len(children) > 1
        assert len({(child.surname, child.second_surname) for child in children}) <= 1
        assert len({child.given for child in children}) == len(children)
        if family.father and family.mother and family.community.double_surname:
            expected = family.father.surname, family.mother.surname
            assert all((child.surname, child.second_surname) == expected for child in children)
    assert with_siblings > 300


def test_twins_share_a_birth_date_and_are_marked(country: Country) -> None:
    twins = 0
    for family in families(country.seed, country.as_of, None, 1971):
        born = Counter(child.birth_date for child in family.children)
        assert all(child.twin == (born[child.birth_date] == 2) for child in family.children)
        twins += max(born.values()) == 2
    assert 10 < twins < 80
    for life in country.lives():
        home = state_record(country.seed, country.until, life, life.states[0])
        assert home["demographics"]["multipleBirth"] is life.child.twin


def test_later_records_mostly_agree_with_the_first_but_not_all(country: Country, lives: list[Life]) -> None:
    answers: Counter[bool] = Counter()
    spelled_otherwise = 0
    for life in lives[:800]:
        first, *later = (state_record(country.seed, country.until, life, code) for code in life.states)
        for body in later:
            answers[agrees(first, body)] += 1
            names = [(b["demographics"]["firstName"], b["demographics"]["lastName1"]) for b in (first, body)]
            spelled_otherwise += names[0] != names[1]
    assert 0.01 < answers[False] / answers.total() < 0.1
    assert spelled_otherwise > answers.total() / 4


def test_most_later_records_name_the_msix_id_of_the_home_record(country: Country) -> None:
    links = {(r.state, r.state_student_id): f"{r.child:012d}" for r in country.first_records()}
    later = list(country.later_records(links))
    named = [record for record in later if record.body["msixId"]]
    assert 0.85 < len(named) / len(later) < 0.97
    assert all(record.body["msixId"] == f"{record.child:012d}" for record in named)


def test_about_one_record_in_a_hundred_has_a_mistake(country: Country) -> None:
    records = [*country.first_records(), *country.later_records({})]
    mistakes = [record.mistake for record in records if record.mistake]
    assert 0.005 < len(mistakes) / len(records) < 0.02
    assert {mistake.severity for mistake in mistakes} == {"REJECT", "WARN", "INFO"}
    assert len(set(mistakes)) == 9
    for record in records:
        if record.mistake:
            assert broken_rules(record.body, country.as_of)


def test_a_refused_home_record_comes_again_corrected(country: Country) -> None:
    refused = {r.child for r in country.first_records() if r.mistake and r.mistake.severity == "REJECT"}
    homes = {life.child.index: life.states[0] for life in country.lives()}
    again = {r.child: r for r in country.later_records({}) if r.state == homes[r.child]}
    assert refused
    assert refused <= set(again)
    assert all(broken_rules(again[child].body, country.as_of) == [] for child in refused)


def test_the_life_of_the_country_shows_in_its_records(country: Country) -> None:
    seen: Counter[str] = Counter()
    partial = granted = 0
    for record in country.first_records():
        for enrollment in record.body["enrollments"]:
            seen.update((enrollment["enrollmentType"], enrollment["gradeLevel"], enrollment["medicalAlert"]))
            seen.update(str(enrollment[k]) for k in ("graduation", "continuationReason") if k in enrollment)
            seen.update(k for k in ("priorityForServices", "englishLearner") if enrollment.get(k))
            seen["no immunization"] += not enrollment["immunizationRecord"]
            partial += sum("gradeToDate" in course for course in enrollment["courses"])
            granted += sum("finalGrade" in course for course in enrollment["courses"])
    expected = ["SUMMER_MEP", "RESIDENCY_ONLY", "OS", "P2", "PS", "KG", "12", "CHRONIC", "ACUTE", "GRADUATION", "HSE"]
    expected += ["03", "priorityForServices", "englishLearner", "no immunization"]
    assert [name for name in expected if not seen[name]] == []
    assert partial > 500
    assert granted > 500


def test_a_measured_country_has_exactly_so_many_courses_and_assessments() -> None:
    country = make_country(60, courses_per_child=40, assessments_per_child=3)
    courses, tests = Counter[int](), Counter[int]()
    for life in country.lives():
        for code in life.states:
            body = state_record(country.seed, country.until, life, code)
            courses[life.child.index] += sum(len(e["courses"]) for e in body["enrollments"])
            tests[life.child.index] += len(body["assessments"])
            assert broken_rules(body, country.as_of) == []
    assert set(courses.values()) == {40}
    assert set(tests.values()) == {3}


def test_one_state_can_be_home_to_every_child() -> None:
    for home in ("TX", "VT"):
        country = make_country(200, home_state=home)
        assert {record.state for record in country.first_records()} == {home}


def test_numbers_and_states_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="zero or more"):
        make_country(-1)
    with pytest.raises(ValueError, match="two-letter code"):
        make_country(1, home_state="ZZ")


def test_the_showcase_names_children_with_much_to_show(country: Country) -> None:
    shown = country.showcase
    assert len(shown) == 5
    firsts = {(r.state, r.state_student_id): r for r in country.first_records()}
    for key in shown:
        life = country.life(firsts[key].child)
        assert len(life.states) >= 3
        assert life.about.alert != "NONE"


def test_a_small_country_has_something_to_show_too() -> None:
    for students in (60, 500):
        country = make_country(students)
        shown = country.showcase
        assert len(shown) == len(set(shown)) == 5
    assert make_country(0).showcase == []
