"""What the filters demand. Conditions on a record hold for one and the same state record; conditions on an enrollment
for one and the same enrollment of it. Only indexed columns are compared, and names are compared folded.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Date, DateTime, Text, and_, exists, func, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from hub.errors import Code, HubError
from hub.names import fold
from hub.tables import AlternateIdRow, DemographicsRow, EnrollmentRow, QualifyingMoveRow, StudentRow
from permissions.scope import record_is_shown
from resolvers.compiler.arguments import Value
from resolvers.compiler.source import Condition, Rows
from resolvers.sources.consolidated import eligibility_end
from resolvers.sources.record_rows import ALERTS_OF_STUDENT, ENROLLMENTS, record_of, record_table, same_record
from resolvers.sources.state_record import STATE_RECORDS

_LAST = "\U0010ffff"
Columns = Callable[[Rows], list[ColumnElement[Any]]]


def folded(name: str) -> str:
    """A name as it is compared. Raises `INVALID_ARGUMENT` where nothing of it is left."""
    key = fold(name)
    if not key:
        raise HubError(Code.INVALID_ARGUMENT, "Expected a name with at least one letter or digit.")
    return key


def text_matches(column: ColumnElement[Any], value: Value) -> ColumnElement[bool]:
    """A `TextFilter`: `eq` and `in`."""
    demands: list[ColumnElement[bool]] = []
    if chosen := value.get("eq"):
        demands.append(column == chosen.bind())
    if chosen := value.get("in"):
        demands.append(column == func.any(chosen.bind(ARRAY(Text()))))
    return and_(literal_column("true"), *demands)


def date_matches(column: ColumnElement[Any], value: Value) -> ColumnElement[bool]:
    """A `DateFilter`: `eq`, `from` and `to`, both included."""
    demands: list[ColumnElement[bool]] = []
    if chosen := value.get("eq"):
        demands.append(column == chosen.bind(Date()))
    if chosen := value.get("from"):
        demands.append(column >= chosen.bind(Date()))
    if chosen := value.get("to"):
        demands.append(column <= chosen.bind(Date()))
    return and_(literal_column("true"), *demands)


def name_matches(columns: list[ColumnElement[Any]], value: Value) -> ColumnElement[bool]:
    """A `NameFilter` on any of several columns: `eq`, `prefix`, and `fuzzy` by trigrams."""
    demands: list[ColumnElement[bool]] = []
    if chosen := value.get("eq"):
        demands.append(or_(*(column == chosen.bind(convert=folded) for column in columns)))
    if chosen := value.get("prefix"):
        # a range, not LIKE: an index serves it also when the plan does not know the prefix
        start, end = chosen.bind(convert=folded), chosen.bind(convert=lambda name: folded(name) + _LAST)
        demands.append(or_(*(and_(column >= start, column < end) for column in columns)))
    if chosen := value.get("fuzzy"):
        demands.append(or_(*(column.op("%")(chosen.bind(convert=folded)) for column in columns)))
    return and_(literal_column("true"), *demands)


def a_record(student: Rows) -> Rows:
    """The state record of which a filter's conditions hold."""
    return student.within("record", STATE_RECORDS, lambda record: record.c.student_id == student.c.student_id)


def _demographics(record: Rows) -> Any:
    return record.join(
        "demographics",
        DemographicsRow.__table__.alias,
        lambda demographics: demographics.state_record_id == record.c.state_record_id,
    )


def _an_enrollment(student: Rows) -> Rows:
    record = a_record(student)
    return record.within("enrollment", ENROLLMENTS, lambda enrollment: same_record(enrollment, record))


def _on_record(demand: Callable[[Rows, Value], ColumnElement[bool]]) -> Condition:
    def of_student(student: Rows, value: Value) -> None:
        record = a_record(student)
        record.conditions.append(demand(record, value))

    return Condition(of_student)


def _on_enrollment(demand: Callable[[Rows, Value], ColumnElement[bool]]) -> Condition:
    def of_student(student: Rows, value: Value) -> None:
        enrollment = _an_enrollment(student)
        enrollment.conditions.append(demand(enrollment, value))

    return Condition(of_student)


def _names(*attributes: InstrumentedAttribute[Any]) -> Condition:
    return _on_record(lambda record, value: name_matches([_demographics(record)[a.key] for a in attributes], value))


def _enrolled_on(enrollment: Rows, value: Value) -> ColumnElement[bool]:
    day = value.bind(Date())
    left = enrollment.c.withdrawal_date
    return and_(enrollment.c.enrollment_date <= day, or_(left.is_(None), left >= day))


