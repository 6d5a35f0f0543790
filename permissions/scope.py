"""Row scope: which rows a viewer may see. What is shown, and how far a grant reaches, is decided here and nowhere else;
the sources only tie their rows to these predicates.

A row out of scope answers like a row that is not there.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    FromClause,
    Text,
    and_,
    exists,
    false,
    literal_column,
    or_,
    select,
)

from hub.tables import StateRecordRow
from hub.viewer import Reach

DECIDES_FOR: BindParameter[Any] = BindParameter("viewer_decides_for", type_=ARRAY(Text()), required=True)
"""`Viewer.decides_for` of whoever asks; the compiler binds parameters of the viewer by their names."""


def record_is_shown(record: FromClause) -> ColumnElement[bool]:
    """A state record is shown while its state holds it (neither deleted nor withdrawn) and, while its student is under
    review, to those who may decide."""
    held = record.c.status == literal_column("'ACTIVE'")
    return and_(held, or_(record.c.review_scopes.is_(None), decides(record.c.review_scopes)))


def decides(deciders: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the viewer is one of those who may decide, named as in `Viewer.decides_for`."""
    decided: ColumnElement[bool] = deciders.op("&&", is_comparison=True)(DECIDES_FOR)
    return decided


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
