"""What a student's records say together: states, eligibility, credits by subject, values that differ.

All of it is an expression over the records at the time of reading.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Text,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from hub.tables import CourseRow, DemographicsRow, EnrollmentRow, QualifyingMoveRow, StudentRow
from hub.tables.mde import element_name
from permissions.scope import record_is_shown
from resolvers.compiler.source import Expression, Relation, Rows, Source
from resolvers.sources.record_rows import is_partial_credit, record_table
from resolvers.sources.student import header, speaking_record


def _of_records(rows: Rows, table: Any, value: ColumnElement[Any]) -> Select[Any]:
    record = record_table()
    return (
        select(value)
        .select_from(record.join(table, table.c.state_record_id == record.c.state_record_id))
        .where(record.c.student_id == rows.c.student_id, record_is_shown(record))
        .correlate(rows.main)
    )


def _states(rows: Rows) -> ColumnElement[Any]:
    record = record_table()
    states = (
        select(record.c.state.distinct())
        .where(record.c.student_id == rows.c.student_id, record_is_shown(record))
        .order_by(record.c.state)
        .correlate(rows.main)
    )
    return func.array(states.scalar_subquery())


def _retired_ids(rows: Rows) -> ColumnElement[Any]:
    retired = StudentRow.__table__.alias()
    ids = (
        select(retired.c.msix_id)
        .where(retired.c.current_id == rows.c.student_id, retired.c.student_id != rows.c.student_id)
        .order_by(retired.c.msix_id)
        .correlate(rows.main)
    )
    return func.array(ids.scalar_subquery())


def _updated_at(rows: Rows) -> ColumnElement[Any]:
    record = record_table()
    return (
        select(func.max(record.c.updated_at))
        .where(record.c.student_id == rows.c.student_id, record_is_shown(record))
        .correlate(rows.main)
        .scalar_subquery()
    )


def eligibility_end(rows: Rows) -> ColumnElement[Any]:
    """The last day of eligibility: by the moves, the day before the 22nd birthday and the day before graduation."""
    move, enrollment = QualifyingMoveRow.__table__.alias(), EnrollmentRow.__table__.alias()
    graduation = _of_records(rows, enrollment, func.min(enrollment.c.graduation_date)).where(
        enrollment.c.graduation.is_not(None)
    )
    born = header(rows).birth_date
    day: ColumnElement[Any] = literal_column("1")
    # who was born on 29 February turns 22 on 1 March, where PostgreSQL's calendar says 28 February
    leap_day = func.to_char(born, literal_column("'MMDD'")) == literal_column("'0229'")
    birthday = cast(born + literal_column("interval '22 years'"), Date) + cast(leap_day, Integer)
    by_moves = func.max(move.c.eligibility_end)
    earliest = func.least(by_moves, birthday - day, graduation.scalar_subquery() - day)
    ends = _of_records(rows, move, cast(case((by_moves.is_not(None), earliest)), Date))
    return ends.correlate(*rows.from_._from_objects).scalar_subquery()


STATES = Expression(_states)
RETIRED_IDS = Expression(_retired_ids)
UPDATED_AT = Expression(_updated_at)
ELIGIBILITY_END = Expression(eligibility_end)


CREDITS = Source("credits", None, (), order=lambda rows: [rows.c.subject_area, rows.c.course_type, rows.c.state])


def _credits(student: Rows) -> Select[Any]:
    course, record = CourseRow.__table__.alias(), record_table()
    partial = is_partial_credit(course.c)
    return (
        select(
            course.c.subject_area,
            course.c.course_type,
            record.c.state,
            record.c.student_id,
            func.coalesce(func.sum(course.c.credits_granted), literal_column("0.00")).label("credits_granted"),
            func.count().filter(partial).label("open_courses"),
            func.sum(course.c.clock_hours).filter(partial).label("open_clock_hours"),
        )
        .select_from(record.join(course, course.c.state_record_id == record.c.state_record_id))
        .where(record.c.student_id == student.c.student_id, record_is_shown(record))
        .group_by(course.c.subject_area, course.c.course_type, record.c.state, record.c.student_id)
        .having(
            or_(
                func.count(course.c.credits_granted) > literal_column("0"),
                func.count().filter(partial) > literal_column("0"),
            )
        )
        .correlate(student.main)
    )


CREDITS_OF_STUDENT = Relation(CREDITS, many=True, derive=_credits, size=6)

HEADER_ELEMENTS: tuple[InstrumentedAttribute[Any], ...] = (
    DemographicsRow.first_name,
    DemographicsRow.middle_name,
    DemographicsRow.last_name1,
    DemographicsRow.last_name2,
    DemographicsRow.suffix,
    DemographicsRow.sex,
    DemographicsRow.birth_date,
    DemographicsRow.multiple_birth,
    DemographicsRow.birth_city,
    DemographicsRow.birth_state,
    DemographicsRow.birth_country,
    DemographicsRow.parent1_first_name,
    DemographicsRow.parent1_last_name,
    DemographicsRow.parent2_first_name,
    DemographicsRow.parent2_last_name,
)

DIFFERENCES = Source(
    "differing values",
    None,
    (),
    subject=lambda rows: rows.c.student_id,
    order=lambda rows: [rows.c.place, rows.c.state, rows.c.state_record_id],
)


def _differences(student: Rows) -> Select[Any]:
    """Every value of another record that is there and differs from the header's."""
    shown, speaking = header(student), speaking_record(student)
    record, other = record_table(), DemographicsRow.__table__.alias()
    elements = union_all(
        *(
            select(
                literal_column(str(place)).label("place"),
                literal_column(f"'{element_name(attribute.key)}'").label("element"),
                cast(other.c[attribute.key], Text).label("value"),
                cast(shown[attribute.key], Text).label("shown"),
            ).correlate(*student.from_._from_objects, other)
            for place, attribute in enumerate(HEADER_ELEMENTS)
        )
    ).lateral("element")
    return (
        select(
            elements.c.place,
            elements.c.element,
            elements.c.value,
            record.c.state,
            record.c.state_record_id,
            record.c.student_id,
        )
        .select_from(
            record.join(other, other.c.state_record_id == record.c.state_record_id).join(
                elements, literal_column("true")
            )
        )
        .where(
            record.c.student_id == student.c.student_id,
            record.c.state_record_id != speaking.state_record_id,
            record_is_shown(record),
            elements.c.value.is_distinct_from(elements.c.shown),
            elements.c.value.is_not(None),
        )
        .correlate(*student.from_._from_objects)
    )


DIFFERENCES_OF_STUDENT = Relation(DIFFERENCES, many=True, derive=_differences, size=6)


class _Derived:
    """Descriptors of a derived source's columns, by name."""

    def __getattr__(self, name: str) -> Expression:
        return Expression(lambda rows: rows.c[name])


CREDIT = _Derived()
DIFFERENCE = _Derived()
