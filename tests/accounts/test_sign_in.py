"""Sign-in answers everybody who may not enter alike, counts wrong tries exactly, and keeps no secret."""

import asyncio

import asyncpg
import pytest

from hub.accounts.open_session import SignedIn
from hub.accounts.passwords import Passwords
from hub.accounts.sign_in import SignIn
from hub.refusal import Refusal, RefusalCode
from hub.settings import Settings
from permissions.roles import grants_of
from tests.accounts.conftest import PASSWORD, Door

pytestmark = pytest.mark.anyio

WRONG = "Wrong#pass1"


class Counting(Passwords):
    """Counts how often a password is verified, and against what."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.verified: list[str | None] = []

    async def verify_password(self, stored: str | None, password: str) -> bool:
        self.verified.append(stored)
        return await super().verify_password(stored, password)


@pytest.fixture
def passwords(settings: Settings) -> Counting:
    return Counting(settings)


async def events(owner: asyncpg.Connection) -> list[tuple[str, str | None, str | None]]:
    rows = await owner.fetch("SELECT tag, user_id, detail ->> 'reason' AS reason FROM audit_events ORDER BY event_id")
    return [(row["tag"], row["user_id"], row["reason"]) for row in rows]


async def test_signing_in_gives_a_token_a_viewer_and_an_event(door: Door, owner: asyncpg.Connection) -> None:
    account_id = await door.make()
    answer = await door.sign_in("ANN.lee", PASSWORD, address="192.0.2.7", user_agent="tests\0" + "x" * 600)
    assert isinstance(answer, SignedIn)
    assert (answer.viewer.account_id, answer.viewer.user_id, answer.viewer.state) == (account_id, "Ann.Lee", "TX")
    assert answer.viewer.roles == ("PRIMARY_USER",)
    assert answer.viewer.can("student:read")
    assert answer.viewer.gate is None
    row = await owner.fetchrow("SELECT * FROM audit_events WHERE tag = 'account:login:success'")
    assert row is not None
    assert (row["account_id"], row["session_id"], row["state"]) == (account_id, answer.viewer.session_id, "TX")
    assert str(row["address"]) == "192.0.2.7"
    session = await owner.fetchrow("SELECT * FROM sessions")
    assert session is not None
    assert (session["expires_at"], len(session["user_agent"])) == (answer.expires_at, 500)


async def test_the_database_holds_neither_token_nor_password(door: Door, owner: asyncpg.Connection) -> None:
    await door.make()
    token = (await door.enter()).token
    assert token.startswith("hub_")
    assert len(token) == 47
    for table in ("accounts", "sessions", "audit_events"):
        kept = str([tuple(row) for row in await owner.fetch(f"SELECT * FROM {table}")])
        assert token not in kept
        assert PASSWORD not in kept


@pytest.mark.parametrize("status", ["DISABLED", "DEACTIVATED"])
async def test_whoever_may_not_enter_gets_one_answer_after_one_verification(
    door: Door, owner: asyncpg.Connection, passwords: Counting, status: str
) -> None:
    await door.make()
    await door.make(user_id="closed", email="closed@agency.gov")
    await owner.execute("UPDATE accounts SET status = $1 WHERE user_id = 'closed'", status)
    answers = [
        await door.sign_in("nobody", PASSWORD),
        await door.sign_in("Ann.Lee", WRONG),
        await door.sign_in("closed", PASSWORD),
        await door.sign_in("closed", WRONG),
        await door.sign_in("a\0\ud800", PASSWORD),
    ]
    assert answers == [Refusal(RefusalCode.INVALID_CREDENTIALS)] * 5
    assert Refusal(RefusalCode.INVALID_CREDENTIALS).code == "INVALID_CREDENTIALS"
    assert [stored is not None for stored in passwords.verified] == [False, True, False, False, False]
    assert (await events(owner))[2:] == [
        ("account:login:failure", None, "UNKNOWN_USER"),
        ("account:login:failure", "Ann.Lee", "WRONG_PASSWORD"),
        ("account:login:failure", "closed", status),
        ("account:login:failure", "closed", status),
        ("account:login:failure", None, "UNKNOWN_USER"),
    ]


async def test_what_was_typed_for_an_unknown_user_is_kept_nowhere(door: Door, owner: asyncpg.Connection) -> None:
    await door.sign_in("My#secret99", "x")
    assert "My#secret99" not in str([tuple(row) for row in await owner.fetch("SELECT * FROM audit_events")])


async def test_three_wrong_tries_in_a_row_disable_the_account_and_end_its_sessions(
    door: Door, owner: asyncpg.Connection
) -> None:
    await door.make()
    await door.enter()
    for _ in range(3):
        assert await owner.fetchval("SELECT status FROM accounts") == "ACTIVE"
        assert await door.sign_in("Ann.Lee", WRONG) == Refusal(RefusalCode.INVALID_CREDENTIALS)
    assert await owner.fetchval("SELECT status FROM accounts") == "DISABLED"
    assert await owner.fetchval("SELECT end_reason FROM sessions") == "ACCOUNT_DISABLED"
    assert await door.sign_in("Ann.Lee", PASSWORD) == Refusal(RefusalCode.INVALID_CREDENTIALS)
    assert [tag for tag, *_ in await events(owner)][-3:] == [
        "account:disable",
        "account:session:end",
        "account:login:failure",
    ]


async def test_success_starts_the_count_of_wrong_tries_anew(door: Door, owner: asyncpg.Connection) -> None:
    await door.make()
    for _ in range(3):
        assert await door.sign_in("Ann.Lee", WRONG) == Refusal(RefusalCode.INVALID_CREDENTIALS)
        assert await door.sign_in("Ann.Lee", WRONG) == Refusal(RefusalCode.INVALID_CREDENTIALS)
        await door.enter()
    assert await owner.fetchval("SELECT status FROM accounts") == "ACTIVE"


async def test_of_ten_wrong_tries_at_once_three_are_judged(
    door: Door, owner: asyncpg.Connection, pool: asyncpg.Pool, passwords: Counting, settings: Settings
) -> None:
    await door.make()
    elsewhere = Counting(settings)  # another worker has turns of its own
    doors = [door.sign_in, SignIn(pool, elsewhere, settings, grants_of)]
    answers = await asyncio.gather(*(doors[n % 2]("Ann.Lee", WRONG) for n in range(10)))
    assert answers == [Refusal(RefusalCode.INVALID_CREDENTIALS)] * 10
    verified = passwords.verified + elsewhere.verified
    assert len(verified) == 10
    assert len([stored for stored in verified if stored is not None]) == 3
    assert await owner.fetchval("SELECT failed_tries FROM accounts") == 3
    assert await owner.fetchval("SELECT status FROM accounts") == "DISABLED"


async def test_ten_right_tries_at_once_all_enter(door: Door, owner: asyncpg.Connection) -> None:
    await door.make()
    answers = await asyncio.gather(*(door.sign_in("Ann.Lee", PASSWORD) for _ in range(10)))
    assert all(isinstance(answer, SignedIn) for answer in answers)
    assert await owner.fetchval("SELECT count(*) FROM sessions") == 10


async def test_a_hash_of_older_settings_is_renewed_at_sign_in(
    door: Door, owner: asyncpg.Connection, pool: asyncpg.Pool
) -> None:
    await door.make()
    newer = Settings.model_validate({"argon2_time_cost": 2, "argon2_memory_kib": 64})
    async with Passwords(newer) as passwords:
        assert isinstance(await SignIn(pool, passwords, newer, grants_of)("Ann.Lee", PASSWORD), SignedIn)
    assert "t=2" in await owner.fetchval("SELECT password_hash FROM accounts")
    await door.enter()
