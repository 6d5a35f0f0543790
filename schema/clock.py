"""Clocks: what states owe about children, by when, and whether they met it."""

from __future__ import annotations

import datetime

import strawberry

from hub.tables import CLOCK_KINDS
from permissions.declare import argument, guarded, public
from permissions.grants import Grant as G
from resolvers.sources import clock as source
from schema.base import PAGE_ARGUMENTS, OrderDirection, described_enum, record
from schema.filters import TextFilter
from schema.state_record import StateRecord

ClockKind = described_enum("ClockKind", CLOCK_KINDS, "What is owed.")
ClockStatus = described_enum("ClockStatus", source.STATUSES, "What became of a clock.")

_R = G.STUDENT_READ
_OPERATOR = "It compares; the field of the filter that holds it is guarded."


@record(source.CLOCKS, _R, "Something that a state owes about a child: since when, by when, and when it was done.")
class Clock:
    kind: ClockKind | None = guarded(_R, source.KIND, "What is owed.")  # type: ignore[valid-type]
    state: str | None = guarded(_R, source.STATE, "Code of the state that owes it.")
    district_id: str | None = guarded(_R, source.DISTRICT_ID, "The district with which it lies, where that is known.")
    start_at: datetime.datetime | None = guarded(_R, source.START, "When it began.")
    due_at: datetime.datetime | None = guarded(
        _R, source.DUE, "By when: the last second of the day where it is counted in days from a day."
    )
    met_at: datetime.datetime | None = guarded(_R, source.MET, "When it was met, if it was.")
    overdue: bool | None = guarded(_R, source.OVERDUE, "Whether it is past due and not met.")
    status: ClockStatus | None = guarded(_R, source.STATUS, "What became of it.")  # type: ignore[valid-type]
    state_record: StateRecord | None = guarded(
        _R, source.RECORD_OF_CLOCK, "The record that it is about, while its state holds it."
    )


@strawberry.input(description="Compares a moment.")
class MomentFilter:
    from_: datetime.datetime | None = public(
        _OPERATOR, None, "At this moment or later.", name="from", default=strawberry.UNSET
    )
    before: datetime.datetime | None = public(_OPERATOR, None, "Before this moment.", default=strawberry.UNSET)


@strawberry.input(description="Which clocks.")
class ClockFilter:
    kind: list[ClockKind] | None = guarded(  # type: ignore[valid-type]
        _R, source.OF_KIND, "Of one of these kinds.", default=strawberry.UNSET
    )
    state: TextFilter | None = guarded(_R, source.OF_STATE, "Owed by this state.", default=strawberry.UNSET)
    district_id: TextFilter | None = guarded(
        _R, source.OF_DISTRICT, "Lying with this district.", default=strawberry.UNSET
    )
    status: list[ClockStatus] | None = guarded(  # type: ignore[valid-type]
        _R, source.OF_STATUS, "Of one of these statuses.", default=strawberry.UNSET
    )
    due: MomentFilter | None = guarded(_R, source.DUE_WITHIN, "Due then.", default=strawberry.UNSET)


ClockOrderField = described_enum(
    "ClockOrderField", {"DUE": "By when they are due."}, "By what clocks are put in order."
)


@strawberry.input(description="The order of clocks.")
class ClockOrder:
    field: ClockOrderField = public("It shows nothing.", None, "By what.", default="DUE")  # type: ignore[valid-type]
    direction: OrderDirection = public("It shows nothing.", None, "Which way.", default=OrderDirection.ASC)


FILTER_CLOCKS = (argument("filter", ClockFilter | None, "Which clocks; all unless said."),)
CLOCK_ARGUMENTS = (
    *FILTER_CLOCKS,
    argument("order_by", ClockOrder | None, "In which order; by due date unless said."),
    *PAGE_ARGUMENTS,
)
