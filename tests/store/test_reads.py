"""The connections of reads: never more than allowed, everybody gets a turn, and none is used again once broken off."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from hub.errors import HubError
from hub.store.engine import connect, read_connections
from hub.store.reads import ReadConnections

pytestmark = pytest.mark.anyio

SIZE = 3
PID = "SELECT pg_backend_pid() AS pid"


@pytest.fixture
async def reads(empty_database_url: str) -> AsyncIterator[ReadConnections]:
    async with read_connections(empty_database_url, SIZE) as reads:
        yield reads


async def pid(reads: ReadConnections) -> int:
    row = await reads.fetchrow(PID)
    assert row is not None
    found: int = row["pid"]
    return found


async def test_however_many_ask_at_once_all_are_answered_over_so_many_connections(reads: ReadConnections) -> None:
    rows = await asyncio.gather(*(reads.fetchrow(f"{PID}, pg_sleep(0.01), $1::int AS n", n) for n in range(20)))
    assert [row["n"] for row in rows if row is not None] == list(range(20))
    assert len({row["pid"] for row in rows if row is not None}) == SIZE


async def test_one_at_a_time_uses_one_connection(reads: ReadConnections) -> None:
    assert len({await pid(reads) for _ in range(5)}) == 1


async def test_a_statement_that_fails_leaves_its_connection_in_use(reads: ReadConnections) -> None:
    before = await pid(reads)
    with pytest.raises(asyncpg.DivisionByZeroError):
        await reads.fetchrow("SELECT 1 / $1::int", 0)
    assert await pid(reads) == before


async def test_a_connection_whose_statement_was_broken_off_is_not_used_again(reads: ReadConnections) -> None:
    before = await pid(reads)
    for _ in range(SIZE + 1):  # more often than there are connections: each makes room for another
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await reads.fetchrow("SELECT pg_sleep(30)")
    assert await pid(reads) != before


async def test_who_stops_waiting_for_a_turn_takes_none_from_the_others(reads: ReadConnections) -> None:
    slow = [asyncio.create_task(reads.fetchrow("SELECT pg_sleep(0.1)")) for _ in range(SIZE)]
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(reads.fetchrow("SELECT 1 AS n")) for _ in range(10)]
    await asyncio.sleep(0.02)
    for task in waiting[::2]:
        task.cancel()
    answers = await asyncio.gather(*waiting, *slow, return_exceptions=True)
    assert [type(answer) for answer in answers[:10:2]] == [asyncio.CancelledError] * 5
    assert all(isinstance(answer, asyncpg.Record) for answer in answers[1:10:2])


async def test_connections_that_the_server_ended_are_replaced(reads: ReadConnections, empty_database_url: str) -> None:
    before = [connection.get_server_pid() for connection in await reads.open_all()]
    assert len(set(before)) == SIZE
    other = await connect(empty_database_url)
    for ended in before:
        await other.execute("SELECT pg_terminate_backend($1, 5000)", ended)
    await other.close()
    await asyncio.sleep(0.05)
    rows = await asyncio.gather(*(reads.fetchrow(f"{PID}, pg_sleep(0.01)") for _ in range(9)))
    assert not {row["pid"] for row in rows if row is not None} & set(before)


async def test_a_database_that_is_not_there_is_told_at_the_start() -> None:
    with pytest.raises(HubError):
        async with read_connections("postgresql://nobody@127.0.0.1:1/none", 2):
            pass
