"""What holds of identities after whatever happened, read from the database as its owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import asyncpg

BROKEN = {
    "a record is linked to a student that is retired": """
        SELECT state_record_id FROM state_records JOIN students USING (student_id) WHERE current_id <> student_id
    """,
    "the current link is not the last row of the ledger": """
        SELECT state_record_id FROM state_records AS record WHERE student_id IS DISTINCT FROM (
            SELECT student_id FROM links WHERE links.state_record_id = record.state_record_id
            ORDER BY link_id DESC LIMIT 1)
    """,
    "a link says that it came from elsewhere than the one before": """
        SELECT link_id FROM (
            SELECT *, lag(student_id) OVER (PARTITION BY state_record_id ORDER BY link_id) AS before FROM links
        ) AS link WHERE previous_student_id IS DISTINCT FROM before
    """,
    "an ID does not answer with the end of its chain": """
        WITH RECURSIVE chain AS (
            SELECT student_id, student_id AS at, merged_into AS next, 0 AS steps FROM students
            UNION ALL
            SELECT chain.student_id, student.student_id, student.merged_into, steps + 1
            FROM chain JOIN students AS student ON student.student_id = chain.next WHERE steps < 100
        )
        SELECT student_id FROM chain JOIN students USING (student_id)
        WHERE (next IS NULL AND at <> current_id) OR steps = 100
    """,
    "a student is locked without an open question, or open in spite of one": """
        SELECT state_record_id FROM state_records AS record WHERE (review_scopes IS NOT NULL) <> EXISTS (
            SELECT FROM state_records AS about JOIN worklist_item_records USING (state_record_id)
            JOIN worklist_items AS item USING (item_id)
            WHERE about.student_id = record.student_id AND item.status = 'OPEN'
                AND kind IN ('NEAR_MATCH', 'ID_CONFLICT', 'MERGE_VALIDATION', 'SPLIT_VALIDATION'))
    """,
    "two records that people keep apart are one student": """
        SELECT low_id FROM record_pairs JOIN state_records AS low ON low.state_record_id = low_id
        JOIN state_records AS high ON high.state_record_id = high_id
        WHERE verdict = 'NOT_SAME' AND low.student_id = high.student_id
    """,
    "a near match is asked about one student, or about more than two": """
        SELECT item_id FROM worklist_items AS item JOIN worklist_item_records USING (item_id)
        JOIN state_records USING (state_record_id) WHERE item.status = 'OPEN' AND kind = 'NEAR_MATCH'
        GROUP BY item_id HAVING count(DISTINCT student_id) <> 2
    """,
    "a request is pending that nobody is asked about, or the other way round": """
        SELECT request_id FROM identity_requests AS request WHERE (status = 'PENDING') <> EXISTS (
            SELECT FROM worklist_items AS item WHERE item.request_id = request.request_id AND item.status = 'OPEN')
    """,
}
"""What must never be found, by what it would mean."""


@dataclass(frozen=True)
class Seen:
    """What was there already: the newest row of the ledger with a digest of all, and what was broken before."""

    newest: int
    digest: str
    broken: Mapping[str, list[asyncpg.Record]]

    @classmethod
    async def now(cls, database: asyncpg.Connection) -> Seen:
        newest = await database.fetchval("SELECT coalesce(max(link_id), 0) FROM links")
        broken = {meaning: await database.fetch(query) for meaning, query in BROKEN.items()}
        return cls(newest, await _digest(database, newest), broken)

    async def after(self, database: asyncpg.Connection) -> Seen:
        """What is there now. Fails for what was broken or lost since."""
        assert await _digest(database, self.newest) == self.digest, "rows of the ledger were changed or lost"
        now = await Seen.now(database)
        for meaning, found in now.broken.items():
            assert not set(found) - set(self.broken[meaning]), meaning
        return now


async def _digest(database: asyncpg.Connection, newest: int) -> str:
    digest: str = await database.fetchval(
        "SELECT md5(coalesce(string_agg(link::text, '|' ORDER BY link_id), '')) FROM links AS link WHERE link_id <= $1",
        newest,
    )
    return digest


async def students_by_side(database: asyncpg.Connection, item_id: int) -> tuple[list[int], list[int]]:
    """The records of either side of an item."""
    one, two = [[row["state_record_id"] for row in await database.fetch(_SIDE, item_id, side)] for side in (1, 2)]
    return one, two


_SIDE = "SELECT state_record_id FROM worklist_item_records WHERE item_id = $1 AND side = $2"


async def remembered_apart(database: asyncpg.Connection, one: list[int], other: list[int]) -> bool:
    """Whether every pair of them is remembered as two children."""
    apart = {
        (row["low_id"], row["high_id"])
        for row in await database.fetch("SELECT low_id, high_id FROM record_pairs WHERE verdict = 'NOT_SAME'")
    }
    return all((min(pair), max(pair)) in apart for pair in product(one, other))
