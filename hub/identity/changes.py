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
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _ONE_AT_A_TIME)
    facts = (by.request_id, by.item_id, by.account_id, by.reason)
    await connection.executemany(_ADD, [(*change, *facts) for change in changes])


_ONE_AT_A_TIME = 0x4D53495846  # the key of this advisory lock
_ADD = """
INSERT INTO identity_changes (changed_at, kind, student_id, other_student_id, request_id, item_id, account_id, reason)
VALUES (clock_timestamp(), $1, $2, $3, $4, $5, $6, $7)
"""
