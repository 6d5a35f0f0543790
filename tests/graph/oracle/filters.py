"""What filters demand of a row, one predicate a filter. Conditions on a record hold for one and the same record."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

from hub.names import fold
from hub.tables import AlternateIdRow, EnrollmentRow, QualifyingMoveRow, StateRecordRow, StudentRow
from tests.graph.oracle.rules import alerts, eligibility_end, last_update
from tests.graph.oracle.world import World

Given = Mapping[str, Any]


def text(value: str | None, given: Given) -> bool:
    """A `TextFilter`."""
    equal, among = given.get("eq"), given.get("in")
    return (equal is None or value == equal) and (among is None or value in among)


def called(world: World, student_id: int, given: Given) -> bool:
    """A `TextFilter` on the MSIX IDs that answer with a student."""
    return any(text(own.msix_id, given) for own in world.all(StudentRow, lambda s: s.current_id == student_id))


def date(value: datetime.date, given: Given) -> bool:
    """A `DateFilter`."""
    days = {name: datetime.date.fromisoformat(day) for name, day in given.items() if day is not None}
    return days.get("from", value) <= value <= days.get("to", value) and days.get("eq", value) == value


def name(values: list[str], given: Given) -> bool:
    """A `NameFilter` on folded names, any of which may fit each condition."""
    compared: dict[str, Callable[[str, str], bool]] = {
        "eq": lambda value, asked: value == asked,
        "prefix": str.startswith,
        "fuzzy": alike,
    }
    return all(
        any(compared[how](value, fold(asked)) for value in values) for how, asked in given.items() if asked is not None
    )


def trigrams(name_: str) -> set[str]:
    """As pg_trgm cuts a name: each word with two blanks before and one behind."""
    words = re.findall(r"\w+", name_)
    return {padded[at : at + 3] for word in words for padded in [f"  {word} "] for at in range(len(padded) - 2)}


def alike(one: str, other: str) -> bool:
    """Whether at least three in ten of two names' trigrams are shared."""
    mine, theirs = trigrams(one), trigrams(other)
    together = mine | theirs
    return bool(together) and 10 * len(mine & theirs) >= 3 * len(together)


def enrolled_on(enrollment: EnrollmentRow, day: str) -> bool:
    asked = datetime.date.fromisoformat(day)
    if enrollment.enrollment_date is None or enrollment.enrollment_date > asked:
        return False
    return enrollment.withdrawal_date is None or enrollment.withdrawal_date >= asked


_ON_ENROLLMENT: dict[str, Callable[[EnrollmentRow, Any], bool]] = {
    "districtId": lambda row, given: text(row.district_id, given),
    "schoolId": lambda row, given: text(row.school_id, given),
    "gradeLevel": lambda row, given: text(row.grade_level, given),
    "enrolledOn": enrolled_on,
    "priorityForServices": lambda row, given: row.priority_for_services is given,
}


def enrollment(world: World, row: EnrollmentRow, given: Given) -> bool:
    """An `EnrollmentFilter`."""
    record = world.shown_record(row.state_record_id)
    asked = {key: value for key, value in given.items() if value is not None}
    reported = asked.pop("reportedBy", {})
    return (
        record is not None
        and text(record.state, reported)
        and all(_ON_ENROLLMENT[key](row, value) for key, value in asked.items())
    )


def _on_record(world: World, record: StateRecordRow, asked: Given) -> bool:
    told = world.demographics(record)
    ids = [record.state_student_id, *(other.id for other in world.hanging(AlternateIdRow, [record]))]
    demands: dict[str, Callable[[Any], bool]] = {
        "firstName": lambda given: name([told.first_name_key, told.middle_name_key], given),
        "lastName": lambda given: name([told.last_name1_key, told.last_name2_key], given),
        "birthDate": lambda given: date(told.birth_date, given),
        "sex": lambda given: told.sex == given,
        "state": lambda given: text(record.state, given),
        "stateStudentId": lambda given: any(text(id_, given) for id_ in ids),
    }
    if not all(demands[key](given) for key, given in asked.items() if key in demands):
        return False
    of_enrollment = {key: given for key, given in asked.items() if key in _ON_ENROLLMENT and given != {}}
    rows = world.hanging(EnrollmentRow, [record])
    return not of_enrollment or any(
        all(_ON_ENROLLMENT[key](row, given) for key, given in of_enrollment.items()) for row in rows
    )


def student(world: World, row: StudentRow, given: Given) -> bool:
    """A `StudentFilter`."""
    asked = {key: value for key, value in given.items() if value is not None}
    asked = {key: _said(value) for key, value in asked.items()}
    records = world.shown_records(row.student_id)
    demands: dict[str, Callable[[Any], bool]] = {
        "msixId": lambda value: called(world, row.student_id, value),
        "eligibleOn": lambda value: _eligible_on(world, row, datetime.date.fromisoformat(value)),
        "healthAlert": lambda value: any(alert.kind in value for alert in alerts(world, row)),
        "updatedSince": lambda value: last_update(world, row) >= moment(value),
    }
    return all(demands[key](value) for key, value in asked.items() if key in demands) and any(
        _on_record(world, record, asked) for record in records
    )


def _said(value: Any) -> Any:
    """A condition without those of its members that are null."""
    return {key: item for key, item in value.items() if item is not None} if isinstance(value, Mapping) else value


def _eligible_on(world: World, row: StudentRow, day: datetime.date) -> bool:
    moves = world.hanging(QualifyingMoveRow, world.shown_records(row.student_id))
    began = any(
        move.qualifying_arrival_date and move.qualifying_arrival_date <= day <= (move.eligibility_end or day)
        for move in moves
    )
    end = eligibility_end(world, row)
    return began and end is not None and end >= day


def moment(value: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(value)
