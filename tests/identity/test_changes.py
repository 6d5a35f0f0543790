"""The feed of changes of MSIX IDs: whoever has read up to one of them has missed none before it."""

from __future__ import annotations

import asyncio

import pytest

from hub.identity import By, IdChange, issue_students, note_changes
from hub.store.engine import connect

pytestmark = pytest.mark.anyio


async def test_a_change_that_is_committed_later_comes_later_in_the_feed(database_url: str) -> None:
    first, second = await connect(database_url), await connect(database_url)
    one, two, three = await issue_students(first, 3)

    async def quick() -> None:
        async with second.transaction():
            await second.fetchval("SELECT now()")  # begun before the other notes its change
            begun.set()
            await noted.wait()
            await note_changes(second, [IdChange("RETIRED", three, one)], By())

    begun, noted = asyncio.Event(), asyncio.Event()
    waiting = asyncio.create_task(quick())
    await begun.wait()
    async with first.transaction():
        await note_changes(first, [IdChange("RETIRED", two, one), IdChange("SPLIT", two, one)], By(reason="x"))
        noted.set()
        done, _ = await asyncio.wait([waiting], timeout=0.3)
        assert not done
    await waiting
    rows = await first.fetch("SELECT kind, student_id, changed_at FROM identity_changes ORDER BY change_id")
    assert [(row["kind"], row["student_id"]) for row in rows] == [("RETIRED", two), ("SPLIT", two), ("RETIRED", three)]
    assert sorted(rows, key=lambda row: row["changed_at"]) == rows
    await first.close()
    await second.close()
