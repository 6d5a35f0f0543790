"""`hub worker` and the server beside it deliver what is posted, end in order, and lose nothing when killed."""

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from tests.commands.run import Command, free_port, hub, running, start, wait_for, wait_for_answer
from tests.outbox.conftest import Outbox, mailbox, outbox, until
from tests.outbox.mail_server import FROM, MailServer

__all__ = ["mailbox", "outbox"]

pytestmark = pytest.mark.anyio


def environment(outbox: Outbox, mailbox: MailServer, **other: str) -> dict[str, str]:
    mail = {"HUB_SMTP_URL": mailbox.url(), "HUB_MAIL_FROM": FROM, "HUB_MAIL_CONNECTIONS": "1"}
    return {"HUB_DATABASE_URL": outbox.url, "HUB_LOG_JSON": "true", **mail, **other}


async def undelivered(outbox: Outbox) -> int:
    count: int = await outbox.pool.fetchval("SELECT count(*) FROM outbox_messages WHERE delivered_at IS NULL")
    return count


async def all_delivered(outbox: Outbox) -> None:
    deadline = time.monotonic() + 60
    while await undelivered(outbox):
        assert time.monotonic() < deadline
        await anyio.sleep(0.02)


async def test_the_worker_delivers_at_the_commit_and_ends_in_order(
    tmp_path: Path, outbox: Outbox, mailbox: MailServer
) -> None:
    out = tmp_path / "out"
    with running("worker", out=out, **environment(outbox, mailbox)) as worker:
        wait_for('"working"', out, worker)
        for number in range(3):
            before = time.monotonic()
            await outbox.post()
            await until(lambda number=number: len(mailbox.got) > number)  # type: ignore[misc]
            assert time.monotonic() - before < 4  # it looks by itself every 5 s only
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line["event"] for line in lines] == ["working", "stopped"]
    assert "agency.gov" not in out.read_text()


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_a_server_delivers_beside_its_requests_unless_told_not_to(
    tmp_path: Path, outbox: Outbox, mailbox: MailServer, workers: str
) -> None:
    for wanted in ("false", "true") if workers == "1" else ("true",):
        port = free_port()
        settings = environment(outbox, mailbox, HUB_WORKER_IN_SERVER=wanted)
        await outbox.post()
        with running("serve", "--port", str(port), "--workers", workers, out=tmp_path / wanted, **settings) as server:
            wait_for_answer(port, server)
            if wanted == "true":
                await all_delivered(outbox)
            server.send_signal(signal.SIGTERM)
            assert server.wait(60) == 0
        assert mailbox.got if wanted == "true" else not mailbox.got
    assert len(set(mailbox.ids)) == len(mailbox.got) == (2 if workers == "1" else 1)


async def _killed(tmp_path: Path, outbox: Outbox, mailbox: MailServer, when: Callable[[], object]) -> Command:
    worker = start("worker", out=tmp_path / "killed", **environment(outbox, mailbox))
    try:
        await until(when)
    finally:
        worker.kill()
        worker.wait(30)
    return worker


async def test_killed_between_commit_and_sending_it_loses_nothing(
    tmp_path: Path, outbox: Outbox, mailbox: MailServer
) -> None:
    mails = [await outbox.post(f"user{number}@agency.gov") for number in range(3)]
    mailbox.hold_before_data = True
    await _killed(tmp_path, outbox, mailbox, lambda: mailbox.holding)
    assert await undelivered(outbox) == 3
    mailbox.hold_before_data = False
    with running("worker", out=tmp_path / "again", **environment(outbox, mailbox)):
        await all_delivered(outbox)
    assert sorted(mailbox.ids) == sorted([f"<{(await outbox.row(mail))['message_id']}@agency.gov>" for mail in mails])


async def test_killed_between_sending_and_marking_it_sends_again_under_the_same_id(
    tmp_path: Path, outbox: Outbox, mailbox: MailServer
) -> None:
    mails = [await outbox.post(f"user{number}@agency.gov") for number in range(2)]
    mailbox.hold_answers_from = 2
    await _killed(tmp_path, outbox, mailbox, lambda: mailbox.holding)
    assert await undelivered(outbox) == 2
    mailbox.hold_answers_from = None
    with running("worker", out=tmp_path / "again", **environment(outbox, mailbox)):
        await all_delivered(outbox)
    sent_twice = [f"<{(await outbox.row(mail))['message_id']}@agency.gov>" for mail in mails]
    assert mailbox.ids == sent_twice * 2


@pytest.mark.parametrize("command", ["worker", "serve"])
def test_a_mail_server_that_cannot_be_used_stops_the_start(database_url: str, command: str) -> None:
    options = ["--port", "0"] if command == "serve" else []
    url = "smtp://u5er:s3cret@mail.agency.gov?tls=none"
    done = hub(command, *options, HUB_DATABASE_URL=database_url, HUB_SMTP_URL=url, HUB_MAIL_FROM=FROM)
    assert done.returncode == 2
    assert "HUB_SMTP_URL" in done.stderr and "s3cret" not in done.stderr


def test_the_worker_refuses_to_work_before_migrations(empty_database_url: str) -> None:
    done = hub("worker", HUB_DATABASE_URL=empty_database_url)
    assert (done.returncode, "run `hub migrate` first" in done.stderr) == (2, True)


async def test_without_a_mail_server_mail_waits_and_the_worker_says_so(tmp_path: Path, outbox: Outbox) -> None:
    mail = await outbox.post()
    out = tmp_path / "out"
    with running("worker", out=out, HUB_DATABASE_URL=outbox.url, HUB_LOG_JSON="true") as worker:
        wait_for("HUB_SMTP_URL is not set", out, worker)
        await anyio.sleep(0.5)
    row = await outbox.row(mail)
    assert (row["attempts"], row["delivered_at"], row["dead_at"]) == (0, None, None)
