"""Sends a set through the real intake into a database of its own, night by night, and keeps what became of each record.

A record of the set is one version of a state record. It counts for the student that its state record is linked to in
the end, or, where the state gave the id to another child afterwards, for the one that it was linked to until then.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import asyncpg

from hub.evaluation.sets import NIGHT, Row, nights, shuffled, uploads
from hub.intake import Actor, Sent, receive_all
from hub.store.engine import connect

_ACTOR = Actor("operator:evaluation", "PROGRAM_ADMINISTRATION")


@dataclass
class Outcomes:
    """What became of a set. `first` and `last` are each record's student after its night and in the end, None where it
    was rejected; `asked` the pairs of students that people are asked about; `seconds` the intake's own time."""

    first: list[int | None] = field(default_factory=list)
    last: list[int | None] = field(default_factory=list)
    asked: list[tuple[int, int]] = field(default_factory=list)
    near: int = 0
    guards: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0


async def evaluate(
    url: str,
    rows: Sequence[Row],
    told: Callable[[int, int], None],
    size: int = NIGHT,
    shuffle: int | None = None,
) -> Outcomes:
    """Send the set to the empty, migrated database at `url`. `told` hears (records sent, records in all); `shuffle` is
    the seed of another order within each night."""
    found = Outcomes([None] * len(rows), [None] * len(rows))
    connection = await connect(url)
    try:
        sent = 0
        calendar = nights(rows, size)
        for sequence, night in enumerate(calendar if shuffle is None else shuffled(calendar, shuffle), 1):
            files = [
                Sent(io.BytesIO(file), f"{state}-{sequence}.jsonl", state)
                for state, file in uploads(rows, night, sequence)
            ]
            begun = time.perf_counter()
            async with aclosing(receive_all(url, files, actor=_ACTOR)) as reports:
                async for _ in reports:
                    pass
            found.seconds += time.perf_counter() - begun
            sent += len(night)
            told(sent, len(rows))
            linked = await _links(connection)
            for number in night:
                found.first[number] = linked.get((rows[number].state, rows[number].state_student_id))
        await _end(connection, rows, found, linked)
        return found
    finally:
        await connection.close()


async def _links(connection: asyncpg.Connection) -> dict[tuple[str, str], int]:
    return {
        (row["state"], row["state_student_id"]): row["student_id"]
        for row in await connection.fetch("SELECT state, state_student_id, student_id FROM state_records")
    }


async def _end(
    connection: asyncpg.Connection, rows: Sequence[Row], found: Outcomes, linked: dict[tuple[str, str], int]
) -> None:
    reused = {(row["state"], row["state_student_id"]) for row in await connection.fetch(_REUSED)}
    for number, row in enumerate(rows):
        key = row.state, row.state_student_id
        found.last[number] = found.first[number] if key in reused else linked.get(key)
    found.asked = [(row["newcomer"], row["other"]) for row in await connection.fetch(_ASKED)]
    found.near = await connection.fetchval(_NEAR)
    found.guards = {row["guard"]: row["count"] for row in await connection.fetch(_GUARDS)}


_REUSED = """
SELECT DISTINCT state, state_student_id FROM worklist_items AS item
JOIN worklist_item_records USING (item_id)
JOIN state_records AS record USING (state_record_id, state)
WHERE item.kind = 'ID_CONFLICT' AND side = 1
"""
_ASKED = """
SELECT DISTINCT mine.student_id AS newcomer,
    coalesce((item.evidence->>'previousStudent')::bigint, other.student_id) AS other
FROM worklist_items AS item
JOIN worklist_item_records AS newcomer ON newcomer.item_id = item.item_id AND newcomer.side = 1
JOIN state_records AS mine ON mine.state_record_id = newcomer.state_record_id
LEFT JOIN worklist_item_records AS known ON known.item_id = item.item_id AND known.side = 2
LEFT JOIN state_records AS other ON other.state_record_id = known.state_record_id
WHERE item.status = 'OPEN' AND item.kind IN ('NEAR_MATCH', 'ID_CONFLICT')
"""
_NEAR = """
SELECT count(DISTINCT (state_record_id, upload_id)) FROM worklist_items JOIN worklist_item_records USING (item_id)
WHERE kind IN ('NEAR_MATCH', 'ID_CONFLICT') AND side = 1
"""
_GUARDS = """
SELECT guard->>'guard' AS guard, count(*) FROM worklist_items,
    jsonb_array_elements(evidence->'candidates') AS candidate, jsonb_array_elements(candidate->'guards') AS guard
GROUP BY 1 ORDER BY 2 DESC, 1
"""