def _state_student_id(record: Rows, value: Value) -> ColumnElement[bool]:
    alternate = AlternateIdRow.__table__.alias()
    also = exists(
        select(literal_column("1"))
        .select_from(alternate)
        .where(alternate.c.state_record_id == record.c.state_record_id, text_matches(alternate.c.id, value))
    )
    return or_(text_matches(record.c.state_student_id, value), also)


def _msix_id(student: Rows, value: Value) -> ColumnElement[bool]:
    asked = StudentRow.__table__.alias()
    return student.c.student_id.in_(select(asked.c.current_id).where(text_matches(asked.c.msix_id, value)))


def _eligible_on(student: Rows, value: Value) -> ColumnElement[bool]:
    move, record = QualifyingMoveRow.__table__.alias(), record_table()
    moved = exists(
        select(literal_column("1"))
        .select_from(move.join(record, record.c.state_record_id == move.c.state_record_id))
        .where(
            record.c.student_id == student.c.student_id,
            record_is_shown(record),
            move.c.qualifying_arrival_date <= value.bind(Date()),
            move.c.eligibility_end >= value.bind(Date()),
        )
    )
    return and_(moved, eligibility_end(student) >= value.bind(Date()))


def _alert(student: Rows, value: Value) -> None:
    spoken = ALERTS_OF_STUDENT
    assert spoken.on is not None
    tie = spoken.on
    alert = student.within("alert", spoken.source, lambda rows: _true(tie(rows, student)))
    alert.conditions.append(alert.c.kind == func.any(value.bind(ARRAY(Text()))))


def _true(predicate: ColumnElement[bool] | None) -> ColumnElement[bool]:
    assert predicate is not None
    return predicate


def moment(moment: datetime.datetime) -> datetime.datetime:
    if moment.tzinfo is None:
        raise HubError(Code.INVALID_ARGUMENT, "Expected a moment with its time zone, such as 2026-01-31T08:00:00Z.")
    return moment


def _updated_since(student: Rows, value: Value) -> None:
    changed = student.within(
        "changed record", STATE_RECORDS, lambda record: record.c.student_id == student.c.student_id
    )
    changed.conditions.append(changed.c.updated_at >= value.bind(DateTime(timezone=True), moment))


FIRST_NAME = _names(DemographicsRow.first_name_key, DemographicsRow.middle_name_key)
LAST_NAME = _names(DemographicsRow.last_name1_key, DemographicsRow.last_name2_key)
BIRTH_DATE = _on_record(lambda record, value: date_matches(_demographics(record).birth_date, value))
SEX = _on_record(lambda record, value: _demographics(record).sex == value.bind())
STATE = _on_record(lambda record, value: text_matches(record.c.state, value))
STATE_STUDENT_ID = _on_record(_state_student_id)
DISTRICT_ID = _on_enrollment(lambda enrollment, value: text_matches(enrollment.c.district_id, value))
SCHOOL_ID = _on_enrollment(lambda enrollment, value: text_matches(enrollment.c.school_id, value))
GRADE_LEVEL = _on_enrollment(lambda enrollment, value: text_matches(enrollment.c.grade_level, value))
ENROLLED_ON = _on_enrollment(_enrolled_on)
PRIORITY_FOR_SERVICES = _on_enrollment(lambda enrollment, value: enrollment.c.priority_for_services.is_(value.actual))
MSIX_ID = Condition(_msix_id)
ELIGIBLE_ON = Condition(_eligible_on)
HEALTH_ALERT = Condition(_alert)
UPDATED_SINCE = Condition(_updated_since)


def on_column(attribute: InstrumentedAttribute[Any]) -> Condition:
    """A `TextFilter` on a column of the rows themselves."""
    return Condition(lambda rows, value: text_matches(rows.c[attribute.key], value))


def one_of(attribute: InstrumentedAttribute[Any]) -> Condition:
    """A list of enum values, of which the column must hold one."""
    return Condition(lambda rows, value: rows.c[attribute.key] == func.any(value.bind(ARRAY(Text()))))


def since(attribute: InstrumentedAttribute[Any]) -> Condition:
    """A moment from which the column must lie on."""
    return Condition(lambda rows, value: rows.c[attribute.key] >= value.bind(DateTime(timezone=True), moment))


def before(attribute: InstrumentedAttribute[Any]) -> Condition:
    """A moment before which the column must lie."""
    return Condition(lambda rows, value: rows.c[attribute.key] < value.bind(DateTime(timezone=True), moment))


REPORTED_BY = Condition(lambda rows, value: text_matches(record_of(rows).state, value))
ENROLLMENT_ON = Condition(_enrolled_on)
ENROLLMENT_SCHOOL = on_column(EnrollmentRow.school_id)
ENROLLMENT_DISTRICT = on_column(EnrollmentRow.district_id)
ENROLLMENT_GRADE = on_column(EnrollmentRow.grade_level)
