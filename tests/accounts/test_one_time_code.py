"""A password is reset by mail: no administrator learns it, and only the newest code is good, once and for a while."""

from __future__ import annotations

import asyncio
import datetime
import time
from typing import Any

import asyncpg
import pytest

from hub import clock
from hub.accounts.passwords import Passwords
from tests.accounts.mailbox import mails, newest_code
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, HELP_DESK, PASSWORD, PRIMARY, Answer, Hub, events, user_of

pytestmark = pytest.mark.anyio

ADMIN, ADMIN_TX, OME = (
    user_of("STATE_USER_ADMINISTRATOR"),
    user_of("STATE_USER_ADMINISTRATOR", "TX"),
    user_of("OME_USER_ADMINISTRATOR"),
)
RESET = """
mutation($user: String!, $key: String) {
  resetPassword(input: {userId: $user, idempotencyKey: $key}) { errors { code field message } }
}
"""
REDEEM = """
mutation($user: String!, $code: String!, $password: String!) {
  redeemOneTimeCode(input: {userId: $user, code: $code, newPassword: $password}) { errors { code field message } }
}
"""
SIGN_IN = "mutation($u: String!, $p: String!) { signIn(input: {userId: $u, password: $p}) { token errors { code } } }"
NEW = "Fresh#pass2"
MAIL_OF = "PRIMARY_USER.TN@agency.gov"
START = datetime.datetime(2026, 3, 2, 8, 0, tzinfo=datetime.UTC)


def refusals(answer: Answer, field: str) -> list[str]:
    return [error["code"] for error in answer.data[field]["errors"]]


async def reset(hub: Hub, user: str = PRIMARY, *, by: str = ADMIN, key: str | None = None) -> list[str]:
    return refusals(await hub.ask(RESET, {"user": user, "key": key}, by=by), "resetPassword")


async def redeem(hub: Hub, code: str, password: str = NEW, user: str = PRIMARY, **more: Any) -> list[str]:
    given = {"user": user, "code": code, "password": password}
    return refusals(await hub.ask(REDEEM, given, **more), "redeemOneTimeCode")


async def enters(hub: Hub, password: str, user: str = PRIMARY) -> bool:
    return (await hub.ask(SIGN_IN, {"u": user, "p": password})).data["signIn"]["token"] is not None


async def test_a_reset_voids_the_password_and_the_code_by_mail_opens_the_account(
    own_hub: Hub, country_owner: asyncpg.Connection
) -> None:
    await own_hub.token(PRIMARY)
    assert await reset(own_hub) == []
    assert (await own_hub.ask("{ viewer { userId } }", by=PRIMARY)).code == "UNAUTHENTICATED"
    assert not await enters(own_hub, PASSWORD)
    code = await newest_code(country_owner, MAIL_OF)
    assert await redeem(own_hub, code.lower().replace("-", " ")) == []
    assert await enters(own_hub, NEW)
    assert not await enters(own_hub, PASSWORD)
    assert [event["detail"] for event in await events(own_hub.url, "account:password:change")] == [
        '{"reason": "ONE_TIME_CODE"}'
    ]
    (event,) = await events(own_hub.url, "account:password:reset")
    assert event["user_id"] == ADMIN


async def test_the_administrator_never_learns_the_code_nor_does_the_database(
    own_hub: Hub, country_owner: asyncpg.Connection
) -> None:
    answer = await own_hub.ask(RESET, {"user": PRIMARY, "key": None}, by=ADMIN)
    code = await newest_code(country_owner, MAIL_OF)
    assert code not in answer.text
    assert await country_owner.fetchval("SELECT sensitive FROM outbox_messages WHERE topic = 'mail'")
    for table in ("accounts", "one_time_codes", "audit_events", "password_history", "idempotency_keys"):
        kept = str([tuple(row) for row in await country_owner.fetch(f"SELECT * FROM {table}")])
        assert code not in kept
        assert code.replace("-", "") not in kept


