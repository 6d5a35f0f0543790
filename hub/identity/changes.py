"""The feed of changes of MSIX IDs, which systems downstream follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import asyncpg

from hub.identity.actor import By


class IdChange(NamedTuple):
    """One change: `kind` is one of hub.tables.CHANGE_KINDS; `other` the survivor, or the student that was left."""

    kind: str
    student: int
    other: int


async def note_changes(connection: asyncpg.Connection, changes: Sequence[IdChange], by: By) -> None:
    """Add to the feed, in the order given.

    Whoever adds next waits until this transaction ends: times and numbers of the feed are in the order of the commits,
    so that nobody who has read up to one of them misses an earlier one.
    """
    kinds, students, others = zip(*changes, strict=True)
    facts = (by.request_id, by.item_id, by.account_id, by.reason)
    await connection.execute(_ADD, kinds, students, others, *facts, _ONE_AT_A_TIME)


_ONE_AT_A_TIME = 0x4D53495846  # the key of this advisory lock
# The time, and the number by default, are of a row that is made when the lock is held.
_ADD = """
WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock($8::bigint))
INSERT INTO identity_changes (changed_at, kind, student_id, other_student_id, request_id, item_id, account_id, reason)
SELECT clock_timestamp(), kind, student_id, other_id, $4, $5, $6, $7
FROM held CROSS JOIN unnest($1::text[], $2::bigint[], $3::bigint[]) WITH ORDINALITY
    AS change (kind, student_id, other_id, place)
ORDER BY place
"""
