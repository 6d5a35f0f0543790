"""The worker keeps the clocks: nothing is lost, nothing is done twice, and only what changed is touched."""

from __future__ import annotations

import asyncio
import random
import signal
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import asyncpg
import pytest

from hub import clock
from hub.clocks import compute_changed, follow, remind
from hub.store.engine import connect
from tests.clocks.running import at, clocks_of, kid, sends, told, turn
from tests.commands.run import start
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, Hub
from tests.identity.country import msix_of, payload, rows, value

pytestmark = pytest.mark.anyio
LEFT = "SELECT count(*) FROM clock_changes"
CLOCKS = "SELECT count(*) FROM clocks"
VERSIONS = "SELECT clock_id, xmin::text, to_jsonb(clocks) AS content FROM clocks ORDER BY clock_id"
ENROLLED = [("2026-08-17", "2026-10-05"), ("2026-10-07", None)]


async def many(hub: Hub, count: int, moment: str = "2026-10-06") -> None:
    """Children of Tennessee with three clocks or so each."""
    await sends(
        hub, "TN", moment, *(unlike(n, moves=[("2026-10-01", "TN")], enrollments=ENROLLED) for n in range(count))
    )


def unlike(number: int, **changes: Any) -> dict[str, Any]:
    """A child like no other, however many there are: nobody asks whether two of them are one."""
    dice = random.Random(number)
    named = ("firstName", "lastName1", "lastName2", "parent1FirstName", "parent1LastName")
    names = {f"demographics__{name}": "".join(dice.choices(ascii_lowercase, k=9)).title() for name in named}
    return kid(number, **names, demographics__parent1Email=f"{number}@example.org", **changes)


async def test_computing_again_what_did_not_change_touches_no_row(hub: Hub) -> None:
    await many(hub, 20)
    await turn(hub, "2026-10-06")
    before = await rows(hub.url, VERSIONS)
    assert len(before) == 60
    await rows(hub.url, "INSERT INTO clock_changes (state_record_id) SELECT state_record_id FROM state_records")
    await turn(hub, "2026-10-07")
    assert await value(hub.url, LEFT) == 0
    assert await rows(hub.url, VERSIONS) == before


async def test_an_upload_touches_the_clocks_of_its_children_alone(hub: Hub) -> None:
    await many(hub, 20)
    await turn(hub, "2026-10-06")
    before = {row["clock_id"]: row for row in await rows(hub.url, VERSIONS)}
    changed = [*ENROLLED[:1], ("2026-10-07", "2026-11-03")]
    await sends(hub, "TN", "2026-11-04", kid(7, moves=[("2026-10-01", "TN")], enrollments=changed))
    await turn(hub, "2026-11-04")
    after = {row["clock_id"]: row for row in await rows(hub.url, VERSIONS)}
    assert len(after.keys() - before.keys()) == 1  # the withdrawal
    assert len(before.keys() - after.keys()) == 1  # no term end any more
    assert all(after[key] == before[key] for key in after.keys() & before.keys())


async def test_two_workers_at_once_compute_and_follow_each_change_once(hub: Hub) -> None:
    await many(hub, 30)
    arrived = [
        unlike(n, enrollments=[("2026-10-26", None)], msixId=await msix_of(hub.url, "TN", f"S{n}")) for n in range(30)
    ]
    await turn(hub, "2026-10-06")
    await sends(hub, "TX", "2026-10-27", *arrived)

    async def work() -> int:
        connection = await connect(hub.url)
        try:
            taken = (await compute_changed(connection)).changes
            async with connection.transaction():
                await follow(connection)
            return taken
        finally:
            await connection.close()

    with clock.frozen(at("2026-10-27T01:00")):
        assert sorted(await asyncio.gather(work(), work(), work())) == [0, 0, 30]
    assert await value(hub.url, "SELECT count(*) FROM clocks WHERE kind = 'CHANGE_OF_RESIDENCE'") == 30
    assert await value(hub.url, "SELECT count(*) FROM move_notices") == 30


async def test_a_clock_that_is_to_be_computed_anew_is_not_followed(hub: Hub) -> None:
    await many(hub, 1)
    await turn(hub, "2026-10-06")
    arrived = unlike(0, enrollments=[("2026-10-26", None)], msixId=await msix_of(hub.url, "TN", "S0"))
    await sends(hub, "TX", "2026-10-27", arrived)
    connection = await connect(hub.url)
    with clock.frozen(at("2026-10-27T01:00")):
        await compute_changed(connection)
        await connection.execute(
            "INSERT INTO clock_changes (state_record_id) SELECT state_record_id FROM state_records"
        )
        async with connection.transaction():
            await follow(connection)
    assert await connection.fetchval("SELECT count(*) FROM move_notices") == 0
    await turn(hub, "2026-10-27T01:01")
    assert await connection.fetchval("SELECT count(*) FROM move_notices") == 1
    await connection.close()


