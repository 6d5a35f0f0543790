"""When a socket ends: its viewer is no longer who it was, it takes nothing of what it is told, or the hub stops."""

from __future__ import annotations

import asyncio
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from hub.accounts.announce import announce
from hub.accounts.end_sessions import EndReason, end_all_sessions
from hub.identity import NewItem, raise_items
from hub.store.engine import connect
from tests.http.hub import DATA_ADMIN, PRIMARY, Hub, running, store_accounts
from tests.http.sockets import Socket, introduced, listening
from tests.http.test_subscriptions import STUDENT, WORKLIST, say, students, two
from tests.identity.country import child, rows, upload

pytestmark = pytest.mark.anyio

SIGN_OUT = "mutation { signOut { errors { code } } }"


@pytest.fixture
async def fresh(database_url: str) -> AsyncIterator[Hub]:
    """A hub over a database of the test's own, with accounts and no children yet."""
    await store_accounts(database_url)
    async with running(database_url) as started:
        yield started


async def change_account(url: str, statement: str, *, ends: bool = False) -> None:
    """Change the primary user's account as another process, which ends its sessions or only announces it."""
    connection = await connect(url)
    async with connection.transaction():
        account = await connection.fetchval("SELECT account_id FROM accounts WHERE user_id = $1", PRIMARY)
        await connection.execute(statement, account)
        if ends:
            await end_all_sessions(connection, account, EndReason.ROLES_CHANGED)
        else:
            await announce(connection, account)
    await connection.close()


async def test_a_socket_ends_with_its_session(fresh: Hub) -> None:
    token = await fresh.token(PRIMARY)
    async with (
        running(fresh.url) as second,
        listening(fresh) as address,
        listening(second) as elsewhere,
        introduced(address, token) as here,
        introduced(elsewhere, token) as there,
        introduced(address, await fresh.token(DATA_ADMIN)) as other,
    ):
        assert (await fresh.ask_by(token, SIGN_OUT)).data["signOut"]["errors"] == []
        assert await here.closed() == await there.closed() == (4401, "UNAUTHENTICATED")
        await other.send("ping")
        assert await other.receive() == {"type": "pong"}


async def test_a_change_of_roles_ends_the_socket_before_any_later_event_is_told(fresh: Hub) -> None:
    one, _ = await two(fresh)
    changed = await students(fresh.url)
    async with listening(fresh) as address, introduced(address, await fresh.token(PRIMARY)) as socket:
        await socket.subscribe(STUDENT, id=one)
        roles = "UPDATE account_roles SET role = 'STATE_USER_ADMINISTRATOR' WHERE account_id = $1"
        await change_account(fresh.url, roles, ends=True)
        await say(fresh.url, "student_changed", students=changed)
        await socket.hears_only_the_end()
        assert await socket.closed() == (4401, "UNAUTHENTICATED")
    assert not await rows(fresh.url, "SELECT 1 FROM audit_events WHERE tag = 'student:view'")


async def test_a_service_token_whose_account_may_less_ends_its_socket(fresh: Hub) -> None:
    one, _ = await two(fresh)
    changed = await students(fresh.url)
    token = await fresh.service_token(PRIMARY, "student:read")
    async with listening(fresh) as address, introduced(address, token) as socket:
        await socket.subscribe(STUDENT, id=one)
        await say(fresh.url, "student_changed", students=changed)
        await socket.next()
        await change_account(fresh.url, "UPDATE accounts SET name = 'Another' WHERE account_id = $1")
        await say(fresh.url, "student_changed", students=changed)
        await socket.next()
        roles = "UPDATE account_roles SET role = 'STATE_USER_ADMINISTRATOR' WHERE account_id = $1"
        await change_account(fresh.url, roles)
        await say(fresh.url, "student_changed", students=changed)
        assert await socket.closed() == (4403, "RIGHTS_CHANGED")
    seen = await rows(fresh.url, "SELECT detail FROM audit_events WHERE tag = 'student:view'")
    assert len(seen) == 2


