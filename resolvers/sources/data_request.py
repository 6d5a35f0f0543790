"""Data requests. One is shown to whoever may ask for data, while its student is; what became of it is read from its
worklist item.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, and_, case, func, literal_column, or_

from hub.tables import AccountRow, DataRequestRow, WorklistItemRow
from resolvers.compiler.arguments import Value
from resolvers.compiler.node_id import by_id
from resolvers.compiler.source import (
    Asking,
    Columns,
    Condition,
    Connection,
    Expression,
    Relation,
    Rows,
    Source,
)
from resolvers.sources.about_student import msix_id_matches, of_student, student_of, student_shown
from resolvers.sources.account import person
from resolvers.sources.conditions import on_column
from resolvers.sources.review import review_of
from resolvers.sources.student import STUDENTS

BOXES = {
    "INBOX": "What the viewer's state is asked for.",
    "SENT": "What the viewer's state asks others for.",
    "ALL": "Both.",
}
DATA_REQUESTS = Source(
    "data requests",
    DataRequestRow,
    ("request_id",),
    shown=student_shown,
    subject=lambda rows: student_of(rows).student_id,
    review=review_of,
)


def _item(request: Rows) -> Columns:
    return request.join("item", WorklistItemRow.__table__.alias, lambda item: item.item_id == request.c.item_id)


def _text(value: str) -> ColumnElement[Any]:
    return literal_column(f"'{value}'")


def _status(request: Rows) -> ColumnElement[Any]:
    item = _item(request)
    return case(
        (item.status != _text("RESOLVED"), item.status),
        (item.decision == _text("NOT_POSSIBLE"), item.decision),
        (item.decided_by.is_(None), _text("FILLED")),
        else_=_text("ANSWERED"),
    )


def _is_overdue(request: Rows) -> ColumnElement[bool]:
    item = _item(request)
    return and_(item.status == _text("OPEN"), item.due_at <= func.statement_timestamp())


def _decider(request: Rows) -> ColumnElement[Any]:
    item = _item(request)
    account = request.join("decider", AccountRow.__table__.alias, lambda c: c.account_id == item.decided_by, outer=True)
    return account.name


def _box(request: Rows, _parent: Rows | None, asking: Asking) -> ColumnElement[bool]:
    assert asking.arguments is not None
    box = asking.arguments.get("box").actual
    asked, asks = request.c.state == asking.state, request.c.asking_state == asking.state
    name = "INBOX" if box is None else str(getattr(box, "value", box))
    return {"INBOX": asked, "SENT": asks, "ALL": or_(asked, asks)}[name]


def _with_status(request: Rows, value: Value) -> ColumnElement[bool]:
    return _status(request) == func.any(value.bind(ARRAY(Text())))


ALL_DATA_REQUESTS = Connection(DATA_REQUESTS, ascending=False, scope=_box)
REQUESTS_OF_STUDENT = Connection(DATA_REQUESTS, of_student, ascending=False, inherits=True)
BY_ID = by_id(DATA_REQUESTS, "DataRequest")
STUDENT_OF_REQUEST = Relation(
    STUDENTS, lambda student, request: student.c.student_id == student_of(request).student_id, inherits=True
)
MSIX_ID = Expression(lambda request: student_of(request).msix_id)
REQUESTED_BY = person("account_id")
DUE_AT = Expression(lambda request: _item(request).due_at)
STATUS = Expression(_status)
OVERDUE = Expression(_is_overdue)
ANSWERED_AT = Expression(lambda request: _item(request).decided_at)
ANSWERED_BY = Expression(_decider)
ANSWER = Expression(lambda request: _item(request).reason)

OF_STATE, OF_ASKING_STATE = on_column(DataRequestRow.state), on_column(DataRequestRow.asking_state)
WITH_STATUS = Condition(_with_status)
OF_STUDENT = Condition(msix_id_matches)
IS_OVERDUE = Condition(lambda request, value: _is_overdue(request) if value.actual else ~_is_overdue(request))
