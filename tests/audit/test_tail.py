"""`hub audit tail` shows the newest, oldest first, and misses nothing that commits late."""

import asyncio
import json

import pytest

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.audit.tail import follow, newest
from hub.store.engine import connect
from tests.commands.run import hub

pytestmark = pytest.mark.anyio


def tail(database_url: str, *arguments: str) -> str:
    done = hub("audit", "tail", *arguments, HUB_DATABASE_URL=database_url)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_the_newest_are_listed_oldest_first(database_url: str) -> None:
    connection = await connect(database_url)
    await record_in(connection, Event(Tag.LOGIN_SUCCESS, user_id="ann", state="TX"))
    await record_in(
        connection, Event(Tag.STUDENT_VIEW, user_id="ann", purpose="ENROLLMENT", operation="Record", students=(4, 5))
    )
    await record_in(connection, Event(Tag.LOGOUT, user_id="ann"))
    await connection.close()
    first, second = (json.loads(line) for line in tail(database_url, "-n", "2", "--json").splitlines())
    assert (first["tag"], first["students"], first["purpose"]) == ("student:view", 2, "ENROLLMENT")
    assert (second["tag"], second["user_id"], second["operation"]) == ("account:logout", "ann", None)
    lines = tail(database_url).splitlines()
    assert lines[0].split() == ["TIME", "USER", "TAG", "PURPOSE", "OPERATION", "STUDENTS", "STATE"]
    assert lines[2].split()[2:] == ["ann", "student:view", "ENROLLMENT", "Record", "2", "-"]
    assert len(lines) == 4


async def test_following_shows_each_new_event_once_even_one_that_commits_after_a_later_one(database_url: str) -> None:
    reader, slow, quick = [await connect(database_url) for _ in range(3)]
    await record_in(quick, Event(Tag.LOGIN_SUCCESS))
    shown, ids = await newest(reader, 0)
    assert (shown, len(ids)) == ([], 1)
    coming = follow(reader, ids)
    async with asyncio.timeout(10):
        async with slow.transaction():
            await record_in(slow, Event(Tag.UPLOAD_APPLIED))
            await record_in(quick, Event(Tag.STUDENT_VIEW))
            assert (await anext(coming)).tag == "student:view"
        assert (await anext(coming)).tag == "upload:applied"
    for connection in (reader, slow, quick):
        await connection.close()
