"""Sessions end when they must, on every worker at once, and not before."""

import asyncio
import datetime
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import asyncpg
import pytest

from hub import clock
from hub.accounts.end_sessions import CHANNEL, EndReason
from hub.accounts.last_use import LastUse
from hub.accounts.sessions import SessionStore
from hub.accounts.sign_out import sign_out
from hub.errors import Code, HubError
from hub.settings import Settings
from hub.store.listen import Listener
from permissions.roles import grants_of
from tests.accounts.conftest import Door

pytestmark = pytest.mark.anyio

START = datetime.datetime(2026, 3, 2, 8, 0, tzinfo=datetime.UTC)


def after(**time: float) -> datetime.datetime:
    return START + datetime.timedelta(**time)


class Worker:
    """What a server process has of sessions; `hears` can be turned off."""

    def __init__(self, pool: asyncpg.Pool, settings: Settings) -> None:
        self.hears = True
        self.last_use = LastUse(pool)
        self.sessions = SessionStore(pool, lambda: self.hears, self.last_use, grants_of=grants_of, settings=settings)
        self.listener = Listener(
            str(settings.database_url), {CHANNEL: self.sessions.held.forget}, self.sessions.held.forget_all
        )

    async def knows(self, token: str, at: datetime.datetime) -> bool:
        with clock.frozen(at):
            return await self.sessions.resolve(token) is not None


@pytest.fixture
async def workers(pool: asyncpg.Pool, settings: Settings) -> AsyncIterator[tuple[Worker, Worker]]:
    """Two workers on one database."""
    pair = Worker(pool, settings), Worker(pool, settings)
    async with AsyncExitStack() as stack:
        for worker in pair:
            await stack.enter_async_context(worker.last_use)
            await stack.enter_async_context(worker.listener)
        yield pair


@pytest.fixture
async def token(door: Door) -> str:
    """The token of a session that began at START."""
    with clock.frozen(START):
        await door.make()
        return (await door.enter()).token


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + 10
    while not await holds():
        assert time.monotonic() < deadline, "it did not come to pass in 10 s"
        await asyncio.sleep(0.005)


async def test_a_token_resolves_to_its_viewer(workers: tuple[Worker, Worker], token: str) -> None:
    with clock.frozen(START):
        viewer = await workers[0].sessions.resolve(token)
        assert viewer is not None
        assert await workers[0].sessions.resolve(token) is viewer
    assert (viewer.user_id, viewer.state, viewer.district_id, viewer.gate) == ("Ann.Lee", "TX", "4812345", None)
    assert (viewer.purpose, viewer.roles, viewer.can("student:export")) == (None, ("PRIMARY_USER",), True)


@pytest.mark.parametrize("wrong", ["", "hub_", "hub_" + "A" * 43, "hub_\ud800", "hub_\0", "Bearer x"])
async def test_any_other_token_resolves_to_nobody(workers: tuple[Worker, Worker], token: str, wrong: str) -> None:
    assert not await workers[0].knows(wrong, START)


async def test_a_session_ends_after_thirty_idle_minutes(workers: tuple[Worker, Worker], token: str) -> None:
    one, _ = workers
    assert await one.knows(token, after(minutes=29.9))
    assert await one.knows(token, after(minutes=59.8))
    assert not await one.knows(token, after(minutes=89.8))
    assert not await one.knows(token, after(minutes=89.9))


async def test_a_session_ends_after_twelve_hours_however_busy(workers: tuple[Worker, Worker], token: str) -> None:
    one, _ = workers
    for minutes in range(0, 12 * 60, 20):
        assert await one.knows(token, after(minutes=minutes))
    assert await one.knows(token, after(hours=12, seconds=-1))
    assert not await one.knows(token, after(hours=12))


async def test_use_on_one_worker_keeps_the_session_for_the_other(workers: tuple[Worker, Worker], token: str) -> None:
    one, two = workers
    assert await one.knows(token, START)
    assert await two.knows(token, after(minutes=29))
    assert await one.knows(token, after(minutes=50))
    assert await two.knows(token, after(minutes=79))
    assert not await one.knows(token, after(minutes=109))


