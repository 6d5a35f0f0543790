"""The working days as a table, for statements that count them for many children at once: what `works` says, written
down by whole years for the states that are asked about.

Whoever changes a state's calendar writes its days anew in the same transaction.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator

import asyncpg

from hub.states.calendar import own_days, works


async def keep_working_days(connection: asyncpg.Connection, years: Collection[tuple[str, int]]) -> None:
    """Write down the years (state, year) that are not there yet, in the caller's transaction."""
    wanted = sorted(set(years))
    missing = await connection.fetch(_MISSING, [state for state, _ in wanted], [year for _, year in wanted])
    if missing:
        await _write(connection, [(row["state"], row["year"]) for row in missing])


async def rewrite_working_days(connection: asyncpg.Connection, state: str) -> None:
    """Write the state's days anew, for the years that are there."""
    rows = await connection.fetch(_KEPT, state)
    await connection.execute("DELETE FROM working_days WHERE state = $1", state)
    if rows:
        await _write(connection, [(state, row["year"]) for row in rows])


async def _write(connection: asyncpg.Connection, years: list[tuple[str, int]]) -> None:
    own = await own_days(connection, {state for state, _ in years})
    rows = [(state, day) for state, year in years for day in days_of(year) if works(state, day, own.get(state, {}))]
    # Two workers may find the same year missing.
    await connection.execute(_ADD, [state for state, _ in rows], [day for _, day in rows])


def days_of(year: int) -> Iterator[datetime.date]:
    """Every day of a year."""
    day = datetime.date(year, 1, 1)
    while day.year == year:
        yield day
        day += datetime.timedelta(days=1)


_MISSING = """
SELECT state, year FROM unnest($1::text[], $2::int[]) AS asked (state, year)
WHERE NOT EXISTS (
    SELECT FROM working_days AS known
    WHERE known.state = asked.state::char(2) AND known.day BETWEEN make_date(year, 1, 1) AND make_date(year, 12, 31)
)
"""
_KEPT = "SELECT DISTINCT extract(year FROM day)::int AS year FROM working_days WHERE state = $1"
_ADD = """
INSERT INTO working_days (state, day) SELECT * FROM unnest($1::text[], $2::date[]) ON CONFLICT DO NOTHING
"""
