"""Move notices and disputes, read from plain rows."""

from __future__ import annotations

import datetime
from typing import Any

from hub.tables import (
    AssessmentRow,
    CourseRow,
    DemographicsRow,
    DisputeEntryRow,
    DisputeRecordRow,
    DisputeRow,
    EnrollmentRow,
    HealthAlertRow,
    MoveNoticeReplyRow,
    MoveNoticeRow,
    QualifyingMoveRow,
    StateRecordRow,
)
from hub.tables.dispute import STANDING
from hub.tables.mde import element_name
from resolvers.sources.consolidated import HEADER_ELEMENTS
from tests.graph.oracle import filters
from tests.graph.oracle.ask import Ask, Read, person
from tests.graph.oracle.ids import Child
from tests.graph.oracle.pages import Order, Page
from tests.graph.oracle.roots import by_id
from tests.graph.oracle.rules import Credit, Disputed
from tests.graph.oracle.shown import disputed_records, shown, survivor


def _child(ask: Ask, notice: MoveNoticeRow) -> Child:
    return Child(survivor(ask, notice))


def _replies(ask: Ask, notice: MoveNoticeRow) -> list[MoveNoticeReplyRow]:
    replies = ask.world.all(MoveNoticeReplyRow, lambda reply: reply.notice_id == notice.notice_id)
    return sorted(replies, key=lambda reply: reply.reply_id)


def _answered_at(ask: Ask, notice: MoveNoticeRow) -> datetime.datetime | None:
    return min((reply.sent_at for reply in _replies(ask, notice) if reply.answers), default=None)


def _minutes(ask: Ask, notice: MoveNoticeRow) -> int | None:
    answered = _answered_at(ask, notice)
    return None if answered is None else (answered - notice.sent_at) // datetime.timedelta(minutes=1)


def _overdue(ask: Ask, notice: MoveNoticeRow) -> bool:
    return notice.due_at <= datetime.datetime.now(datetime.UTC) and _answered_at(ask, notice) is None


def _notices(ask: Ask) -> list[MoveNoticeRow]:
    """Those of shown children that the filter lets through."""
    asked = ask.asked

    def fits(notice: MoveNoticeRow) -> bool:
        child = _child(ask, notice).row
        return bool(ask.world.shown_records(child.student_id)) and (
            ("kind" not in asked or notice.kind in asked["kind"])
            and filters.text(notice.from_state, asked.get("fromState", {}))
            and filters.text(notice.to_state, asked.get("toState", {}))
            and ("msixId" not in asked or filters.called(ask.world, child.student_id, asked["msixId"]))
            and asked.get("answered") in (None, _answered_at(ask, notice) is not None)
            and asked.get("overdue") in (None, _overdue(ask, notice))
            and ("sentSince" not in asked or notice.sent_at >= filters.moment(asked["sentSince"]))
        )

    return ask.world.all(MoveNoticeRow, fits)


def _by_notice(notice: MoveNoticeRow) -> tuple[int]:
    return (notice.notice_id,)


def _box(ask: Ask, _: None) -> Page:
    box, state = ask.arguments.get("box") or "INBOX", ask.viewer.state

    def lies(notice: MoveNoticeRow) -> bool:
        told, tells = state == notice.receiver_state, state == notice.sender_state
        answered = _answered_at(ask, notice) is not None
        return {"INBOX": told or (tells and answered), "SENT": tells, "ALL": told or tells}[box]

    return ask.page([each for each in _notices(ask) if lies(each)], Order("KEY", _by_notice, ascending=False))


def _notices_of(ask: Ask, child: Child) -> Page:
    rows = [each for each in _notices(ask) if _child(ask, each).row is child.row]
    return ask.page(rows, Order("KEY", _by_notice, ascending=False))


def _shown(ask: Ask, records: list[Any]) -> list[DisputeRow]:
    """The disputes of any of these records that are shown, in the order of their keys."""
    ids = {record.state_record_id for record in records}
    about = {each.dispute_id for each in ask.world.all(DisputeRecordRow, lambda each: each.state_record_id in ids)}
    rows = ask.world.all(DisputeRow, lambda d: d.dispute_id in about and shown(ask, d))
    return sorted(rows, key=lambda dispute: dispute.dispute_id)


def _stands(dispute: DisputeRow) -> bool:
    return dispute.status in STANDING


def _of_student(ask: Ask, child: Child) -> list[DisputeRow]:
    return _shown(ask, list(ask.world.shown_records(child.row.student_id)))


def _of_part(ask: Ask, row: Any) -> list[DisputeRow]:
    section = _SECTIONS[type(row)]
    return [each for each in _shown(ask, [row]) if _stands(each) and each.section in (None, section)]


