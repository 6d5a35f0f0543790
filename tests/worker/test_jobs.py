"""Jobs have their turns: in time, at once when notified, by one worker at a time, whatever happens to the others."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import anyio
import asyncpg
import pytest
from structlog.testing import capture_logs

from hub.jobs import Job, Work
from hub.settings import Settings
from hub.store.engine import connect
from hub.worker import working

pytestmark = pytest.mark.anyio


async def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass in 30 s"
        await anyio.sleep(0.005)


async def notify(url: str, channel: str) -> None:
    connection = await connect(url)
    await connection.execute("SELECT pg_notify($1, '')", channel)
    await connection.close()


class Turns:
    """A job that notes when it was begun and ended, and takes its time."""

    def __init__(self, seconds: float = 0.0, fault: Exception | None = None) -> None:
        self.begun = 0
        self.ended = 0
        self.at_once = 0
        self.most_at_once = 0
        self._seconds = seconds
        self._fault = fault

    async def __call__(self, work: Work) -> None:
        self.begun += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self._seconds)
            if self._fault is not None:
                raise self._fault
            self.ended += 1
        finally:
            self.at_once -= 1


def table(turns: Turns, **other: Any) -> tuple[Job, ...]:
    return (Job(**{"name": "test", "run": turns, "every": 3600.0, **other}),)


async def job_row(url: str) -> asyncpg.Record:
    connection = await connect(url)
    try:
        return await connection.fetchrow("SELECT * FROM jobs")
    finally:
        await connection.close()


async def test_a_job_is_done_in_time_and_at_once_when_its_channel_is_notified(database_url: str) -> None:
    timed, woken, deaf = Turns(), Turns(), Turns()
    doing = (
        Job("timed", timed, every=0.05),
        Job("woken", woken, every=3600.0, channel="bell"),
        Job("deaf", deaf, every=3600.0),
    )
    async with working(database_url, Settings(), doing):
        await until(lambda: timed.ended >= 3 and woken.ended == 1 and deaf.ended == 1)
        await notify(database_url, "bell")
        await until(lambda: woken.ended == 2)
        await anyio.sleep(0.1)
    assert (woken.ended, deaf.ended) == (2, 1)


async def test_two_workers_do_a_job_one_at_a_time_and_as_often_as_it_says(database_url: str) -> None:
    turns = Turns(seconds=0.05)
    async with (
        working(database_url, Settings(), table(turns, every=0.3)),
        working(database_url, Settings(), table(turns, every=0.3)),
    ):
        began = time.monotonic()
        await until(lambda: turns.ended >= 4)
        took = time.monotonic() - began
    assert turns.most_at_once == 1
    assert took >= 3 * 0.3 * 0.9 - 0.05


async def test_a_shared_job_is_done_by_every_worker(database_url: str) -> None:
    turns = Turns(seconds=0.5)
    doing = table(turns, shared=True)
    async with working(database_url, Settings(), doing), working(database_url, Settings(), doing):
        await until(lambda: turns.at_once == 2)
    assert turns.ended == 2


async def test_a_worker_that_starts_again_does_not_repeat_what_is_not_due(database_url: str) -> None:
    turns = Turns()
    for _ in range(2):
        async with working(database_url, Settings(), table(turns)):
            await until(lambda: turns.ended == 1)
            await anyio.sleep(0.1)
    assert turns.begun == 1
    row = await job_row(database_url)
    assert row["begun_at"] <= row["ended_at"]
    assert row["failed"] is None


async def test_a_job_that_fails_is_told_by_its_kind_alone_and_goes_on(database_url: str) -> None:
    failing, other = Turns(fault=RuntimeError("of Quetzalli")), Turns()
    doing = (Job("failing", failing, every=0.05), Job("other", other, every=0.05, shared=True))
    with capture_logs() as logs:
        async with working(database_url, Settings(), doing):
            await until(lambda: failing.begun >= 3 and other.ended >= 3)
    assert "Quetzalli" not in str(logs)
    assert {entry["error"] for entry in logs if entry["event"] == "job failed"} == {"RuntimeError"}
    assert (await job_row(database_url))["failed"] == "RuntimeError"


async def test_told_to_stop_a_job_ends_its_step(database_url: str) -> None:
    turns = Turns(seconds=0.3)
    async with working(database_url, Settings(), table(turns)):
        await until(lambda: turns.begun == 1)
    assert turns.ended == 1
    assert (await job_row(database_url))["ended_at"] is not None


async def test_a_job_that_will_not_end_is_broken_off(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.worker.GRACE_SECONDS", 0.1)
    turns = Turns(seconds=600.0)
    with capture_logs() as logs:
        async with working(database_url, Settings(), table(turns)):
            await until(lambda: turns.begun == 1)
    assert (turns.at_once, turns.ended) == (0, 0)
    assert [entry["job"] for entry in logs if entry["event"] == "job broken off"] == ["test"]
    assert (await job_row(database_url))["failed"] == "CancelledError"


async def test_a_worker_survives_the_loss_of_the_database(database_url: str) -> None:
    turns = Turns()
    async with working(database_url, Settings(), table(turns, channel="bell")):
        await until(lambda: turns.ended == 1)
        connection = await connect(database_url)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        # Listening again, it looks for what it may have missed; that is heard from then on too.
        await until(lambda: turns.ended == 2)
        await connection.execute("NOTIFY bell")
        await connection.close()
        await until(lambda: turns.ended == 3)
