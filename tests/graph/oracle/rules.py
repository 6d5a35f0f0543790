"""What the records of a student say together: DOMAIN.md, "Consolidated values", in plain Python."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hub.tables import (
    CourseRow,
    EnrollmentRow,
    HealthAlertRow,
    LinkRow,
    QualifyingMoveRow,
    StateRecordRow,
    StudentRow,
)
from tests.graph.oracle.world import NEVER, World

_DAY = datetime.timedelta(days=1)
_HEADER = (
    *("first_name", "middle_name", "last_name1", "last_name2", "suffix", "sex", "birth_date", "multiple_birth"),
    *("birth_city", "birth_state", "birth_country", "parent1_first_name", "parent1_last_name"),
    *("parent2_first_name", "parent2_last_name"),
)


@dataclass(frozen=True)
class Disputed:
    """A value that stands for a child, and the dispute of it."""

    element: str
    value: str | None
    reported_by: str
    dispute: Any


@dataclass(frozen=True)
class Credit:
    """Credits of one subject and type, as one state reports them."""

    subject_area: str | None
    course_type: str | None
    reported_by: str
    credits_granted: Decimal
    open_courses: int
    open_clock_hours: Decimal | None
    student_id: int


@dataclass(frozen=True)
class Difference:
    """A value of another record that differs from the header's."""

    element: str
    value: str
    reported_by: str
    state_record_id: int


def eligibility_end(world: World, student: StudentRow) -> datetime.date | None:
    """The last day of eligibility, None for a child without a qualifying move."""
    records = world.shown_records(student.student_id)
    by_moves = [move.eligibility_end for move in world.hanging(QualifyingMoveRow, records) if move.eligibility_end]
    if not by_moves:
        return None
    born = world.demographics(records[0]).birth_date
    leap = (born.month, born.day) == (2, 29)
    birthday = datetime.date(born.year + 22, 3, 1) if leap else born.replace(year=born.year + 22)
    enrollments = world.hanging(EnrollmentRow, records)
    graduations = [each.graduation_date - _DAY for each in enrollments if each.graduation and each.graduation_date]
    return min([max(by_moves), birthday - _DAY, *graduations])


def is_open(course: CourseRow) -> bool:
    """Whether a credit is partial: hours and a grade to date, no final grade."""
    return course.clock_hours is not None and course.grade_to_date is not None and course.final_grade is None


def credits(world: World, student: StudentRow) -> list[Credit]:
    """By subject, then type (unnamed ones last), then state."""
    groups: dict[tuple[str | None, str | None, str], list[CourseRow]] = defaultdict(list)
    for record in world.shown_records(student.student_id):
        for course in world.hanging(CourseRow, [record]):
            groups[course.subject_area, course.course_type, record.state].append(course)
    found: list[Credit] = []
    for (subject, kind, state), courses in groups.items():
        granted = [course.credits_granted for course in courses if course.credits_granted is not None]
        hours = [course.clock_hours for course in courses if is_open(course) and course.clock_hours is not None]
        if granted or hours:
            total = sum(granted, Decimal(0)) if granted else Decimal("0.00")
            found.append(
                Credit(
                    subject,
                    kind,
                    state,
                    total,
                    len(hours),
                    sum(hours, Decimal(0)) if hours else None,
                    student.student_id,
                )
            )
    return sorted(found, key=lambda each: (_last(each.subject_area), _last(each.course_type), each.reported_by))


def _last(value: str | None) -> tuple[bool, str]:
    """Sorts what is unnamed behind what is named."""
    return value is None, value or ""


def differences(world: World, student: StudentRow) -> list[Difference]:
    """By element, then state, then record."""
    speaking, *others = world.shown_records(student.student_id)
    header = world.demographics(speaking)
    others.sort(key=lambda record: (record.state, record.state_record_id))
    found: list[Difference] = []
    for name in _HEADER:
        for record in others:
            value = getattr(world.demographics(record), name)
            if value is not None and value != getattr(header, name):
                head, *rest = name.split("_")
                element = head + "".join(part.title() for part in rest)
                found.append(Difference(element, as_text(value), record.state, record.state_record_id))
    return found


def as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def alerts(world: World, student: StudentRow) -> list[HealthAlertRow]:
    """The alerts of the record with each state's newest enrollment."""
    speaking: dict[str, StateRecordRow] = {}
    for record in world.shown_records(student.student_id):
        rank = (record.latest_enrollment or NEVER, record.state_record_id)
        best = speaking.get(record.state)
        if best is None or rank > (best.latest_enrollment or NEVER, best.state_record_id):
            speaking[record.state] = record
    return sorted(world.hanging(HealthAlertRow, list(speaking.values())), key=lambda a: (a.state_record_id, a.kind))


def history(world: World, student: StudentRow) -> list[LinkRow]:
    """Every link of the student's records, of its own ID and of those that were retired into it."""
    ids = {own.student_id for own in world.all(StudentRow, lambda s: s.current_id == student.student_id)}
    records = {r.state_record_id for r in world.all(StateRecordRow, lambda r: r.student_id == student.student_id)}
    return world.all(
        LinkRow, lambda n: bool({n.student_id, n.previous_student_id} & ids) or n.state_record_id in records
    )


def retired_ids(world: World, student: StudentRow) -> list[str]:
    into = world.all(StudentRow, lambda s: s.current_id == student.student_id and s is not student)
    return sorted(retired.msix_id for retired in into)


def last_update(world: World, student: StudentRow) -> datetime.datetime:
    return max(record.updated_at for record in world.shown_records(student.student_id))