_SECTIONS: dict[type, str] = {
    DemographicsRow: "demographics",
    QualifyingMoveRow: "qualifyingMoves",
    EnrollmentRow: "enrollments",
    CourseRow: "courses",
    AssessmentRow: "assessments",
    HealthAlertRow: "enrollments",
}


def _of_credit(ask: Ask, credit: Credit) -> list[DisputeRow]:
    def is_behind(course: CourseRow) -> bool:
        return (course.subject_area, course.course_type) == (credit.subject_area, credit.course_type)

    records = [
        record
        for record in ask.world.shown_records(credit.student_id)
        if record.state == credit.reported_by and any(map(is_behind, ask.world.hanging(CourseRow, [record])))
    ]
    return [each for each in _shown(ask, records) if _stands(each) and each.section in (None, "courses")]


def _of_difference(ask: Ask, row: Any) -> list[DisputeRow]:
    own = ("demographics", row.element)
    return [each for each in _shown(ask, [row]) if _stands(each) and (each.section, each.element) == own]


def _disputed_values(ask: Ask, child: Child) -> list[Disputed]:
    speaking = ask.world.shown_records(child.row.student_id)[0]
    told, standing = ask.world.demographics(speaking), [each for each in _shown(ask, [speaking]) if _stands(each)]
    found = []
    for attribute in HEADER_ELEMENTS:
        for dispute in standing:
            if (dispute.section, dispute.element) == ("demographics", element_name(attribute.key)):
                value = getattr(told, attribute.key)
                written = str(value).lower() if isinstance(value, bool) else None if value is None else str(value)
                found.append(Disputed(element_name(attribute.key), written, speaking.state, dispute))
    return found


def _all_disputes(ask: Ask, _: None) -> Page:
    asked = ask.asked

    def fits(dispute: DisputeRow) -> bool:
        records = disputed_records(ask, dispute)
        return (
            shown(ask, dispute)
            and ("status" not in asked or dispute.status in asked["status"])
            and ("state" not in asked or any(filters.text(record.state, asked["state"]) for record in records))
            and ("msixId" not in asked or any(_is_of(ask, record, asked["msixId"]) for record in records))
        )

    rows = ask.world.all(DisputeRow, fits)
    return ask.page(rows, Order("KEY", lambda dispute: (dispute.dispute_id,), ascending=False))


def _is_of(ask: Ask, record: StateRecordRow, msix_id: filters.Given) -> bool:
    return filters.called(ask.world, record.student_id, msix_id)


def _records(ask: Ask, dispute: DisputeRow) -> list[StateRecordRow]:
    records = sorted(disputed_records(ask, dispute), key=lambda r: (r.state, r.state_record_id))
    return sorted(records, key=lambda r: (r.latest_activity, r.submitted_at), reverse=True)


def _entries(ask: Ask, dispute: DisputeRow) -> list[DisputeEntryRow]:
    entries = ask.world.all(DisputeEntryRow, lambda entry: entry.dispute_id == dispute.dispute_id)
    return sorted(entries, key=lambda entry: entry.entry_id)


def _awaiting(ask: Ask, dispute: DisputeRow) -> list[str]:
    answered = {entry.state for entry in _entries(ask, dispute)}
    return sorted({record.state for record in disputed_records(ask, dispute)} - answered)


TELLING: dict[str, Read] = {
    "Query.moveNotices": _box,
    "Query.moveNotice": by_id(MoveNoticeRow),
    "Student.moveNotices": _notices_of,
    "MoveNotice.msixId": lambda ask, notice: _child(ask, notice).row.msix_id,
    "MoveNotice.student": _child,
    "MoveNotice.byTheHub": lambda ask, notice: notice.account_id is None,
    "MoveNotice.sentBy": person("account_id"),
    "MoveNotice.sentTo": lambda ask, notice: list(notice.receivers),
    "MoveNotice.answeredAt": _answered_at,
    "MoveNotice.answerMinutes": _minutes,
    "MoveNotice.overdue": _overdue,
    "MoveNotice.replies": _replies,
    "MoveNoticeReply.sentBy": person("account_id"),
    "Query.disputes": _all_disputes,
    "Student.disputes": _of_student,
    "Student.disputedValues": _disputed_values,
    "StateRecord.disputes": lambda ask, record: _shown(ask, [record]),
    **{
        f"{type_}.disputes": _of_part
        for type_ in ("Demographics", "QualifyingMove", "Enrollment", "Course", "Assessment", "HealthAlert")
    },
    "DifferingValue.disputes": _of_difference,
    "SubjectCredit.disputes": _of_credit,
    "Dispute.field": lambda ask, dispute: dispute.section and f"{dispute.section}.{dispute.element}",
    "Dispute.filedBy": person("filed_by"),
    "Dispute.stateRecords": _records,
    "Dispute.awaiting": _awaiting,
    "Dispute.entries": _entries,
    "DisputeEntry.by": person("account_id"),
}
