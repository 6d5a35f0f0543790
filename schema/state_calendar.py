"""The working days of the states."""

from __future__ import annotations

import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from hub.errors import Code, HubError
from hub.states import calendar_of
from permissions.declare import public
from resolvers.context import Context
from schema.payload import INPUT, PAYLOAD, MutationError, errors_field, key_field

_LISTED = "It describes a calendar; the calendar is guarded."
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


@strawberry.type(description="A day on which a state's work is other than the week says.")
class CalendarDay:
    day: datetime.date = public(_LISTED, None, "The day.")
    works: bool = public(_LISTED, None, "Whether the state works on it.")
    name: str = public(_LISTED, None, "What it is called.")
    own: bool = public(_LISTED, None, "Whether the state has listed it itself; else it is a federal or state holiday.")


@strawberry.type(description="A year of a state: which days are not as the week says. Saturdays and Sundays are free.")
class StateCalendar:
    state: str = public(_LISTED, None, "Two-letter code of the state.")
    year: int = public(_LISTED, None, "The year.")
    version: int = public(_LISTED, None, "Goes into `expectedVersion` of a change.")
    days: list[CalendarDay] = public(_LISTED, None, "Holidays on weekdays, and days that the state has listed.")


@strawberry.input(description="One day of a state's calendar.")
class CalendarDayInput:
    day: datetime.date = public(INPUT, None, "The day.")
    works: bool | None = public(
        INPUT, None, "Whether the state works on it; null: it is as week and holidays say.", default=None
    )
    name: str | None = public(INPUT, None, "What it is called; needed with `works`.", default=None)


@strawberry.input(description="Days to list in the calendar of the viewer's state; others stay as they are.")
class SetStateCalendarInput:
    state: str = public(INPUT, None, "Two-letter code of the viewer's state.")
    days: list[CalendarDayInput] = public(INPUT, None, "The days, 400 at most.")
    expected_version: int | None = public(INPUT, None, "The calendar's version that was looked at.", default=None)
    idempotency_key: str | None = key_field()


@strawberry.type(description="The calendar's new version, or why nothing was changed.")
class SetStateCalendarPayload:
    version: int | None = public(PAYLOAD, None, "The version after the change.")
    errors: list[MutationError] = errors_field()


async def resolve_calendar(
    info: Info[Context, None],
    state: Annotated[str, strawberry.argument(description="Two-letter code of the state.")],
    year: Annotated[int, strawberry.argument(description="The year, from 1990 to 2100.")],
) -> StateCalendar | None:
    """A state's year; null where there is no such state. Raises `INVALID_ARGUMENT` for a year out of range."""
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise HubError(Code.INVALID_ARGUMENT, f"Expected a year from {_FIRST_YEAR} to {_LAST_YEAR}.")
    writes = info.context.services.writes
    if not await writes.fetchval("SELECT EXISTS (SELECT FROM jurisdictions WHERE code = $1)", state):
        return None
    found = await calendar_of(writes, state, year)
    days = [CalendarDay(day=each.day, works=each.works, name=each.name, own=each.own) for each in found.days]
    return StateCalendar(state=found.state, year=found.year, version=found.version, days=days)