async def test_a_worker_that_is_killed_anywhere_loses_nothing(hub: Hub, tmp_path: Path) -> None:
    await many(hub, 300)
    connection = await asyncpg.connect(hub.url)
    for wanted in ("SELECT true", "SELECT EXISTS (SELECT FROM jobs WHERE name = 'clocks')"):
        process = start("worker", out=tmp_path / "out", HUB_DATABASE_URL=hub.url)
        while not await connection.fetchval(wanted):
            assert process.poll() is None
            await asyncio.sleep(0.002)
        process.kill()
        assert process.wait(30) == -signal.SIGKILL
        left, made = await connection.fetchval(LEFT), await connection.fetchval(CLOCKS)
        assert (left, made) in ((300, 0), (0, 900))
    await turn(hub, "2026-10-07")
    assert (await connection.fetchval(LEFT), await connection.fetchval(CLOCKS)) == (0, 900)
    await connection.close()


async def test_what_the_worker_missed_is_computed_as_if_it_had_looked_each_time(hub: Hub) -> None:
    """Of two uploads since, the earlier met the clock."""
    announced = kid(1, enrollments=[("2026-08-17", "2026-10-05")])
    await sends(hub, "TN", "2026-10-01", announced)
    await turn(hub, "2026-10-01")
    await sends(hub, "TN", "2026-10-10", announced)
    await sends(hub, "TN", "2026-11-10", announced)
    await turn(hub, "2026-11-11")
    (found,) = await clocks_of(hub, await msix_of(hub.url, "TN", "S1"), "2026-11-12", "WITHDRAWAL_UPDATE")
    assert told(found)[2:] == ("2026-10-10T00:00:00", "MET")


async def test_a_record_that_its_state_withdraws_owes_nothing_more_and_keeps_what_was_met(hub: Hub) -> None:
    await many(hub, 2)
    await turn(hub, "2026-10-06")
    await sends(hub, "TN", "2026-10-20", kid(1, enrollments=ENROLLED), mode="FULL")
    await turn(hub, "2026-10-20")
    gone = "SELECT kind FROM clocks JOIN state_records USING (state_record_id) WHERE state_student_id = 'S0' ORDER BY 1"
    assert [row["kind"] for row in await rows(hub.url, gone)] == ["FIRST_MDES", "WITHDRAWAL_UPDATE"]


NOTIFICATIONS = "{ notifications { nodes { kind parameters student { msixId } } } }"


async def notified(hub: Hub, by: str = DATA_ADMIN) -> list[tuple[str, str, str]]:
    """What a data administrator was told of clocks."""
    found = payload(await hub.ask(NOTIFICATIONS, by=by))["nodes"]
    return [(each["kind"], each["parameters"]["clock"], each["student"]["msixId"]) for each in found]


async def test_each_clock_is_reminded_of_once_before_it_is_due_and_once_after(hub: Hub) -> None:
    await sends(hub, "TN", "2026-10-01", kid(1, enrollments=[("2026-08-17", "2026-10-05")]))
    await turn(hub, "2026-10-01")
    msix_id = await msix_of(hub.url, "TN", "S1")
    for moment, wanted in (
        ("2026-10-18T20:00", []),
        ("2026-10-19T08:00", ["CLOCK_DUE"]),
        ("2026-10-19T20:00", ["CLOCK_DUE"]),
        ("2026-10-20T08:00", ["CLOCK_OVERDUE", "CLOCK_DUE"]),
        ("2026-10-25T08:00", ["CLOCK_OVERDUE", "CLOCK_DUE"]),
    ):
        await turn(hub, moment, "clock reminders")
        assert await notified(hub) == [(kind, "WITHDRAWAL_UPDATE", msix_id) for kind in wanted], moment
    assert await notified(hub, by=DATA_ADMIN_TX) == []


async def test_a_clock_that_becomes_due_later_is_reminded_of_again(hub: Hub) -> None:
    await sends(hub, "TN", "2026-10-01", kid(1, enrollments=[("2026-08-17", "2026-10-05")]))
    await turn(hub, "2026-10-01")
    await turn(hub, "2026-10-19T08:00", "clock reminders")
    await rows(hub.url, "UPDATE clocks SET due_at = due_at + interval '3 days' RETURNING clock_id")
    for moment, told_of in (("2026-10-20T08:00", 1), ("2026-10-22T08:00", 2), ("2026-10-22T20:00", 2)):
        await turn(hub, moment, "clock reminders")
        assert [kind for kind, *_ in await notified(hub)] == ["CLOCK_DUE"] * told_of, moment


async def test_what_is_met_is_not_reminded_of_and_very_many_are_told_by_their_number(hub: Hub) -> None:
    announced = [kid(n, enrollments=[("2026-08-17", "2026-10-05")]) for n in range(60)]
    await sends(hub, "TN", "2026-10-01", *announced)
    await turn(hub, "2026-10-01")
    await sends(hub, "TN", "2026-10-10", *announced[:5])
    await turn(hub, "2026-10-10")
    with clock.frozen(at("2026-10-19T08:00")):
        connection = await connect(hub.url)
        async with connection.transaction():
            assert await remind(connection) == 55
        await connection.close()
    (told_of,) = payload(await hub.ask("{ notifications { nodes { kind parameters } } }", by=DATA_ADMIN))["nodes"]
    assert told_of == {"kind": "CLOCK_DUE", "parameters": {"clock": "WITHDRAWAL_UPDATE", "count": 55}}
