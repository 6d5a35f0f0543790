"""What an open question who a child is leads to, if it is answered so that records move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from hub.identity.locks import ITEM_SCOPES
from hub.store.reads import ReadConnections
from hub.tables import LOCKING_KINDS


@dataclass(frozen=True)
class Outlook:
    """The MSIX IDs of the students, the survivor's first, that would be one; or of the one that the state records in
    `leaving` would leave."""

    msix_ids: tuple[str, ...]
    leaving: tuple[int, ...]


def survivor_first(newcomers: Sequence[int], others: Sequence[int], previous: int | None) -> list[int]:
    """The students of both sides of a question, first the one that keeps its ID: the older, or the one that a record
    has left (`previous`)."""
    if previous is not None:
        return list(dict.fromkeys([previous, *newcomers]))
    return sorted({*newcomers, *others})


async def outlook(
    connection: asyncpg.Connection | ReadConnections, item_id: int, decides_for: Sequence[str]
) -> Outlook | None:
    """Of an item that is open and of one of these deciders; None of any other, and where nothing moves."""
    row = await connection.fetchrow(_ITEM, item_id, list(decides_for), list(LOCKING_KINDS))
    if row is None:
        return None
    students, leaving = row["asked"], row["leaving"]
    if not students:
        students = survivor_first(row["newcomers"], row["others"], row["previous"])
        leaving = row["own"] if len(students) == 1 else []
    if len(students) < 2 and not leaving:
        return None
    rows = await connection.fetch(_MSIX_IDS, students)
    return Outlook(tuple(named["msix_id"] for named in rows), tuple(leaving))


_ITEM = f"""
WITH about AS (
    SELECT side, student_id, state_record_id, status
    FROM worklist_item_records JOIN state_records USING (state_record_id) WHERE item_id = $1
)
SELECT (SELECT current_id FROM students WHERE student_id = (item.evidence ->> 'previousStudent')::bigint) AS previous,
    ARRAY(SELECT current_id FROM unnest(request.student_id || request.duplicates) WITH ORDINALITY AS named (id, place)
        JOIN students ON student_id = named.id GROUP BY current_id ORDER BY min(place)) AS asked,
    ARRAY(SELECT state_record_id FROM state_records
        WHERE state_record_id = ANY(request.state_records) AND status = 'ACTIVE') AS leaving,
    ARRAY(SELECT DISTINCT student_id FROM about WHERE side = 1 ORDER BY student_id) AS newcomers,
    ARRAY(SELECT DISTINCT student_id FROM about WHERE side = 2 ORDER BY student_id) AS others,
    ARRAY(SELECT state_record_id FROM about WHERE side = 1 AND status = 'ACTIVE') AS own
FROM worklist_items AS item LEFT JOIN identity_requests AS request USING (request_id)
WHERE item_id = $1 AND item.status = 'OPEN' AND item.kind = ANY($3::text[]) AND {ITEM_SCOPES} && $2::text[]
"""  # noqa: S608 (an expression of the hub's own)
_MSIX_IDS = """
SELECT msix_id FROM unnest($1::bigint[]) WITH ORDINALITY AS named (student_id, place) JOIN students USING (student_id)
ORDER BY place
"""
