"""What runs without a request: the table of jobs, done by `hub worker` and, beside the requests, by `hub serve`.

Any number of workers may run; they share the work without doubling it.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import asyncpg
import structlog

from hub import clock
from hub.clocks import CHANNEL as CLOCK_CHANGED
from hub.clocks import compute_changed, follow, forget_reminders, remind
from hub.disputes.remind_corrections import remind_of_corrections
from hub.identity import escalate_overdue
from hub.intake import ALIKE, sweep_alike
from hub.jobs import Job, Work, keep_doing
from hub.notices import remind_of_data_requests
from hub.notices.clearing import clear_notifications
from hub.notices.digest import write_digests
from hub.outbox.deliver import Delivery
from hub.outbox.post import CHANNEL as MAIL_POSTED
from hub.outbox.server import MailServer
from hub.outbox.sweep import expire, forget
from hub.reports.snapshot.take import take_nightly
from hub.settings import Settings
from hub.store.engine import read_pool
from hub.store.listen import Listener
from hub.tables.web_role import WEB_ROLE
from hub.watching import Watching
from permissions.grants import Grant
from permissions.roles import holders_of

GRACE_SECONDS = 15.0
"""How long a job may take to end its step once the worker was told to stop."""

JOB_TIMEOUT_MS = 600_000

_log = structlog.get_logger("hub.worker")


def jobs(settings: Settings) -> tuple[Job, ...]:
    """The jobs of this installation. Raises HubError (USAGE) where a setting that one needs is wrong."""
    mails = () if (server := MailServer.of(settings)) is None else (_outbox(server),)
    return (
        *mails,
        Job("clocks", _clocks, every=60.0, channel=CLOCK_CHANGED),
        Job("clock reminders", _reminders, every=900.0),
        Job("worklist climb", _climb, every=600.0),
        Job("watches", Watching().look, every=30.0),
        Job("correction reminders", _remind_of_corrections, every=600.0),
        Job(ALIKE, _alike, every=3600.0),
        Job("data request reminders", _remind, every=600.0),
        Job("digests", _digests, every=600.0),
        Job("notification clearing", _clear_notifications, every=3600.0),
        Job("outbox expiry", lambda work: expire(work.pool), every=60.0),
        Job("report snapshot", _snapshot, every=600.0),
        Job("outbox clearing", lambda work: forget(work.pool, work.settings.outbox_keep_days), every=3600.0),
    )


async def _clocks(work: Work) -> None:
    """What changed is computed, then done what follows, some at a time."""
    async with work.pool.acquire() as connection:
        while not work.stopping.is_set() and (await compute_changed(connection)).changes:
            pass
    await _step_by_step(work, follow)


async def _reminders(work: Work) -> None:
    """Of clocks that are due soon, or overdue, some at a time."""
    await _step_by_step(work, remind)
    async with work.pool.acquire() as connection:
        await forget_reminders(connection)


async def _climb(work: Work) -> None:
    """Overdue worklist items, some at a time."""
    await _step_by_step(work, escalate_overdue)


async def _remind_of_corrections(work: Work) -> None:
    """Parents' requests that are due or overdue, some at a time."""
    deciders = holders_of(Grant.CORRECTION_WRITE)
    await _step_by_step(work, lambda connection: remind_of_corrections(connection, deciders))


async def _alike(work: Work) -> None:
    """Students that became alike, some records at a time."""

    async def sweep(connection: asyncpg.Connection) -> int:
        return (await sweep_alike(connection)).records

    await _step_by_step(work, sweep)


async def _remind(work: Work) -> None:
    """Data requests that fall due, some at a time."""
    await _step_by_step(work, remind_of_data_requests)


async def _step_by_step(work: Work, step: Callable[[asyncpg.Connection], Awaitable[int]]) -> None:
    """Each step is a transaction, which says how much it did; the last has nothing left to do."""
    did = 1
    while did and not work.stopping.is_set():
        async with work.pool.acquire() as connection, connection.transaction():
            did = await step(connection)


async def _digests(work: Work) -> None:
    """The day's digests, some accounts at a time, once the hour of them has come."""
    now = clock.now()
    last: int | None = 0 if now.hour >= work.settings.digest_hour else None
    while last is not None and not work.stopping.is_set():
        async with work.pool.acquire() as connection, connection.transaction():
            last = await write_digests(connection, now.date(), holders_of(Grant.STUDENT_READ), last)


async def _clear_notifications(work: Work) -> None:
    while not work.stopping.is_set() and await clear_notifications(work.pool, work.settings.notifications_keep_days):
        continue


async def _snapshot(work: Work) -> None:
    """The night's picture of the facts that reports are made of."""
    await take_nightly(work.url, work.settings, role=WEB_ROLE)


def _outbox(server: MailServer) -> Job:
    async def deliver(work: Work) -> None:
        await Delivery(work.pool, server, work.settings, work.stopping).deliver_due()

    return Job("outbox", deliver, every=5.0, channel=MAIL_POSTED, shared=True)


@asynccontextmanager
async def working(url: str, settings: Settings, table: tuple[Job, ...] | None = None) -> AsyncIterator[None]:
    """The jobs are done inside the block; leaving it, each ends its step first, within `GRACE_SECONDS`.

    Raises HubError where the database or a setting cannot be used.
    """
    doing = jobs(settings) if table is None else table
    # Each job holds one connection for its lock and may use one more; the outbox uses one a lane.
    size = 2 * len(doing) + settings.mail_connections
    pool = await read_pool(url, size, role=WEB_ROLE, statement_timeout_ms=JOB_TIMEOUT_MS)
    try:
        work = Work(url, pool, settings, asyncio.Event())
        woken = {job.name: asyncio.Event() for job in doing}
        channels = _channels(doing, woken)
        async with Listener(url, channels, lambda: _wake_all(channels)):
            tasks = [asyncio.create_task(keep_doing(job, work, woken[job.name]), name=job.name) for job in doing]
            try:
                yield
            finally:
                work.stopping.set()
                for event in woken.values():
                    event.set()
                await _ended(tasks)
    finally:
        with suppress(TimeoutError):
            await asyncio.wait_for(pool.close(), GRACE_SECONDS)


def beside(settings: Settings) -> Callable[[str], AbstractAsyncContextManager[None]] | None:
    """What a server process does beside its requests, given the database's URL; None where it leaves that to others."""
    return (lambda url: working(url, settings)) if settings.worker_in_server else None


async def run(url: str, settings: Settings) -> None:
    """Work until SIGTERM or SIGINT."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    async with working(url, settings):
        _log.info("working", jobs=[job.name for job in jobs(settings)])
        if settings.smtp_url is None:
            _log.warning("HUB_SMTP_URL is not set: mail waits in the outbox")
        await told.wait()
    _log.info("stopped")


def _channels(doing: tuple[Job, ...], woken: dict[str, asyncio.Event]) -> dict[str, Callable[[str], None]]:
    """One callback a channel, which wakes every job that listens to it."""

    def waking(channel: str) -> Callable[[str], None]:
        def wake(payload: str) -> None:
            for job in doing:
                if job.channel == channel:
                    woken[job.name].set()

        return wake

    return {job.channel: waking(job.channel) for job in doing if job.channel is not None}


def _wake_all(channels: Mapping[str, Callable[[str], None]]) -> None:
    """What was notified while nobody listened was not heard."""
    for wake in channels.values():
        wake("")


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    _, late = await asyncio.wait(tasks, timeout=GRACE_SECONDS)
    for task in late:
        _log.warning("job broken off", job=task.get_name())
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
