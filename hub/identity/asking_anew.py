"""Asks near matches anew whose one side is torn: of each part by itself, until the same day as before.

Else one word on the old question would join again what people have split. Of a record that its state has given to
another child nothing is asked any more: what the question was about it does not say now.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection

import asyncpg
import orjson

from hub.identity.locks import refresh_locks
from hub.identity.raising import NewItem, raise_items
from hub.identity.settling import withdraw_items

_TORN = """
WITH parts AS (
    SELECT item_id, side, student_id, array_agg(state_record_id ORDER BY state_record_id)
        FILTER (WHERE state_record_id <> ALL($2::bigint[])) AS records
    FROM worklist_items JOIN worklist_item_records USING (item_id) JOIN state_records USING (state_record_id)
    WHERE worklist_items.status = 'OPEN' AND kind = 'NEAR_MATCH' AND item_id IN (
        SELECT about.item_id FROM worklist_item_records AS about JOIN state_records AS record USING (state_record_id)
        WHERE record.student_id = ANY($1::bigint[])
    )
    GROUP BY item_id, side, student_id
)
SELECT item_id, state, evidence::text AS evidence, model_version, upload_id, due_at, side, student_id, records
FROM parts JOIN worklist_items USING (item_id)
WHERE item_id IN (SELECT item_id FROM parts GROUP BY item_id, side HAVING count(*) > 1)
    OR item_id IN (SELECT item_id FROM worklist_item_records WHERE state_record_id = ANY($2::bigint[]))
ORDER BY item_id, side, student_id
"""
_REASON = "Asked anew of each part, if there is anything left to ask: records have left the student."


async def ask_anew(connection: asyncpg.Connection, *students: int, without: Collection[int] = ()) -> None:
    """Withdraw the open near matches about the students whose sides are torn, or that ask about a record in `without`,
    and raise one for each pair of parts, without those records."""
    torn = await connection.fetch(_TORN, list(students), list(without))
    if not torn:
        return
    items: list[NewItem] = []
    for _, group in itertools.groupby(torn, key=lambda row: row["item_id"]):
        parts = list(group)
        newcomers, others = ([part for part in parts if part["side"] == side] for side in (1, 2))
        for one, other in itertools.product(newcomers, others):
            if one["records"] and other["records"] and one["student_id"] != other["student_id"]:
                items.append(_item(one, other))
    await withdraw_items(connection, sorted({row["item_id"] for row in torn}), _REASON)
    await raise_items(connection, items)
    await refresh_locks(connection, {row["student_id"] for row in torn})


def _item(one: asyncpg.Record, other: asyncpg.Record) -> NewItem:
    return NewItem(
        "NEAR_MATCH",
        one["state"],
        {record: part["side"] for part in (one, other) for record in part["records"]},
        orjson.loads(one["evidence"] or "{}"),
        one["model_version"],
        one["upload_id"],
        due_at=one["due_at"],
    )
