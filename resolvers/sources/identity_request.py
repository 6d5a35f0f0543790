"""Requests to merge and split, to whoever's state they came from or is asked, and the feed of changes of MSIX IDs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, DateTime, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, array

from hub.tables import AccountRow, IdentityChangeRow, IdentityRequestRow, StudentRow, WorklistItemRow
from hub.viewer import Reach
from permissions.grants import Grant
from permissions.scope import request_is_shown, student_is_shown, within_reach
from resolvers.compiler.node_id import by_id
from resolvers.compiler.source import Asking, Condition, Connection, Expression, Relation, Rows, Source
from resolvers.sources.conditions import moment, one_of
from resolvers.sources.state_record import STATE_RECORDS
from resolvers.sources.worklist_item import WORKLIST_ITEMS


def _is_of(request: Rows, state: ColumnElement[Any]) -> ColumnElement[bool]:
    """A request is the asker's state's, and that of every state that is to validate it."""
    item = WorklistItemRow.__table__.alias()
    asked: Any = select(literal_column("1")).where(item.c.request_id == request.c.request_id, item.c.state == state)
    return or_(request.c.state == state, asked.correlate(request.main).exists())


def _came_from(request: Rows, _parent: Rows | None, asking: Asking) -> ColumnElement[bool] | None:
    return within_reach(asking.grants.get(Grant.MERGE_INITIATE, Reach.SELF), request.c.state, asking.state)


REQUESTS = Source(
    "identity requests",
    IdentityRequestRow,
    ("request_id",),
    shown=lambda rows: request_is_shown(rows.main),
    subject=lambda rows: func.unnest(
        func.array_prepend(rows.c.student_id, rows.c.duplicates, type_=ARRAY(BigInteger()))
    ),
    of_state=_is_of,
)


def _students(column: str, *, many: bool) -> Expression:
    def msix_ids(rows: Rows) -> ColumnElement[Any]:
        student = StudentRow.__table__.alias()
        named = student.c.student_id == (func.any(rows.c[column]) if many else rows.c[column])
        ids = select(student.c.msix_id).where(named).order_by(student.c.msix_id).correlate(rows.main)
        return func.array(ids.scalar_subquery()) if many else ids.scalar_subquery()

    return Expression(msix_ids)


def _asker(request: Rows) -> ColumnElement[Any]:
    return request.join("asker", AccountRow.__table__.alias, lambda c: c.account_id == request.c.account_id).name


SURVIVOR_ID = _students("student_id", many=False)
DUPLICATE_IDS = _students("duplicates", many=True)
ASKED_BY = Expression(_asker)
ITEMS_OF_REQUEST = Relation(
    WORKLIST_ITEMS, lambda item, request: item.c.request_id == request.c.request_id, many=True, size=3
)
REQUEST_OF_ITEM = Relation(REQUESTS, lambda request, item: request.c.request_id == item.c.request_id, inherits=True)
LEAVING_RECORDS = Relation(
    STATE_RECORDS,
    lambda record, request: record.c.state_record_id == func.any(request.c.state_records),
    many=True,
    leaves=True,
    size=3,
)
ALL_REQUESTS = Connection(REQUESTS, ascending=False, scope=_came_from)


def _asked_states(request: Rows) -> ColumnElement[Any]:
    item = WorklistItemRow.__table__.alias()
    states = (
        select(item.c.state)
        .where(item.c.request_id == request.c.request_id, item.c.status == literal_column("'OPEN'"))
        .order_by(item.c.state)
        .correlate(request.main)
    )
    return func.array(states.scalar_subquery())


WAITING_FOR = Expression(_asked_states)


BY_ID = by_id(REQUESTS, "IdentityRequest")
STATUS = one_of(IdentityRequestRow.status)


def _changed_shown(change: Rows) -> ColumnElement[bool]:
    """A change is shown unless the student that either ID answers with is closed to the viewer."""
    student, current = StudentRow.__table__.alias(), StudentRow.__table__.alias()
    closed: Any = (
        select(literal_column("1"))
        .select_from(student.join(current, current.c.student_id == student.c.current_id))
        .where(
            or_(
                student.c.student_id == change.c.student_id,
                student.c.student_id == change.c.other_student_id,
            ),
            ~student_is_shown(current),
        )
        .correlate(change.main)
    )
    shown: ColumnElement[bool] = ~closed.exists()
    return shown


CHANGES = Source(
    "identity changes",
    IdentityChangeRow,
    ("change_id",),
    shown=_changed_shown,
    subject=lambda rows: func.unnest(array([rows.c.student_id, rows.c.other_student_id])),
)
ALL_CHANGES = Connection(CHANGES)
CHANGES_OF_STUDENT = Connection(
    CHANGES,
    lambda change, student: None if student is None else _of_student(change, student),
    ascending=False,
)
CHANGED_ID = _students("student_id", many=False)
OTHER_ID = _students("other_student_id", many=False)
CHANGED_SINCE = Condition(lambda rows, value: rows.c.changed_at >= value.bind(DateTime(timezone=True), moment))


def _of_student(change: Rows, student: Rows) -> ColumnElement[bool]:
    own = StudentRow.__table__.alias()
    ids = select(own.c.student_id).where(own.c.current_id == student.c.student_id).correlate(student.main)
    return or_(change.c.student_id.in_(ids), change.c.other_student_id.in_(ids))
