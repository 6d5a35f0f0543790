"""Every event that commits is sealed once, whoever seals and whenever it commits, and nobody waits for it."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.audit.sealing import ONE_AT_A_TIME, Sealer, Sealing, seal
from hub.audit.signing import make_key
from hub.audit.unsealed import LARGEST_ID, holes, without
from hub.errors import Code, HubError
from hub.store.engine import connect
from hub.tables.web_role import WEB_ROLE
from tests.audit.trail import Trail

pytestmark = pytest.mark.anyio

SEALED = """
SELECT array_agg(event_id ORDER BY seal_id, place)
FROM audit_seals, unnest(event_ids) WITH ORDINALITY AS sealed (event_id, place)
"""


async def sealed_ids(trail: Trail) -> list[int]:
    return await trail.owner.fetchval(SEALED) or []


async def until_sealed(trail: Trail, number: int) -> None:
    for _ in range(2000):
        if len(await sealed_ids(trail)) >= number:
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"{number} events were not sealed in 20 s")


async def all_ids(trail: Trail) -> list[int]:
    return [row["event_id"] for row in await trail.owner.fetch("SELECT event_id FROM audit_events ORDER BY event_id")]


async def test_what_is_written_is_sealed_in_order_and_once(trail: Trail) -> None:
    await trail.write(25)
    assert await trail.seal(most=10) == 25
    assert await trail.seal() == 0
    await trail.write(3)
    assert await trail.seal() == 3
    assert await sealed_ids(trail) == await all_ids(trail)
    assert [row[0] for row in await trail.owner.fetch("SELECT position FROM audit_seals ORDER BY seal_id")] == [
        10,
        20,
        25,
        28,
    ]
    assert (await trail.verify()).fault is None


async def test_a_transaction_that_commits_late_is_sealed_then_and_holds_nobody_up(trail: Trail) -> None:
    late, writer = await trail.another(), Sealer(await trail.another(), trail.key)
    async with late.transaction():
        await record_in(late, Event(Tag.UPLOAD_APPLIED))
        await trail.write(5)
        assert await writer.seal_some() == 5
        await trail.write(5)
        assert await writer.seal_some() == 5
        assert await writer.seal_some() == 0
    assert await writer.seal_all() == 1
    await trail.write(1)
    assert await writer.seal_all() == 1
    ids = await sealed_ids(trail)
    assert ids[10] == min(ids) and sorted(ids) == await all_ids(trail)
    found = await trail.verify()
    assert (found.fault, found.events, found.unsealed) == (None, 12, 0)


async def test_a_late_event_is_found_by_a_sealer_that_starts_afterwards(trail: Trail) -> None:
    late = await trail.another()
    async with late.transaction():
        await record_in(late, Event(Tag.UPLOAD_APPLIED), Event(Tag.UPLOAD_APPLIED))
        await trail.sealed(30, most=7)
    assert await seal(await trail.another(), trail.key) == 2
    assert sorted(await sealed_ids(trail)) == await all_ids(trail)
    assert (await trail.verify()).fault is None


async def test_what_was_rolled_back_leaves_a_hole_that_is_settled(trail: Trail) -> None:
    other = await trail.another()
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with other.transaction():
            await record_in(other, Event(Tag.STUDENT_VIEW))
            await trail.sealed(2)
            await other.execute("SELECT 1 / 0")
    await trail.sealed(2)
    assert await trail.owner.fetchval("SELECT max(settled_id) FROM audit_seals") == max(await all_ids(trail))
    assert len(await all_ids(trail)) == 4


async def test_nothing_is_settled_while_somebody_who_drew_an_id_is_at_work(trail: Trail) -> None:
    late = await trail.another()
    async with late.transaction():
        await record_in(late, Event(Tag.UPLOAD_APPLIED))
        await trail.sealed(3)
        await trail.sealed(3)
        assert await trail.owner.fetchval("SELECT max(settled_id) FROM audit_seals") == 0


async def test_two_sealers_at_once_seal_every_event_once(trail: Trail) -> None:
    sealers = [Sealer(await trail.another(), trail.key, most=3) for _ in range(2)]

    async def write() -> None:
        other = await trail.another()
        for _ in range(60):
            await record_in(other, Event(Tag.STUDENT_VIEW))

    async def keep_sealing(sealer: Sealer, writing: asyncio.Task[None]) -> int:
        count = 0
        while not writing.done():
            count += await sealer.seal_some()
        return count

    writing = asyncio.create_task(write())
    counts = await asyncio.gather(*(keep_sealing(sealer, writing) for sealer in sealers))
    rest = await trail.seal()
    assert sum(counts) + rest == 60
    assert sorted(await sealed_ids(trail)) == await all_ids(trail)
    assert (await trail.verify()).fault is None


async def test_one_who_comes_while_another_seals_does_not_wait(trail: Trail) -> None:
    await trail.write(1)
    other = await trail.another()
    async with other.transaction():
        await other.execute("SELECT pg_advisory_xact_lock($1)", ONE_AT_A_TIME)
        async with asyncio.timeout(5):
            assert await trail.seal() == 0
    assert await trail.seal() == 1


async def test_a_sealer_that_is_killed_half_way_leaves_nothing_half(trail: Trail) -> None:
    await trail.sealed(4)
    await trail.write(4)
    doomed = await trail.another()
    blocker = await trail.another()
    async with blocker.transaction():
        await blocker.execute("LOCK TABLE audit_seals IN SHARE MODE")  # it may read where the chain ends, not write
        sealing = asyncio.create_task(seal(doomed, trail.key))
        while not await trail.owner.fetchval(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'audit_seals'::regclass)"
        ):
            assert not sealing.done()
        await trail.owner.execute("SELECT pg_terminate_backend($1)", doomed.get_server_pid())
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            await sealing
    assert await trail.seal() == 4
    assert await sealed_ids(trail) == await all_ids(trail)
    assert (await trail.verify()).fault is None


async def test_the_background_seals_as_the_web_role_and_once_more_when_it_stops(trail: Trail) -> None:
    async with Sealing(trail.url, trail.key, 0.02, role=WEB_ROLE):
        await trail.write(3)
        await until_sealed(trail, 3)
    async with Sealing(trail.url, trail.key, 3600, role=WEB_ROLE):
        await trail.write(2)
    assert len(await sealed_ids(trail)) == 5
    assert (await trail.verify()).fault is None


async def test_the_background_comes_back_when_its_connection_is_lost(
    trail: Trail,
) -> None:
    async with Sealing(trail.url, trail.key, 0.02, role=WEB_ROLE):
        await trail.write(1)
        await until_sealed(trail, 1)
        await trail.owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        await trail.write(1)
        await until_sealed(trail, 2)


async def test_nobody_goes_on_with_a_chain_that_somebody_else_signed(trail: Trail, tmp_path: Path) -> None:
    await trail.sealed(2)
    await trail.write(2)
    with pytest.raises(HubError, match="not signed by a key of the hub") as refused:
        await seal(trail.owner, make_key(tmp_path / "another.key"))
    assert refused.value.code is Code.DATABASE
    assert await trail.seal() == 2


async def test_inserts_do_not_wait_for_a_sealer(trail: Trail) -> None:
    sealer = await trail.another()
    async with sealer.transaction():
        await Sealer(sealer, trail.key).seal_some()
        await trail.write(2)
        await Sealer(sealer, trail.key).seal_some()  # its locks are held until the block ends
        async with asyncio.timeout(5):
            await trail.write(2)
    assert await trail.seal() == 2


def test_holes_are_what_is_neither_sealed_nor_settled() -> None:
    assert holes(0, []) == [(1, LARGEST_ID)]
    assert holes(4, [6, 7, 10]) == [(5, 5), (8, 9), (11, LARGEST_ID)]
    assert without([(5, 5), (8, 9), (11, LARGEST_ID)], [5, 11, 13], 4) == [(8, 9), (12, 12), (14, LARGEST_ID)]
    assert without([(5, 5), (8, 9), (11, LARGEST_ID)], [9], 8) == [(11, LARGEST_ID)]
    assert without([(1, LARGEST_ID)], [2, 3, 5], 3) == [(4, 4), (6, LARGEST_ID)]


async def test_another_process_may_seal_as_the_web_role_and_change_nothing(trail: Trail) -> None:
    await trail.write(2)
    web = await connect(trail.url, role=WEB_ROLE)
    assert await seal(web, trail.key) == 2
    for change in ("UPDATE audit_seals SET form = 2", "DELETE FROM audit_seals", "TRUNCATE audit_seals"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await web.execute(change)
    await web.close()
