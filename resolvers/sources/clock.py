"""Clocks of every kind, of the children that the viewer may see; those of worklist items for whoever decides these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ARRAY, CHAR, ColumnElement, DateTime, Text, and_, case, func, literal_column, or_

from hub import clock as present
from hub.tables import CLOCK_PARTS, AnyClockRow
from permissions.scope import clock_is_shown
from resolvers.compiler.arguments import Value
from resolvers.compiler.source import Condition, Connection, Expression, Relation, Rows, Sort, Source
from resolvers.sources.conditions import moment
from resolvers.sources.state_record import STATE_RECORDS
from resolvers.sources.student import STUDENTS


def _now(rows: Rows) -> ColumnElement[Any]:
    return rows.binder.moment(present.now)


CLOCKS = Source(
    "clocks",
    AnyClockRow,
    ("kind", "key"),
    shown=lambda rows: and_(rows.c.start_at <= _now(rows), clock_is_shown(rows.main)),
    subject=lambda rows: rows.c.student_id,
    state=lambda rows: rows.c.state,
    order=lambda rows: [rows.c.due_at, *rows.key],
    parts=CLOCK_PARTS,
)

STATUSES: Mapping[str, str] = {
    "RUNNING": "Not met, and not due yet.",
    "OVERDUE": "Not met, and past due.",
    "MET": "Met in time.",
    "MET_LATE": "Met, but late.",
}


def _is(rows: Rows, status: str) -> ColumnElement[bool]:
    met, due = rows.c.met_at, rows.c.due_at
    demanded: Mapping[str, ColumnElement[bool]] = {
        "RUNNING": and_(met.is_(None), due >= _now(rows)),
        "OVERDUE": and_(met.is_(None), due < _now(rows)),
        "MET": met <= due,
        "MET_LATE": met > due,
    }
    return demanded[status]


def _status(rows: Rows) -> ColumnElement[Any]:
    return case(*((_is(rows, status), literal_column(f"'{status}'")) for status in STATUSES))


def _has_status(rows: Rows, value: Value) -> ColumnElement[bool]:
    """Enum values shape the statement, so each status is a condition of its own, and an index serves the open ones."""
    statuses = value.bind(ARRAY(Text()))
    return or_(*(and_(literal_column(f"'{status}'") == func.any(statuses), _is(rows, status)) for status in STATUSES))


def _due(rows: Rows, value: Value) -> ColumnElement[bool]:
    """A `MomentFilter`: from, inclusive, and before."""
    demands: list[ColumnElement[bool]] = [literal_column("true")]
    if chosen := value.get("from"):
        demands.append(rows.c.due_at >= chosen.bind(DateTime(timezone=True), moment))
    if chosen := value.get("before"):
        demands.append(rows.c.due_at < chosen.bind(DateTime(timezone=True), moment))
    return and_(*demands)


def _code(column: str, length: int) -> Condition:
    """A `TextFilter` on a column of fixed length, compared as such: an index serves it."""

    def fitting(codes: list[str] | None) -> list[str] | None:
        """PostgreSQL would cut longer ones to the length."""
        return codes and [code for code in codes if len(code) <= length]

    def matches(rows: Rows, value: Value) -> ColumnElement[bool]:
        demands: list[ColumnElement[bool]] = [literal_column("true")]
        if chosen := value.get("eq"):
            demands.append(rows.c[column] == chosen.bind(CHAR(length)))
        if chosen := value.get("in"):
            demands.append(rows.c[column] == func.any(chosen.bind(ARRAY(CHAR(length)), fitting)))
        return and_(*demands)

    return Condition(matches)


KIND = Expression(lambda rows: rows.c.kind)
STATE = Expression(lambda rows: rows.c.state)
DISTRICT_ID = Expression(lambda rows: rows.c.district_id)
START = Expression(lambda rows: rows.c.start_at)
DUE = Expression(lambda rows: rows.c.due_at)
MET = Expression(lambda rows: rows.c.met_at)
STATUS = Expression(_status)
OVERDUE = Expression(lambda rows: _is(rows, "OVERDUE"))

OF_KIND = Condition(lambda rows, value: rows.c.kind == func.any(value.bind(ARRAY(Text()))))
OF_STATE = _code("state", 2)
OF_DISTRICT = _code("district_id", 7)
OF_STATUS = Condition(_has_status)
DUE_WITHIN = Condition(_due)

ALL_CLOCKS = Connection(CLOCKS, sorts={"DUE": Sort(lambda rows: [rows.c.due_at])})
CLOCKS_OF_STUDENT = Relation(
    CLOCKS, lambda clock, student: clock.c.student_id == student.c.student_id, many=True, size=6
)
STUDENT_OF_CLOCK = Relation(STUDENTS, lambda student, clock: student.c.student_id == clock.c.student_id, inherits=True)
RECORD_OF_CLOCK = Relation(STATE_RECORDS, lambda record, clock: record.c.state_record_id == clock.c.state_record_id)
