"""Parents' requests for a correction, as the states that they lie with or came by see them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, or_, select

from hub.tables import CorrectionEntryRow, CorrectionRequestRow, StateRecordRow, StudentRow
from permissions.scope import child_is_shown
from resolvers.compiler.arguments import Value
from resolvers.compiler.source import Columns, Condition, Connection, Expression, Relation, Rows, Source
from resolvers.sources.account import person
from resolvers.sources.conditions import on_column, one_of, text_matches
from resolvers.sources.state_record import STATE_RECORDS
from resolvers.sources.student import STUDENTS


def _child(request: Rows) -> ColumnElement[Any]:
    """The student that a request is about now: whose its record is, else who survives the one it named."""
    record, student = StateRecordRow.__table__.alias(), StudentRow.__table__.alias()
    of_record = select(record.c.student_id).where(record.c.state_record_id == request.c.state_record_id)
    survivor = select(student.c.current_id).where(student.c.student_id == request.c.student_id)
    return func.coalesce(
        of_record.correlate(request.main).scalar_subquery(), survivor.correlate(request.main).scalar_subquery()
    )


def _lies_with(request: Any, state: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(request.state == state, request.received_by == state)


def _request_of(entry: Rows) -> Columns:
    return entry.join(
        "request", CorrectionRequestRow.__table__.alias, lambda request: request.request_id == entry.c.request_id
    )


CORRECTIONS = Source(
    "correction requests",
    CorrectionRequestRow,
    ("request_id",),
    shown=lambda rows: child_is_shown(rows.main),
    subject=_child,
    of_state=lambda rows, state: _lies_with(rows.c, state),
)
ENTRIES = Source(
    "entries of correction requests",
    CorrectionEntryRow,
    ("entry_id",),
    of_state=lambda rows, state: _lies_with(_request_of(rows), state),
)
ALL_CORRECTIONS = Connection(CORRECTIONS, ascending=False)
STUDENT_OF_REQUEST = Relation(STUDENTS, lambda student, request: student.c.student_id == _child(request))
RECORD_OF_REQUEST = Relation(
    STATE_RECORDS, lambda record, request: record.c.state_record_id == request.c.state_record_id
)
ENTRIES_OF_REQUEST = Relation(
    ENTRIES, lambda entry, request: entry.c.request_id == request.c.request_id, many=True, inherits=True
)
FIELD = Expression(lambda rows: rows.c.section.op("||")(literal_column("'.'")).op("||")(rows.c.element))
RECORDED_BY = person("recorded_by")
BY = person("account_id")


def _overdue(request: Rows) -> ColumnElement[bool]:
    due = func.least(request.c.due_at, request.c.forward_due_at)
    overdue: ColumnElement[bool] = (request.c.status == literal_column("'PENDING'")) & (
        due <= func.statement_timestamp()
    )
    return overdue


def _by_student(request: Rows, value: Value) -> ColumnElement[bool]:
    student = StudentRow.__table__.alias()
    asked = select(student.c.current_id).where(text_matches(student.c.msix_id, value))
    return _child(request).in_(asked)


OVERDUE = Expression(_overdue)
STATUS = one_of(CorrectionRequestRow.status)
STATE = on_column(CorrectionRequestRow.state)
IS_OVERDUE = Condition(lambda request, value: _overdue(request).is_(value.actual))
BY_STUDENT = Condition(_by_student)
