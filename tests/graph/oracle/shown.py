"""Which rows are shown to whom: those that the grant of their type reaches, while what they are about is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.tables import (
    CorrectionRequestRow,
    DataRequestRow,
    DisputeRecordRow,
    DisputeRow,
    IdentityChangeRow,
    IdentityRequestRow,
    LinkRow,
    MoveNoticeRow,
    NotificationRow,
    StateRecordRow,
    StudentRow,
)
from tests.graph.oracle import rules
from tests.graph.oracle.ask import Ask
from tests.graph.oracle.ids import TYPES
from tests.graph.oracle.law import GRANT_OF_TYPE
from tests.graph.oracle.reach import reaches


def disputed_records(ask: Ask, dispute: DisputeRow) -> list[StateRecordRow]:
    """The records that a dispute is about, as far as they are shown."""
    about = ask.world.all(DisputeRecordRow, lambda each: each.dispute_id == dispute.dispute_id)
    return [record for each in about if (record := ask.world.shown_record(each.state_record_id))]


def _dispute(ask: Ask, dispute: DisputeRow) -> bool:
    """To those who may read what it disputes, while one of the records is shown."""
    return set(dispute.needs) <= set(ask.viewer.grants) and bool(disputed_records(ask, dispute))


def survivor(ask: Ask, row: Any) -> StudentRow:
    """The student that a row with a `student_id` is about, under the ID that survives."""
    (named,) = ask.world.all(StudentRow, lambda student: student.student_id == row.student_id)
    (found,) = ask.world.all(StudentRow, lambda student: student.student_id == named.current_id)
    return found


def about(ask: Ask, row: Any) -> StudentRow | None:
    """The student that a row is about now: whose its record is, else who survives the one it named, if it named one."""
    if row.state_record_id is not None:
        (record,) = ask.world.all(StateRecordRow, lambda each: each.state_record_id == row.state_record_id)
        (found,) = ask.world.all(StudentRow, lambda student: student.student_id == record.student_id)
        return found
    return None if row.student_id is None else survivor(ask, row)


def _with_what_it_is_about(ask: Ask, row: Any) -> bool:
    """While its record is shown where it is about one, else while its child is."""
    if row.state_record_id is not None:
        return ask.world.shown_record(row.state_record_id) is not None
    return _with_student(ask, row)


def _told(ask: Ask, told: NotificationRow) -> bool:
    """What is about a child is told to those who may read children."""
    return told.student_id is None or ("student:read" in ask.viewer.grants and _with_what_it_is_about(ask, told))


def _with_student(ask: Ask, row: Any) -> bool:
    return bool(ask.world.shown_records(survivor(ask, row).student_id))


def _link(ask: Ask, link: LinkRow) -> bool:
    return any(link in rules.history(ask.world, each) for each in ask.world.shown_students())


def _change(ask: Ask, change: IdentityChangeRow) -> bool:
    """While the students with which both IDs answer are shown."""
    both = (change.student_id, change.other_student_id)
    named = ask.world.all(StudentRow, lambda student: student.student_id in both)
    return all(ask.world.shown_records(student.current_id) for student in named)


def _request(ask: Ask, request: IdentityRequestRow) -> bool:
    """Once it is ended, to whoever asked, and to those to whom its student is shown."""
    own = request.account_id == ask.viewer.account_id
    return request.status != "PENDING" or own or _with_student(ask, request)


_SHOWN: dict[type, Callable[[Ask, Any], bool]] = {
    DisputeRow: _dispute,
    MoveNoticeRow: _with_student,
    DataRequestRow: _with_student,
    CorrectionRequestRow: _with_what_it_is_about,
    NotificationRow: _told,
    LinkRow: _link,
    IdentityChangeRow: _change,
    IdentityRequestRow: _request,
}
_SAYS_REVIEWS = (StateRecordRow, MoveNoticeRow, DataRequestRow)


def shown(ask: Ask, row: Any) -> bool:
    """Whether the viewer is shown a row that has an id."""
    grant = GRANT_OF_TYPE.get(TYPES[type(row)])
    if grant is not None and not reaches(ask.world, ask.viewer, grant, row):
        return False
    if type(row) in _SHOWN:
        return _SHOWN[type(row)](ask, row)
    record = getattr(row, "state_record_id", None)
    return record is None or ask.world.shown_record(record) is not None


def looked_up(ask: Ask, row: Any) -> Any:
    """A row that was asked for by itself, if it is shown; of a student under review it says that."""
    found = visible(ask, row)
    if found is None and isinstance(row, _SAYS_REVIEWS):
        ask.say_under_review(row.student_id if isinstance(row, StateRecordRow) else survivor(ask, row).student_id)
    return found


def visible(ask: Ask, row: Any) -> Any:
    """A row, if there is one and it is shown."""
    return row if row is not None and shown(ask, row) else None
