"""Matching as states meet it: files go in, links and questions come out."""

from typing import Any

import pytest

from tests.intake.build import jsonl
from tests.intake.state import dump, rows, send, value
from tests.matching.people import sent

pytestmark = pytest.mark.anyio

STUDENT = "SELECT student_id FROM state_records WHERE state || state_student_id = $1"
OPEN = "SELECT kind FROM worklist_items WHERE status = 'OPEN' ORDER BY item_id"
ASKED = """
SELECT DISTINCT mine.state::text, other.state::text FROM worklist_item_records AS newcomer
JOIN worklist_item_records AS known USING (item_id)
JOIN state_records AS mine ON mine.state_record_id = newcomer.state_record_id
JOIN state_records AS other ON other.state_record_id = known.state_record_id
WHERE newcomer.side = 1 AND known.side = 2
"""
TWIN: dict[str, Any] = {"firstName": "Guadalupe"}
CO_TWIN: dict[str, Any] = {"firstName": "Rosalba"}


NEXT_NIGHT = "2026-11-21T02:00:00Z"


async def load(url: str, state: str, *students: dict[str, Any], sequence: int = 1, **header: Any) -> None:
    report = await send(url, jsonl(list(students), state=state, sequence=sequence, **header))
    assert not report.refused and report.rejected == 0


async def together(url: str, *records: str) -> bool:
    return len({await value(url, STUDENT, record) for record in records}) == 1


async def partition(url: str) -> list[tuple[Any, ...]]:
    query = "SELECT array_agg(state || state_student_id ORDER BY 1) FROM state_records GROUP BY student_id ORDER BY 1"
    return await rows(url, query.replace("ORDER BY 1)", "ORDER BY state, state_student_id)"))


