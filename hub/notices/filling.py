"""Data requests that uploads answer by themselves: once a state's records hold more of each element asked for.

How many rows held an element is counted when it is asked for; a request is filled when each of its elements stands in
more rows than then. So what is sent again as it was fills nothing, and a list with one row that lacks it can be
completed. Records that a merge brings do not count: nothing was sent for them. It is one statement for any number of
records.
"""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg
import orjson

from hub.identity import By, settle
from hub.notices.answered import tell_answered
from hub.notices.elements import Element
from hub.tables.sections import SECTIONS

_FILLED = "An upload brought what was asked for."


async def count_elements(
    connection: asyncpg.Connection, student_id: int, state: str, asked: Sequence[Element]
) -> list[dict[str, object]]:
    """For each element how many rows of the state's records of the student hold it, as `DataRequestRow.wanted`."""
    wanted = [{"name": each.name, "table": each.table, "column": each.column, "had": 0} for each in asked]
    rows = await connection.fetch(_COUNT, student_id, state, orjson.dumps(wanted).decode())
    had = {row["name"]: row["rows"] for row in rows}
    return [{**each, "had": had.get(each["name"], 0)} for each in wanted]


async def answer_filled_requests(connection: asyncpg.Connection, state: str, records: Sequence[int]) -> list[int]:
    """Close the open requests to `state` that its records, just written, fill, and tell who asked; their ids."""
    if not records:
        return []
    filled = {row["item_id"]: row["request_id"] for row in await connection.fetch(_FIND, state, list(records))}
    if not filled:
        return []
    # Somebody may have answered by hand meanwhile; what is settled is never changed.
    items = [row["item_id"] for row in await connection.fetch(_LOCK, list(filled))]
    if items:
        await settle(connection, items, "DONE", By(reason=_FILLED))
        await tell_answered(connection, items)
    return [filled[item] for item in items]


_HOLDING = """
SELECT wanted.request_id, wanted.name, count(*) AS rows
FROM wanted
JOIN state_records AS record ON record.student_id = wanted.student_id AND record.state = wanted.state
    AND record.status = 'ACTIVE' AND (wanted.item_id IS NULL OR record.created_at > wanted.requested_at OR EXISTS (
        SELECT FROM worklist_item_records AS named
        WHERE named.item_id = wanted.item_id AND named.state_record_id = record.state_record_id))
JOIN {table} AS held ON held.state_record_id = record.state_record_id
WHERE wanted.of_table = '{table}' AND to_jsonb(held) ->> wanted.of_column IS NOT NULL
GROUP BY wanted.request_id, wanted.name
"""
_HELD = " UNION ALL ".join(
    _HOLDING.format(table=table.__tablename__) for section, table in SECTIONS.items() if section != "student"
)
"""How many rows hold each element of `wanted` (request_id, student_id, state, name, of_table, of_column): of all
records or, with an item_id, of those that the item names and those that came since requested_at."""

_ELEMENTS = 'jsonb_to_recordset(%s) AS element (name text, "table" text, "column" text, had bigint)'
_COUNT = f"""
WITH wanted AS (
    SELECT 0 AS request_id, NULL::bigint AS item_id, NULL::timestamptz AS requested_at, $1::bigint AS student_id,
        $2::text AS state, element.name, element."table" AS of_table, element."column" AS of_column
    FROM {_ELEMENTS % "$3::text::jsonb"}
), holding AS ({_HELD})
SELECT name, rows FROM holding
"""  # noqa: S608 (names of tables only)
_FIND = f"""
WITH touched AS MATERIALIZED (
    SELECT DISTINCT request.request_id, request.item_id, request.wanted, named.current_id AS student_id, request.state,
        request.requested_at
    FROM state_records AS record
    JOIN students AS named ON named.current_id = record.student_id
    JOIN data_requests AS request ON request.student_id = named.student_id AND request.state = $1
    JOIN worklist_items AS item ON item.item_id = request.item_id AND item.status = 'OPEN'
    WHERE record.state_record_id = ANY($2::bigint[])
), wanted AS MATERIALIZED (
    SELECT request_id, item_id, requested_at, student_id, state, element.name, element."table" AS of_table,
        element."column" AS of_column, element.had
    FROM touched, {_ELEMENTS % "touched.wanted"}
), holding AS ({_HELD})
SELECT request_id, min(wanted.item_id) AS item_id
FROM wanted LEFT JOIN holding USING (request_id, name)
GROUP BY request_id HAVING bool_and(coalesce(holding.rows, 0) > wanted.had)
ORDER BY request_id
"""  # noqa: S608 (names of tables only)
_LOCK = """
SELECT item_id FROM worklist_items WHERE item_id = ANY($1::bigint[]) AND status = 'OPEN'
ORDER BY item_id FOR NO KEY UPDATE
"""
