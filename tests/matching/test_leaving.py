"""Records that leave their students and come back: what becomes of their MSIX IDs, and of the questions about them."""

import asyncio

import pytest

from hub.identity import By, merge_students
from hub.store.engine import connect
from tests.identity.invariants import BROKEN
from tests.intake.state import rows, value
from tests.matching.people import sent
from tests.matching.test_intake import ASKED, CO_TWIN, OPEN, STUDENT, TWIN, load, together
from tests.matching.test_sweep import swept

pytestmark = pytest.mark.anyio

ASKED_NOW = ASKED + " AND item_id IN (SELECT item_id FROM worklist_items WHERE status = 'OPEN')"
MSIX_ID = (
    "SELECT students.msix_id FROM students JOIN state_records USING (student_id) WHERE state || state_student_id = $1"
)
FEED = "SELECT kind, msix_id FROM identity_changes JOIN students USING (student_id) ORDER BY change_id"
BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'demographics'::regclass"


async def broken(url: str) -> list[str]:
    """What holds no longer of identities that should."""
    return [meaning for meaning, query in BROKEN.items() if await rows(url, query)]


async def test_a_link_of_the_same_night_that_a_co_twin_takes_back_gives_the_record_its_id_back(
    database_url: str,
) -> None:
    await load(database_url, "TX", sent("1", **TWIN))
    await load(database_url, "OH", sent("A", firstName="Lupe", birthDate="2014-08-19"))
    had = await value(database_url, MSIX_ID, "OHA")
    await load(database_url, "WA", sent("C", birthDate="2014-03-19", **TWIN))
    assert await together(database_url, "TX1", "OHA", "WAC")
    await load(database_url, "NY", sent("N", **CO_TWIN))
    assert await together(database_url, "TX1", "WAC") and not await together(database_url, "TX1", "OHA")
    assert await value(database_url, MSIX_ID, "OHA") == had
    assert await value(database_url, "SELECT count(*) FROM students WHERE current_id <> student_id") == 0
    assert [kind for kind, _ in await rows(database_url, FEED)] == ["RETIRED", "RESTORED"]
    assert ("OH", "TX") in await rows(database_url, ASKED_NOW)
    assert await broken(database_url) == []


async def test_the_feed_tells_of_a_record_that_leaves_its_student_and_comes_back(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    await load(database_url, "OH", sent("A"))
    child = await value(database_url, MSIX_ID, "TX1")
    await load(database_url, "OH", sent("A", firstName="Rutilio", sex="MALE", birthDate="2017-01-02"), sequence=2)
    meanwhile = await value(database_url, MSIX_ID, "OHA")
    await load(database_url, "OH", sent("A"), sequence=3)
    assert await rows(database_url, FEED) == [("SPLIT", meanwhile), ("RETIRED", meanwhile)]
    answers = "SELECT current.msix_id FROM students JOIN students AS current ON current.student_id = "
    assert await value(database_url, f"{answers}students.current_id WHERE students.msix_id = $1", meanwhile) == child
    assert await broken(database_url) == []


async def test_a_question_about_a_student_that_a_record_leaves_is_asked_of_each_part(database_url: str) -> None:
    await load(database_url, "TX", sent("1", **TWIN))
    await load(database_url, "OH", sent("A", firstName="Lupe"))
    await load(database_url, "FL", sent("F", firstName="Lupita", birthDate="2014-08-19"))
    assert await rows(database_url, OPEN) == [("NEAR_MATCH",)]
    await load(database_url, "WA", sent("W", **CO_TWIN))
    assert await broken(database_url) == []
    assert {("FL", "TX"), ("FL", "OH"), ("OH", "TX")} <= set(await rows(database_url, ASKED_NOW))


@pytest.mark.parametrize("gone", [("OH", "A"), ("TX", "1")])
async def test_a_question_about_a_record_that_its_state_deletes_is_asked_no_more(
    database_url: str, gone: tuple[str, str]
) -> None:
    await load(database_url, "TX", sent("1"))
    await load(database_url, "OH", sent("A", firstName="Arely"))
    assert await rows(database_url, OPEN) == [("NEAR_MATCH",)]
    state, own_id = gone
    await load(database_url, state, {"action": "DELETE", "stateStudentId": own_id}, sequence=2)
    assert await rows(database_url, OPEN) == []
    assert await value(database_url, "SELECT count(*) FROM state_records WHERE review_scopes IS NOT NULL") == 0
    assert await broken(database_url) == []


async def test_a_question_is_about_the_survivor_of_a_merge_that_came_between(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    await load(database_url, "FL", sent("F", firstName="Rutilio", sex="MALE", lastName1="Quiroz", lastName2=None))
    between = await connect(database_url)
    async with between.transaction():
        await between.execute("LOCK TABLE demographics IN SHARE MODE")  # what is decided cannot be written yet
        loading = asyncio.create_task(load(database_url, "OH", sent("A", firstName="Arely")))
        while not await value(database_url, BLOCKED):  # noqa: ASYNC110 (PostgreSQL sets no event)
            await asyncio.sleep(0.01)
        survivor, duplicate = [await value(database_url, STUDENT, record) for record in ("FLF", "TX1")]
        await merge_students(between, survivor, [duplicate], By())
    await between.close()
    await loading
    assert {("OH", "TX"), ("OH", "FL")} <= set(await rows(database_url, ASKED))
    assert await broken(database_url) == []


async def test_of_a_record_that_its_state_gives_to_another_child_the_old_question_is_asked_no_more(
    database_url: str,
) -> None:
    await load(database_url, "TX", sent("1"))
    await load(database_url, "OH", sent("A", firstName="Arely"))
    assert await rows(database_url, OPEN) == [("NEAR_MATCH",)]
    await load(database_url, "OH", sent("A", firstName="Rutilio", sex="MALE", birthDate="2017-01-02"), sequence=2)
    assert await rows(database_url, OPEN) == [("ID_CONFLICT",)]
    assert not await value(
        database_url, "SELECT bool_or(review_scopes IS NOT NULL) FROM state_records WHERE state = 'TX'"
    )
    assert await broken(database_url) == []


async def test_nobody_is_asked_about_a_student_that_no_record_is_left_of(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    await load(database_url, "TX", sent("1", firstName="Rutilio", sex="MALE", birthDate="2017-01-02"), sequence=2)
    await load(database_url, "OH", sent("A", firstName="Arely"))
    assert await swept(database_url) == (0, 0)
    assert await rows(database_url, OPEN) == [("ID_CONFLICT",)]
    assert await broken(database_url) == []
