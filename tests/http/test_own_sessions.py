"""Everybody sees and ends their own sessions, and a session that ends is over on every worker."""

from __future__ import annotations

import asyncio
import datetime
import time
from typing import Any

import pytest

from hub import clock
from hub.accounts.end_sessions import EndReason
from hub.store.engine import connect
from tests.http.hub import PASSWORD, PRIMARY, SECONDARY, Hub, events, running

pytestmark = pytest.mark.anyio

SESSIONS = "{ viewer { sessions { id current createdAt lastUsedAt expiresAt address userAgent } } }"
END = "mutation($id: ID!) { endSession(input: {id: $id}) { id errors { code field } } }"
VIEWER = "{ viewer { userId } }"
SIGN_IN = """
mutation In($user: String!, $password: String!) {
  signIn(input: {userId: $user, password: $password}) { token }
}
"""


async def sign_in(hub: Hub, user: str = PRIMARY, agent: str = "one") -> str:
    answer = await hub.ask(SIGN_IN, {"user": user, "password": PASSWORD}, headers={"user-agent": agent})
    token: str = answer.data["signIn"]["token"]
    return token


async def sessions(hub: Hub, token: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await hub.ask_by(token, SESSIONS)).data["viewer"]["sessions"]
    return found


async def until_over(hub: Hub, token: str) -> None:
    deadline = time.monotonic() + 5
    while (await hub.ask_by(token, VIEWER)).status != 401:
        assert time.monotonic() < deadline, "the session goes on after 5 s"
        await asyncio.sleep(0.005)


async def test_one_sees_ones_own_sessions_that_go_on(own_hub: Hub) -> None:
    start = clock.now()
    with clock.frozen(start - datetime.timedelta(minutes=31)):
        await sign_in(own_hub, agent="idle")
    with clock.frozen(start - datetime.timedelta(minutes=5)):
        await sign_in(own_hub, agent="phone")
    await sign_in(own_hub, SECONDARY)
    token = await sign_in(own_hub, agent="laptop")
    shown = await sessions(own_hub, token)
    assert [(one["userAgent"], one["current"], one["address"]) for one in shown] == [
        ("laptop", True, "127.0.0.1"),
        ("phone", False, "127.0.0.1"),
    ]
    created, used, ends = [
        datetime.datetime.fromisoformat(shown[1][name]) for name in ("createdAt", "lastUsedAt", "expiresAt")
    ]
    assert created == used == start - datetime.timedelta(minutes=5)
    assert ends - created == datetime.timedelta(hours=12)
    assert (await own_hub.ask(SESSIONS)).data == {"viewer": None}


async def test_one_ends_a_session_of_ones_own_on_every_worker(own_hub: Hub) -> None:
    lost, kept = await sign_in(own_hub, agent="lost"), await sign_in(own_hub, agent="kept")
    async with running(own_hub.url) as other:
        assert (await other.ask_by(lost, VIEWER)).status == 200
        listed = await sessions(own_hub, kept)
        id_ = next(one["id"] for one in listed if one["userAgent"] == "lost")
        answer = await own_hub.ask_by(kept, END, {"id": id_})
        assert answer.data == {"endSession": {"id": id_, "errors": []}}
        for worker in (own_hub, other):
            await until_over(worker, lost)
            assert (await worker.ask_by(kept, VIEWER)).status == 200
    again = await own_hub.ask_by(kept, END, {"id": id_})
    assert again.data["endSession"]["errors"] == [{"code": "NOT_FOUND", "field": "id"}]
    assert [one["userAgent"] for one in await sessions(own_hub, kept)] == ["kept"]
    (event,) = await events(own_hub.url, "account:session:end")
    assert (event["user_id"], event["detail"]) == (PRIMARY, '{"reason": "ENDED_BY_OWNER"}')


async def test_nobody_ends_anothers_session(own_hub: Hub) -> None:
    mine, theirs = await sign_in(own_hub), await sign_in(own_hub, SECONDARY)
    (other,) = await sessions(own_hub, theirs)
    for id_ in (other["id"], "", "x", "U2Vzc2lvbjo5OTk5", "U2VydmljZVRva2VuOjE="):
        answer = await own_hub.ask_by(mine, END, {"id": id_})
        assert answer.data["endSession"] == {"id": None, "errors": [{"code": "NOT_FOUND", "field": "id"}]}
    assert (await own_hub.ask_by(theirs, VIEWER)).status == 200
    nobody = await own_hub.ask(END, {"id": other["id"]})
    assert (nobody.codes, nobody.data) == (["FORBIDDEN"], {"endSession": None})


@pytest.mark.parametrize("reason", [reason for reason in EndReason if reason is not EndReason.SIGNED_OUT])
async def test_whatever_ends_sessions_ends_them_on_every_worker(own_hub: Hub, reason: EndReason) -> None:
    tokens = [await sign_in(own_hub), await sign_in(own_hub)]
    async with running(own_hub.url) as other:
        for token in tokens:
            assert (await other.ask_by(token, VIEWER)).status == 200
        owner = await connect(own_hub.url)
        account = await owner.fetchval("SELECT account_id FROM accounts WHERE user_id = $1", PRIMARY)
        await owner.close()
        await own_hub.app.state.services.sessions.end_all(account, reason)
        for token in tokens:
            assert (await own_hub.ask_by(token, VIEWER)).status == 401
            await until_over(other, token)
    assert len(await events(own_hub.url, "account:session:end")) == 2


async def test_signing_out_on_one_worker_is_heard_on_the_other(own_hub: Hub) -> None:
    token = await sign_in(own_hub)
    async with running(own_hub.url) as other:
        assert (await other.ask_by(token, VIEWER)).status == 200
        await own_hub.ask_by(token, "mutation { signOut { errors { code } } }")
        await until_over(other, token)


async def test_use_on_one_worker_keeps_a_session_for_the_other(own_hub: Hub) -> None:
    start = clock.now()
    async with running(own_hub.url) as other:
        with clock.frozen(start):
            token = await sign_in(own_hub)
        for minutes, worker, status in [(25, other, 200), (50, own_hub, 200), (75, other, 200), (106, own_hub, 401)]:
            with clock.frozen(start + datetime.timedelta(minutes=minutes)):
                assert (await worker.ask_by(token, VIEWER)).status == status, minutes
        with clock.frozen(start):
            token = await sign_in(own_hub)
        for minutes in range(20, 12 * 60, 20):
            with clock.frozen(start + datetime.timedelta(minutes=minutes)):
                assert (await (own_hub, other)[minutes % 40 == 0].ask_by(token, VIEWER)).status == 200
        for worker in (own_hub, other):
            with clock.frozen(start + datetime.timedelta(hours=12)):
                assert (await worker.ask_by(token, VIEWER)).status == 401
