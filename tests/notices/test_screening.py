"""The check of free texts: what it finds, what it lets pass, and how much of either on a list of messages."""

from __future__ import annotations

import datetime
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.notices import Family, FindingKind, Relative, family_of, screen
from hub.store.engine import connect
from tests.http.hub import Hub
from tests.identity.country import child, upload, value
from tests.notices.messages import FAMILIES, messages, scores

BORN = datetime.date(2011, 3, 4)
CHILD = Family(
    (Relative(FindingKind.STUDENT_NAME, ("Joaquín",), ("Muñoz",)),),
    frozenset([BORN]),
)
FLOORS = {
    "social security numbers": (1.0, 1.0),
    "birth dates": (0.95, 0.97),
    "names": (0.95, 0.95),
    "messages": (0.95, 0.97),
}
"""Precision and recall that the check does not fall below."""


@pytest.mark.parametrize("name", ["messages.txt", "messages_held_out.txt"])
def test_precision_and_recall_stay_above_their_floors(name: str) -> None:
    listed = messages(name)
    for sort, score in scores(listed):
        precision, recall = FLOORS[sort]
        assert score.precision >= precision, (sort, score)
        assert score.recall >= recall, (sort, score)


def test_the_list_is_of_two_hundred_messages_of_which_about_half_hold_nothing() -> None:
    listed = messages()
    assert len(listed) >= 200
    assert 0.4 <= sum(not message.expected for message in listed) / len(listed) <= 0.6


@pytest.mark.parametrize(
    "written",
    [
        *("3/4/2011", "03/04/2011", "4/3/2011", "3-4-11", "3.4.2011", "2011-03-04", "2011/3/4", "20110304", "03042011"),
        *("4 March 2011", "March 4, 2011", "March 4th, 2011", "Mar. 4, '11", "the 4th of March 2011", "4-Mar-2011"),
        *("4 de marzo de 2011", "4 de marzo del 2011", "marzo 4, 2011", "4/mar/2011", "4-III-2011", "4º de marzo 2011"),
        *("3|4|2011", "3~4~2011", "3\\4\\2011", "3 | 4 | 2011", "2011_03_04"),
        *("fourth of March, two thousand eleven", "cuatro de marzo de dos mil once", "2011 March 4", "MARCH 4 2011"),
    ],
)
def test_the_birth_date_is_found_however_it_is_written(written: str) -> None:
    text = f"We have {written} on file."
    found = screen(text, CHILD)
    assert [each.kind for each in found] == [FindingKind.BIRTH_DATE]
    at = text.index(written) if not written.startswith("the ") else text.index("4th")
    assert (found[0].offset, found[0].offset + found[0].length) == (at, text.index(" on file"))


@pytest.mark.parametrize(
    "written", ["3/5/2011", "2011-04-03", "5 March 2011", "March 2011", "March 4", "2010-2011", "4/3"]
)
def test_other_dates_pass_unless_they_are_called_a_birth_date(written: str) -> None:
    assert screen(f"The file is of {written}.", CHILD) == []
    labelled = screen(f"DOB: {written}", CHILD)
    assert bool(labelled) is (written in ("3/5/2011", "2011-04-03", "5 March 2011"))


@pytest.mark.parametrize(
    "written",
    [
        "joaquín",
        "JOAQUIN",
        "Joaquin's",
        "Joaquím's brother Joaquin",
        "Quino",
        "muñoz",
        "MUNOZ",
        "J. Muñoz",
        "J o a q u i n",
        "Joa\u200bquín",
        "Jоаquin",
        "JΟAQUIN",
        "Joa.quín",
        "Joa-quin",
        "Mu|ñoz",
        "J0aquin",
        "Joaqu1n",
        "MUN0Z",
        "J0a_qu1n",
    ],
)
def test_names_are_found_without_regard_to_case_accents_and_what_is_not_seen(written: str) -> None:
    assert [each.kind for each in screen(f"We know {written} well.", CHILD)] == [FindingKind.STUDENT_NAME]


