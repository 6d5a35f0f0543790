"""Working days: Monday to Friday without the federal holidays and the state's own.

Holidays are the `holidays` library's: the federal ones, those too that the state does not keep, and the state's;
corrected by the days that the state itself has listed.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

import asyncpg
import holidays

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day on which a state's work is other than the week says: a holiday, or what the state has listed (`own`)."""

    day: datetime.date
    works: bool
    name: str
    own: bool


@dataclass(frozen=True, slots=True)
class StateCalendar:
    """A state's year. `version` counts the changes that the state made to its calendar, of whatever year."""

    state: str
    year: int
    version: int
    days: list[CalendarDay]


async def working_days_after(
    connection: asyncpg.Connection, states: Collection[str], start: datetime.datetime, days: int
) -> dict[str, datetime.datetime]:
    """For each state the moment `days` working days after `start` (aware): the same time of that day."""
    own = await own_days(connection, states, after=start.date())
    return {state: _after(state, start, days, own.get(state, {})) for state in states}


async def own_days(
    connection: asyncpg.Connection, states: Collection[str], after: datetime.date = datetime.date.min
) -> dict[str, dict[datetime.date, bool]]:
    """The days that states have listed themselves, later than `after`: whether they work, by state."""
    rows = await connection.fetch(
        "SELECT state, day, works FROM calendar_days WHERE state = ANY($1::text[]) AND day > $2", list(states), after
    )
    own: dict[str, dict[datetime.date, bool]] = {}
    for row in rows:
        own.setdefault(row["state"], {})[row["day"]] = row["works"]
    return own


async def calendar_of(pool: asyncpg.Pool, state: str, year: int) -> StateCalendar:
    """The year as it is in the state: holidays of weekdays, and the days that the state has listed, in order."""
    version = await pool.fetchval("SELECT version FROM state_calendars WHERE state = $1", state)
    rows = await pool.fetch(
        "SELECT day, works, name FROM calendar_days WHERE state = $1 AND extract(year FROM day) = $2", state, year
    )
    days = {
        day: CalendarDay(day, False, name, own=False)
        for day, name in _holidays(state, year).items()
        if day.weekday() < SATURDAY
    }
    days |= {row["day"]: CalendarDay(row["day"], row["works"], row["name"], own=True) for row in rows}
    return StateCalendar(state, year, version or 0, [days[day] for day in sorted(days)])


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
def _holidays(state: str, year: int) -> Mapping[datetime.date, str]:
    federal = holidays.country_holidays("US", years=year)
    return {**holidays.country_holidays("US", subdiv=state, years=year), **federal}
