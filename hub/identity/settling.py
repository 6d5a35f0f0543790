"""Settles worklist items and requests: marks them, and withdraws what another decision has answered."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from hub import clock
from hub.identity.actor import By
from hub.identity.locks import refresh_locks
from hub.outbox import publish


async def settle(connection: asyncpg.Connection, items: Sequence[int], decision: str, by: By) -> None:
    """Mark the items as decided."""
    await connection.execute(_RESOLVE, list(items), decision, by.reason, by.account_id, clock.now())
    await _publish(connection, items)


async def end_request(connection: asyncpg.Connection, request_id: int, status: str) -> None:
    """End a request; what of its items nobody has decided is not asked any more."""
    now = clock.now()
    await connection.execute(
        "UPDATE identity_requests SET status = $2, ended_at = $3 WHERE request_id = $1", request_id, status, now
    )
    withdrawn = await connection.fetch(
        "UPDATE worklist_items SET status = 'WITHDRAWN', decided_at = $2, version = version + 1 "
        "WHERE request_id = $1 AND status = 'OPEN' RETURNING item_id",
        request_id,
        now,
    )
    await _publish(connection, [row["item_id"] for row in withdrawn])


async def withdraw_answered(connection: asyncpg.Connection, students: Sequence[int]) -> None:
    """Withdraw near matches about these students whose two sides are one student by now, and refresh the locks."""
    withdrawn = await connection.fetch(_WITHDRAW_ANSWERED, list(students), clock.now())
    await _publish(connection, [row["item_id"] for row in withdrawn])
    await refresh_locks(connection, students)


async def withdraw_items(connection: asyncpg.Connection, items: Sequence[int], reason: str) -> None:
    """Withdraw open items: what they ask has been answered by itself. Where they close students, the caller refreshes
    the locks."""
    if items:
        await connection.execute(_WITHDRAW, list(items), clock.now(), reason)
        await _publish(connection, items)


async def _publish(connection: asyncpg.Connection, settled: Sequence[int]) -> None:
    """Tell of settled items, and withdraw the escalations that told of their being late."""
    if settled:
        told = await connection.fetch(_WITHDRAW_TOLD, list(settled), clock.now())
        await publish(connection, "worklist_changed", {"items": [*settled, *(row["item_id"] for row in told)]})


_WITHDRAW = """
UPDATE worklist_items SET status = 'WITHDRAWN', decided_at = $2, reason = $3, version = version + 1
WHERE item_id = ANY($1::bigint[]) AND status = 'OPEN'
"""
_RESOLVE = """
UPDATE worklist_items SET status = 'RESOLVED', decision = $2, reason = $3, decided_by = $4, decided_at = $5,
    version = version + 1
WHERE item_id = ANY($1::bigint[])
"""
_WITHDRAW_TOLD = """
UPDATE worklist_items SET status = 'WITHDRAWN', decided_at = $2, version = version + 1
WHERE parent_id = ANY($1::bigint[]) AND status = 'OPEN' RETURNING item_id
"""
_WITHDRAW_ANSWERED = """
UPDATE worklist_items AS item SET status = 'WITHDRAWN', decided_at = $2, version = version + 1
WHERE item.status = 'OPEN' AND item.kind = 'NEAR_MATCH' AND item.item_id IN (
    SELECT about.item_id FROM worklist_item_records AS about JOIN state_records USING (state_record_id)
    WHERE student_id = ANY($1::bigint[])
) AND 1 = (
    SELECT count(DISTINCT student_id) FROM worklist_item_records AS about JOIN state_records USING (state_record_id)
    WHERE about.item_id = item.item_id
)
RETURNING item.item_id
"""