async def test_a_code_is_good_once(own_hub: Hub, country_owner: asyncpg.Connection) -> None:
    await reset(own_hub)
    code = await newest_code(country_owner, MAIL_OF)
    assert await redeem(own_hub, code) == []
    assert await redeem(own_hub, code, "Third#pass3") == ["INVALID_CODE"]
    assert await enters(own_hub, NEW)


async def test_a_code_is_good_for_its_minutes(own_hub: Hub, country_owner: asyncpg.Connection) -> None:
    for minutes, expected in [(60, ["INVALID_CODE"]), (59.9, [])]:
        with clock.frozen(START):
            token = (await own_hub.ask(SIGN_IN, {"u": ADMIN, "p": PASSWORD})).data["signIn"]["token"]
            answer = await own_hub.ask(
                RESET, {"user": PRIMARY, "key": None}, headers={"authorization": f"Bearer {token}"}
            )
            assert refusals(answer, "resetPassword") == []
        code = await newest_code(country_owner, MAIL_OF)
        with clock.frozen(START + datetime.timedelta(minutes=minutes)):
            assert await redeem(own_hub, code) == expected


async def test_only_the_newest_code_is_good(own_hub: Hub, country_owner: asyncpg.Connection) -> None:
    await reset(own_hub)
    first = await newest_code(country_owner, MAIL_OF)
    await reset(own_hub)
    assert await redeem(own_hub, first) == ["INVALID_CODE"]
    assert await redeem(own_hub, await newest_code(country_owner, MAIL_OF)) == []


async def test_the_same_reset_sent_again_mails_nothing_more(own_hub: Hub, country_owner: asyncpg.Connection) -> None:
    assert await reset(own_hub, key="a") == await reset(own_hub, key="a") == []
    assert len(await mails(country_owner, MAIL_OF)) == 1


@pytest.mark.parametrize("status", ["DISABLED", "DEACTIVATED"])
async def test_a_closed_account_is_neither_reset_nor_opened_by_a_code(
    own_hub: Hub, country_owner: asyncpg.Connection, status: str
) -> None:
    await reset(own_hub)
    await country_owner.execute("UPDATE accounts SET status = $1 WHERE user_id = $2", status, PRIMARY)
    assert await reset(own_hub) == ["NOT_ACTIVE"]
    assert await redeem(own_hub, await newest_code(country_owner, MAIL_OF)) == ["INVALID_CODE"]


async def test_an_account_that_no_mail_reaches_keeps_its_password(
    own_hub: Hub, country_owner: asyncpg.Connection
) -> None:
    await country_owner.execute("UPDATE accounts SET email = 'señor@agency.gov' WHERE user_id = $1", PRIMARY)
    assert await reset(own_hub) == ["UNREACHABLE"]
    assert await enters(own_hub, PASSWORD)


async def test_a_password_that_breaks_the_rules_does_not_use_the_code_up(
    own_hub: Hub, country_owner: asyncpg.Connection
) -> None:
    await reset(own_hub)
    code = await newest_code(country_owner, MAIL_OF)
    assert await redeem(own_hub, code, "short") == ["INVALID_INPUT"]
    assert await redeem(own_hub, code, PASSWORD) == ["PASSWORD_REUSED"]
    assert await redeem(own_hub, code) == []


async def test_ten_wrong_codes_void_the_right_one(own_hub: Hub, country_owner: asyncpg.Connection) -> None:
    await reset(own_hub)
    code = await newest_code(country_owner, MAIL_OF)
    for _ in range(10):
        assert await redeem(own_hub, "0000-0000-0000-0000") == ["INVALID_CODE"]
    assert await redeem(own_hub, code) == ["INVALID_CODE"]
    assert await enters(own_hub, PASSWORD) is False


