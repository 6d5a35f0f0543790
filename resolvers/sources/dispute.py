"""Disputes, where they stand: with the child, with a state's record, with each part of it, beside a header value."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, cast, exists, func, literal_column, select, union_all

from hub.tables import CourseRow, DisputeEntryRow, DisputeRecordRow, DisputeRow, StateRecordRow, StudentRow
from hub.tables.dispute import STANDING
from hub.tables.mde import element_name
from permissions.scope import dispute_is_shown, record_is_shown
from resolvers.compiler.arguments import Value
from resolvers.compiler.source import Condition, Connection, Expression, Relation, Rows, Source
from resolvers.sources.account import person
from resolvers.sources.conditions import one_of, text_matches
from resolvers.sources.consolidated import HEADER_ELEMENTS
from resolvers.sources.state_record import STATE_RECORDS
from resolvers.sources.student import header, speaking_record

_ONE: ColumnElement[Any] = literal_column("1")
_SECTION_OF = {
    "demographics": "demographics",
    "qualifying moves": "qualifyingMoves",
    "enrollments": "enrollments",
    "courses": "courses",
    "assessments": "assessments",
    "health alerts": "enrollments",
}
"""The section of the rows of a source; health alerts are derived from enrollments."""


def _records(dispute: Rows) -> tuple[FromClause, FromClause, FromClause]:
    about, record = DisputeRecordRow.__table__.alias(), StateRecordRow.__table__.alias()
    return about, record, about.join(record, record.c.state_record_id == about.c.state_record_id)


def _students(dispute: Rows) -> ColumnElement[Any]:
    about, record, joined = _records(dispute)
    students = (
        select(record.c.student_id)
        .select_from(joined)
        .where(about.c.dispute_id == dispute.c.dispute_id, record_is_shown(record))
        .correlate(dispute.main)
    )
    return func.unnest(func.array(students.scalar_subquery()))


DISPUTES = Source(
    "disputes",
    DisputeRow,
    ("dispute_id",),
    shown=lambda rows: dispute_is_shown(rows.main),
    subject=_students,
)
ENTRIES = Source("entries of disputes", DisputeEntryRow, ("entry_id",))


def _stands(dispute: Any) -> ColumnElement[bool]:
    stands: ColumnElement[bool] = dispute.status.in_([literal_column(f"'{status}'") for status in STANDING])
    return stands


def _of_student(dispute: Rows, student: Rows) -> ColumnElement[bool]:
    about, record, joined = _records(dispute)
    found = (
        select(about.c.dispute_id)
        .select_from(joined)
        .where(record.c.student_id == student.c.student_id, record_is_shown(record))
        .correlate(*student.from_._from_objects)
    )
    return dispute.c.dispute_id.in_(found)


def _of_record(dispute: Rows, row: Rows) -> ColumnElement[bool]:
    about = DisputeRecordRow.__table__.alias()
    found = (
        select(about.c.dispute_id)
        .where(about.c.state_record_id == row.c.state_record_id)
        .correlate(*row.from_._from_objects)
    )
    return dispute.c.dispute_id.in_(found)


def _of_part(dispute: Rows, row: Rows) -> ColumnElement[bool]:
    """What stands with a part of a record: disputes of its elements, and of the record as a whole."""
    section: ColumnElement[Any] = literal_column(f"'{_SECTION_OF[row.source.name]}'")
    fits = (dispute.c.section == section) | dispute.c.section.is_(None)
    return _of_record(dispute, row) & _stands(dispute.c) & fits


def _of_credit(dispute: Rows, credit: Rows) -> ColumnElement[bool]:
    """What stands with a course that the credits are of."""
    about, record, joined = _records(dispute)
    course = CourseRow.__table__.alias()
    found = (
        select(about.c.dispute_id)
        .select_from(joined.join(course, course.c.state_record_id == record.c.state_record_id))
        .where(
            record.c.student_id == credit.c.student_id,
            record.c.state == credit.c.state,
            record_is_shown(record),
            course.c.subject_area.is_not_distinct_from(credit.c.subject_area),
            course.c.course_type.is_not_distinct_from(credit.c.course_type),
        )
        .correlate(*credit.from_._from_objects)
    )
    fits = (dispute.c.section == literal_column("'courses'")) | dispute.c.section.is_(None)
    return dispute.c.dispute_id.in_(found) & _stands(dispute.c) & fits


def _of_difference(dispute: Rows, differing: Rows) -> ColumnElement[bool]:
    own = (dispute.c.section == literal_column("'demographics'")) & (dispute.c.element == differing.c.element)
    return _of_record(dispute, differing) & _stands(dispute.c) & own


DISPUTES_OF_CREDIT = Relation(DISPUTES, _of_credit, many=True, size=1)
DISPUTES_OF_DIFFERENCE = Relation(DISPUTES, _of_difference, many=True, size=1)
DISPUTES_OF_STUDENT = Relation(DISPUTES, _of_student, many=True, size=1)
DISPUTES_OF_RECORD = Relation(DISPUTES, _of_record, many=True, size=1)
DISPUTES_OF_PART = Relation(DISPUTES, _of_part, many=True, size=1)
ENTRIES_OF_DISPUTE = Relation(
    ENTRIES, lambda entry, dispute: entry.c.dispute_id == dispute.c.dispute_id, many=True, inherits=True
)


def _is_disputed(record: Rows, dispute: Rows) -> ColumnElement[bool]:
    about = DisputeRecordRow.__table__.alias()
    return exists(
        select(_ONE)
        .where(about.c.dispute_id == dispute.c.dispute_id, about.c.state_record_id == record.c.state_record_id)
        .correlate(*dispute.from_._from_objects, *record.from_._from_objects)
    )


RECORDS_OF_DISPUTE = Relation(STATE_RECORDS, _is_disputed, many=True, leaves=True, size=3)
FIELD = Expression(lambda rows: rows.c.section.op("||")(literal_column("'.'")).op("||")(rows.c.element))
BY = person("account_id")
FILED_BY = person("filed_by")


def _awaited(dispute: Rows) -> ColumnElement[Any]:
    about, record, joined = _records(dispute)
    answer = DisputeEntryRow.__table__.alias()
    answered = (
        select(_ONE)
        .where(answer.c.dispute_id == dispute.c.dispute_id, answer.c.state == record.c.state)
        .correlate(dispute.main, record)
    )
    states = (
        select(record.c.state.distinct())
        .select_from(joined)
        .where(about.c.dispute_id == dispute.c.dispute_id, record_is_shown(record), ~exists(answered))
        .order_by(record.c.state)
        .correlate(dispute.main)
    )
    return func.array(states.scalar_subquery())


AWAITED = Expression(_awaited)

DISPUTED = Source(
    "disputed values",
    None,
    (),
    subject=lambda rows: rows.c.student_id,
    order=lambda rows: [rows.c.place, rows.c.dispute_id],
)


def _disputed(student: Rows) -> Select[Any]:
    """Every header value that a standing dispute of the record that it comes from disputes."""
    shown, speaking = header(student), speaking_record(student)
    dispute, about = DisputeRow.__table__.alias(), DisputeRecordRow.__table__.alias()
    elements = union_all(
        *(
            select(
                literal_column(str(place)).label("place"),
                literal_column(f"'{element_name(attribute.key)}'").label("element"),
                cast(shown[attribute.key], Text).label("value"),
            ).correlate(*student.from_._from_objects)
            for place, attribute in enumerate(HEADER_ELEMENTS)
        )
    ).lateral("element")
    return (
        select(
            elements.c.place,
            elements.c.element,
            elements.c.value,
            speaking.state.label("state"),
            speaking.student_id.label("student_id"),
            dispute.c.dispute_id,
        )
        .select_from(
            dispute.join(about, about.c.dispute_id == dispute.c.dispute_id).join(
                elements, elements.c.element == dispute.c.element
            )
        )
        .where(
            about.c.state_record_id == speaking.state_record_id,
            dispute.c.section == literal_column("'demographics'"),
            _stands(dispute.c),
            dispute_is_shown(dispute),
        )
        .correlate(*student.from_._from_objects)
    )


DISPUTED_OF_STUDENT = Relation(DISPUTED, many=True, derive=_disputed, size=1)
DISPUTE_OF_VALUE = Relation(DISPUTES, lambda dispute, value: dispute.c.dispute_id == value.c.dispute_id, inherits=True)
ELEMENT = Expression(lambda rows: rows.c.element)
VALUE = Expression(lambda rows: rows.c.value)
STATE = Expression(lambda rows: rows.c.state)


def _by_state(dispute: Rows, value: Value) -> ColumnElement[bool]:
    about, record, joined = _records(dispute)
    return exists(
        select(_ONE)
        .select_from(joined)
        .where(about.c.dispute_id == dispute.c.dispute_id, record_is_shown(record), text_matches(record.c.state, value))
        .correlate(dispute.main)
    )


def _by_student(dispute: Rows, value: Value) -> ColumnElement[bool]:
    about, record, joined = _records(dispute)
    student = StudentRow.__table__.alias()
    asked = select(student.c.current_id).where(text_matches(student.c.msix_id, value))
    return dispute.c.dispute_id.in_(
        select(about.c.dispute_id).select_from(joined).where(record.c.student_id.in_(asked), record_is_shown(record))
    )


ALL_DISPUTES = Connection(DISPUTES, ascending=False)
STATUS = one_of(DisputeRow.status)
BY_STATE = Condition(_by_state)
BY_STUDENT = Condition(_by_student)
