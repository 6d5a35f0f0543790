"""Working days: Monday to Friday without the federal holidays and the state's own.

Holidays are the `holidays` library's for the state, corrected by the days that the state itself has listed.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from functools import cache

import asyncpg
import holidays

SATURDAY = 5


async def working_days_after(
    connection: asyncpg.Connection, states: Collection[str], start: datetime.datetime, days: int
) -> dict[str, datetime.datetime]:
    """For each state the moment `days` working days after `start` (aware): the same time of that day."""
    rows = await connection.fetch(
        "SELECT state, day, works FROM calendar_days WHERE state = ANY($1::text[]) AND day > $2",
        list(states),
        start.date(),
    )
    own: dict[str, dict[datetime.date, bool]] = {}
    for row in rows:
        own.setdefault(row["state"], {})[row["day"]] = row["works"]
    return {state: _after(state, start, days, own.get(state, {})) for state in states}


def works(state: str, day: datetime.date, own: Mapping[datetime.date, bool]) -> bool:
    """Whether a state works on a day; `own` are the days that it has listed itself."""
    if (listed := own.get(day)) is not None:
        return listed
    return day.weekday() < SATURDAY and day not in _holidays(state, day.year)


def _after(state: str, start: datetime.datetime, days: int, own: Mapping[datetime.date, bool]) -> datetime.datetime:
    day = start.date()
    while days:
        day += datetime.timedelta(days=1)
        days -= works(state, day, own)
    return start + (day - start.date())


@cache
def _holidays(state: str, year: int) -> frozenset[datetime.date]:
    return frozenset(holidays.country_holidays("US", subdiv=state, years=year))
