"""The link ledger as a student's history: every link that its records, or its retired IDs, ever had."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, exists, literal_column, or_, select

from hub.tables import AccountRow, LinkRow, StateRecordRow, StudentRow
from permissions.scope import student_is_shown
from resolvers.compiler.source import Connection, Expression, Relation, Rows, Source
from resolvers.sources.record_rows import same_record
from resolvers.sources.state_record import STATE_RECORDS


def _shown(rows: Rows) -> ColumnElement[bool]:
    """A link is shown while a student is of whose history it is a part."""
    student = StudentRow.__table__.alias()
    return exists(
        select(literal_column("1")).select_from(student).where(_is_history(rows, student), student_is_shown(student))
    )


LINKS = Source(
    "links",
    LinkRow,
    ("link_id",),
    shown=_shown,
    subject=lambda rows: rows.c.student_id,
)


def _history(link: Rows, student: Rows | None) -> ColumnElement[bool] | None:
    return None if student is None else _is_history(link, student.main)


def _is_history(link: Rows, student: FromClause) -> ColumnElement[bool]:
    """Links of the student's records, and links to and from every MSIX ID that now answers with the student."""
    own, record = StudentRow.__table__.alias(), StateRecordRow.__table__.alias()
    ids = select(own.c.student_id).where(own.c.current_id == student.c.student_id).correlate(student)
    records = select(record.c.state_record_id).where(record.c.student_id == student.c.student_id).correlate(student)
    return or_(link.c.student_id.in_(ids), link.c.previous_student_id.in_(ids), link.c.state_record_id.in_(records))


def _msix_id(column: str) -> Expression:
    def value(rows: Rows) -> ColumnElement[Any]:
        student = rows.join(
            column,
            StudentRow.__table__.alias,
            lambda c: c.student_id == rows.c[column],
            outer=True,
        )
        return student.msix_id

    return Expression(value)


def _decided_by(rows: Rows) -> ColumnElement[Any]:
    account = rows.join("account", AccountRow.__table__.alias, lambda c: c.account_id == rows.c.account_id, outer=True)
    return account.name


LINK_HISTORY = Connection(LINKS, _history, ascending=False, inherits=True)
MSIX_ID_OF_LINK = _msix_id("student_id")
PREVIOUS_MSIX_ID_OF_LINK = _msix_id("previous_student_id")
DECIDED_BY = Expression(_decided_by)
RECORD_OF_LINK = Relation(STATE_RECORDS, same_record, leaves=True)
