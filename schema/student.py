"""The student: one child, as all its states' records show it together."""

from __future__ import annotations

import datetime
from enum import Enum

import strawberry

from hub.tables import LINK_METHODS, DemographicsRow, LinkRow, StudentRow
from permissions.declare import argument, guarded, guarded_value, public
from permissions.grants import Grant as G
from resolvers.compiler.source import Column
from resolvers.sources import consolidated as whole
from resolvers.sources import dispute, link
from resolvers.sources import record_rows as rows
from resolvers.sources import state_record as records
from resolvers.sources import student as child
from resolvers.sources.audit_event import ACCESS_LOG
from resolvers.sources.clock import CLOCKS_OF_STUDENT
from resolvers.sources.data_request import REQUESTS_OF_STUDENT
from resolvers.sources.move_notice import NOTICES_OF_STUDENT
from resolvers.sources.student import header_column as header
from schema.audit_event import AuditEvent, AuditEventFilter
from schema.base import PAGE_ARGUMENTS, Code, Connection, Decimal, Node, OrderDirection, described_enum, record
from schema.clock import FILTER_CLOCKS, Clock
from schema.data_request import FILTER_DATA_REQUESTS, DataRequest
from schema.dispute import Dispute, DisputedValue
from schema.move_notice import FILTER_NOTICES, MoveNotice
from schema.record_rows import (
    FILTER_ENROLLMENTS,
    Assessment,
    Enrollment,
    HealthAlert,
    QualifyingMove,
)
from schema.state_record import StateRecord

LinkMethod = described_enum("LinkMethod", LINK_METHODS, "By what a state record was linked to a student.")


@record(whole.CREDITS, G.ACADEMICS_READ, "Credits in one subject and course type, as one state reports them.")
class SubjectCredit:
    subject_area: str | None = guarded(G.ACADEMICS_READ, whole.CREDIT.subject_area, "The subject area.")
    course_type: Code | None = guarded(G.ACADEMICS_READ, whole.CREDIT.course_type, "The type of the courses.")
    reported_by: str | None = guarded(G.ACADEMICS_READ, whole.CREDIT.state, "Code of the state that reports them.")
    credits_granted: Decimal | None = guarded(G.ACADEMICS_READ, whole.CREDIT.credits_granted, "Credits granted.")
    open_courses: int | None = guarded(
        G.ACADEMICS_READ, whole.CREDIT.open_courses, "Courses whose credit is still open (partial credits)."
    )
    open_clock_hours: Decimal | None = guarded(G.ACADEMICS_READ, whole.CREDIT.open_clock_hours, "Clock hours in those.")
    disputes: list[Dispute] | None = guarded(
        G.STUDENT_READ, dispute.DISPUTES_OF_CREDIT, "Statements that dispute a course behind these, and stand."
    )


@record(whole.DIFFERENCES, G.STUDENT_READ, "A value of another record that differs from the header's.")
class DifferingValue:
    element: str | None = guarded(G.STUDENT_READ, whole.DIFFERENCE.element, "Name of the element.")
    value: str | None = guarded(G.STUDENT_READ, whole.DIFFERENCE.value, "The other record's value, as text.")
    reported_by: str | None = guarded(G.STUDENT_READ, whole.DIFFERENCE.state, "Code of the state that sent it.")
    state_record: StateRecord | None = guarded(G.STUDENT_READ, records.RECORD_OF_ROW, "That other record.")
    disputes: list[Dispute] | None = guarded(
        G.STUDENT_READ, dispute.DISPUTES_OF_DIFFERENCE, "Statements that dispute this value, and stand."
    )


@record(link.LINKS, G.LINK_READ, "One entry of the link ledger.")
class LinkEvent(Node):
    state_record: StateRecord | None = guarded(G.LINK_READ, link.RECORD_OF_LINK, "The state record that was linked.")
    msix_id: str | None = guarded(G.LINK_READ, link.MSIX_ID_OF_LINK, "MSIX ID of the student it went to.")
    previous_msix_id: str | None = guarded(
        G.LINK_READ, link.PREVIOUS_MSIX_ID_OF_LINK, "MSIX ID of the student it came from, if any."
    )
    how: LinkMethod | None = guarded(G.LINK_READ, Column(LinkRow.how), "By what rule or decision.")  # type: ignore[valid-type]
    linked_at: datetime.datetime | None = guarded(G.LINK_READ, Column(LinkRow.linked_at), "When.")
    decided_by: str | None = guarded(G.LINK_READ, link.DECIDED_BY, "Name of the person who decided it, if one did.")
    reason: str | None = guarded(G.LINK_READ, Column(LinkRow.reason), "Why, in that person's words.")
    model_version: str | None = guarded(
        G.LINK_READ, Column(LinkRow.model_version), "Version of the matching model, where it decided."
    )