async def test_the_same_child_of_another_state_is_linked_with_its_evidence(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    await load(database_url, "OH", sent("A", firstName="ARACELI", lastName2=None))
    assert await together(database_url, "TX1", "OHA")
    ((_, total, version, upload),) = await rows(
        database_url,
        "SELECT how, evidence->'candidates'->0->>'total', model_version, upload_id FROM links WHERE how = 'MATCH'",
    )
    assert float(total) >= 12 and upload is not None
    assert version == await value(database_url, "SELECT version FROM matching_models WHERE active")
    assert await rows(database_url, OPEN) == []


async def test_a_near_match_gets_a_provisional_student_and_a_question(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    await load(database_url, "OH", sent("A", firstName="Arely"))
    assert not await together(database_url, "TX1", "OHA")
    assert await rows(database_url, OPEN) == [("NEAR_MATCH",)]
    sides = await rows(
        database_url,
        "SELECT side, record.state::text, record.review_scopes IS NOT NULL FROM worklist_item_records "
        "JOIN state_records AS record USING (state_record_id) ORDER BY side",
    )
    assert sides == [(1, "OH", True), (2, "TX", True)]


async def test_records_of_one_file_meet_each_other(database_url: str) -> None:
    await load(database_url, "TX", sent("1"), sent("2"))
    assert not await together(database_url, "TX1", "TX2")
    assert await rows(database_url, OPEN) == [("NEAR_MATCH",)]


async def test_a_record_that_joins_a_locked_student_is_locked_too(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    await load(database_url, "OH", sent("A", firstName="Arely"))
    before = await value(database_url, "SELECT version FROM students JOIN state_records USING (student_id) LIMIT 1")
    await load(database_url, "WA", sent("W"))
    assert await together(database_url, "TX1", "WAW")
    scopes = "SELECT review_scopes IS NOT NULL FROM state_records WHERE state = 'WA'"
    assert await value(database_url, scopes)
    after = "SELECT version FROM students JOIN state_records USING (student_id) WHERE state = 'WA'"
    assert await value(database_url, after) == before + 1


async def test_a_rejected_pair_is_never_linked_nor_asked_about_again(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    await load(database_url, "OH", sent("A", firstName="Arely"))
    await rows(
        database_url,
        "WITH item AS (UPDATE worklist_items SET status = 'RESOLVED', decision = 'NOT_SAME', decided_at = now()) "
        "INSERT INTO record_pairs (low_id, high_id, verdict) "
        "SELECT min(state_record_id), max(state_record_id), 'NOT_SAME' FROM state_records",
    )
    await load(database_url, "OH", sent("A"), sequence=2)
    await load(database_url, "OH", sent("A", middleName="Luz"), sequence=3)
    assert not await together(database_url, "TX1", "OHA")
    assert await rows(database_url, OPEN) == []


async def test_students_that_became_alike_are_a_question(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    stranger = sent("A", firstName="Rutilio", sex="MALE", lastName1="Quiroz", lastName2=None, birthDate="2009-11-30")
    await load(database_url, "OH", stranger)
    assert await rows(database_url, OPEN) == []
    await load(database_url, "OH", sent("A", sex="MALE", birthDate="2009-11-30"), sequence=2)
    await load(database_url, "OH", sent("A"), sequence=3)
    assert ("NEAR_MATCH",) in await rows(database_url, OPEN) or ("ID_CONFLICT",) in await rows(database_url, OPEN)
    assert not await together(database_url, "TX1", "OHA")


async def test_an_id_that_a_state_gives_to_another_child_leaves_its_student(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    await load(database_url, "OH", sent("A"))
    child = await value(database_url, STUDENT, "OHA")
    sibling = sent("A", firstName="Rutilio", sex="MALE", birthDate="2017-01-02")
    await load(database_url, "OH", sibling, sequence=2)
    assert await value(database_url, STUDENT, "TX1") == child != await value(database_url, STUDENT, "OHA")
    assert await rows(database_url, OPEN) == [("ID_CONFLICT",)]
    # what the record said of the child before still finds it
    await load(database_url, "WA", sent("W"))
    assert await value(database_url, STUDENT, "WAW") == child
    # and the state's own correction brings it back
    await load(database_url, "OH", sent("A"), sequence=3)
    assert await value(database_url, STUDENT, "OHA") == child
    assert await rows(database_url, OPEN) == []
    history = await rows(
        database_url,
        "SELECT how, previous_student_id IS NOT NULL FROM links JOIN state_records USING (state_record_id) "
        "WHERE state = 'OH' ORDER BY link_id",
    )
    assert history == [("MATCH", False), ("NEW_STUDENT", True), ("MATCH", True)]


async def test_the_order_in_which_twins_arrive_does_not_matter(database_url: str, other_database_url: str) -> None:
    files = [
        ("TX", sent("1", **TWIN)),
        ("OH", sent("A", firstName="Lupe")),
        ("WA", sent("W", **CO_TWIN)),
    ]
    for state, student in files:
        await load(database_url, state, student)
    for state, student in (files[0], files[2], files[1]):
        await load(other_database_url, state, student)
    assert await partition(database_url) == await partition(other_database_url) == [(["OHA"],), (["TX1"],), (["WAW"],)]
    for url in (database_url, other_database_url):
        assert ("OH", "TX") in await rows(url, ASKED)


async def test_the_order_in_which_a_night_tells_of_a_child_does_not_matter(
    database_url: str, other_database_url: str
) -> None:
    files = [("TX", sent("1")), ("OH", sent("A", birthDate="2014-08-19")), ("WA", sent("C", birthDate="2014-03-19"))]
    for state, student in files[:2]:
        await load(database_url, state, student)
    assert await rows(database_url, OPEN) == [("NEAR_MATCH",)]
    await load(database_url, *files[2])
    for state, student in (files[0], files[2], files[1]):
        await load(other_database_url, state, student)
    for url in (database_url, other_database_url):
        assert await together(url, "TX1", "OHA", "WAC")
        assert await rows(url, OPEN) == []
        assert await value(url, "SELECT count(*) FROM state_records WHERE review_scopes IS NOT NULL") == 0
    links = "SELECT how FROM links JOIN state_records USING (state_record_id) WHERE state = 'OH' ORDER BY link_id"
    assert await rows(database_url, links) == [("NEW_STUDENT",), ("MATCH",)]
    retired = (
        "SELECT kind, change.reason IS NOT NULL, student.current_id = record.student_id "
        "FROM identity_changes AS change JOIN students AS student USING (student_id) "
        "JOIN state_records AS record ON record.state = 'TX'"
    )
    assert await rows(database_url, retired) == [("RETIRED", True, True)]


async def test_what_another_night_tells_leaves_a_question_to_people(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    await load(database_url, "OH", sent("A", birthDate="2014-08-19"))
    await load(database_url, "WA", sent("C", birthDate="2014-03-19"), submittedAt=NEXT_NIGHT)
    assert await together(database_url, "TX1", "WAC") and not await together(database_url, "TX1", "OHA")
    assert await rows(database_url, OPEN) == [("NEAR_MATCH",)]


async def test_a_twin_that_names_the_other_twins_id_is_not_linked_to_it(database_url: str) -> None:
    await load(database_url, "TX", sent("1", **TWIN))
    msix_id = await value(database_url, "SELECT msix_id FROM students")
    await load(database_url, "OH", sent("A", msix_id, **CO_TWIN))
    assert not await together(database_url, "TX1", "OHA")


async def test_a_file_with_the_same_students_changes_nothing(database_url: str) -> None:
    students = [sent("1"), sent("2", firstName="Arely"), sent("3", **CO_TWIN)]
    await load(database_url, "TX", *students)
    await load(database_url, "OH", sent("A"))
    before = await dump(database_url, "upload_id", "submitted_at")
    index = await rows(database_url, "SELECT count(*) FROM match_keys UNION ALL SELECT count(*) FROM match_profiles")
    await load(database_url, "TX", *students, sequence=2)
    assert await dump(database_url, "upload_id", "submitted_at") == before
    assert index == await rows(
        database_url, "SELECT count(*) FROM match_keys UNION ALL SELECT count(*) FROM match_profiles"
    )


async def test_case_and_accents_change_no_decision(database_url: str, other_database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    await load(other_database_url, "TX", sent("1", lastName2="PENA", parent1FirstName="NOE", firstName="ARACELI"))
    for url in (database_url, other_database_url):
        await load(url, "OH", sent("A", firstName="araceli", birthDate="2014-09-03"))
        await load(url, "WA", sent("W", firstName="Arely"))
    assert await partition(database_url) == await partition(other_database_url)


async def test_a_file_of_strangers_changes_no_link(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    await load(database_url, "OH", sent("A"), sent("B", firstName="Arely"))
    before = await rows(database_url, "SELECT to_jsonb(links)::text FROM links ORDER BY link_id")
    strangers = [
        sent(str(n), firstName=f"Child{n}", lastName1=f"Nobody{n}", lastName2=None, birthDate=f"2009-1{n % 3}-0{n}")
        for n in range(1, 9)
    ]
    await load(database_url, "NY", *strangers)
    assert (await rows(database_url, "SELECT to_jsonb(links)::text FROM links ORDER BY link_id"))[
        : len(before)
    ] == before


async def test_a_deleted_record_is_forgotten_by_the_index(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    await load(database_url, "TX", {"action": "DELETE", "stateStudentId": "1"}, sequence=2)
    assert await value(database_url, "SELECT count(*) FROM match_keys") == 0
    assert await value(database_url, "SELECT count(*) FROM match_profiles") == 0
    await load(database_url, "OH", sent("A"))
    assert not await together(database_url, "TX1", "OHA")


async def test_every_version_ever_linked_still_finds_the_student(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    married = {"lastName1": "Tum", "lastName2": None, "birthDate": "2014-03-08", "parent1FirstName": None}
    await load(database_url, "TX", sent("1", **married), sequence=2)
    await load(database_url, "OH", sent("A"))
    assert await together(database_url, "TX1", "OHA")