async def test_wrong_codes_are_limited_by_source_and_come_back_with_time(
    own_hub: Hub, country_owner: asyncpg.Connection
) -> None:
    await reset(own_hub)
    code = await newest_code(country_owner, MAIL_OF)
    now = clock.now()
    with clock.frozen(now):
        for n in range(20):
            assert await redeem(own_hub, "wrong", user=f"nobody{n}") == ["INVALID_CODE"]
        assert await redeem(own_hub, code) == ["TOO_MANY_TRIES"]
    with clock.frozen(now + datetime.timedelta(minutes=2.9)):
        assert await redeem(own_hub, code) == ["TOO_MANY_TRIES"]
    with clock.frozen(now + datetime.timedelta(minutes=3)):
        assert await redeem(own_hub, "wrong", user="nobody") == ["INVALID_CODE"]
        assert await redeem(own_hub, code) == ["TOO_MANY_TRIES"]
    with clock.frozen(now + datetime.timedelta(minutes=6)):
        assert await redeem(own_hub, code) == []


async def test_every_wrong_code_is_answered_alike_after_one_hash(
    own_hub: Hub, country_owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reset(own_hub)
    code = await newest_code(country_owner, MAIL_OF)
    await country_owner.execute("UPDATE accounts SET status = 'DISABLED' WHERE user_id = $1", DATA_ADMIN)
    works: list[int] = []
    work = Passwords._verify

    def counted(self: Passwords, stored: str, password: str) -> bool:
        works[-1] += 1
        return work(self, stored, password)

    monkeypatch.setattr(Passwords, "_verify", counted)
    bodies = set()
    for user, given in [("nobody", code), (PRIMARY, "wrong"), (DATA_ADMIN, code), ("a\0", "")]:
        works.append(0)
        bodies.add((await own_hub.ask(REDEEM, {"user": user, "code": given, "password": NEW})).text)
    assert works == [1, 1, 1, 1]
    assert len(bodies) == 1
    assert "INVALID_CODE" in bodies.pop()
    await country_owner.execute("UPDATE source_tries SET free_at = free_at + interval '1 day'")
    works.append(0)
    assert await redeem(own_hub, code) == ["TOO_MANY_TRIES"]
    assert works[-1] == 0, "a flood from a spent source costs no hashing"


async def test_codes_at_once_wait_for_one_another_whether_the_account_exists_or_not(
    own_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, most = 0, 0
    work = Passwords._verify

    def slow(self: Passwords, stored: str, password: str) -> bool:
        nonlocal now, most
        now += 1
        most = max(most, now)
        time.sleep(0.1)
        now -= 1
        return work(self, stored, password)

    monkeypatch.setattr(Passwords, "_verify", slow)
    at_once = {}
    for user in (PRIMARY, "nobody"):
        most = 0
        await asyncio.gather(*(redeem(own_hub, "wrong", user=user) for _ in range(4)))
        at_once[user] = most
    assert at_once == {PRIMARY: 1, "nobody": 1}


@pytest.mark.parametrize(
    ("by", "user", "expected"),
    [
        (ADMIN, DATA_ADMIN, []),
        (ADMIN, DATA_ADMIN_TX, ["NOT_FOUND"]),
        (ADMIN, HELP_DESK, ["NOT_FOUND"]),
        (ADMIN, "nobody", ["NOT_FOUND"]),
        (ADMIN, "a\0b", ["NOT_FOUND"]),
        (ADMIN, ADMIN, ["OWN_ACCOUNT"]),
        (ADMIN, ADMIN_TX, ["NOT_FOUND"]),
        (OME, ADMIN, []),
        (OME, ADMIN_TX, []),
        (OME, DATA_ADMIN, ["NOT_FOUND"]),
        (OME, OME, ["OWN_ACCOUNT"]),
    ],
)
async def test_who_resets_whose_password(own_hub: Hub, by: str, user: str, expected: list[str]) -> None:
    assert await reset(own_hub, user, by=by) == expected


@pytest.mark.parametrize("by", [HELP_DESK, PRIMARY, DATA_ADMIN, None])
async def test_whoever_manages_no_accounts_resets_none(
    own_hub: Hub, country_owner: asyncpg.Connection, by: str | None
) -> None:
    answer = await own_hub.ask(RESET, {"user": PRIMARY, "key": None}, by=by)
    assert (answer.codes, answer.data) == (["FORBIDDEN"], {"resetPassword": None})
    assert await mails(country_owner, MAIL_OF) == []
