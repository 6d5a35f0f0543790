"""The sweep asks about students that became alike, once, and about records that the index did not hold."""

import asyncio
import datetime

import asyncpg
import pytest

from hub.intake import ALIKE, sweep_alike
from hub.jobs import Work
from hub.settings import Settings
from hub.store.engine import connect, read_pool
from hub.tables.web_role import WEB_ROLE
from hub.worker import jobs
from tests.intake.state import rows, value
from tests.matching.people import sent
from tests.matching.test_intake import ASKED, OPEN, load, together

pytestmark = pytest.mark.anyio

FORGET = "DELETE FROM match_keys"
FORGET_ALL = "DELETE FROM match_profiles"
ALONE = {"firstName": "Rutilio", "lastName1": "Tzoc", "lastName2": "Quej", "birthDate": "2012-01-30", "sex": "MALE"}


async def swept(url: str, size: int = 500) -> tuple[int, int]:
    """The worker's job done to the end as the worker does it: records indexed, and questions raised."""
    connection = await connect(url, role=WEB_ROLE)
    indexed = raised = 0
    try:
        while True:
            async with connection.transaction():
                done = await sweep_alike(connection, size)
            if not done.records:
                return indexed, raised
            indexed, raised = indexed + done.indexed, raised + done.raised
    finally:
        await connection.close()


async def unasked(url: str) -> None:
    """TX1 and OHA are one child, and neither an index nor an update said so when they came."""
    await load(url, "TX", sent("1"))
    await rows(url, FORGET)
    await load(url, "OH", sent("A"), sent("B", **ALONE))
    assert not await together(url, "TX1", "OHA")


async def test_students_that_became_alike_are_asked_about_and_never_linked(database_url: str) -> None:
    await unasked(database_url)
    await rows(database_url, FORGET)
    await load(database_url, "TX", sent("1", middleName="Luz"), sequence=2)
    assert await rows(database_url, OPEN) == []

    assert await swept(database_url) == (0, 1)

    assert not await together(database_url, "TX1", "OHA")
    assert await rows(database_url, OPEN) == [("NEAR_MATCH",)]
    assert {*await rows(database_url, ASKED)} <= {("TX", "OH"), ("OH", "TX")}
    closed = "SELECT count(*) FROM state_records WHERE review_scopes IS NOT NULL"
    assert await value(database_url, closed) == 2
    event = "SELECT cardinality(students) FROM audit_events WHERE tag = 'worklist:raise'"
    assert await rows(database_url, event) == [(2,)]


async def test_records_without_an_index_are_indexed_and_compared(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    await rows(database_url, FORGET)
    await load(database_url, "OH", sent("A"), sent("B", **ALONE))
    await rows(database_url, FORGET)
    await rows(database_url, FORGET_ALL)

    assert await swept(database_url, size=1) == (3, 1)

    assert await rows(database_url, OPEN) == [("NEAR_MATCH",)]
    await load(database_url, "WA", sent("W", **ALONE))
    assert await together(database_url, "OHB", "WAW")


async def test_a_second_sweep_asks_nothing_again(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    await rows(database_url, FORGET)
    await rows(database_url, FORGET_ALL)
    await load(database_url, "OH", sent("A"))
    assert (await swept(database_url))[1] == 1
    await rows(database_url, "UPDATE state_records SET updated_at = now()")
    assert await swept(database_url) == (0, 0)
    assert await rows(database_url, OPEN) == [("NEAR_MATCH",)]


async def test_what_people_said_is_two_children_is_not_asked_about(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    await rows(database_url, FORGET)
    await rows(database_url, FORGET_ALL)
    await load(database_url, "OH", sent("A"))
    remember = """
        INSERT INTO record_pairs (low_id, high_id, verdict)
        SELECT min(state_record_id), max(state_record_id), 'NOT_SAME' FROM state_records"""
    await rows(database_url, remember)
    assert await swept(database_url) == (1, 0)
    assert await rows(database_url, OPEN) == []


async def test_a_sweep_goes_on_where_it_was_and_begins_anew_with_what_changed(database_url: str) -> None:
    await load(database_url, "TX", sent("1"), sent("2", **ALONE))
    await rows(database_url, "UPDATE state_records SET updated_at = now() - interval '2 days'")
    connection = await connect(database_url)
    try:
        looked = []
        for _ in range(4):
            async with connection.transaction():
                looked.append((await sweep_alike(connection, 1)).records)
    finally:
        await connection.close()
    # two records, then the end; what is older than the last sweep by more than the overlap is not looked at again
    assert looked == [1, 1, 0, 0]
    after = await value(database_url, "SELECT progress->>'after' FROM jobs WHERE name = $1", ALIKE)
    age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(after)
    assert datetime.timedelta(0) < age < datetime.timedelta(hours=2)


async def test_two_workers_ask_once(database_url: str) -> None:
    await load(database_url, "TX", sent("1"))
    await rows(database_url, FORGET)
    await rows(database_url, FORGET_ALL)
    await load(database_url, "OH", sent("A"))
    (job,) = [each for each in jobs(Settings()) if each.name == ALIKE]
    pools: list[asyncpg.Pool] = [await read_pool(database_url, 2, role=WEB_ROLE) for _ in range(2)]
    try:
        works = [Work(database_url, pool, Settings(), asyncio.Event()) for pool in pools]
        await asyncio.gather(*(job.run(work) for work in works))
    finally:
        for pool in pools:
            await pool.close()
    assert await rows(database_url, OPEN) == [("NEAR_MATCH",)]
