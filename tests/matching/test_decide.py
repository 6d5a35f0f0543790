"""One record among students: what links, what a person is asked about, and which guard speaks."""

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.matching.compare import compare
from hub.matching.decide import Decision, Outcome, Settled, decide
from hub.matching.explain import evidence
from hub.matching.guards import Guard
from hub.matching.levels import FIELDS
from hub.matching.model import Model, default_model, model_of
from hub.matching.neighbourhood import Version
from tests.matching.people import version

PRIOR = -14.0
OTHER: dict[str, Any] = {
    "firstName": "Rutilio",
    "lastName1": "Quiroz",
    "lastName2": None,
    "sex": "MALE",
    "birthDate": "2009-11-30",
    "birthCity": "Nebaj",
    "birthState": None,
    "birthCountry": "GT",
    "parent1FirstName": "Pascual",
    "parent1LastName": "Quiroz",
    "parent2FirstName": None,
    "parent2LastName": None,
}


def decided(record: Version, *students: list[Version] | Version, **options: Any) -> Decision:
    among = {
        number: student if isinstance(student, list) else [student] for number, student in enumerate(students, 100)
    }
    return decide(default_model(), record, among, PRIOR, **options)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"firstName": "ARACELI", "lastName1": "ZAVALA", "lastName2": "PENA"},
        {"lastName1": "Zavala-Peña", "lastName2": None},
        {"lastName1": "Zavalapeña", "lastName2": None},
        {"lastName1": "Peña", "lastName2": "Zavala"},
        {"birthDate": "2014-09-03"},
        {"birthDate": "2014-03-08"},
        {"firstName": "Aracely"},
        {"firstName": "Zavala", "lastName1": "Araceli"},
        {
            "parent1FirstName": "Elvira",
            "parent1LastName": "Peña",
            "parent2FirstName": "Noé",
            "parent2LastName": "Zavala",
        },
    ],
)
def test_the_same_child_in_another_state_links(changes: dict[str, Any]) -> None:
    decision = decided(version(2, "OH", **changes), version(), version(3, "WA", **OTHER))
    assert (decision.outcome, decision.student) == (Outcome.LINK, 100)


def test_a_stranger_is_a_new_student() -> None:
    decision = decided(version(2, "OH", **OTHER), version())
    assert (decision.outcome, decision.student, decision.near) == (Outcome.NEW_STUDENT, None, 0)
    assert decided(version()).outcome is Outcome.NEW_STUDENT


@pytest.mark.parametrize(
    ("guard", "changes", "state"),
    [
        (Guard.GIVEN_NAME, {"firstName": "Ruth"}, "OH"),
        (Guard.SEX, {"firstName": "Arcaeli", "sex": "MALE"}, "OH"),
        (Guard.BIRTH_DATE, {"birthDate": "2011-06-25"}, "OH"),
        (Guard.OTHER_STATE_ID, {}, "TX"),
        (Guard.MULTIPLE_BIRTH, {"firstName": "Arcaeli", "multipleBirth": True}, "OH"),
        (
            Guard.SURNAME,
            {"lastName1": "Tzoc", "lastName2": None, "parent1FirstName": None, "parent2FirstName": None},
            "OH",
        ),
    ],
)
def test_a_guard_keeps_the_hub_from_linking_alone(guard: Guard, changes: dict[str, Any], state: str) -> None:
    decision = decided(version(2, state, **changes), version())
    assert decision.outcome is Outcome.NEAR_MATCH
    assert guard in decision.candidates[0].guards


def test_two_real_names_a_letter_apart_are_two_names() -> None:
    for one, other in (("Marina", "Mariana"), ("Kevin", "Kelvin"), ("Brayan", "Bryan"), ("Elena", "Helena")):
        decision = decided(version(2, "OH", firstName=one), version(firstName=other))
        assert decision.outcome is Outcome.NEAR_MATCH
        assert Guard.REAL_NAMES in decision.candidates[0].guards


def test_two_students_that_fit_alike_are_ambiguous() -> None:
    decision = decided(version(3, "OH"), version(1), version(2, "WA"))
    assert decision.outcome is Outcome.NEAR_MATCH and decision.near == 2
    assert Guard.AMBIGUOUS in decision.candidates[0].guards


def test_two_students_with_an_open_question_between_them_are_not() -> None:
    decision = decided(version(3, "OH"), version(1), version(2, "WA"), pending={frozenset((100, 101))})
    assert decision.outcome is Outcome.LINK


