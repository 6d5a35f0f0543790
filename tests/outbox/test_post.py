"""A mail or an event is there if, and only if, its transaction commits; listeners hear of it then."""

import datetime
import time
from typing import Any

import anyio
import asyncpg
import pytest

from hub.outbox import Mail, post_mail, publish
from hub.outbox.events import CHANNEL as EVENTS
from hub.outbox.events import events_since, read_events
from hub.outbox.post import CHANNEL as MAILS
from hub.store.engine import connect
from hub.store.listen import Listener
from hub.tables.web_role import WEB_ROLE

pytestmark = pytest.mark.anyio

MAIL = Mail("ann@agency.gov", "Welcome", "Hello.", "welcome")


async def heard(said: list[Any], count: int) -> None:
    deadline = time.monotonic() + 10
    while len(said) < count:
        assert time.monotonic() < deadline
        await anyio.sleep(0.005)


async def test_mail_and_event_come_with_the_commit_and_not_with_a_rollback(database_url: str) -> None:
    web = await connect(database_url, role=WEB_ROLE)
    mails: list[str] = []
    events: list[str] = []
    async with Listener(database_url, {MAILS: mails.append, EVENTS: events.append}):
        with pytest.raises(ZeroDivisionError):
            async with web.transaction():
                await post_mail(web, MAIL)
                await publish(web, "students_merged", {"student": 1})
                raise ZeroDivisionError
        async with web.transaction():
            mail = await post_mail(web, MAIL)
            await post_mail(web, MAIL)
            event = await publish(web, "students_merged", {"student": 2})
            assert not mails and not events
        await heard(events, 1)
        await heard(mails, 1)
    assert (mails, events) == ([""], [f"students_merged {event}"])
    topics = await web.fetch("SELECT topic FROM outbox_messages ORDER BY outbox_id")
    assert [row["topic"] for row in topics] == ["mail", "mail", "students_merged"]
    assert await web.fetchval("SELECT payload->>'to' FROM outbox_messages WHERE outbox_id = $1", mail) == MAIL.to
    await web.close()


async def test_events_are_read_by_id_and_since_a_moment_and_mails_are_none(database_url: str) -> None:
    web = await connect(database_url, role=WEB_ROLE)
    before = datetime.datetime.now(datetime.UTC)
    mail = await post_mail(web, MAIL)
    first = await publish(web, "students_merged", {"student": 1})
    second = await publish(web, "students_split", {"students": [2, 3]})
    read = await read_events(web, [second, first, mail, 999])
    assert [(event.outbox_id, event.topic, event.payload) for event in read] == [
        (first, "students_merged", {"student": 1}),
        (second, "students_split", {"students": [2, 3]}),
    ]
    assert await events_since(web, before) == read
    assert await events_since(web, datetime.datetime.now(datetime.UTC)) == []
    await web.close()


@pytest.mark.parametrize("topic", ["mail", "", "Merged", "merged 4", "a'b"])
async def test_an_event_has_a_topic_of_its_own(database_url: str, topic: str) -> None:
    web = await connect(database_url, role=WEB_ROLE)
    with pytest.raises(ValueError, match="topic"):
        await publish(web, topic, {})
    await web.close()


async def test_a_secret_without_expiry_is_refused_by_the_database_too(database_url: str) -> None:
    owner = await connect(database_url)
    with pytest.raises(asyncpg.CheckViolationError):
        await owner.execute("INSERT INTO outbox_messages (topic, payload, sensitive) VALUES ('mail', '{}', true)")
    await owner.close()
