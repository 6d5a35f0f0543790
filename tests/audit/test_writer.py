"""Group commit: durable before it returns, few transactions, and nobody's fault is another's."""

import asyncio
import time
from collections.abc import AsyncIterator

import asyncpg
import pytest

from hub.audit.event import Event, Tag
from hub.audit.writer import AuditWriter
from hub.errors import Code, HubError
from hub.store.engine import connect, read_pool
from hub.tables.web_role import WEB_ROLE

pytestmark = pytest.mark.anyio


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await read_pool(database_url, 4, role=WEB_ROLE)
    yield pool
    await pool.close()


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection beside the writer's."""
    connection = await connect(database_url)
    yield connection
    await connection.close()


async def count(connection: asyncpg.Connection) -> int:
    number: int = await connection.fetchval("SELECT count(*) FROM audit_events")
    return number


async def a_flush_waits(other: asyncpg.Connection) -> None:
    """Returns when a flush hangs on the lock that the test holds."""
    locks = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'audit_events'::regclass"
    deadline = time.monotonic() + 10
    while not await other.fetchval(locks):
        assert time.monotonic() < deadline, "no flush waited in 10 s"
        await asyncio.sleep(0.005)


async def test_an_event_is_kept_with_everything_it_says(pool: asyncpg.Pool, other: asyncpg.Connection) -> None:
    event = Event(
        Tag.STUDENT_VIEW,
        user_id="señora",
        state="TX",
        purpose="ENROLLMENT",
        operation="Record",
        students=(3, 1, 2**62),
        fields=("Student.birthDate", 'odd "field", {one}'),
        result_bytes=12_345,
        address="2001:db8::1",
        detail={"reason": 'a "quoted" one', "tries": 2},
    )
    async with AuditWriter(pool) as writer:
        await writer.record(event)
    row = await other.fetchrow("SELECT *, detail ->> 'reason' AS reason, now() - at AS ago FROM audit_events")
    assert row is not None
    for name in ("tag", "user_id", "state", "purpose", "operation", "result_bytes", "account_id", "session_id"):
        assert row[name] == getattr(event, name)
    assert (tuple(row["students"]), tuple(row["fields"])) == (event.students, event.fields)
    assert (str(row["address"]), row["reason"]) == ("2001:db8::1", 'a "quoted" one')
    assert 0 <= row["ago"].total_seconds() < 60


async def test_fifty_events_at_once_share_few_transactions_and_keep_their_order(
    pool: asyncpg.Pool, other: asyncpg.Connection
) -> None:
    async with AuditWriter(pool) as writer:
        await asyncio.gather(*(writer.record(Event(Tag.STUDENT_VIEW, students=(n,))) for n in range(50)))
        rows = await other.fetch("SELECT students[1] AS n, xmin::text AS xid FROM audit_events ORDER BY event_id")
    assert [row["n"] for row in rows] == list(range(50))
    assert len({row["xid"] for row in rows}) <= 3


async def test_newcomers_gather_while_a_flush_is_under_way(pool: asyncpg.Pool, other: asyncpg.Connection) -> None:
    async with AuditWriter(pool) as writer:
        async with other.transaction():
            await other.execute("LOCK TABLE audit_events")
            records = [asyncio.create_task(writer.record(Event(Tag.STUDENT_VIEW)))]
            await a_flush_waits(other)
            records += [asyncio.create_task(writer.record(Event(Tag.STUDENT_SEARCH))) for _ in range(20)]
            await asyncio.sleep(0)
            assert not any(record.done() for record in records)
        await asyncio.gather(*records)
    assert await other.fetchval("SELECT count(DISTINCT xmin::text) FROM audit_events") == 2


async def test_record_returns_after_the_row_can_be_read_by_others(
    pool: asyncpg.Pool, other: asyncpg.Connection
) -> None:
    async with AuditWriter(pool) as writer:
        for number in range(1, 4):
            await writer.record(Event(Tag.STUDENT_VIEW))
            assert await count(other) == number


async def test_a_backend_killed_in_mid_flush_refuses_all_who_waited_and_leaves_nothing_half(
    pool: asyncpg.Pool, other: asyncpg.Connection
) -> None:
    async with AuditWriter(pool) as writer:
        async with other.transaction():
            await other.execute("LOCK TABLE audit_events")
            records = [asyncio.create_task(writer.record(Event(Tag.STUDENT_VIEW))) for _ in range(10)]
            await a_flush_waits(other)
            await other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks "
                "WHERE NOT granted AND relation = 'audit_events'::regclass"
            )
            answers = await asyncio.gather(*records, return_exceptions=True)
        assert [answer.code for answer in answers if isinstance(answer, HubError)] == [Code.UNAVAILABLE] * 10
        assert await count(other) == 0
        await writer.record(Event(Tag.STUDENT_VIEW))
        assert await count(other) == 1


async def test_one_who_stops_waiting_takes_nothing_from_the_others(
    pool: asyncpg.Pool, other: asyncpg.Connection
) -> None:
    async with AuditWriter(pool) as writer:
        async with other.transaction():
            await other.execute("LOCK TABLE audit_events")
            records = [asyncio.create_task(writer.record(Event(Tag.STUDENT_VIEW))) for _ in range(10)]
            await a_flush_waits(other)
            records[0].cancel()
            records[7].cancel()
            await asyncio.sleep(0)
        answers = await asyncio.gather(*records, return_exceptions=True)
    assert [type(answer) for answer in answers if answer is not None] == [asyncio.CancelledError] * 2
    assert await count(other) == 10


async def test_an_event_that_the_database_refuses_fails_alone(pool: asyncpg.Pool, other: asyncpg.Connection) -> None:
    async with AuditWriter(pool) as writer:
        wrong = Event(Tag.STUDENT_VIEW, account_id=2**63)  # one more than the column holds
        events = [Event(Tag.STUDENT_VIEW), wrong, Event(Tag.STUDENT_SEARCH)]
        answers = await asyncio.gather(*map(writer.record, events), return_exceptions=True)
    assert [type(answer) for answer in answers] == [type(None), HubError, type(None)]
    assert await count(other) == 2


async def test_leaving_writes_what_waits_and_then_nothing_more_is_taken(
    pool: asyncpg.Pool, other: asyncpg.Connection
) -> None:
    async with AuditWriter(pool) as writer:
        records = [asyncio.create_task(writer.record(Event(Tag.STUDENT_VIEW))) for _ in range(5)]
        await asyncio.sleep(0)
    assert await count(other) == 5
    await asyncio.gather(*records)
    with pytest.raises(HubError) as refused:
        await writer.record(Event(Tag.STUDENT_VIEW))
    assert refused.value.code is Code.UNAVAILABLE


async def test_a_trail_that_cannot_keep_up_refuses_instead_of_growing(
    pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.audit.writer.MAX_WAITING", 3)
    async with AuditWriter(pool) as writer:
        records = (writer.record(Event(Tag.STUDENT_VIEW)) for _ in range(5))
        answers = await asyncio.gather(*records, return_exceptions=True)
    assert [answer.code for answer in answers if isinstance(answer, HubError)] == [Code.UNAVAILABLE] * 2


@pytest.mark.parametrize(
    "wrong", [{"address": "testclient"}, {"address": "fe80::1%eth0"}, {"user_id": "a\0b"}, {"operation": "\ud800"}]
)
def test_an_event_that_could_not_be_kept_cannot_be_made(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"IP|text"):
        Event(Tag.STUDENT_VIEW, **wrong)  # type: ignore[arg-type]
