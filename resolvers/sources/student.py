"""Students: the record that speaks for one, what its records say together, and how one is found.

Header values are chosen when read: of the record with the newest enrollment or QAD, then the newest submission, then
the first state code. Nothing about the choice is stored, so a merge, a split or an upload cannot leave it stale.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from hub.tables import (
    CourseRow,
    DemographicsRow,
    EnrollmentRow,
    QualifyingMoveRow,
    StudentRow,
)
from hub.tables.mde import element_name
from permissions.scope import record_is_shown, student_is_shown
from resolvers.compiler.arguments import Value
from resolvers.compiler.source import Column, Columns, Connection, Expression, Lookup, Relation, Rows, Sort, Source
from resolvers.sources.record_rows import is_partial_credit, record_table


def _resolve(rows: Rows, asked: Sequence[ColumnElement[Any]]) -> ColumnElement[bool]:
    """Tie students to MSIX IDs that were asked for, retired ones too; they answer with their survivor."""
    requested = rows.join(
        "requested", StudentRow.__table__.alias, lambda retired: retired.current_id == rows.c.student_id
    )
    rows.extras["answered_for"] = case((requested.msix_id != rows.c.msix_id, requested.msix_id))
    return requested.msix_id == asked[0]


STUDENTS = Source(
    "students",
    StudentRow,
    ("student_id",),
    shown=lambda rows: student_is_shown(rows.main),
    subject=lambda rows: rows.c.student_id,
    identity=("msix_id",),
    resolve=_resolve,
)


def speaking_record(rows: Rows) -> Columns:
    """The columns of the state record whose values head the student."""
    record = record_table()
    return rows.join(
        "speaking",
        lambda: record,
        lambda c: and_(c.student_id == rows.c.student_id, record_is_shown(record), ~_outranked(record)),
    )


def _outranked(record: Any) -> ColumnElement[bool]:
    other = record_table()
    newer, mine = ((r.c.latest_activity, r.c.submitted_at) for r in (other, record))
    earlier, own = ((r.c.state, r.c.state_record_id) for r in (other, record))
    return exists(
        select(literal_column("1"))
        .select_from(other)
        .where(
            other.c.student_id == record.c.student_id,
            record_is_shown(other),
            or_(
                tuple_(*newer) > tuple_(*mine),
                and_(tuple_(*newer) == tuple_(*mine), tuple_(*earlier) < tuple_(*own)),
            ),
        )
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
    by_moves = _of_records(rows, move, func.max(move.c.eligibility_end)).scalar_subquery()
    graduation = _of_records(rows, enrollment, func.min(enrollment.c.graduation_date)).where(
        enrollment.c.graduation.is_not(None)
    )
    birthday = header(rows).birth_date + literal_column("interval '22 years'")
    day: ColumnElement[Any] = literal_column("1")
    earliest = func.least(by_moves, cast(birthday, Date) - day, graduation.scalar_subquery() - day)
    return cast(case((by_moves.is_not(None), earliest)), Date)


STATES = Expression(_states)
RETIRED_IDS = Expression(_retired_ids)
UPDATED_AT = Expression(_updated_at)
ELIGIBILITY_END = Expression(eligibility_end)
ANSWERED_FOR = Expression(lambda rows: rows.extra("answered_for"))


CREDITS = Source("credits", None, (), order=lambda rows: [rows.c.subject_area, rows.c.course_type, rows.c.state])


def _credits(student: Rows) -> Select[Any]:
    course, record = CourseRow.__table__.alias(), record_table()
    partial = is_partial_credit(course.c)
    return (
        select(
            course.c.subject_area,
            course.c.course_type,
            record.c.state,
            func.coalesce(func.sum(course.c.credits_granted), literal_column("0.00")).label("credits_granted"),
            func.count().filter(partial).label("open_courses"),
            func.sum(course.c.clock_hours).filter(partial).label("open_clock_hours"),
        )
        .select_from(record.join(course, course.c.state_record_id == record.c.state_record_id))
        .where(record.c.student_id == student.c.student_id, record_is_shown(record))
        .group_by(course.c.subject_area, course.c.course_type, record.c.state)
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
    "differing values", None, (), order=lambda rows: [rows.c.place, rows.c.state, rows.c.state_record_id]
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
        select(elements.c.place, elements.c.element, elements.c.value, record.c.state, record.c.state_record_id)
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
