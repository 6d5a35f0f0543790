"""To which student a record goes: its own link, the MSIX ID that it names, or a new student."""

import pytest

from hub.identity.msix_id import draw, is_valid
from tests.intake.build import bundle, jsonl, student
from tests.intake.conftest import Limits
from tests.intake.state import codes, dump, found, rows, send, value

pytestmark = pytest.mark.anyio

ID_OF = (
    "SELECT students.msix_id FROM students JOIN state_records USING (student_id) WHERE state || state_student_id = $1"
)


async def _first(url: str) -> str:
    await send(url, jsonl([student()]))
    msix_id: str = await value(url, ID_OF, "TNS1")
    assert is_valid(msix_id)
    return msix_id


async def test_a_new_record_makes_a_new_student(database_url: str) -> None:
    other = student(stateStudentId="S2", demographics__firstName="Rosa", demographics__middleName="Elena")
    other["demographics"] |= {"birthDate": "2012-02-11", "lastName1": "Vega", "lastName2": "Solano"}
    await send(database_url, jsonl([student(), other]))
    assert await value(database_url, "SELECT count(DISTINCT student_id) FROM state_records") == 2
    assert (
        await rows(database_url, "SELECT how, evidence, previous_student_id FROM links")
        == [("NEW_STUDENT", None, None)] * 2
    )


async def test_a_known_record_keeps_its_student(database_url: str) -> None:
    msix_id = await _first(database_url)
    await send(database_url, jsonl([student(demographics__lastName1="Vega")], sequence=2))
    assert await value(database_url, ID_OF, "TNS1") == msix_id
    assert await value(database_url, "SELECT count(*) FROM links") == 1


@pytest.mark.parametrize(
    ("names", "agreed"),
    [
        ({"demographics__lastName2": ...}, ["birthDate", "lastName1"]),
        ({"demographics__lastName1": "MUNOZ", "demographics__lastName2": "x"}, ["birthDate", "lastName1"]),
        ({"demographics__lastName1": "Oneil Pena", "demographics__lastName2": ...}, ["birthDate", "lastName1"]),
        ({"demographics__lastName1": "x", "demographics__lastName2": "munoz"}, ["birthDate", "lastName2"]),
    ],
)
async def test_a_record_goes_to_the_student_it_names_when_birth_date_and_a_surname_agree(
    database_url: str, names: dict[str, str], agreed: list[str]
) -> None:
    msix_id = await _first(database_url)
    report = await send(database_url, jsonl([student(msixId=msix_id, **names)], state="TX"))
    assert await codes(report) == []
    assert await value(database_url, ID_OF, "TXS1") == msix_id
    how, evidence = (await rows(database_url, "SELECT how, evidence->'agreed' FROM links ORDER BY link_id DESC"))[0]
    assert how == "MSIX_ID" and evidence.replace('"', "").strip("[]").split(", ") == agreed


@pytest.mark.parametrize(
    "change",
    [
        {"demographics__birthDate": "2013-04-30"},
        {"demographics__lastName1": "Vega", "demographics__lastName2": ...},
        {"demographics__lastName1": "-", "demographics__lastName2": "'"},
    ],
)
async def test_a_named_student_that_does_not_agree_is_passed_over(database_url: str, change: dict[str, str]) -> None:
    msix_id = await _first(database_url)
    report = await send(database_url, jsonl([student(msixId=msix_id, **change)], state="TX"))
    assert await codes(report) == ["MSIX_ID_DISAGREES"]
    assert await value(database_url, ID_OF, "TXS1") != msix_id


async def test_an_msix_id_never_given_out_is_passed_over(database_url: str) -> None:
    report = await send(database_url, bundle([student(msixId=draw())]))
    (raised,) = await found(report)
    assert (raised.code.value, raised.member, raised.line) == ("UNKNOWN_MSIX_ID", "students.csv", 2)
    assert report.created == 1


async def test_a_retired_msix_id_leads_to_the_survivor_which_is_named(database_url: str) -> None:
    await send(database_url, jsonl([student(), student(stateStudentId="S2")]))
    survivor, retired = await value(database_url, ID_OF, "TNS1"), await value(database_url, ID_OF, "TNS2")
    await rows(
        database_url,
        "WITH s AS (SELECT student_id FROM students WHERE msix_id = $1) UPDATE students "
        "SET current_id = s.student_id, retired_at = now() FROM s WHERE msix_id = $2",
        survivor,
        retired,
    )
    await rows(
        database_url,
        "UPDATE state_records SET student_id = (SELECT student_id FROM students WHERE msix_id = $1)",
        survivor,
    )
    report = await send(database_url, jsonl([student(msixId=retired)], state="TX"))
    (raised,) = await found(report)
    assert raised.code.value == "RETIRED_MSIX_ID" and survivor in raised.message
    assert await value(database_url, ID_OF, "TXS1") == survivor


async def test_a_known_record_that_names_another_student_stays_where_it_is(database_url: str) -> None:
    await send(database_url, jsonl([student(), student(stateStudentId="S2")]))
    other = await value(database_url, ID_OF, "TNS2")
    report = await send(database_url, jsonl([student(msixId=other)], sequence=2))
    assert await codes(report) == ["MSIX_ID_DISAGREES"]
    assert await value(database_url, ID_OF, "TNS1") != other


async def test_two_records_of_one_file_may_name_one_student(database_url: str) -> None:
    msix_id = await _first(database_url)
    both = [student(msixId=msix_id), student(stateStudentId="S2", msixId=msix_id)]
    await send(database_url, jsonl(both, state="TX"))
    assert await value(database_url, ID_OF, "TXS1") == await value(database_url, ID_OF, "TXS2") == msix_id


async def test_where_chunks_begin_decides_nothing(database_url: str, other_database_url: str, limits: Limits) -> None:
    for url, chunk in ((database_url, 1), (other_database_url, 500)):
        limits(chunk_students=chunk)
        msix_id = await _first(url)
        chain = [
            student(msixId=msix_id, demographics__lastName2="Vega"),
            student(
                stateStudentId="S2", msixId=msix_id, demographics__lastName1="Vega", demographics__lastName2="Lara"
            ),
            student(stateStudentId="S3", msixId=msix_id, demographics__lastName1="Lara"),
        ]
        assert await codes(await send(url, jsonl(chain, state="TX"))) == []
        moved = [student(demographics__lastName1="Soto", demographics__lastName2=...)]
        await send(url, jsonl([*moved, student(stateStudentId="S4", msixId=msix_id)], sequence=2))
    assert await dump(database_url, "msix_id", "content_hash") == await dump(
        other_database_url, "msix_id", "content_hash"
    )


async def test_a_student_without_active_records_is_never_linked_by_its_msix_id(database_url: str) -> None:
    msix_id = await _first(database_url)
    await send(database_url, jsonl([student(action="DELETE")], sequence=2))
    report = await send(database_url, jsonl([student(msixId=msix_id)], state="TX"))
    assert await codes(report) == ["MSIX_ID_DISAGREES"]


async def test_a_deleted_record_comes_back_to_its_student(database_url: str) -> None:
    msix_id = await _first(database_url)
    await send(database_url, jsonl([student(action="DELETE")], sequence=2))
    await send(database_url, jsonl([student()], sequence=3))
    assert await value(database_url, ID_OF, "TNS1") == msix_id
    assert await value(database_url, "SELECT status FROM state_records") == "ACTIVE"
