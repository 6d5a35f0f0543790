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
