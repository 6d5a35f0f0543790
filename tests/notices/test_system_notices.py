"""What the hub itself tells the state that a child came from."""

from __future__ import annotations

import datetime

import asyncpg
import pytest

from hub.notices import SystemNotice, post_system_notices
from hub.store.engine import connect
from hub.tables.web_role import WEB_ROLE
from tests.http.hub import Hub
from tests.identity.country import child, rows, upload
from tests.notices.children import ADMINS, mails

pytestmark = pytest.mark.anyio


async def test_many_children_take_one_mail_to_each_contact_and_one_notice_each(hub: Hub) -> None:
    await upload(hub.url, "TN", 1, [child(number) for number in range(1, 6)])
    students = await rows(hub.url, "SELECT student_id, msix_id FROM students ORDER BY student_id")
    web = await connect(hub.url, role=WEB_ROLE)
    date = datetime.date(2026, 9, 1)
    notices = [SystemNotice(row["student_id"], "TN", "TX", "4700012", "4800001", date) for row in students]
    async with web.transaction():
        ids = await post_system_notices(web, notices)
        assert await post_system_notices(web, []) == []
    stored = await web.fetch("SELECT * FROM move_notices ORDER BY notice_id")
    assert [row["notice_id"] for row in stored] == ids
    assert [row["student_id"] for row in stored] == [row["student_id"] for row in students]
    for row in stored:
        told = (
            row["kind"],
            row["sender_state"],
            row["sender_district"],
            row["receiver_state"],
            row["receiver_district"],
        )
        assert told == ("ARRIVAL", "TX", "4800001", "TN", "4700012")
        assert (row["account_id"], row["message"], row["receivers"]) == (None, None, [ADMINS["TN"]])
        assert row["due_at"] - row["sent_at"] == datetime.timedelta(hours=24)
    (mail,) = await mails(hub.url, "change_of_residence")
    assert mail["to"] == ADMINS["TN"]
    assert all(row["msix_id"] in mail["body"] for row in students)
    assert not any(name in mail["body"] for name in ("Bruno", "Ybarra", "City 1"))
    await web.close()


async def test_a_state_without_anybody_finds_its_notices_in_the_hub(hub: Hub) -> None:
    await upload(hub.url, "GA", 1, [child(1)])
    (student,) = await rows(hub.url, "SELECT student_id FROM students")
    web = await connect(hub.url, role=WEB_ROLE)
    async with web.transaction():
        await post_system_notices(web, [SystemNotice(student["student_id"], "GA", "TX")])
    assert await web.fetchval("SELECT receivers FROM move_notices") == []
    assert await mails(hub.url, "change_of_residence") == []
    await web.close()


async def test_notices_are_never_changed_or_deleted(hub: Hub) -> None:
    await upload(hub.url, "TN", 1, [child(1)])
    (student,) = await rows(hub.url, "SELECT student_id FROM students")
    owner = await connect(hub.url)
    async with owner.transaction():
        await post_system_notices(owner, [SystemNotice(student["student_id"], "TN", "TX")])
    for statement in ("UPDATE move_notices SET message = 'x'", "DELETE FROM move_notices"):
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await owner.execute(statement)
    await owner.close()
