"""Subscriptions over a real socket: who hears of what, from which process, and what is kept from whom."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from ipaddress import IPv4Address
from typing import Any

import pytest

from hub.errors import Code, HubError
from hub.outbox import publish
from hub.store.engine import connect
from resolvers.shared_reads import SharedReads
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, PRIMARY, PRIVACY, Hub, events, running, store_accounts, user_of
from tests.http.sockets import Socket, introduced, listening
from tests.identity.country import child, codes, merge, msix_of, resolve, rows, upload, worklist
from tests.store.test_listen import DROP_OTHERS

pytestmark = pytest.mark.anyio

STUDENT = "subscription S($id: String!) { studentChanged(msixId: $id) { student { msixId firstName version } } }"
WORKLIST = "subscription W { worklistChanged { item { id kind status state } } }"


@pytest.fixture
async def fresh(database_url: str) -> AsyncIterator[Hub]:
    """A hub over a database of the test's own, with accounts and no children yet."""
    await store_accounts(database_url)
    async with running(database_url) as started:
        yield started


async def two(hub: Hub) -> tuple[str, str]:
    """The MSIX IDs of two children, one of Tennessee's and one of Texas's."""
    await upload(hub.url, "TN", 1, [child(1)])
    await upload(hub.url, "TX", 1, [child(2)])
    return await msix_of(hub.url, "TN", "S1"), await msix_of(hub.url, "TX", "S2")


async def say(url: str, topic: str, **payload: Any) -> None:
    """Publish an event, as another process."""
    connection = await connect(url)
    async with connection.transaction():
        await publish(connection, topic, payload)
    await connection.close()


async def students(url: str) -> list[int]:
    return [row[0] for row in await rows(url, "SELECT student_id FROM students ORDER BY student_id")]


def about(message: Any) -> Any:
    """The record that an answer without errors shows."""
    assert "errors" not in message, message
    ((change,),) = (list(message["data"].values()),)
    (record,) = change.values()
    return record


async def test_what_a_state_sends_is_told_to_who_follows_the_child(fresh: Hub) -> None:
    one, _ = await two(fresh)
    async with listening(fresh) as address, introduced(address, await fresh.token(PRIMARY)) as socket:
        await socket.subscribe(STUDENT, id=one)
        await upload(fresh.url, "TX", 2, [child(2, demographics__firstName="Otto")])
        await socket.hears_nothing()
        await upload(fresh.url, "TN", 2, [child(1, demographics__firstName="Neu")])
        assert about(await socket.next()) == {"msixId": one, "firstName": "Neu", "version": 1}
        await socket.send("complete", "1")
        await socket.send("ping", payload={"n": 1})
        assert await socket.receive() == {"type": "pong", "payload": {"n": 1}}
        await upload(fresh.url, "TN", 3, [child(1, demographics__firstName="Alt")])
        await socket.hears_nothing()
        assert fresh.app.state.services.feed.followers == 0


async def test_the_audit_row_is_there_when_the_answer_is(fresh: Hub) -> None:
    one, _ = await two(fresh)
    student, _ = await students(fresh.url)
    purpose = {"purpose": "PLACEMENT"}
    async with listening(fresh) as address, introduced(address, await fresh.token(PRIMARY), purpose) as socket:
        await socket.subscribe(STUDENT, id=one)
        await upload(fresh.url, "TN", 2, [child(1, demographics__firstName="Neu")])
        answer = await socket.next()
        (event,) = await events(fresh.url, "student:view")
    assert (event["user_id"], event["students"], event["operation"]) == (PRIMARY, [student], "S")
    assert (event["purpose"], event["address"]) == ("PLACEMENT", IPv4Address("127.0.0.1"))
    assert event["result_bytes"] == len(json.dumps(answer, separators=(",", ":")))
    assert {"StudentChange.student", "Student.firstName"} <= set(event["fields"])