def test_a_co_twin_in_the_index_asks_for_equal_names() -> None:
    lupe = version(2, "OH", firstName="Lupe")
    guadalupe, twin = version(1, firstName="Guadalupe"), version(3, "WA", firstName="Rosalba")
    assert decided(lupe, guadalupe).outcome is Outcome.LINK
    with_twin = decided(lupe, guadalupe, twin)
    assert with_twin.outcome is Outcome.NEAR_MATCH
    assert Guard.MULTIPLE_BIRTH in with_twin.candidates[0].guards
    assert decided(version(2, "OH", firstName="Guadalupe"), guadalupe, twin).student == 100


@pytest.mark.parametrize(
    "changes",
    [
        {"firstName": "Rutilio", "sex": "MALE"},
        {"firstName": "Rosalba", "birthDate": "2016-05-01"},
        {"firstName": "Rosalba", "multipleBirth": True},
    ],
)
def test_another_child_of_the_family_is_nobodys_question(changes: dict[str, Any]) -> None:
    assert decided(version(2, "OH", **changes), version(multipleBirth=True)).outcome is Outcome.NEW_STUDENT


def test_what_people_settled_holds() -> None:
    again = version(2, "OH")
    assert decided(again, version(), settled=Settled(not_same={100})).outcome is Outcome.NEW_STUDENT
    stranger = version(2, "OH", **OTHER)
    assert decided(stranger, version(), settled=Settled(same={100})).student == 100


def test_the_evidence_adds_up_and_names_no_value() -> None:
    decision = decided(version(2, "OH"), version())
    shown = evidence(decision.candidates, PRIOR)
    (candidate,) = shown["candidates"]
    assert candidate["record"] == 1
    assert abs(sum(each["bits"] for each in candidate["fields"]) + PRIOR - candidate["total"]) < 0.5
    assert "raceli" not in str(shown) and "avala" not in str(shown)


NAMES = st.sampled_from(["Ana", "José Luis", "Ma. Elena", "Pepe", "X", "De la Cruz", "Ñuño", "Zoë", "  ", "O'Neil"])
PEOPLE = st.builds(
    version,
    record=st.integers(1, 9),
    state=st.sampled_from(["TX", "OH"]),
    firstName=NAMES,
    lastName1=NAMES,
    lastName2=st.none() | NAMES,
    sex=st.sampled_from([None, "FEMALE", "MALE"]),
    birthDate=st.dates(min_value=datetime.date(2003, 1, 1)).map(str),
    multipleBirth=st.sampled_from([None, True, False]),
    parent1FirstName=st.none() | NAMES,
    parent2LastName=st.none() | NAMES,
)


@given(PEOPLE, PEOPLE)
def test_levels_are_known_and_symmetric(one: Version, other: Version) -> None:
    there, back = compare(one.person, other.person), compare(other.person, one.person)
    assert sorted(there[:2]) == sorted(back[:2]) and there[2:4] == back[2:4] and there.place == back.place
    for name, level in zip(FIELDS, there[:-1], strict=False):
        assert level in ("", *FIELDS[name])


@given(PEOPLE, st.lists(PEOPLE, max_size=4))
def test_the_order_of_students_decides_nothing(record: Version, students: list[Version]) -> None:
    among = {number: [each] for number, each in enumerate(students)}
    turned = dict(reversed(among.items()))
    one, other = (decide(default_model(), record, each, PRIOR) for each in (among, turned))
    assert (one.outcome, one.student, one.near) == (other.outcome, other.student, other.near)


@given(PEOPLE)
def test_a_record_links_to_itself_or_is_asked_about(record: Version) -> None:
    """Unless it says so little that nothing can be told."""
    twin_free = record._replace(person=record.person._replace(multiple=False), state="OH")
    decision = decided(twin_free, record._replace(state="TX"))
    named = bool(record.person.given and record.person.surnames)
    assert decision.outcome is not Outcome.NEW_STUDENT or not named


def test_a_model_is_what_its_content_says() -> None:
    model = default_model()
    assert model_of(model.version, model.content()) == model
    broken = model.content()
    del broken["weights"]["sex"]["same"]
    with pytest.raises(ValueError, match="sex"):
        model_of("broken", broken)


def test_rare_names_weigh_more_than_common_ones() -> None:
    model: Model = default_model()
    assert model.given_rarity(("jose",)) < 0 < model.given_rarity(("wislande",))
    assert model.surname_rarity(("garcia",)) < 0 < model.surname_rarity(("quiroz",))
    assert model.prior(2) == model.prior(10_000) > model.prior(2_000_000)
