"""What a state should correct: one open item for each of its records that was stored with warnings.

The findings of the upload say what is wrong; the item says that somebody owes the correction. A record that is sent
again without warnings needs it no more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import asyncpg

from hub import clock
from hub.identity.raising import NewItem, raise_items
from hub.outbox import publish

_CORRECTED = "The state sent the student again without warnings."


async def keep_data_quality(
    connection: asyncpg.Connection, state: str, upload_id: int, warnings: Mapping[int, int], gone: Collection[int]
) -> None:
    """Raise and withdraw items for the records that an upload wrote, by their number of warnings; `gone` are deleted.

    A record whose item is open already keeps it, and its due date.
    """
    sound = [record for record, number in warnings.items() if not number] + list(gone)
    withdrawn = await connection.fetch(_WITHDRAW, sound, clock.now(), _CORRECTED) if sound else []
    if withdrawn:
        await publish(connection, "worklist_changed", {"items": sorted(row["item_id"] for row in withdrawn)})
    warned = [record for record, number in warnings.items() if number]
    if not warned:
        return
    owed = {row["state_record_id"] for row in await connection.fetch(_OPEN, warned)}
    items = [
        NewItem("DATA_QUALITY", state, {record: 1}, {"warnings": warnings[record]}, upload_id=upload_id)
        for record in warned
        if record not in owed
    ]
    await raise_items(connection, items)


_OPEN = """
SELECT state_record_id FROM worklist_item_records JOIN worklist_items USING (item_id)
WHERE state_record_id = ANY($1::bigint[]) AND kind = 'DATA_QUALITY' AND status = 'OPEN'
"""
# LATERAL … OFFSET 0: look-ups by index, whatever the planner believes of tables that grow meanwhile.
_WITHDRAW = """
WITH corrected AS (
    SELECT owed.item_id FROM unnest($1::bigint[]) AS sound (state_record_id)
    CROSS JOIN LATERAL (
        SELECT item_id FROM worklist_item_records WHERE state_record_id = sound.state_record_id OFFSET 0) AS about
    CROSS JOIN LATERAL (
        SELECT item_id FROM worklist_items
        WHERE item_id = about.item_id AND status = 'OPEN' AND kind = 'DATA_QUALITY' OFFSET 0) AS owed
)
UPDATE worklist_items SET status = 'WITHDRAWN', decided_at = $2, reason = $3, version = version + 1
WHERE status = 'OPEN' AND item_id = ANY(ARRAY(SELECT item_id FROM corrected))
RETURNING item_id
"""
