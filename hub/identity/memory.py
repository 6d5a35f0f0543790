"""What people decided about pairs of state records: one child or two. A newer decision takes the older's place."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import asyncpg

from hub.identity.actor import By

SAME, NOT_SAME = "SAME", "NOT_SAME"

_REMEMBER = """
INSERT INTO record_pairs (low_id, high_id, verdict, item_id, account_id)
SELECT low_id, high_id, $3, $4, $5 FROM unnest($1::bigint[], $2::bigint[]) AS pair (low_id, high_id)
ON CONFLICT (low_id, high_id) DO UPDATE SET verdict = excluded.verdict, item_id = excluded.item_id,
    account_id = excluded.account_id, decided_at = now()
"""


async def remember(
    connection: asyncpg.Connection, one: Iterable[int], other: Iterable[int], verdict: str, by: By
) -> None:
    """Keep a verdict on every pair of a record of `one` and a record of `other`."""
    pairs = sorted({(min(a, b), max(a, b)) for a, b in product(set(one), set(other)) if a != b})
    await connection.execute(
        _REMEMBER, [low for low, _ in pairs], [high for _, high in pairs], verdict, by.item_id, by.account_id
    )


async def kept_apart(connection: asyncpg.Connection, one: int, other: int, item_id: int) -> bool:
    """Whether a record of student `one` and a record of `other` were decided to be of two children.

    Not counted are pairs that the item asks about itself: it was raised since, for new evidence.
    """
    found: bool = await connection.fetchval(_KEPT_APART, one, other, item_id)
    return found


_KEPT_APART = """
SELECT EXISTS (
    SELECT FROM state_records AS one
    JOIN state_records AS other ON other.student_id = $2
    JOIN record_pairs AS pair ON pair.low_id = least(one.state_record_id, other.state_record_id)
        AND pair.high_id = greatest(one.state_record_id, other.state_record_id)
    WHERE one.student_id = $1 AND pair.verdict = 'NOT_SAME' AND NOT EXISTS (
        SELECT FROM worklist_item_records AS mine JOIN worklist_item_records AS its USING (item_id)
        WHERE item_id = $3 AND mine.state_record_id = one.state_record_id
            AND its.state_record_id = other.state_record_id AND mine.side <> its.side
    )
)
"""
