"""The ORM's queries and loaders behind `orm_app`: one query for the students, one a relation and batch."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from aiodataloader import DataLoader
from sqlalchemy import Select, and_, exists, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import aliased

from hub.names import fold
from hub.tables import (
    AssessmentRow,
    CourseRow,
    DemographicsRow,
    EnrollmentRow,
    HealthAlertRow,
    QualifyingMoveRow,
    StateRecordRow,
    StudentRow,
)
from tests.benchmarks.questions import place_of

Sessions = async_sessionmaker[AsyncSession]


class Loaders:
    """One request's loaders."""

    def __init__(self, sessions: Sessions) -> None:
        self.state_records = _loader(sessions, _records, lambda found: found[0].student_id, lambda found: found[0])
        self.moves = _of_students(
            sessions, QualifyingMoveRow, QualifyingMoveRow.qualifying_arrival_date, QualifyingMoveRow.position
        )
        self.enrollments = _of_students(sessions, EnrollmentRow, EnrollmentRow.enrollment_date, EnrollmentRow.position)
        self.assessments = _of_students(
            sessions, AssessmentRow, AssessmentRow.administration_month, AssessmentRow.position
        )
        self.alerts = _loader(sessions, _alerts, lambda found: found[2], lambda found: (found[0], found[1]))
        self.courses = _loader(
            sessions,
            _courses,
            lambda found: (found[0].state_record_id, found[0].enrollment_position),
            lambda found: found[0],
        )


def _loader(
    sessions: Sessions,
    query: Callable[[list[Any]], Select[Any]],
    key: Callable[[Any], Any],
    value: Callable[[Any], Any],
) -> DataLoader[Any, list[Any]]:
    async def load(keys: list[Any]) -> list[list[Any]]:
        found: dict[Any, list[Any]] = defaultdict(list)
        async with sessions() as session:
            for row in await session.execute(query(keys)):
                found[key(row)].append(value(row))
        return [found[each] for each in keys]

    return DataLoader(load)


def _of_students(sessions: Sessions, table: Any, newest: Any, position: Any) -> DataLoader[Any, list[Any]]:
    def query(keys: list[int]) -> Select[Any]:
        return (
            select(table, StateRecordRow.state, StateRecordRow.student_id)
            .join(StateRecordRow, StateRecordRow.state_record_id == table.state_record_id)
            .where(StateRecordRow.student_id.in_(keys), StateRecordRow.status == "ACTIVE")
            .order_by(newest.desc().nulls_last(), table.state_record_id, position)
        )

    return _loader(sessions, query, lambda found: found[2], lambda found: (found[0], found[1]))


def _records(keys: list[int]) -> Select[Any]:
    record = StateRecordRow
    return (
        select(record)
        .where(record.student_id.in_(keys), record.status == "ACTIVE")
        .order_by(record.latest_activity.desc(), record.submitted_at.desc(), record.state, record.state_record_id)
    )


def _alerts(keys: list[int]) -> Select[Any]:
    newest = (
        select(StateRecordRow.state_record_id, StateRecordRow.state, StateRecordRow.student_id)
        .distinct(StateRecordRow.student_id, StateRecordRow.state)
        .where(StateRecordRow.student_id.in_(keys), StateRecordRow.status == "ACTIVE")
        .order_by(
            StateRecordRow.student_id,
            StateRecordRow.state,
            StateRecordRow.latest_enrollment.desc().nulls_last(),
            StateRecordRow.state_record_id.desc(),
        )
        .subquery()
    )
    return (
        select(HealthAlertRow, newest.c.state, newest.c.student_id)
        .join(newest, newest.c.state_record_id == HealthAlertRow.state_record_id)
        .order_by(HealthAlertRow.state_record_id, HealthAlertRow.kind)
    )


def _courses(keys: Iterable[tuple[int, int]]) -> Select[Any]:
    return (
        select(CourseRow)
        .where(tuple_(CourseRow.state_record_id, CourseRow.enrollment_position).in_(keys))
        .order_by(CourseRow.academic_year_begin.desc().nulls_last(), CourseRow.position)
    )


def _speaking() -> Select[StudentRow, DemographicsRow]:
    """Each student with the demographics of the record that speaks for it."""
    other, record = aliased(StateRecordRow), StateRecordRow
    outranked = exists().where(
        other.student_id == record.student_id,
        other.status == "ACTIVE",
        tuple_(other.latest_activity, other.submitted_at, record.state, record.state_record_id)
        > tuple_(record.latest_activity, record.submitted_at, other.state, other.state_record_id),
    )
    return (
        select(StudentRow, DemographicsRow)
        .join(record, record.student_id == StudentRow.student_id)
        .join(DemographicsRow, DemographicsRow.state_record_id == record.state_record_id)
        .where(record.status == "ACTIVE", ~outranked)
    )


def by_msix_id(msix_id: str) -> Select[StudentRow, DemographicsRow]:
    current = select(StudentRow.current_id).where(StudentRow.msix_id == msix_id).scalar_subquery()
    return _speaking().where(StudentRow.student_id == current)


def by_name(first: int, after: str | None) -> Select[StudentRow, DemographicsRow]:
    header = DemographicsRow
    query = _speaking().order_by(header.last_name1_key, header.first_name_key, StudentRow.student_id).limit(first)
    if after is None:
        return query
    last_name, first_name, student_id = place_of(after)
    names = tuple_(header.last_name1_key, header.first_name_key)
    return query.where(
        names >= tuple_(last_name, first_name),
        tuple_(header.last_name1_key, header.first_name_key, StateRecordRow.student_id)
        > tuple_(last_name, first_name, student_id),
    )


def matching(
    query: Select[StudentRow, DemographicsRow], prefix: str, born_from: datetime.date, born_to: datetime.date
) -> Select[StudentRow, DemographicsRow]:
    """Students with a record of that surname, either one, and birth date."""
    record, who, start = aliased(StateRecordRow), aliased(DemographicsRow), fold(prefix)
    end = start + "\U0010ffff"
    found = (
        select(record.student_id)
        .join(who, who.state_record_id == record.state_record_id)
        .where(
            record.status == "ACTIVE",
            or_(
                and_(who.last_name1_key >= start, who.last_name1_key < end),
                and_(who.last_name2_key >= start, who.last_name2_key < end),
            ),
            who.birth_date.between(born_from, born_to),
        )
    )
    return query.where(StudentRow.student_id.in_(found))
