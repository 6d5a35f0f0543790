"""Students: the record that speaks for one, how one is found, and in which orders.

Header values are chosen when read: of the record with the newest enrollment or QAD, then the newest submission, then
the first state code. Nothing about the choice is stored, so a merge, a split or an upload cannot leave it stale.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    exists,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute

from hub.tables import (
    DemographicsRow,
    StudentRow,
)
from permissions.scope import record_is_shown, student_is_of, student_is_shown
from resolvers.compiler.arguments import Value
from resolvers.compiler.source import Column, Columns, Connection, Expression, Lookup, Rows, Sort, Source
from resolvers.sources.record_rows import record_table
from resolvers.sources.review import review_of


def _resolve(rows: Rows, asked: Sequence[ColumnElement[Any]]) -> ColumnElement[bool]:
    """Tie students to MSIX IDs that were asked for, retired ones too; they answer with their survivor."""
    requested = rows.join(
        "requested", StudentRow.__table__.alias, lambda retired: retired.current_id == rows.c.student_id
    )
    rows.extras["answered_for"] = case((requested.msix_id != rows.c.msix_id, requested.msix_id))
    return requested.msix_id == asked[0]


def _shown(rows: Rows) -> ColumnElement[bool] | None:
    """A student joined to a shown record of its own is shown."""
    if rows.joined("speaking") is not None or rows.joined("last updated") is not None:
        return None
    return student_is_shown(rows.main)


STUDENTS = Source(
    "students",
    StudentRow,
    ("student_id",),
    shown=_shown,
    subject=lambda rows: rows.c.student_id,
    of_state=lambda rows, state: student_is_of(rows.c.student_id, state),
    identity=("msix_id",),
    resolve=_resolve,
    review=review_of,
)


def speaking_record(rows: Rows) -> Columns:
    """The columns of the state record whose values head the student. A page that has found it hands it on."""
    known = rows.extras.get("speaking")
    record = record_table()

    def speaks(columns: Columns) -> ColumnElement[bool]:
        if known is not None:
            return columns.state_record_id == known
        return and_(columns.student_id == rows.c.student_id, record_is_shown(record), ~_outranked(columns))

    columns = rows.join("speaking", lambda: record, speaks)
    rows.extras.setdefault("speaking", columns.state_record_id)
    return columns


def _outranked(record: Columns) -> ColumnElement[bool]:
    """Whether another record comes first: the newest activity, the newest submission, then the first state code."""
    other = record_table()
    newer = tuple_(other.c.latest_activity, other.c.submitted_at, record.state, record.state_record_id)
    older = tuple_(record.latest_activity, record.submitted_at, other.c.state, other.c.state_record_id)
    return exists(
        select(literal_column("1"))
        .select_from(other)
        .where(other.c.student_id == record.student_id, record_is_shown(other), newer > older)
    )


def header(rows: Rows) -> Columns:
    """The columns of the demographics whose values head the student."""
    record = speaking_record(rows)
    return rows.join(
        "header",
        DemographicsRow.__table__.alias,
        lambda demographics: demographics.state_record_id == record.state_record_id,
    )


def last_updated_record(rows: Rows) -> Columns:
    """The columns of the student's record that changed last."""
    record = record_table()
    other = record_table()
    newer = exists(
        select(literal_column("1"))
        .select_from(other)
        .where(
            other.c.student_id == record.c.student_id,
            record_is_shown(other),
            tuple_(other.c.updated_at, other.c.state_record_id) > tuple_(record.c.updated_at, record.c.state_record_id),
        )
    )
    return rows.join(
        "last updated",
        lambda: record,
        lambda c: and_(c.student_id == rows.c.student_id, record_is_shown(record), ~newer),
    )


def header_column(attribute: InstrumentedAttribute[Any]) -> Column:
    """A header value of a student."""
    return Column(attribute, header)


ANSWERED_FOR = Expression(lambda rows: rows.extra("answered_for"))

SORTS = {
    "NAME": Sort(lambda rows: [header(rows).last_name1_key, header(rows).first_name_key]),
    "BIRTH_DATE": Sort(lambda rows: [header(rows).birth_date]),
    "LATEST_ACTIVITY": Sort(lambda rows: [speaking_record(rows).latest_activity]),
    "UPDATED_AT": Sort(lambda rows: [last_updated_record(rows).updated_at]),
    "MSIX_ID": Sort(lambda rows: [rows.c.msix_id]),
}
SEARCH = Connection(STUDENTS, sorts=SORTS)


def _by_msix_id(student: Rows, arguments: Value) -> ColumnElement[bool]:
    return _resolve(student, [arguments.get("msixId").bind()])


BY_MSIX_ID = Lookup(STUDENTS, _by_msix_id)