@pytest.mark.parametrize("table", ["sessions", "service_tokens"])
async def test_a_socket_ends_at_the_moment_at_which_its_token_does(fresh: Hub, table: str) -> None:
    of_session = table == "sessions"
    token = await fresh.token(PRIMARY) if of_session else await fresh.service_token(PRIMARY, "student:read")
    soon = f"UPDATE {table} SET expires_at = now() + interval '1.5 seconds' RETURNING expires_at"
    await rows(fresh.url, soon)
    async with listening(fresh) as address, introduced(address, token) as socket:
        await socket.hears_nothing()
        assert await socket.closed() == (4401, "UNAUTHENTICATED")
    (left,) = await rows(fresh.url, f"SELECT extract(epoch FROM now() - max(expires_at))::float8 FROM {table}")
    assert 0 <= left[0] < 5


async def test_rights_that_were_changed_unannounced_while_the_hub_could_not_hear_are_found(fresh: Hub) -> None:
    one, _ = await two(fresh)
    changed = await students(fresh.url)
    async with listening(fresh) as address, introduced(address, await fresh.token(PRIMARY)) as socket:
        await socket.subscribe(STUDENT, id=one)
        connection = await connect(fresh.url)
        async with connection.transaction():
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            await connection.execute("UPDATE accounts SET state = 'TX' WHERE user_id = $1", PRIMARY)
        await connection.close()
        await say(fresh.url, "student_changed", students=changed)
        assert await socket.closed() == (4403, "RIGHTS_CHANGED")


ITEM = "item { id kind state dueAt raisedAt records { side stateRecord { id state stateStudentId } } }"
WIDE = f"subscription W {{ worklistChanged {{ {' '.join(f'i{n}: {ITEM}' for n in range(24))} }} }}"
ROUND = 60


async def test_a_socket_that_takes_nothing_is_closed_and_delays_nobody(database_url: str) -> None:
    await store_accounts(database_url)
    async with AsyncExitStack() as stack:
        hub = await stack.enter_async_context(running(database_url, max_untold_changes=80))
        await upload(hub.url, "TN", 1, [child(1)])
        address = await stack.enter_async_context(listening(hub, buffer=4096))
        token = await hub.token(DATA_ADMIN)
        small = sockets.socket()
        small.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        small.setblocking(False)
        await asyncio.get_running_loop().sock_connect(small, ("127.0.0.1", int(address.split(":")[2].split("/")[0])))
        options: dict[str, Any] = {"sock": small, "max_queue": 1}
        slow = await stack.enter_async_context(introduced(address, token, **options))
        await slow.subscribe(WIDE)
        quick = await stack.enter_async_context(introduced(address, token))
        await quick.subscribe(WORKLIST)
        feed = hub.app.state.services.feed
        assert feed.followers == 2
        for _ in range(3):
            await _raise(hub.url)
            for _ in range(ROUND):
                await quick.next()
        assert feed.followers == 1
        code, reason = await _end_of(slow)
        assert (code, reason) in {(1013, "SLOW_CONSUMER"), (1006, "")}


async def _end_of(socket: Socket) -> tuple[int, str]:
    """How a socket ended that may not have been told."""
    from websockets.exceptions import ConnectionClosed

    try:
        while True:
            await asyncio.wait_for(socket.connection.recv(), 20)
    except ConnectionClosed as end:
        return (1006, "") if end.rcvd is None else (end.rcvd.code, end.rcvd.reason)


async def _raise(url: str) -> None:
    connection = await connect(url)
    async with connection.transaction():
        record = await connection.fetchval("SELECT min(state_record_id) FROM state_records")
        await raise_items(connection, [NewItem("DATA_QUALITY", "TN", {record: 1})] * ROUND)
    await connection.close()


async def test_one_that_is_told_more_at_once_than_the_limit_is_closed(database_url: str) -> None:
    await store_accounts(database_url)
    async with running(database_url, max_untold_changes=ROUND - 1) as hub, listening(hub) as address:
        await upload(hub.url, "TN", 1, [child(1)])
        async with introduced(address, await hub.token(DATA_ADMIN)) as socket:
            await socket.subscribe(WORKLIST)
            await _raise(hub.url)
            assert await socket.closed() == (1013, "SLOW_CONSUMER")
        assert hub.app.state.services.feed.followers == 0


async def test_a_server_that_stops_says_so_to_its_sockets(fresh: Hub) -> None:
    async with AsyncExitStack() as outer:
        async with listening(fresh) as address:
            socket = await outer.enter_async_context(introduced(address, await fresh.token(PRIMARY)))
        assert (await socket.closed())[0] == 1012