async def test_the_last_use_is_written_once_a_minute_and_when_the_worker_stops(
    pool: asyncpg.Pool, settings: Settings, owner: asyncpg.Connection, token: str
) -> None:
    async def written() -> datetime.timedelta:
        last: datetime.datetime = await owner.fetchval("SELECT last_used_at FROM sessions")
        return last - START

    worker = Worker(pool, settings)
    async with worker.last_use:
        for seconds in (10, 50, 70, 80, 125):
            assert await worker.knows(token, after(seconds=seconds))
            assert await written() == datetime.timedelta(seconds=70 if seconds >= 70 else 0)
    assert await written() == datetime.timedelta(seconds=125)


@pytest.mark.parametrize("hears", [True, False])
async def test_signing_out_ends_the_session_on_every_worker_at_once(
    workers: tuple[Worker, Worker], token: str, owner: asyncpg.Connection, hears: bool
) -> None:
    one, two = workers
    assert await two.knows(token, START)
    two.hears = hears
    with clock.frozen(START):
        viewer = await one.sessions.resolve(token)
        assert viewer is not None
        assert await sign_out(one.sessions, viewer)
        assert not await sign_out(one.sessions, viewer)
    assert not await one.knows(token, START)

    async def forgotten() -> bool:
        return not await two.knows(token, START)

    if hears:
        await until(forgotten)
    else:
        assert await forgotten()
    assert await owner.fetchval("SELECT end_reason FROM sessions") == "SIGNED_OUT"
    row = await owner.fetchrow("SELECT user_id, session_id FROM audit_events WHERE tag = 'account:logout'")
    assert row is not None
    assert tuple(row) == ("Ann.Lee", viewer.session_id)


async def test_a_worker_that_was_deaf_forgets_what_it_held(
    workers: tuple[Worker, Worker], token: str, owner: asyncpg.Connection
) -> None:
    one, _ = workers
    assert await one.knows(token, START)
    await owner.execute("UPDATE sessions SET ended_at = now()")  # as if the notification had been lost
    assert await one.knows(token, START)
    await owner.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    )

    async def forgotten() -> bool:
        return not await one.knows(token, START)

    await until(forgotten)


async def test_all_sessions_of_an_account_end_together(
    workers: tuple[Worker, Worker], token: str, door: Door, owner: asyncpg.Connection
) -> None:
    one, _ = workers
    with clock.frozen(START):
        another = await door.enter()
        assert await one.knows(token, START)
        await one.sessions.end_all(another.viewer.account_id or 0, EndReason.ROLES_CHANGED)
    assert not await one.knows(token, START)
    assert not await one.knows(another.token, START)
    assert await owner.fetchval("SELECT count(*) FROM audit_events WHERE tag = 'account:session:end'") == 2


async def test_a_session_that_ends_while_it_is_read_is_not_held(
    workers: tuple[Worker, Worker], token: str, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = workers
    known = one.last_use.known

    def meanwhile(session_id: int, stored: datetime.datetime) -> datetime.datetime:
        one.sessions.held.forget("of another account")
        return known(session_id, stored)

    monkeypatch.setattr(one.last_use, "known", meanwhile)
    assert await one.knows(token, START)
    await owner.execute("UPDATE sessions SET ended_at = now()")
    assert not await one.knows(token, START)


@pytest.mark.parametrize("status", ["DISABLED", "DEACTIVATED"])
async def test_the_sessions_of_a_closed_account_are_worth_nothing(
    workers: tuple[Worker, Worker], token: str, owner: asyncpg.Connection, status: str
) -> None:
    await owner.execute("UPDATE accounts SET status = $1", status)
    assert not await workers[0].knows(token, START)


async def test_without_the_database_nobody_is_let_in(workers: tuple[Worker, Worker], token: str) -> None:
    one, two = workers
    await one.sessions._pool.close()
    with pytest.raises(HubError) as refused:
        await two.knows(token, START)
    assert refused.value.code is Code.UNAVAILABLE


async def test_to_look_at_a_session_is_no_use_of_it(workers: tuple[Worker, Worker], token: str) -> None:
    async def looked(at: datetime.datetime) -> datetime.datetime | None:
        with clock.frozen(at):
            found = await workers[0].sessions.look(token)
        return None if found is None else found[1]

    assert await workers[0].knows(token, START)
    assert await looked(after(minutes=10)) == after(minutes=11)
    assert await looked(after(minutes=29.5)) == after(minutes=30)
    assert await looked(after(minutes=30)) is None
    assert not await workers[0].knows(token, after(minutes=30))