@record(child.STUDENTS, G.STUDENT_READ, "A child: its consolidated record, joined from every state's at reading.")
class Student(Node):
    msix_id: str | None = guarded(G.STUDENT_READ, Column(StudentRow.msix_id), "Its MSIX ID, 12 digits.")
    version: int | None = guarded(
        G.STUDENT_READ, Column(StudentRow.version), "Goes into `expectedVersion` of a merge or split."
    )
    answered_for: str | None = guarded(
        G.STUDENT_READ,
        child.ANSWERED_FOR,
        "The retired MSIX ID that was asked for, where this student survives it.",
    )
    retired_ids: list[str] | None = guarded(
        G.STUDENT_READ, whole.RETIRED_IDS, "MSIX IDs that were merged into this one."
    )
    source: StateRecord | None = guarded(
        G.STUDENT_READ,
        records.SPEAKING_RECORD,
        "The record whose values stand here: of the newest enrollment or QAD, then the newest submission.",
    )
    first_name: str | None = guarded(G.STUDENT_READ, header(DemographicsRow.first_name))
    middle_name: str | None = guarded(G.STUDENT_READ, header(DemographicsRow.middle_name))
    last_name1: str | None = guarded(G.STUDENT_READ, header(DemographicsRow.last_name1))
    last_name2: str | None = guarded(G.STUDENT_READ, header(DemographicsRow.last_name2))
    suffix: str | None = guarded(G.STUDENT_READ, header(DemographicsRow.suffix))
    sex: Code | None = guarded(G.STUDENT_READ, header(DemographicsRow.sex))
    birth_date: datetime.date | None = guarded(G.STUDENT_READ, header(DemographicsRow.birth_date))
    multiple_birth: bool | None = guarded(G.STUDENT_READ, header(DemographicsRow.multiple_birth))
    birth_date_verification: Code | None = guarded(G.STUDENT_READ, header(DemographicsRow.birth_date_verification))
    birth_city: str | None = guarded(G.STUDENT_READ, header(DemographicsRow.birth_city))
    birth_state: str | None = guarded(G.STUDENT_READ, header(DemographicsRow.birth_state))
    birth_country: str | None = guarded(G.STUDENT_READ, header(DemographicsRow.birth_country))
    parent1_first_name: str | None = guarded(G.STUDENT_READ, header(DemographicsRow.parent1_first_name))
    parent1_last_name: str | None = guarded(G.STUDENT_READ, header(DemographicsRow.parent1_last_name))
    parent2_first_name: str | None = guarded(G.STUDENT_READ, header(DemographicsRow.parent2_first_name))
    parent2_last_name: str | None = guarded(G.STUDENT_READ, header(DemographicsRow.parent2_last_name))
    parent1_email: str | None = guarded(G.CONTACT_READ, header(DemographicsRow.parent1_email))
    parent1_phone: str | None = guarded(G.CONTACT_READ, header(DemographicsRow.parent1_phone))
    parent2_email: str | None = guarded(G.CONTACT_READ, header(DemographicsRow.parent2_email))
    parent2_phone: str | None = guarded(G.CONTACT_READ, header(DemographicsRow.parent2_phone))
    differing_values: list[DifferingValue] | None = guarded(
        G.STUDENT_READ,
        whole.DIFFERENCES_OF_STUDENT,
        "Values of name, birth, sex and parents in other records that differ from those that stand here.",
    )
    disputed_values: list[DisputedValue] | None = guarded(
        G.STUDENT_READ,
        dispute.DISPUTED_OF_STUDENT,
        "Values of name, birth, sex and parents that stand here and are disputed, with the statements.",
    )
    disputes: list[Dispute] | None = guarded(
        G.STUDENT_READ, dispute.DISPUTES_OF_STUDENT, "Every dispute of one of its records, ended ones too."
    )
    states: list[str] | None = guarded(G.STUDENT_READ, whole.STATES, "Codes of the states that hold a record.")
    state_records: list[StateRecord] | None = guarded(
        G.STUDENT_READ, records.RECORDS_OF_STUDENT, "What each state holds, the one that speaks first."
    )
    qualifying_moves: list[QualifyingMove] | None = guarded(
        G.STUDENT_READ, rows.of_student(rows.MOVES), "Every state's qualifying moves, the newest first."
    )
    enrollments: list[Enrollment] | None = guarded(
        G.STUDENT_READ,
        rows.of_student(rows.ENROLLMENTS, 8),
        "Every state's enrollments, the newest first.",
        FILTER_ENROLLMENTS,
    )
    assessments: list[Assessment] | None = guarded(
        G.ACADEMICS_READ, rows.of_student(rows.ASSESSMENTS), "Every state's assessments, the newest first."
    )
    health_alerts: list[HealthAlert] | None = guarded(
        G.HEALTH_READ, rows.ALERTS_OF_STUDENT, "Health alerts; the newest enrollment of each state speaks for it."
    )
    credits: list[SubjectCredit] | None = guarded(
        G.ACADEMICS_READ, whole.CREDITS_OF_STUDENT, "Credits granted and still open, by subject and course type."
    )
    eligibility_end: datetime.date | None = guarded(
        G.STUDENT_READ,
        whole.ELIGIBILITY_END,
        "Last day of eligibility: the day before QAD + 3 years, the 22nd birthday or graduation, the first of them.",
    )
    updated_at: datetime.datetime | None = guarded(
        G.STUDENT_READ, whole.UPDATED_AT, "When one of its records last changed."
    )
    move_notices: Connection[MoveNotice] | None = guarded(
        G.NOTICE_SEND,
        NOTICES_OF_STUDENT,
        "Every move notice about this child, whichever states it is between, the newest first.",
        (FILTER_NOTICES, *PAGE_ARGUMENTS),
    )
    clocks: list[Clock] | None = guarded(
        G.STUDENT_READ,
        CLOCKS_OF_STUDENT,
        "What states owe about this child, by due date; decisions on worklist items for whoever decides them.",
        FILTER_CLOCKS,
    )
    data_requests: Connection[DataRequest] | None = guarded(
        G.NOTICE_SEND,
        REQUESTS_OF_STUDENT,
        "Every data request about this child, the newest first.",
        (FILTER_DATA_REQUESTS, *PAGE_ARGUMENTS),
    )
    access_log: Connection[AuditEvent] | None = guarded(
        G.AUDIT_STUDENTS,
        ACCESS_LOG,
        "Who looked at this child, when, why and at which fields, the newest first. A state sees its own children's.",
        (argument("filter", AuditEventFilter | None, "Which events; all unless said."), *PAGE_ARGUMENTS),
    )
    link_history: Connection[LinkEvent] | None = guarded(
        G.LINK_READ, link.LINK_HISTORY, "How its records came to be linked, the newest first.", PAGE_ARGUMENTS
    )


@strawberry.enum(description="By what students are put in order.")
class StudentOrderField(Enum):
    NAME = guarded_value(G.STUDENT_READ, "NAME", "By last, then first name, without regard to case and accents.")
    BIRTH_DATE = guarded_value(G.STUDENT_READ, "BIRTH_DATE", "By date of birth.")
    LATEST_ACTIVITY = guarded_value(G.STUDENT_READ, "LATEST_ACTIVITY", "By newest enrollment or qualifying arrival.")
    UPDATED_AT = guarded_value(G.STUDENT_READ, "UPDATED_AT", "By when a record last changed.")
    MSIX_ID = guarded_value(G.STUDENT_READ, "MSIX_ID", "By MSIX ID.")


@strawberry.input(description="The order of students.")
class StudentOrder:
    field: StudentOrderField = public(
        "Each of its values is guarded.", None, "By what.", default=StudentOrderField.NAME
    )
    direction: OrderDirection = public("It shows nothing.", None, "Which way.", default=OrderDirection.ASC)
