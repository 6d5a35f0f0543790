"""Lists days on which a state works, or does not, other than the week and the holidays say. Audited.

Clocks that run are computed anew by the worker, by the calendar as it is then.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.states.working_days import rewrite_working_days
from hub.words import kept_line

MOST_DAYS = 400
LONGEST_NAME = 100
FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass(frozen=True)
class CalendarDayGiven:
    """A day, whether the state works on it, and what it is called; without `works` it is listed no longer."""

    day: datetime.date
    works: bool | None = None
    name: str | None = None


@dataclass(frozen=True)
class SetStateCalendar:
    """The state, the days to list, and the calendar's version that was looked at; other days stay as they are."""

    state: str
    days: tuple[CalendarDayGiven, ...]
    expected_version: int | None = None


async def set_state_calendar(connection: asyncpg.Connection, permit: Permit, command: SetStateCalendar) -> Outcome:
    """List the days. Raises Refusal: CONFLICT, INVALID_INPUT."""
    permit.check("set_state_calendar")
    _check(command)
    await connection.execute(_MAKE, command.state)
    version = await connection.fetchval(_HOLD, command.state)
    if command.expected_version is not None and command.expected_version != version:
        raise Refusal(RefusalCode.CONFLICT, field="expectedVersion")
    listed = [each for each in command.days if each.works is not None]
    dropped = [each.day for each in command.days if each.works is None]
    await connection.execute("DELETE FROM calendar_days WHERE state = $1 AND day = ANY($2)", command.state, dropped)
    names = [(each.name or "").strip() for each in listed]
    await connection.execute(
        _LIST, command.state, [each.day for each in listed], [each.works for each in listed], names
    )
    await connection.execute(_COUNT, command.state, clock.now())
    await rewrite_working_days(connection, command.state)
    days = [{"day": each.day.isoformat(), "works": each.works} for each in command.days]
    detail = {"days": days, "version": version + 1}
    await record_in(connection, Event.by(permit.viewer, Tag.STATE_CALENDAR, detail=detail))
    return Outcome(values={"version": version + 1})


def _check(command: SetStateCalendar) -> None:
    days = [each.day for each in command.days]
    if not 1 <= len(days) <= MOST_DAYS or len(set(days)) < len(days):
        raise Refusal(RefusalCode.INVALID_INPUT, f"1 to {MOST_DAYS} days are set at once, each once", "days")
    for number, each in enumerate(command.days):
        if not FIRST_YEAR <= each.day.year <= LAST_YEAR:
            expected = f"a day is of the years {FIRST_YEAR} to {LAST_YEAR}"
            raise Refusal(RefusalCode.INVALID_INPUT, expected, f"days.{number}.day")
        if each.works is not None:
            kept_line(each.name or "", f"days.{number}.name", LONGEST_NAME)


_MAKE = "INSERT INTO state_calendars (state, version) VALUES ($1, 0) ON CONFLICT DO NOTHING"
_HOLD = "SELECT version FROM state_calendars WHERE state = $1 FOR NO KEY UPDATE"
_COUNT = "UPDATE state_calendars SET version = version + 1, changed_at = $2 WHERE state = $1"
_LIST = """
INSERT INTO calendar_days (state, day, works, name)
SELECT $1, day, works, name FROM unnest($2::date[], $3::boolean[], $4::text[]) AS listed (day, works, name)
ON CONFLICT (state, day) DO UPDATE SET works = excluded.works, name = excluded.name
"""
