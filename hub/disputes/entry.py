"""The history of a dispute: what was said and done, by whom and when. Entries are added only."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, by the columns of `DisputeEntryRow`."""

    dispute_id: int
    kind: str
    words: str
    state: str | None = None
    answer: str | None = None


async def write_entry(connection: asyncpg.Connection, viewer: Viewer, entry: Entry) -> None:
    """Add it in the caller's transaction, as of now."""
    await connection.execute(
        "INSERT INTO dispute_entries (dispute_id, kind, words, state, answer, account_id, entered_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        entry.dispute_id,
        entry.kind,
        entry.words,
        entry.state,
        entry.answer,
        viewer.account_id,
        clock.now(),
    )
