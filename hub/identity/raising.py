"""Raises worklist items: finds with whom each lies, until when it is due, and closes the students it is about.

An item lies with the district of the newest enrollment that its state reports of any of its records, where that
district is known to have a region with that region too, and else with the state. Some lie higher from the start.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson

from hub import clock
from hub.identity.locks import refresh_locks
from hub.outbox import publish
from hub.states import due_after
from hub.tables import LOCKING_KINDS


@dataclass(frozen=True)
class NewItem:
    """One decision to be asked of `state`. `sides` gives the state records that it is about, each with its side;
    `level` is where it lies, unless that follows from the district."""

    kind: str
    state: str
    sides: Mapping[int, int]
    evidence: Mapping[str, Any] = field(default_factory=dict)
    model_version: str | None = None
    upload_id: int | None = None
    request_id: int | None = None
    due_at: datetime.datetime | None = None
    parent_id: int | None = None
    level: str | None = None


async def raise_items(connection: asyncpg.Connection, items: Sequence[NewItem]) -> list[int]:
    """Raise the items in the caller's transaction and return their ids, in order. The records must be written."""
    if not items:
        return []
    now = clock.now()
    due = await due_after(connection, {item.state for item in items}, "WORKLIST_ITEM", now)
    places = await _places(connection, items)
    raised = await connection.fetch(
        _RAISE,
        [item.kind for item in items],
        [item.state for item in items],
        [places[number].get("region") for number in range(len(items))],
        [places[number].get("district_id") for number in range(len(items))],
        [item.request_id for item in items],
        [item.upload_id for item in items],
        [item.due_at or due[item.state] for item in items],
        [orjson.dumps(dict(item.evidence)).decode() if item.evidence else None for item in items],
        [item.model_version for item in items],
        now,
        [item.parent_id for item in items],
        [item.level for item in items],
    )
    ids: list[int] = [row["item_id"] for row in raised]
    about = [
        (item_id, record, side) for item_id, item in zip(ids, items, strict=True) for record, side in item.sides.items()
    ]
    await connection.copy_records_to_table(
        "worklist_item_records", records=about, columns=("item_id", "state_record_id", "side")
    )
    locking = {record for item in items if item.kind in LOCKING_KINDS for record in item.sides}
    students = await connection.fetch(
        "SELECT DISTINCT student_id FROM state_records WHERE state_record_id = ANY($1::bigint[])", sorted(locking)
    )
    await refresh_locks(connection, [row["student_id"] for row in students])
    await publish(connection, "worklist_changed", {"items": ids})
    return ids


async def _places(connection: asyncpg.Connection, items: Sequence[NewItem]) -> dict[int, dict[str, Any]]:
    """The district and region of each item, by its number."""
    numbers = [number for number, item in enumerate(items) for _ in item.sides]
    records = [record for item in items for record in item.sides]
    rows = await connection.fetch(_PLACES, numbers, records, [item.state for item in items])
    found = {row["number"]: dict(row) for row in rows}
    return {number: found.get(number, {}) for number in range(len(items))}


_PLACES = """
SELECT DISTINCT ON (asked.number) asked.number, enrollment.district_id, region
FROM unnest($1::int[], $2::bigint[]) AS asked (number, state_record_id)
JOIN state_records AS record USING (state_record_id)
JOIN enrollments AS enrollment USING (state_record_id)
LEFT JOIN district_regions AS region ON region.district_id = enrollment.district_id AND region.state = record.state
WHERE record.state = ($3::text[])[asked.number + 1] AND enrollment.district_id IS NOT NULL
ORDER BY asked.number, enrollment.enrollment_date DESC NULLS LAST, enrollment.state_record_id, enrollment.position
"""
_RAISE = """
WITH asked AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
        $7::timestamptz[], $8::text[], $9::text[], $11::bigint[], $12::text[]) WITH ORDINALITY
        AS item (kind, state, region, district_id, request_id, upload_id, due_at, evidence, model_version, parent_id,
            level, number)
)
INSERT INTO worklist_items (kind, state, region, district_id, level, request_id, upload_id, raised_at, due_at,
    evidence, model_version, parent_id)
SELECT kind, state, region, district_id,
    coalesce(level, CASE WHEN district_id IS NOT NULL THEN 'DISTRICT' ELSE 'STATE' END),
    request_id, upload_id, $10, due_at, evidence::jsonb, model_version, parent_id
FROM asked ORDER BY number
RETURNING item_id
"""
