"""The viewer's notifications. What is about a child is there while the viewer may see the child, and not else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text, cast, func, literal_column, select

from hub.tables import NotificationRow, StateRecordRow, StudentRow
from permissions.scope import child_is_told
from resolvers.compiler.arguments import Value
from resolvers.compiler.node_id import in_base64
from resolvers.compiler.source import Condition, Connection, Count, Expression, Relation, Rows, Source
from resolvers.sources.conditions import one_of, since
from resolvers.sources.state_record import STATE_RECORDS
from resolvers.sources.student import STUDENTS


def _child(told: Rows) -> ColumnElement[Any]:
    """The student that a notification is about now: whose its record is, else who survives the one it named."""
    record, student = StateRecordRow.__table__.alias(), StudentRow.__table__.alias()
    of_record = select(record.c.student_id).where(record.c.state_record_id == told.c.state_record_id)
    survivor = select(student.c.current_id).where(student.c.student_id == told.c.student_id)
    found = func.coalesce(
        of_record.correlate(told.main).scalar_subquery(), survivor.correlate(told.main).scalar_subquery()
    )
    return cast(found, BigInteger)


NOTIFICATIONS = Source(
    "notifications",
    NotificationRow,
    ("notification_id",),
    shown=lambda rows: child_is_told(rows.main),
    subject=_child,
    owner=lambda rows: rows.c.account_id,
)


def _object_id(told: Rows) -> ColumnElement[Any]:
    key = cast(told.c.object_key, Text)
    return in_base64(told.c.object_type.op("||")(literal_column("':'")).op("||")(key))


OWN_NOTIFICATIONS = Connection(NOTIFICATIONS, ascending=False)
UNREAD = Count(NOTIFICATIONS, lambda told: told.c.read_at.is_(None))
OBJECT_ID = Expression(_object_id)
STUDENT_OF_NOTIFICATION = Relation(STUDENTS, lambda student, told: student.c.student_id == _child(told))
RECORD_OF_NOTIFICATION = Relation(
    STATE_RECORDS, lambda record, told: record.c.state_record_id == told.c.state_record_id
)
PARAMETERS = Expression(lambda told: told.c.parameters)


def _unread(told: Rows, value: Value) -> ColumnElement[bool]:
    unread: ColumnElement[bool] = told.c.read_at.is_(None)
    return unread if value.actual else ~unread


KIND = one_of(NotificationRow.kind)
IS_UNREAD = Condition(_unread)
SINCE = since(NotificationRow.created_at)