async def test_no_answer_leaves_while_its_audit_row_cannot_be_written(
    fresh: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = await two(fresh)

    async def fails(event: Any) -> None:
        raise HubError(Code.UNAVAILABLE, "the trail is gone")

    async with listening(fresh) as address, introduced(address, await fresh.token(PRIMARY)) as socket:
        await socket.subscribe(STUDENT, id=one)
        monkeypatch.setattr(fresh.app.state.services.audit, "record", fails)
        await upload(fresh.url, "TN", 2, [child(1, demographics__firstName="Neu")])
        message = await socket.receive()
        assert message["type"] == "error"
        assert [error["extensions"]["code"] for error in message["payload"]] == ["UNAVAILABLE"]
        assert fresh.app.state.services.feed.followers == 0


async def test_a_worklist_item_is_told_to_those_who_may_decide_it(fresh: Hub) -> None:
    one, other = await two(fresh)
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(listening(fresh))

        async def follows(by: str) -> Socket:
            socket = await stack.enter_async_context(introduced(address, await fresh.token(by)))
            await socket.subscribe(WORKLIST)
            return socket

        deciders = {"TN": await follows(DATA_ADMIN), "TX": await follows(DATA_ADMIN_TX)}
        primary, regional = await follows(PRIMARY), await follows(user_of("REGIONAL_DATA_ADMINISTRATOR"))
        await merge(fresh, one, other, by=PRIMARY)
        for state, socket in deciders.items():
            item = about(await socket.next())
            assert (item["kind"], item["status"], item["state"]) == ("MERGE_VALIDATION", "OPEN", state)
            await socket.hears_nothing()
        await primary.hears_nothing()
        await regional.hears_nothing()
        (item,) = await worklist(fresh, DATA_ADMIN)
        await resolve(fresh, item["id"], "REJECTED", by=DATA_ADMIN)
        told = about(await deciders["TN"].next())
        assert (told["id"], told["status"]) == (item["id"], "RESOLVED")
        assert about(await deciders["TX"].next())["status"] == "WITHDRAWN"
    told_to = await rows(
        fresh.url, "SELECT DISTINCT user_id FROM audit_events WHERE operation = 'W' AND fields <> '{}'"
    )
    assert {row[0] for row in told_to} >= {DATA_ADMIN, DATA_ADMIN_TX}
    assert PRIMARY not in {row[0] for row in told_to}


async def test_two_servers_over_one_database_tell_the_same(fresh: Hub) -> None:
    one, other = await two(fresh)
    async with (
        running(fresh.url) as second,
        listening(fresh) as address,
        listening(second) as elsewhere,
        introduced(address, await fresh.token(DATA_ADMIN)) as here,
        introduced(elsewhere, await fresh.token(DATA_ADMIN)) as there,
    ):
        await here.subscribe(WORKLIST)
        await there.subscribe(WORKLIST)
        await merge(second, one, other, by=PRIMARY)
        told = about(await here.next())
        assert told == about(await there.next())
        await resolve(fresh, told["id"], "APPROVED", by=DATA_ADMIN)
        assert about(await here.next())["status"] == about(await there.next())["status"] == "RESOLVED"


async def test_what_happens_under_review_is_kept_from_all_but_deciders_until_it_ends(fresh: Hub) -> None:
    one, other = await two(fresh)
    async with (
        listening(fresh) as address,
        introduced(address, await fresh.token(PRIMARY)) as closed,
        introduced(address, await fresh.token(DATA_ADMIN)) as decides,
    ):
        for socket in (closed, decides):
            await socket.subscribe(STUDENT, id=one)
        await closed.subscribe(
            "subscription S($id: String!) { studentChanged(msixId: $id) { __typename } }", "least", id=one
        )
        await merge(fresh, one, other, by=PRIMARY)
        assert about(await decides.next())["msixId"] == one
        await upload(fresh.url, "TN", 2, [child(1, demographics__firstName="Neu")])
        assert about(await decides.next())["firstName"] == "Neu"
        await closed.hears_nothing()
        (item,) = await worklist(fresh, DATA_ADMIN)
        await resolve(fresh, item["id"], "REJECTED", by=DATA_ADMIN)
        told = {(message := await closed.receive())["id"]: message["payload"] for _ in range(2)}
        assert about(told["1"])["firstName"] == "Neu"
        assert told["least"] == {"data": {"studentChanged": {"__typename": "StudentChange"}}}


async def test_a_retired_id_follows_its_survivor(fresh: Hub) -> None:
    one, other = await two(fresh)
    async with listening(fresh) as address, introduced(address, await fresh.token(PRIVACY)) as socket:
        await socket.subscribe(STUDENT, id=other)
        await merge(fresh, one, other, by=PRIMARY)
        for by in (DATA_ADMIN, DATA_ADMIN_TX):
            (item,) = await worklist(fresh, by)
            assert codes(await resolve(fresh, item["id"], "APPROVED", by=by)) == []
        assert about(await socket.next())["msixId"] == one
        await upload(fresh.url, "TN", 2, [child(1, demographics__firstName="Neu")])
        while about(await socket.next())["firstName"] != "Neu":
            continue


async def test_an_id_that_nobody_has_is_silent(fresh: Hub) -> None:
    await two(fresh)
    async with listening(fresh) as address, introduced(address, await fresh.token(PRIMARY)) as socket:
        for number, id_ in enumerate(("000000000000", "x" * 5000, "\0")):
            await socket.subscribe(STUDENT, f"{number}", id=id_)
        await say(fresh.url, "student_changed", students=await students(fresh.url))
        await socket.hears_nothing()
        assert fresh.app.state.services.feed.followers == 3


async def test_what_was_missed_while_the_listener_was_away_is_told_once_it_is_back(fresh: Hub) -> None:
    one, _ = await two(fresh)
    student, _ = await students(fresh.url)
    async with listening(fresh) as address, introduced(address, await fresh.token(PRIMARY)) as socket:
        await socket.subscribe(STUDENT, id=one)
        connection = await connect(fresh.url)
        async with connection.transaction():
            await publish(connection, "student_changed", {"students": [student]})
            await connection.execute(DROP_OTHERS)
        await connection.close()
        assert about(await socket.next())["msixId"] == one
        await say(fresh.url, "student_changed", students=[student])
        assert about(await socket.next())["msixId"] == one
        await socket.hears_nothing()


class Counted:
    """Reads, counted by how many there were."""

    def __init__(self, reads: Any) -> None:
        self.reads = reads
        self.count = 0

    async def fetchrow(self, text: str, *values: Any) -> Any:
        self.count += 1
        return await self.reads.fetchrow(text, *values)


async def test_subscribers_with_the_same_rights_and_selection_share_one_read(fresh: Hub) -> None:
    one, other = await two(fresh)
    counted = Counted(fresh.app.state.services.reads)
    shared: SharedReads = fresh.app.state.services.feed.shared
    shared._reads = counted
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(listening(fresh))
        sockets = [
            await stack.enter_async_context(introduced(address, await fresh.token(by)))
            for by in [*[DATA_ADMIN] * 8, DATA_ADMIN_TX]
        ]
        for socket in sockets:
            await socket.subscribe(WORKLIST)
        await merge(fresh, one, other, by=PRIMARY)
        told = [about(await socket.next())["state"] for socket in sockets]
        assert told == ["TN"] * 8 + ["TX"]
        assert counted.count == 4, counted.count  # two items, each for two kinds of viewers
    assert len([event for event in await events(fresh.url, "student:view") if event["operation"] == "W"]) == 9


async def test_many_changes_that_are_close_together_are_told_as_one(fresh: Hub) -> None:
    one, _ = await two(fresh)
    student, _ = await students(fresh.url)
    async with listening(fresh) as address, introduced(address, await fresh.token(PRIMARY)) as socket:
        await socket.subscribe(STUDENT, id=one)
        connection = await connect(fresh.url)
        async with connection.transaction():
            for _ in range(50):
                await publish(connection, "student_changed", {"students": [student]})
        await connection.close()
        await socket.next()
        await socket.hears_nothing()
