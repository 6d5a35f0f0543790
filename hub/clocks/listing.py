"""Clocks as operators list them: codes, moments and counts, no child."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import asyncpg

from hub import clock


@dataclass(frozen=True, slots=True)
class ClocksOfState:
    """How many clocks of a kind a state has, by what became of them, and when the first that is open is due."""

    state: str
    kind: str
    running: int
    overdue: int
    met: int
    met_late: int
    next_due_at: datetime.datetime | None


async def clocks_of_states(connection: asyncpg.Connection, state: str | None, *, overdue: bool) -> list[ClocksOfState]:
    """Every state and kind that has clocks, or one state's; `overdue`: only those that have overdue ones."""
    rows = await connection.fetch(_COUNT, clock.now(), state)
    found = [ClocksOfState(**dict(row)) for row in rows]
    return [each for each in found if each.overdue or not overdue]


_COUNT = """
SELECT state::text AS state, kind,
    count(*) FILTER (WHERE met_at IS NULL AND due_at >= $1) AS running,
    count(*) FILTER (WHERE met_at IS NULL AND due_at < $1) AS overdue,
    count(*) FILTER (WHERE met_at <= due_at) AS met,
    count(*) FILTER (WHERE met_at > due_at) AS met_late,
    min(due_at) FILTER (WHERE met_at IS NULL) AS next_due_at
FROM all_clocks WHERE start_at <= $1 AND ($2::char(2) IS NULL OR state = $2::char(2))
GROUP BY state, kind ORDER BY state, kind
"""
