"""Rows with a `student_id` that are about a student: shown while it is, whichever of its IDs they bear."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from hub.tables import StudentRow
from permissions.scope import student_is_shown
from resolvers.compiler.arguments import Value
from resolvers.compiler.source import Columns, Rows
from resolvers.sources.conditions import text_matches


def student_of(rows: Rows) -> Columns:
    """The student that a row with a `student_id` is about, under the ID that survives."""
    named = rows.join("named student", StudentRow.__table__.alias, lambda c: c.student_id == rows.c.student_id)
    return rows.join("student", StudentRow.__table__.alias, lambda c: c.student_id == named.current_id)


def student_shown(rows: Rows) -> ColumnElement[bool]:
    """Such a row is shown while its student is."""
    student_of(rows)
    student = rows.joined("student")
    assert student is not None
    return student_is_shown(student)


def of_student(rows: Rows, student: Rows | None) -> ColumnElement[bool] | None:
    """Ties such rows to a student, by every ID that answers with it."""
    if student is None:
        return None
    own = StudentRow.__table__.alias()
    ids = select(own.c.student_id).where(own.c.current_id == student.c.student_id)
    tied: ColumnElement[bool] = rows.c.student_id.in_(ids.correlate(*student.from_._from_objects))
    return tied


def msix_id_matches(rows: Rows, value: Value) -> ColumnElement[bool]:
    """A filter of such rows by any MSIX ID that their student ever had."""
    asked, own = StudentRow.__table__.alias(), StudentRow.__table__.alias()
    ids = (
        select(own.c.student_id)
        .select_from(own.join(asked, asked.c.current_id == own.c.current_id))
        .where(text_matches(asked.c.msix_id, value))
    )
    found: ColumnElement[bool] = rows.c.student_id.in_(ids)
    return found
