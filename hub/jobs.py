"""How the worker does a job again and again: when its time has come, or when a NOTIFY says that there is work.

A job that is `shared` is done by every worker at once, since it shares out its own work. Any other is done by one
worker at a time (an advisory lock, which a killed process lets go of) and as often as it says, by all of them together
(table `jobs`); one whose worker was killed is taken up by the next at once. A job that fails is logged by the kind of
its fault, never in its words, and has its next turn.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import asyncpg
import structlog

from hub import clock
from hub.settings import Settings

LONGEST_LOOK_SECONDS = 60.0
"""How long a job's being due may go unseen: its last worker may have died."""

_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('hub job ' || $1, 0))"
_UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('hub job ' || $1, 0))"
_LAST = "SELECT begun_at, ended_at FROM jobs WHERE name = $1"
_BEGIN = """
INSERT INTO jobs (name, begun_at) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET begun_at = $2, ended_at = NULL, failed = NULL
"""
_END = "UPDATE jobs SET ended_at = $2, failed = $3 WHERE name = $1"

_log = structlog.get_logger("hub.worker")


@dataclass(frozen=True, slots=True)
class Work:
    """What a job gets: the database at `url`, connections to it as the web process's role, and when to stop.

    A job that takes long looks at `stopping` between its steps, and ends early when that is set.
    """

    url: str
    pool: asyncpg.Pool
    settings: Settings
    stopping: asyncio.Event


@dataclass(frozen=True, slots=True)
class Job:
    """`run` is awaited every `every` seconds, and at once when `channel` is notified."""

    name: str
    run: Callable[[Work], Awaitable[None]]
    every: float
    channel: str | None = None
    shared: bool = False


async def keep_doing(job: Job, work: Work, woken: asyncio.Event) -> None:
    """Do the job in its turns until told to stop; `woken` is set when there is work before its time."""
    early = False
    while not work.stopping.is_set():
        woken.clear()
        try:
            await (job.run(work) if job.shared else _alone(job, work, early))
        except Exception as fault:  # noqa: BLE001 (one job's fault must not end the others)
            _log.error("job failed", job=job.name, error=type(fault).__name__)
        early = await _awaken(woken, min(job.every, LONGEST_LOOK_SECONDS))


async def _awaken(woken: asyncio.Event, seconds: float) -> bool:
    """Whether something woke the job before its time."""
    with suppress(TimeoutError):
        await asyncio.wait_for(woken.wait(), seconds)
        return True
    return False


async def _alone(job: Job, work: Work, early: bool) -> None:
    """A turn of a job that nobody else is at, unless it had one lately and nothing calls for another."""
    async with work.pool.acquire() as connection:
        if not await connection.fetchval(_LOCK, job.name):
            return
        try:
            if early or _is_due(job, await connection.fetchrow(_LAST, job.name)):
                await _turn(job, work, connection)
        finally:
            await connection.execute(_UNLOCK, job.name)


def _is_due(job: Job, last: asyncpg.Record | None) -> bool:
    """A turn that was begun and not ended, while nobody is at it, was broken off by a kill: it is taken up at once.

    A worker's clock never ticks exactly: a tenth early is in time.
    """
    if last is None or last["ended_at"] is None:
        return True
    return bool(clock.now() - last["begun_at"] >= datetime.timedelta(seconds=job.every * 0.9))


async def _turn(job: Job, work: Work, connection: asyncpg.Connection) -> None:
    await connection.execute(_BEGIN, job.name, clock.now())
    try:
        await job.run(work)
    except BaseException as fault:
        await connection.execute(_END, job.name, clock.now(), type(fault).__name__)
        raise
    await connection.execute(_END, job.name, clock.now(), None)