@pytest.mark.parametrize(
    ("name", "text"), [("Ella", "Avise cuando el/la estudiante llegue."), ("Lola", "Cuando lo/la inscriban, avise.")]
)
def test_forms_of_words_are_no_names(name: str, text: str) -> None:
    assert screen(text, Family((Relative(FindingKind.STUDENT_NAME, (name,), ("Muñoz",)),), frozenset())) == []


@pytest.mark.parametrize("text", ["Joa was in room 4-12.", "Mun. 0-2", "4-joa", "mu|no"])
def test_pieces_that_make_no_name_pass(text: str) -> None:
    assert screen(text, CHILD) == []


@pytest.mark.parametrize(
    "written",
    [
        "123-45-6789",
        "123 - 45 - 6789",
        "123_45_6789",
        "123·45·6789",
        "123, 45, 6789",
        "123\n45\n6789",
        "1 2 3 4 5 6 7 8 9",
        "1-2-3-4-5-6-7-8-9",
        "１２３-４５-６７８９",
    ],
)
def test_a_social_security_number_is_found_however_it_is_written_apart(written: str) -> None:
    (found,) = screen(f"We know {written} well.", CHILD)
    assert (found.kind, found.offset, found.length) == (FindingKind.SSN, 8, len(written))


def test_a_place_is_told_in_the_text_as_it_was_sent() -> None:
    text = "Señora, ﬁne: Joaquín 🎒 Muñoz."
    (first, second) = screen(text, CHILD)
    assert text[first.offset : first.offset + first.length] == "Joaquín"
    assert text[second.offset : second.offset + second.length] == "Muñoz"


@given(st.text(max_size=200), st.sampled_from(sorted(FAMILIES)))
def test_any_text_is_screened_and_every_place_lies_in_it(text: str, letter: str) -> None:
    for finding in screen(text, FAMILIES[letter]):
        assert 0 <= finding.offset < finding.offset + finding.length <= len(text)


@pytest.mark.parametrize(
    "text", ["1 " * 2000, "a.b." * 1000, "born in x " * 400, "1/1/1/" * 660, "J. " * 1300, "Rosa de la " * 360]
)
def test_no_text_of_the_longest_length_takes_long(text: str) -> None:
    begun = time.process_time()
    screen(text[:4000], FAMILIES["A"])
    assert time.process_time() - begun < 2


pytest_anyio = pytest.mark.anyio


@pytest_anyio
async def test_the_family_is_read_from_every_state_and_siblings_share_parents_or_a_telephone(hub: Hub) -> None:
    names = {
        "demographics__lastName1": "Zamora",
        "demographics__lastName2": "Tovar",
        "demographics__parent1FirstName": "Rosa",
        "demographics__parent1LastName": "Tovar",
    }
    both = {**names, "demographics__parent2FirstName": "Hugo", "demographics__parent2LastName": "Zamora"}
    children = [
        child(1, **both, demographics__firstName="Abel"),
        child(2, **{**both, "demographics__parent1FirstName": "ROSA"}, demographics__firstName="Bruno"),
        child(3, **{**both, "demographics__parent2FirstName": "Raul"}, demographics__firstName="Carla"),
        child(4, **names, demographics__firstName="Dario"),
        child(5, **{**names, "demographics__lastName2": "Lima"}, demographics__firstName="Elena"),
        child(
            6,
            demographics__lastName1="Zamora",
            demographics__parent2Phone="(555) 123-4567",
            demographics__firstName="Fabio",
        ),
    ]
    children[0]["demographics"]["parent1Phone"] = "555.123.4567"
    for each in children:
        each["demographics"].pop("parent1Email", None)
    await upload(hub.url, "TN", 1, children)
    connection = await connect(hub.url)
    student = await value(hub.url, "SELECT student_id FROM state_records WHERE state_student_id = 'S1'")
    family = await family_of(connection, student)
    await connection.close()
    by_kind = {kind: {relative.given for relative in family.relatives if relative.kind is kind} for kind in FindingKind}
    assert {given[0] for given in by_kind[FindingKind.STUDENT_NAME]} == {"Abel"}
    assert by_kind[FindingKind.PARENT_NAME] == {("Rosa",), ("Hugo",)}
    assert {given[0] for given in by_kind[FindingKind.SIBLING_NAME]} == {"Bruno", "Dario", "Fabio"}
    assert len(family.birth_dates) == 1
