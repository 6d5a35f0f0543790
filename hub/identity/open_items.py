"""Open worklist items, locked for a decision together with their requests and every student that they are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from hub.refusal import Refusal, RefusalCode

MOST_ITEMS = 2000


@dataclass(frozen=True)
class Item:
    """One open item, locked. `previous` is the student that a record has left which an ID conflict is about."""

    item_id: int
    kind: str
    request_id: int | None
    previous: int | None
    sides: Mapping[int, int]

    def side(self, number: int) -> list[int]:
        """The records of one side."""
        return [record for record, side in self.sides.items() if side == number]


async def lock_items(
    connection: asyncpg.Connection, ids: Sequence[int], expected_version: int | None = None
) -> list[Item]:
    """The items, their requests and their students locked in this order. Raises Refusal."""
    if not ids or len(ids) > MOST_ITEMS:
        raise Refusal(RefusalCode.INVALID_INPUT, f"1 to {MOST_ITEMS} items are decided at once", "items")
    await connection.execute(_LOCK_REQUESTS, list(ids))
    rows = await connection.fetch(_LOCK_ITEMS, list(ids))
    if any(row["status"] != "OPEN" for row in rows):
        raise Refusal(RefusalCode.ALREADY_DECIDED, field="items")
    if expected_version is not None and any(row["version"] != expected_version for row in rows):
        raise Refusal(RefusalCode.CONFLICT, field="expectedVersion")
    about = await connection.fetch(_RECORDS, list(ids))
    sides: dict[int, dict[int, int]] = {row["item_id"]: {} for row in rows}
    for row in about:
        sides[row["item_id"]][row["state_record_id"]] = row["side"]
    await _lock_students(connection, ids)
    return [
        Item(row["item_id"], row["kind"], row["request_id"], row["previous"], sides[row["item_id"]]) for row in rows
    ]


async def _lock_students(connection: asyncpg.Connection, ids: Sequence[int]) -> None:
    """Until none is missing: a merge that was waited for has brought the records to a student not locked yet."""
    locked: set[int] = set()
    while missing := {row["student_id"] for row in await connection.fetch(_STUDENTS, list(ids))} - locked:
        await connection.execute(_LOCK_STUDENTS, sorted(missing))
        locked |= missing


_LOCK_REQUESTS = """
SELECT FROM identity_requests WHERE request_id IN (
    SELECT request_id FROM worklist_items WHERE item_id = ANY($1::bigint[])
) ORDER BY request_id FOR NO KEY UPDATE
"""
_LOCK_ITEMS = """
SELECT item_id, kind, status, request_id, version, (evidence ->> 'previousStudent')::bigint AS previous
FROM worklist_items WHERE item_id = ANY($1::bigint[]) ORDER BY item_id FOR NO KEY UPDATE
"""
_RECORDS = """
SELECT item_id, state_record_id, side FROM worklist_item_records WHERE item_id = ANY($1::bigint[])
ORDER BY state_record_id, item_id
"""
_STUDENTS = """
WITH item AS (
    SELECT item_id, request_id, (evidence ->> 'previousStudent')::bigint AS previous
    FROM worklist_items WHERE item_id = ANY($1::bigint[])
), named AS (
    SELECT previous AS student_id FROM item
    UNION
    SELECT unnest(request.student_id || request.duplicates)
    FROM item JOIN identity_requests AS request USING (request_id)
)
SELECT student_id FROM item JOIN worklist_item_records USING (item_id) JOIN state_records USING (state_record_id)
UNION
SELECT current_id FROM named JOIN students USING (student_id)
"""
_LOCK_STUDENTS = "SELECT FROM students WHERE student_id = ANY($1::bigint[]) ORDER BY student_id FOR NO KEY UPDATE"
