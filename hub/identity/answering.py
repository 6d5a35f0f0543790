"""Takes back questions that an upload has answered."""

from __future__ import annotations

from collections.abc import Collection

import asyncpg

from hub.identity.locks import students_about
from hub.identity.settling import withdraw_items

_AS_BEFORE = "The state sent the student again as it was before."
_GONE = "A state deleted the records of one side."
_LINKED = "What came later in the same night told more, and the record was linked by it."


async def answer_conflicts(connection: asyncpg.Connection, records: Collection[int]) -> None:
    """Withdraw the open ID conflicts about these records. The caller refreshes the locks of the students concerned."""
    await _answer(connection, records, "ID_CONFLICT", _AS_BEFORE)


async def answer_near_matches(connection: asyncpg.Connection, records: Collection[int]) -> list[int]:
    """Withdraw the open near matches that ask to whom these records belong, and return the students that the matches
    were about. The caller refreshes their locks."""
    answered = await _answer(connection, records, "NEAR_MATCH", _LINKED)
    return await students_about(connection, answered)


async def answer_gone(connection: asyncpg.Connection, records: Collection[int]) -> list[int]:
    """Withdraw the open questions who the child is of which a side has no record any more, now that states have deleted
    these, and return the students that the questions were about. The caller refreshes their locks."""
    if not records:
        return []
    items = [row["item_id"] for row in await connection.fetch(_LEFT_ALONE, list(records))]
    await withdraw_items(connection, items, _GONE)
    return await students_about(connection, items)


async def _answer(connection: asyncpg.Connection, records: Collection[int], kind: str, reason: str) -> list[int]:
    if not records:
        return []
    rows = await connection.fetch(_OPEN, list(records), kind)
    items = [row["item_id"] for row in rows]
    await withdraw_items(connection, items, reason)
    return items


_LEFT_ALONE = """
SELECT item_id FROM worklist_items AS item
WHERE status = 'OPEN' AND kind IN ('NEAR_MATCH', 'ID_CONFLICT') AND item_id IN (
    SELECT item_id FROM worklist_item_records WHERE state_record_id = ANY($1::bigint[])
) AND EXISTS (
    SELECT FROM worklist_item_records AS about JOIN state_records USING (state_record_id)
    WHERE about.item_id = item.item_id GROUP BY side HAVING bool_and(state_records.status = 'DELETED'))
ORDER BY item_id FOR UPDATE
"""
_OPEN = """
SELECT item_id FROM worklist_items
WHERE status = 'OPEN' AND kind = $2 AND item_id IN (
    SELECT item_id FROM worklist_item_records WHERE state_record_id = ANY($1::bigint[]) AND side = 1)
ORDER BY item_id FOR UPDATE
"""
