"""The daily digest: one a day and person at most, without a value of a child, whatever happens to the workers."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

import asyncpg
import pytest

from hub import clock
from hub.notices import Audience, Notice
from hub.notices.clearing import clear_notifications
from hub.notices.digest import write_digests
from hub.notices.digest_texts import KINDS_ES, Line, digest_mail
from hub.settings import Settings
from hub.store.engine import read_pool
from hub.tables import NOTIFICATION_KINDS
from hub.tables.web_role import WEB_ROLE
from hub.worker import jobs, working
from permissions.grants import Grant
from permissions.roles import holders_of
from tests.http.hub import DATA_ADMIN, HELP_DESK, PRIMARY, SECONDARY, Hub
from tests.identity.country import child, merge, msix_of, payload, resolve, rows, upload, value, worklist
from tests.notices.telling import account_of, mark, student_of, tell, told

pytestmark = pytest.mark.anyio

DAY = datetime.date(2026, 3, 2)
READERS = holders_of(Grant.STUDENT_READ)
CHOOSE = (
    "mutation P($input: SetNotificationPreferencesInput!)"
    " { setNotificationPreferences(input: $input) { errors { code } } }"
)


async def _write(url: str, day: datetime.date = DAY) -> None:
    """All digests of a day, as the worker writes them."""
    pool = await read_pool(url, 2, role=WEB_ROLE, statement_timeout_ms=0)
    last: int | None = 0
    try:
        while last is not None:
            async with pool.acquire() as connection, connection.transaction():
                last = await write_digests(connection, day, READERS, last)
    finally:
        await pool.close()


async def _mails(url: str) -> list[dict[str, Any]]:
    found = await rows(
        url,
        "SELECT payload->>'to' AS to, payload->>'subject' AS subject, payload->>'body' AS body,"
        " payload->>'language' AS language FROM outbox_messages WHERE payload->>'kind' = 'digest' ORDER BY outbox_id",
    )
    return [dict(row) for row in found]


async def _child(hub: Hub, number: int) -> tuple[str, int]:
    await upload(hub.url, "TN", number, [child(number)])
    msix_id = await msix_of(hub.url, "TN", f"S{number}")
    return msix_id, await student_of(hub.url, msix_id)


def _to(*accounts: int) -> Audience:
    return Audience(accounts=accounts)


def test_every_kind_has_words_in_both_languages() -> None:
    assert set(KINDS_ES) == set(NOTIFICATION_KINDS)


async def test_a_digest_counts_by_kind_and_names_msix_ids_and_nothing_else_of_a_child(hub: Hub) -> None:
    msix_id, student = await _child(hub, 1)
    own = await account_of(hub.url, PRIMARY)
    await tell(
        hub.url,
        *(Notice("STUDENT_CHANGED", _to(own), student) for _ in range(2)),
        Notice("DATA_REQUEST", _to(own), parameters={"state": "TX"}),
    )
    await _write(hub.url)
    (mail,) = await _mails(hub.url)
    assert mail["to"] == f"{PRIMARY}@agency.gov"
    assert mail["subject"] == "Digest of the day: 3"
    assert "1 × Another state asks" in mail["body"] and "2 × What is held on a watched" in mail["body"]
    assert f"MSIX ID {msix_id}\n" in mail["body"]
    record = await rows(hub.url, "SELECT * FROM demographics")
    values = [str(each) for row in record for each in row.values() if isinstance(each, str) and len(each) > 2]
    assert values and not [each for each in values if each in mail["body"]]
    assert {each["readAt"] for each in await told(hub, PRIMARY)} == {None}


async def test_one_digest_a_day_and_only_of_what_is_new_and_unread(hub: Hub) -> None:
    own = await account_of(hub.url, PRIMARY)
    await tell(hub.url, Notice("CLOCK_DUE", _to(own)))
    await _write(hub.url)
    await tell(hub.url, Notice("CLOCK_DUE", _to(own)), Notice("CLOCK_OVERDUE", _to(own)))
    await _write(hub.url)
    assert len(await _mails(hub.url)) == 1
    read = next(each for each in await told(hub, PRIMARY) if each["kind"] == "CLOCK_OVERDUE")
    await mark(hub, PRIMARY, ids=[read["id"]])
    for _ in range(2):
        await _write(hub.url, DAY + datetime.timedelta(days=1))
    _, second = await _mails(hub.url)
    assert second["subject"] == "Digest of the day: 1"
    assert "overdue" not in second["body"]
    await _write(hub.url, DAY + datetime.timedelta(days=2))
    assert len(await _mails(hub.url)) == 2


async def test_whoever_wants_none_gets_none_and_spanish_is_spanish(hub: Hub) -> None:
    accounts = [await account_of(hub.url, by) for by in (PRIMARY, SECONDARY)]
    for by, digest, language in ((PRIMARY, "NEVER", "EN"), (SECONDARY, "DAILY", "ES")):
        given = {"digest": digest, "language": language}
        payload(await hub.ask(CHOOSE, {"input": given}, by=by))
    await tell(hub.url, Notice("MOVE_NOTICE", _to(*accounts)))
    await _write(hub.url)
    (mail,) = await _mails(hub.url)
    assert (mail["to"], mail["language"]) == (f"{SECONDARY}@agency.gov", "es")
    assert "Llegó un aviso de mudanza." in mail["body"] and "Resumen" in mail["subject"]


async def test_a_child_under_review_waits_and_lost_rights_tell_of_no_child(hub: Hub) -> None:
    one, student = await _child(hub, 1)
    other, _ = await _child(hub, 2)
    accounts = [await account_of(hub.url, by) for by in (SECONDARY, DATA_ADMIN, HELP_DESK)]
    await tell(hub.url, Notice("STUDENT_CHANGED", _to(*accounts), student))
    await merge(hub, one, other, by=PRIMARY)
    await _write(hub.url)
    assert await _mails(hub.url) == []
    (item,) = await worklist(hub, DATA_ADMIN)
    await resolve(hub, item["id"], "REJECTED", by=DATA_ADMIN)
    await rows(hub.url, "UPDATE accounts SET status = 'DISABLED' WHERE account_id = $1", accounts[0])
    await _write(hub.url)
    (mail,) = await _mails(hub.url)
    assert mail["to"] == f"{DATA_ADMIN}@agency.gov"
    assert one in mail["body"]


def test_many_msix_ids_are_cut() -> None:
    msix_ids = [f"{number:012}" for number in range(30)]
    mail = digest_mail("a@agency.gov", "EN", [Line("CLOCK_DUE", 30, msix_ids)])
    assert "… and 10 more" in mail.body
    assert [each for each in msix_ids if each in mail.body] == msix_ids[:20]
    assert "… y 10 más" in digest_mail("a@agency.gov", "ES", [Line("CLOCK_DUE", 30, msix_ids)]).body


async def test_several_writers_at_once_write_each_digest_once(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.notices.digest.AT_ONCE", 2)
    accounts = [row[0] for row in await rows(hub.url, "SELECT account_id FROM accounts WHERE trained_at IS NOT NULL")]
    await tell(hub.url, Notice("CLOCK_DUE", _to(*accounts)))
    await asyncio.gather(*(_write(hub.url) for _ in range(4)))
    assert len(await _mails(hub.url)) == len(accounts) == await value(hub.url, "SELECT count(*) FROM digests")


async def test_broken_off_anywhere_it_leaves_all_of_a_digest_or_nothing(hub: Hub) -> None:
    own = await account_of(hub.url, PRIMARY)
    await tell(hub.url, Notice("CLOCK_DUE", _to(own)))
    pool = await read_pool(hub.url, 1, role=WEB_ROLE, statement_timeout_ms=0)
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        assert await write_digests(connection, DAY, READERS) == own
        connection.terminate()  # as a killed worker leaves it
    await pool.close()
    assert await _mails(hub.url) == []
    assert await value(hub.url, "SELECT count(*) FROM notifications WHERE digested_at IS NOT NULL") == 0
    await _write(hub.url)
    assert len(await _mails(hub.url)) == 1


async def test_a_digest_that_was_written_cannot_be_taken_back(hub: Hub) -> None:
    await tell(hub.url, Notice("CLOCK_DUE", _to(await account_of(hub.url, PRIMARY))))
    await _write(hub.url)
    with pytest.raises(asyncpg.PostgresError, match="append-only"):
        await rows(hub.url, "DELETE FROM digests")


async def test_the_worker_writes_digests_once_their_hour_has_come(hub: Hub) -> None:
    await tell(hub.url, Notice("CLOCK_DUE", _to(await account_of(hub.url, PRIMARY))))
    settings = Settings(digest_hour=11)
    table = tuple(job for job in jobs(settings) if job.name == "digests")
    early = datetime.datetime(2026, 3, 2, 10, 59, tzinfo=datetime.UTC)
    with clock.frozen(early):
        async with working(hub.url, settings, table):
            await _done(hub.url)
    assert await _mails(hub.url) == []
    with clock.frozen(early + datetime.timedelta(hours=1)):
        async with working(hub.url, settings, table), working(hub.url, settings, table):
            await _done(hub.url)
    assert len(await _mails(hub.url)) == 1
    assert await value(hub.url, "SELECT day FROM digests") == DAY


async def _done(url: str) -> None:
    """Wait until the job has ended its turn."""
    ended = "SELECT count(*) FROM jobs WHERE ended_at IS NOT NULL AND begun_at >= $1"
    async with asyncio.timeout(30):
        while not await value(url, ended, clock.now()):
            pass


async def test_what_was_kept_long_enough_is_cleared(hub: Hub) -> None:
    own = await account_of(hub.url, PRIMARY)
    await tell(hub.url, Notice("CLOCK_DUE", _to(own)))
    with clock.frozen(clock.now() - datetime.timedelta(days=400)):
        await tell(hub.url, Notice("CLOCK_OVERDUE", _to(own)))
    pool = await read_pool(hub.url, 1, role=WEB_ROLE, statement_timeout_ms=0)
    assert [await clear_notifications(pool, 365) for _ in range(2)] == [1, 0]
    await pool.close()
    assert [each["kind"] for each in await told(hub, PRIMARY)] == ["CLOCK_DUE"]
