"""What hangs on state records: demographics, moves, enrollments, courses, assessments, alerts, alternate ids.

Each of these rows is shown while its state record is, and is the data of the student that the record is linked to.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, exists, func, literal_column, select, tuple_

from hub.tables import (
    AlternateIdRow,
    AssessmentRow,
    Base,
    CourseRow,
    DemographicsRow,
    EnrollmentRow,
    HealthAlertRow,
    QualifyingMoveRow,
    StateRecordRow,
)
from permissions.scope import record_is_shown
from resolvers.compiler.source import Columns, Expression, Relation, Rows, Source


def record_table() -> FromClause:
    return StateRecordRow.__table__.alias()


def record_of(rows: Rows) -> Columns:
    """The columns of the state record that a row hangs on."""
    return rows.join("record", record_table, lambda record: record.state_record_id == rows.c.state_record_id)


def _shown(rows: Rows) -> ColumnElement[bool] | None:
    record_of(rows)
    record = rows.joined("record")
    return None if record is None else record_is_shown(record)


def _hanging(name: str, table: type[Base], *key: str, **options: Any) -> Source:
    return Source(
        name,
        table,
        ("state_record_id", *key),
        shown=_shown,
        subject=lambda rows: record_of(rows).student_id,
        state=lambda rows: record_of(rows).state,
        **options,
    )


DEMOGRAPHICS = _hanging("demographics", DemographicsRow)
ALTERNATE_IDS = _hanging("alternate ids", AlternateIdRow, "position")
MOVES = _hanging(
    "qualifying moves",
    QualifyingMoveRow,
    "position",
    order=lambda rows: [rows.c.qualifying_arrival_date.desc().nulls_last(), *rows.key],
)
ENROLLMENTS = _hanging(
    "enrollments",
    EnrollmentRow,
    "position",
    order=lambda rows: [rows.c.enrollment_date.desc().nulls_last(), *rows.key],
)
COURSES = _hanging(
    "courses",
    CourseRow,
    "enrollment_position",
    "position",
    order=lambda rows: [rows.c.academic_year_begin.desc().nulls_last(), *rows.key],
)
ASSESSMENTS = _hanging(
    "assessments",
    AssessmentRow,
    "position",
    order=lambda rows: [rows.c.administration_month.desc().nulls_last(), *rows.key],
)
ALERTS = _hanging("health alerts", HealthAlertRow, "kind")

REPORTED_BY = Expression(lambda rows: record_of(rows).state)
SUBMITTED_AT = Expression(lambda rows: record_of(rows).submitted_at)


def same_record(child: Rows, parent: Rows) -> ColumnElement[bool]:
    """Rows of the same state record."""
    return child.c.state_record_id == parent.c.state_record_id


def of_record(source: Source, size: int = 4, *, many: bool = True) -> Relation:
    """The rows of one source that hang on a state record."""
    return Relation(source, same_record, many=many, inherits=True, size=size)


def of_student(source: Source, size: int = 6) -> Relation:
    """The rows of one source that hang on any record of a student."""
    return Relation(
        source, lambda child, parent: record_of(child).student_id == parent.c.student_id, many=True, size=size
    )


def _same_enrollment(course: Rows, enrollment: Rows) -> ColumnElement[bool]:
    return same_record(course, enrollment) & (course.c.enrollment_position == enrollment.c.position)


COURSES_OF_ENROLLMENT = Relation(COURSES, _same_enrollment, many=True, inherits=True, size=6)
ENROLLMENT_OF_COURSE = Relation(
    ENROLLMENTS, lambda enrollment, course: _same_enrollment(course, enrollment), inherits=True
)
ENROLLMENT_OF_ALERT = Relation(
    ENROLLMENTS,
    lambda enrollment, alert: same_record(enrollment, alert) & (enrollment.c.position == alert.c.enrollment_position),
    inherits=True,
)


def is_partial_credit(course: Any) -> ColumnElement[bool]:
    """Clock hours and a grade to date without a final grade: a credit still open."""
    partial: ColumnElement[bool] = (
        course.clock_hours.is_not(None) & course.grade_to_date.is_not(None) & course.final_grade.is_(None)
    )
    return partial


def _speaks_for_state(alert: Rows) -> ColumnElement[bool]:
    """The newest enrollment of each state speaks for it, also where the state holds two records of the child."""
    record, other = record_of(alert), record_table()
    never: ColumnElement[Any] = literal_column("'-infinity'::date")
    newer = (func.coalesce(other.c.latest_enrollment, never), other.c.state_record_id)
    mine = (func.coalesce(record.latest_enrollment, never), record.state_record_id)
    return ~exists(
        select(literal_column("1"))
        .select_from(other)
        .where(
            other.c.student_id == record.student_id,
            other.c.state == record.state,
            record_is_shown(other),
            tuple_(*newer) > tuple_(*mine),
        )
    )


def _alerts_of_student(alert: Rows, student: Rows) -> ColumnElement[bool]:
    return (record_of(alert).student_id == student.c.student_id) & _speaks_for_state(alert)


ALERTS_OF_STUDENT = Relation(ALERTS, _alerts_of_student, many=True, size=2)
