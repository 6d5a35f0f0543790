"""Wrong tries count by where they come from, on all workers together, and are given back with time."""

from __future__ import annotations

import asyncio
import datetime

import asyncpg
import pytest

from hub import clock
from hub.accounts.open_session import SignedIn
from hub.accounts.passwords import Passwords
from hub.accounts.sign_in import SignIn
from hub.accounts.throttle import NO_ADDRESS, Throttle, source_of
from hub.refusal import Refusal, RefusalCode
from hub.settings import Settings
from permissions.roles import grants_of
from tests.accounts.conftest import PASSWORD, Door

pytestmark = pytest.mark.anyio

START = datetime.datetime(2026, 3, 2, 8, 0, tzinfo=datetime.UTC)
WRONG, SPENT = Refusal(RefusalCode.INVALID_CREDENTIALS), Refusal(RefusalCode.TOO_MANY_TRIES)
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


def after(minutes: float) -> datetime.datetime:
    return START + datetime.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("address", "source"),
    [
        (None, NO_ADDRESS),
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/56"),
        ("2001:db8:1:ff:ffff::1", "2001:db8:1::/56"),
        ("2001:db8:1:100::1", "2001:db8:1:100::/56"),
    ],
)
def test_a_source_is_an_address_or_the_network_of_one_subscriber(address: str | None, source: str) -> None:
    assert source_of(address) == source


async def test_nobody_locks_accounts_wholesale_from_one_address(door: Door, owner: asyncpg.Connection) -> None:
    for n in range(12):
        await door.make(user_id=f"user{n:02}", email=f"user{n}@agency.gov")
    with clock.frozen(START):
        answers = [await door.sign_in(f"user{n:02}", "Wrong#pass1", address=HERE) for n in range(12) for _ in range(3)]
        assert answers == [WRONG] * 20 + [SPENT] * 16
        assert await owner.fetchval("SELECT count(*) FROM accounts WHERE status = 'DISABLED'") == 6
        assert await door.sign_in("user11", PASSWORD, address=HERE) == SPENT
        assert isinstance(await door.sign_in("user11", PASSWORD, address=ELSEWHERE), SignedIn)
    with clock.frozen(after(60)):
        assert isinstance(await door.sign_in("user10", PASSWORD, address=HERE), SignedIn)


async def test_right_passwords_never_count(door: Door, owner: asyncpg.Connection) -> None:
    await door.make()
    for _ in range(25):
        assert isinstance(await door.sign_in("Ann.Lee", PASSWORD, address=HERE), SignedIn)
    assert await owner.fetchval("SELECT count(*) FROM source_tries") == 0


async def test_tries_at_once_on_two_workers_count_together(
    door: Door, pool: asyncpg.Pool, settings: Settings, owner: asyncpg.Connection
) -> None:
    async with Passwords(settings) as elsewhere:
        doors = [door.sign_in, SignIn(pool, elsewhere, settings, grants_of)]
        answers = await asyncio.gather(*(doors[n % 2](f"nobody{n}", "x", address=HERE) for n in range(60)))
    at_once = sum(worker.passwords.turn._value for worker in doors)
    assert 20 <= answers.count(WRONG) <= 20 + at_once
    assert answers.count(WRONG) + answers.count(SPENT) == 60


async def test_known_unknown_and_closed_take_the_same_work_and_none_once_the_source_is_spent(
    door: Door, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await door.make()
    await door.make(user_id="closed", email="closed@agency.gov")
    await owner.execute("UPDATE accounts SET status = 'DEACTIVATED' WHERE user_id = 'closed'")
    works: list[str] = []
    work = Passwords._verify

    def noted(self: Passwords, stored: str, password: str) -> bool:
        works.append(password)
        return work(self, stored, password)

    monkeypatch.setattr(Passwords, "_verify", noted)
    for address in (HERE, ELSEWHERE):
        if address == ELSEWHERE:
            await owner.execute("INSERT INTO source_tries VALUES ('sign_in', $1, now() + interval '1 hour')", address)
        works.clear()
        for user in ("Ann.Lee", "nobody", "closed"):
            await door.sign_in(user, "Wrong#pass1", address=address)
        assert works == (["Wrong#pass1"] * 3 if address == HERE else [])


async def test_what_is_given_back_is_forgotten(pool: asyncpg.Pool, owner: asyncpg.Connection) -> None:
    throttle = Throttle("sign_in", 3, datetime.timedelta(minutes=30))
    for n in range(15):
        with clock.frozen(after(n)):
            await throttle.count(owner, f"192.0.2.{n}")
    with clock.frozen(after(60)):
        await throttle.count(owner, HERE)
        assert await owner.fetchval("SELECT count(*) FROM source_tries") <= 2
        assert not await throttle.is_spent(owner, HERE)
        for _ in range(2):
            await throttle.count(owner, HERE)
        assert await throttle.is_spent(owner, HERE)
    with clock.frozen(after(70)):
        assert not await throttle.is_spent(owner, HERE)
