"""`outbox`: mails a second from the outbox to a real mail server on loopback, and what kills lose.

The worker and PostgreSQL (fsync and all) have one core, the mail server (aiosmtpd) the other. All mails are posted
before the clock starts; the rate is that between the first and the last mail that the server takes. Then workers are
killed (SIGKILL) as soon as a mail is on its way but not with the server yet, and as soon as the server has one and
nobody has marked it; what is left is delivered, and counted.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Protocol
from aiosmtpd.smtp import Envelope, Session

from hub.outbox import Mail, post_mail
from hub.settings import Settings
from hub.store import migrate
from hub.store.embedded import embedded_server
from hub.store.engine import connect
from hub.worker import run
from tests.benchmarks.data import HUB
from tests.benchmarks.machine import LOAD_CORE, SERVER_CORE, cpu_seconds, family, pin, postmaster_of
from tests.benchmarks.report import keep, say, table
from tests.commands.run import free_port
from tests.outbox.mail_server import FROM

FULL, SMALL = (2000, 100), (100, 4)
CONNECTIONS = (1, 2, 4)
MAILS_A_KILL = 10
PATIENCE = 120.0
BODY = "You have a notice about a student.\n\nhttps://hub.example.gov/notices/4711\n" * 10
_ID = re.compile(rb"^Message-ID: *(?:\r\n )?(\S+)", re.MULTILINE | re.IGNORECASE)


class _Receiver:
    """Takes mail; holds its answer where a worker is to be killed."""

    def __init__(self) -> None:
        self.ids: list[bytes] = []
        self.at: list[float] = []
        self.hold_before: int | None = None
        self.hold_after: int | None = None
        self.holding = False

    async def handle_RCPT(
        self, server: Protocol, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        await self._hold(lambda: self.hold_before, len(self.ids))
        return "250 OK"

    async def handle_DATA(self, server: Protocol, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        found = _ID.search(content)
        assert found is not None
        self.ids.append(found[1])
        self.at.append(time.perf_counter())
        await self._hold(lambda: self.hold_after, len(self.ids))
        return "250 OK"

    async def _hold(self, limit: Callable[[], int | None], count: int) -> None:
        while (most := limit()) is not None and count >= most:
            self.holding = True
            await asyncio.sleep(0.001)

    def let_go(self) -> None:
        self.hold_before = self.hold_after = None
        self.holding = False


def outbox(*, quick: bool) -> None:
    """Mails/s by connections to the mail server; mails lost, and sent again, after kills at two places."""
    mails, kills = SMALL if quick else FULL
    folder = HUB / "bench-outbox"
    shutil.rmtree(folder, ignore_errors=True)
    receiver, port = _Receiver(), free_port()
    controller = Controller(receiver, hostname="127.0.0.1", port=port, ready_timeout=30)
    before = os.sched_getaffinity(0)
    with embedded_server(folder) as url:
        migrate.upgrade(url)
        pin(family(postmaster_of(folder)), SERVER_CORE)
        pin([os.getpid()], LOAD_CORE)
        controller.start()
        try:
            rates = {number: _rate(url, port, receiver, mails, number) for number in CONNECTIONS}
            places = ("between commit and sending", "between sending and marking")
            found = [(place, *_killed(url, port, receiver, kills, place == places[0])) for place in places]
        finally:
            receiver.let_go()
            controller.stop()
            os.sched_setaffinity(0, before)
    shutil.rmtree(folder)
    table(
        f"outbox: {mails:,} mails",
        ("connections", "mails/s", "worker CPU ms a mail"),
        [(n, *found) for n, found in rates.items()],
    )
    table("outbox: workers killed", ("where", "kills", "mails", "lost", "sent again"), found)
    say("promised: 100 kills with 0 lost")
    killed = [dict(zip(("where", "kills", "mails", "lost", "again"), each, strict=True)) for each in found]
    keep("outbox", {"mails": mails, "rates": {str(n): round(rate) for n, (rate, _) in rates.items()}, "killed": killed})


def _rate(url: str, port: int, receiver: _Receiver, mails: int, connections: int) -> tuple[float, float]:
    """Mails a second, and milliseconds of the worker's CPU a mail."""
    receiver.ids.clear()
    receiver.at.clear()
    posted = asyncio.run(_post(url, mails))
    with _worker(url, port, connections) as pid:
        _wait(lambda: bool(receiver.ids))
        before = cpu_seconds(pid)
        _wait(lambda: len(receiver.ids) >= mails)
        cpu = cpu_seconds(pid) - before
    _compare(posted, receiver.ids)
    if len(receiver.ids) != mails:
        raise SystemExit(f"{len(receiver.ids) - mails} mails came twice though nobody was killed")
    return (mails - 1) / (receiver.at[-1] - receiver.at[0]), cpu * 1000 / mails


def _killed(url: str, port: int, receiver: _Receiver, kills: int, before_sending: bool) -> tuple[int, int, int, int]:
    """Kills, mails posted, mails lost, mails that came again."""
    receiver.ids.clear()
    posted: set[bytes] = set()
    chance = random.Random(4711)
    for _ in range(kills):
        posted |= asyncio.run(_post(url, MAILS_A_KILL))
        later = chance.randrange(MAILS_A_KILL)
        if before_sending:
            receiver.hold_before = len(receiver.ids) + later
        else:
            receiver.hold_after = len(receiver.ids) + later + 1
        with _worker(url, port, 1, kill=True):
            _wait(lambda: receiver.holding)
        receiver.let_go()
    with _worker(url, port, 2):
        _wait(lambda: asyncio.run(_waiting(url)) == 0)
    return kills, len(posted), len(posted - set(receiver.ids)), len(receiver.ids) - len(set(receiver.ids))


def _compare(posted: set[bytes], got: list[bytes]) -> None:
    if posted != set(got):
        raise SystemExit("the mail server did not get what was posted")


async def _post(url: str, mails: int) -> set[bytes]:
    """Post mails in one transaction, and tell their Message-IDs."""
    connection = await connect(url)
    try:
        async with connection.transaction():
            ids = [
                await post_mail(connection, Mail(f"user{number}@agency.gov", f"Notice {number}", BODY, "notice"))
                for number in range(mails)
            ]
        rows = await connection.fetch("SELECT message_id FROM outbox_messages WHERE outbox_id = ANY($1)", ids)
        return {f"<{row['message_id']}@agency.gov>".encode() for row in rows}
    finally:
        await connection.close()


async def _waiting(url: str) -> int:
    connection = await connect(url)
    try:
        count: int = await connection.fetchval("SELECT count(*) FROM outbox_messages WHERE delivered_at IS NULL")
        return count
    finally:
        await connection.close()


@contextmanager
def _worker(url: str, port: int, connections: int, *, kill: bool = False) -> Iterator[int]:
    """`hub worker` without its command line, so that it starts in no time; killed at the end, or told to stop."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.benchmarks.outbox"])
    process = context.Process(target=_work, args=(url, port, connections), daemon=True)
    process.start()
    assert process.pid is not None
    pin([process.pid], SERVER_CORE)
    try:
        yield process.pid
    finally:
        process.kill() if kill else process.terminate()
        process.join()


def _work(url: str, port: int, connections: int) -> None:
    from hub.log import configure_logging

    given = {"smtp_url": f"smtp://127.0.0.1:{port}", "mail_from": FROM, "mail_connections": connections}
    settings = Settings.model_validate({**given, "log_level": "ERROR"})
    configure_logging(settings)
    asyncio.run(run(url, settings))


def _wait(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit(f"the outbox did not get there in {PATIENCE:.0f} s")
        time.sleep(0.002)
