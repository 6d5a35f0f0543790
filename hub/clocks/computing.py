"""Computes the clocks of children whose records changed, some changes at a time.

Triggers note each change of a state record in its own transaction, so none is lost; what is noted is taken in the
transaction that computes it. One computes at a time, whoever it is: others wait.
"""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.clocks.deriving import COMPUTE
from hub.states import LENGTHS, Unit, keep_working_days
from hub.tables import KEPT_KINDS

CHANNEL = "clock_changed"
"""Notified at the commit of a transaction that changed a state record."""

BATCH = 5000
"""Changes that are computed in one transaction."""


@dataclass(frozen=True, slots=True)
class Computed:
    """What one turn did: how many changes it took, and how many clocks it made, changed and took away."""

    changes: int
    made: int
    changed: int
    gone: int


async def compute_changed(connection: asyncpg.Connection) -> Computed:
    """In a transaction of its own compute what some of the noted changes are about; no `changes`: nothing is left."""
    async with connection.transaction():
        # Before anything is read: what is read then is what the last one left.
        await connection.execute("LOCK TABLE clock_changes IN SHARE UPDATE EXCLUSIVE MODE")
        # A plan for as many records as there are: one for any number would look through all of them for each.
        await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        taken = await connection.fetch(_TAKE, BATCH)
        if not taken:
            return Computed(0, 0, 0, 0)
        records = [row["state_record_id"] for row in taken]
        years = await connection.fetch(_YEARS, records, clock.now())
        await keep_working_days(connection, [(row["state"], row["year"]) for row in years])
        lengths = [(kind, LENGTHS[kind]) for kind in KEPT_KINDS]
        row = await connection.fetchrow(
            COMPUTE,
            records,
            [row["submitted_at"] for row in taken],
            clock.now(),
            [kind for kind, _ in lengths],
            [length.policy.name if length.policy else None for _, length in lengths],
            [length.law for _, length in lengths],
            [length.unit is Unit.WORKING_DAYS for _, length in lengths],
        )
        return Computed(len(taken), row["made"], row["changed"], row["gone"])


async def compute_state_anew(connection: asyncpg.Connection, state: str) -> None:
    """In the caller's transaction note that all clocks of a state that are not met are to be computed anew: its
    calendar, or one of its policies, has changed."""
    await connection.execute(_NOTE, state)
    await connection.execute("SELECT pg_notify($1, '')", CHANNEL)


_TAKE = """
DELETE FROM clock_changes WHERE change_id IN (SELECT change_id FROM clock_changes ORDER BY change_id LIMIT $1)
RETURNING state_record_id, submitted_at
"""
_NOTE = """
INSERT INTO clock_changes (state_record_id)
SELECT DISTINCT state_record_id FROM clocks WHERE state = $1::char(2) AND met_at IS NULL
"""
# Each clock in working days begins on an arrival or about now, and ends within a month.
_YEARS = """
WITH child AS (
    SELECT DISTINCT student_id FROM state_records WHERE state_record_id = ANY($1::bigint[])
), record AS (
    SELECT state_record_id, state::text AS state, submitted_at FROM child JOIN state_records USING (student_id)
), began AS (
    SELECT coalesce(to_state, state) AS state, qualifying_arrival_date AS day
    FROM record JOIN qualifying_moves USING (state_record_id) WHERE qualifying_arrival_date IS NOT NULL
    UNION
    SELECT mine.state, day FROM record AS mine
    CROSS JOIN (SELECT DISTINCT submitted_at::date FROM record UNION SELECT $2::date) AS sent (day)
    UNION
    SELECT clock.state, (clock.start_at AT TIME ZONE 'UTC')::date
    FROM record JOIN clocks AS clock USING (state_record_id) WHERE met_at IS NULL
)
SELECT DISTINCT state, extract(year FROM day + later)::int AS year
FROM began CROSS JOIN unnest('{0, 1 month}'::interval[]) AS later
"""
