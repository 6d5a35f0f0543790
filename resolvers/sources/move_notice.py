"""Move notices and their threads. A notice is shown to whoever may send some, while its student is.

Which notices are in a box follows from the viewer's state, and from its district where the account belongs to one. The
clock of the answer is read from the thread: nothing about it is stored but when the answer is due.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    cast,
    exists,
    extract,
    func,
    literal_column,
    or_,
    select,
)

from hub.tables import MoveNoticeReplyRow, MoveNoticeRow
from resolvers.compiler.node_id import by_id
from resolvers.compiler.source import (
    Asking,
    Condition,
    Connection,
    Expression,
    Relation,
    Rows,
    Source,
)
from resolvers.sources.about_student import msix_id_matches, of_student, student_of, student_shown
from resolvers.sources.account import person
from resolvers.sources.conditions import on_column, one_of, since
from resolvers.sources.review import review_of
from resolvers.sources.student import STUDENTS

BOXES = {
    "INBOX": "What the viewer's state or district was told, and what it told and got an answer to.",
    "SENT": "What the viewer's state or district told.",
    "ALL": "Both.",
}


MOVE_NOTICES = Source(
    "move notices",
    MoveNoticeRow,
    ("notice_id",),
    shown=student_shown,
    subject=lambda rows: student_of(rows).student_id,
    review=review_of,
)


REPLIES = Source("replies to move notices", MoveNoticeReplyRow, ("reply_id",))
"""Reached through their notice alone, which is shown and is its student's."""


def _replies(notice: Rows, table: FromClause) -> ColumnElement[bool]:
    return (table.c.notice_id == notice.c.notice_id) & table.c.answers


def _answered_at(notice: Rows) -> ColumnElement[Any]:
    reply = MoveNoticeReplyRow.__table__.alias()
    return select(func.min(reply.c.sent_at)).where(_replies(notice, reply)).correlate(notice.main).scalar_subquery()


def _is_answered(notice: Rows) -> ColumnElement[bool]:
    reply = MoveNoticeReplyRow.__table__.alias()
    return exists(select(literal_column("1")).select_from(reply).where(_replies(notice, reply)).correlate(notice.main))


def _minutes(notice: Rows) -> ColumnElement[Any]:
    taken = _answered_at(notice) - notice.c.sent_at
    return cast(func.floor(extract("epoch", taken) / literal_column("60")), Integer)


def _is_overdue(notice: Rows) -> ColumnElement[bool]:
    return (notice.c.due_at <= func.statement_timestamp()) & ~_is_answered(notice)


def _for_district(notice: Rows, side: str) -> ColumnElement[bool]:
    own, theirs = notice.binder.viewer("district_id"), notice.c[f"{side}_district"]
    return or_(own.is_(None), theirs.is_(None), theirs == own)


def _box(notice: Rows, _parent: Rows | None, asking: Asking) -> ColumnElement[bool]:
    assert asking.arguments is not None
    box = asking.arguments.get("box").actual
    told = (notice.c.receiver_state == asking.state) & _for_district(notice, "receiver")
    tells = (notice.c.sender_state == asking.state) & _for_district(notice, "sender")
    name = "INBOX" if box is None else str(getattr(box, "value", box))
    return {"INBOX": or_(told, tells & _is_answered(notice)), "SENT": tells, "ALL": or_(told, tells)}[name]


ALL_NOTICES = Connection(MOVE_NOTICES, ascending=False, scope=_box)
NOTICES_OF_STUDENT = Connection(MOVE_NOTICES, of_student, ascending=False, inherits=True)
BY_ID = by_id(MOVE_NOTICES, "MoveNotice")
REPLIES_OF_NOTICE = Relation(
    REPLIES, lambda reply, notice: reply.c.notice_id == notice.c.notice_id, many=True, inherits=True, size=3
)
STUDENT_OF_NOTICE = Relation(
    STUDENTS, lambda student, notice: student.c.student_id == student_of(notice).student_id, inherits=True
)
MSIX_ID = Expression(lambda notice: student_of(notice).msix_id)
SENT_BY = person("account_id")
BY_THE_HUB = Expression(lambda notice: notice.c.account_id.is_(None))
ANSWERED_AT = Expression(_answered_at)
ANSWER_MINUTES = Expression(_minutes)
OVERDUE = Expression(_is_overdue)

KIND = one_of(MoveNoticeRow.kind)
FROM_STATE, TO_STATE = on_column(MoveNoticeRow.from_state), on_column(MoveNoticeRow.to_state)
SENT_SINCE = since(MoveNoticeRow.sent_at)
OF_STUDENT = Condition(msix_id_matches)
ANSWERED = Condition(lambda notice, value: _is_answered(notice) if value.actual else ~_is_answered(notice))
IS_OVERDUE = Condition(lambda notice, value: _is_overdue(notice) if value.actual else ~_is_overdue(notice))
