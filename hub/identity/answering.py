"""Takes back questions that an upload has answered."""

from __future__ import annotations

from collections.abc import Collection

import asyncpg

from hub import clock
from hub.outbox import publish

_ANSWERED = "The state sent the student again as it was before."
_WITHDRAW = """
UPDATE worklist_items SET status = 'WITHDRAWN', decided_at = $2, reason = $3, version = version + 1
WHERE status = 'OPEN' AND kind = 'ID_CONFLICT' AND item_id IN (
    SELECT item_id FROM worklist_item_records WHERE state_record_id = ANY($1::bigint[]) AND side = 1)
RETURNING item_id
"""


async def answer_conflicts(connection: asyncpg.Connection, records: Collection[int]) -> None:
    """Withdraw the open ID conflicts about these records. The caller refreshes the locks of the students concerned."""
    if not records:
        return
    answered = await connection.fetch(_WITHDRAW, list(records), clock.now(), _ANSWERED)
    if answered:
        await publish(connection, "worklist_changed", {"items": sorted(row["item_id"] for row in answered)})
