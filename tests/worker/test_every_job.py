"""Every job of the worker, by several processes at once that are killed at any moment: nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.notices import Audience, Notice
from hub.settings import Settings
from hub.worker import jobs
from tests.commands.run import running, start, wait_for
from tests.disputes.asking import ask_correction
from tests.http.hub import DATA_ADMIN, PRIMARY, SECONDARY, Hub, store_accounts
from tests.http.hub import running as serving
from tests.identity.country import child, codes, merge, msix_of, rows, upload, value
from tests.notices.telling import account_of, student_of, tell
from tests.outbox.conftest import mailbox
from tests.outbox.mail_server import FROM, MailServer
from tests.watches.asking import change

__all__ = ["mailbox"]

pytestmark = pytest.mark.anyio

_DIGESTS = """
SELECT count(*) FROM digests WHERE account_id IN (SELECT account_id FROM notifications WHERE kind = 'DATA_REQUEST')
"""
ROUNDS = 4
SETTLED = 90.0


@pytest.fixture
async def filled(database_url: str) -> AsyncIterator[Hub]:
    """Accounts, and a server that does no worker's job."""
    await store_accounts(database_url)
    async with serving(database_url) as started:
        yield started


def _environment(url: str, mailbox: MailServer) -> dict[str, str]:
    mail = {"HUB_SMTP_URL": mailbox.url(), "HUB_MAIL_FROM": FROM, "HUB_MAIL_CONNECTIONS": "1"}
    return {"HUB_DATABASE_URL": url, "HUB_LOG_JSON": "true", "HUB_DIGEST_HOUR": "0", **mail}


async def _until(url: str, query: str, wanted: object) -> None:
    deadline = time.monotonic() + SETTLED
    while (found := await value(url, query)) != wanted:
        assert time.monotonic() < deadline, f"{query}: {found}"
        await asyncio.sleep(0.1)


async def test_two_workers_do_every_job_without_a_fault(tmp_path: Path, filled: Hub, mailbox: MailServer) -> None:
    alone = sorted(job.name for job in jobs(Settings()) if not job.shared)
    environment = _environment(filled.url, mailbox)
    with running("worker", out=tmp_path / "1", **environment), running("worker", out=tmp_path / "2", **environment):
        await _until(
            filled.url,
            'SELECT array_agg(name ORDER BY name COLLATE "C") FROM jobs WHERE ended_at IS NOT NULL AND failed IS NULL',
            alone,
        )
    for number in "12":
        assert "job failed" not in (tmp_path / number).read_text()


async def test_killed_again_and_again_the_workers_tell_everything_once(
    tmp_path: Path, filled: Hub, mailbox: MailServer
) -> None:
    hub, dice = filled, random.Random(20260302)
    await upload(hub.url, "TN", 1, [child(number) for number in (1, 2, 3, 4, 6, 7)])
    assert await value(hub.url, "SELECT count(*) FROM worklist_items") == 0  # a watched child in review is not told of
    watched = {number: await msix_of(hub.url, "TN", f"S{number}") for number in range(1, 5)}
    for msix_id in watched.values():
        assert codes(await change(hub, "watchStudent", SECONDARY, student=msix_id)) == []
    assert await value(hub.url, "SELECT count(*) FROM watches") == len(watched)
    await ask_correction(hub, watched[1])
    await rows(hub.url, "UPDATE correction_requests SET due_at = now() - interval '1 hour'")
    await merge(hub, await msix_of(hub.url, "TN", "S6"), await msix_of(hub.url, "TN", "S7"), by=PRIMARY)
    await rows(hub.url, "UPDATE worklist_items SET due_at = now() - interval '1 hour' WHERE status = 'OPEN'")
    accounts = [await account_of(hub.url, by) for by in (PRIMARY, SECONDARY, DATA_ADMIN)]
    await tell(hub.url, Notice("DATA_REQUEST", Audience(accounts=accounts)))
    environment = _environment(hub.url, mailbox)
    for round_ in range(ROUNDS):
        workers = [start("worker", out=tmp_path / f"{round_}{n}", **environment) for n in range(2)]
        try:
            if round_ < len(watched):
                changed = {"demographics__suffix": "Jr"}
                await upload(hub.url, "TN", 2 + round_, [child(round_ + 1, **changed)])
            wait_for('"working"', tmp_path / f"{round_}0", workers[0])
            await asyncio.sleep(dice.uniform(0.0, 0.6))
        finally:
            for worker in workers:
                worker.kill()
                worker.wait(30)
    with running("worker", out=tmp_path / "a", **environment), running("worker", out=tmp_path / "b", **environment):
        await _until(hub.url, "SELECT count(*) FROM notifications WHERE kind = 'STUDENT_CHANGED'", len(watched))
        await _until(hub.url, "SELECT count(*) FROM outbox_messages WHERE topic = 'mail' AND delivered_at IS NULL", 0)
        await _until(hub.url, _DIGESTS, 3)
        await _until(hub.url, "SELECT count(*) FROM notifications WHERE object_type = 'CorrectionRequest'", 1)
        await _until(hub.url, "SELECT count(*) FROM jobs WHERE ended_at IS NULL", 0)
    told = await rows(hub.url, "SELECT account_id, kind, student_id, count(*) FROM notifications GROUP BY 1, 2, 3")
    assert {row["count"] for row in told} == {1}
    children = {row["student_id"] for row in told if row["kind"] == "STUDENT_CHANGED"}
    assert children == {await student_of(hub.url, msix_id) for msix_id in watched.values()}
    climbed = Counter(
        row[0] for row in await rows(hub.url, "SELECT detail FROM audit_events WHERE tag = 'worklist:escalate'")
    )
    assert climbed and set(climbed.values()) == {1}
    digests = await rows(hub.url, "SELECT message_id FROM outbox_messages WHERE payload->>'kind' = 'digest'")
    assert len(digests) == await value(hub.url, "SELECT count(*) FROM digests")
    sent = {id_ for id_ in mailbox.ids if id_ in {f"<{row['message_id']}@agency.gov>" for row in digests}}
    assert len(sent) == len(digests)
