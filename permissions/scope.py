"""Row scope: which rows a viewer may see. What is shown, and how far a grant reaches, is decided here and nowhere else;
the sources only tie their rows to these predicates.

A row out of scope answers like a row that is not there.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, exists, false, literal_column, select

from hub.tables import StateRecordRow
from hub.viewer import Reach


def record_is_shown(record: FromClause) -> ColumnElement[bool]:
    """A state record is shown while its state holds it: neither deleted nor withdrawn."""
    return record.c.status == literal_column("'ACTIVE'")


def student_is_shown(student: FromClause) -> ColumnElement[bool]:
    """A student is shown while some state holds a record of it, under the ID that survives."""
    record = StateRecordRow.__table__.alias()
    return exists(
        select(literal_column("1"))
        .select_from(record)
        .where(record.c.student_id == student.c.student_id, record_is_shown(record))
    )


def within_reach(
    reach: Reach, state: ColumnElement[Any] | None, viewer_state: ColumnElement[Any]
) -> ColumnElement[bool] | None:
    """The predicate that a grant's reach puts on rows that belong to `state`; None: every row.

    Rows that belong to no state, and reaches that mean nothing for rows of records, are closed.
    """
    if reach is Reach.ALL:
        return None
    if reach is Reach.STATE and state is not None:
        return state == viewer_state
    return false()
