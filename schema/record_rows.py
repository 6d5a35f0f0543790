"""What hangs on a state record: demographics, moves, enrollments, courses, assessments, health alerts."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from hub.tables import (
    AlternateIdRow,
    AssessmentRow,
    CourseRow,
    DemographicsRow,
    EnrollmentRow,
    HealthAlertRow,
    QualifyingMoveRow,
)
from permissions.declare import argument, guarded
from permissions.grants import Grant as G
from resolvers.compiler.source import Column, Expression
from resolvers.sources import directory
from resolvers.sources import record_rows as source
from resolvers.sources.dispute import DISPUTES_OF_PART
from resolvers.sources.state_record import RECORD_OF_ROW
from schema.base import Code, Decimal, Node, record
from schema.directory import District, School
from schema.dispute import Dispute
from schema.enums import HealthAlertKind
from schema.filters import EnrollmentFilter

if TYPE_CHECKING:
    from schema.state_record import StateRecord

LazyStateRecord = Annotated["StateRecord", strawberry.lazy("schema.state_record")]
FILTER_ENROLLMENTS = (argument("filter", EnrollmentFilter | None, "Which enrollments; all unless said."),)


@strawberry.interface(description="A value with the state that sent it.")
class StateReported:
    reported_by: str | None = guarded(G.STUDENT_READ, source.REPORTED_BY, "Two-letter code of the state that sent it.")
    submitted_at: datetime.datetime | None = guarded(
        G.STUDENT_READ, source.SUBMITTED_AT, "When that state submitted it."
    )
    state_record: LazyStateRecord | None = guarded(G.STUDENT_READ, RECORD_OF_ROW, "The state record it belongs to.")
    disputes: list[Dispute] | None = guarded(
        G.STUDENT_READ,
        DISPUTES_OF_PART,
        "Statements that dispute this part of the record, or the record as a whole, and stand.",
    )


@record(source.ALTERNATE_IDS, G.STUDENT_READ, "Another id by which the same state knows the child.")
class AlternateId:
    id: str | None = guarded(G.STUDENT_READ, Column(AlternateIdRow.id))
    type: Code | None = guarded(G.STUDENT_READ, Column(AlternateIdRow.type))


@record(source.DEMOGRAPHICS, G.STUDENT_READ, "Who the child is, as one state holds it.")
class Demographics(StateReported):
    first_name: str | None = guarded(G.STUDENT_READ, Column(DemographicsRow.first_name))
    middle_name: str | None = guarded(G.STUDENT_READ, Column(DemographicsRow.middle_name))
    last_name1: str | None = guarded(G.STUDENT_READ, Column(DemographicsRow.last_name1))
    last_name2: str | None = guarded(G.STUDENT_READ, Column(DemographicsRow.last_name2))
    suffix: str | None = guarded(G.STUDENT_READ, Column(DemographicsRow.suffix))
    sex: Code | None = guarded(G.STUDENT_READ, Column(DemographicsRow.sex))
    birth_date: datetime.date | None = guarded(G.STUDENT_READ, Column(DemographicsRow.birth_date))
    multiple_birth: bool | None = guarded(G.STUDENT_READ, Column(DemographicsRow.multiple_birth))
    birth_date_verification: Code | None = guarded(G.STUDENT_READ, Column(DemographicsRow.birth_date_verification))
    birth_city: str | None = guarded(G.STUDENT_READ, Column(DemographicsRow.birth_city))
    birth_state: str | None = guarded(G.STUDENT_READ, Column(DemographicsRow.birth_state))
    birth_country: str | None = guarded(G.STUDENT_READ, Column(DemographicsRow.birth_country))
    parent1_first_name: str | None = guarded(G.STUDENT_READ, Column(DemographicsRow.parent1_first_name))
    parent1_last_name: str | None = guarded(G.STUDENT_READ, Column(DemographicsRow.parent1_last_name))
    parent2_first_name: str | None = guarded(G.STUDENT_READ, Column(DemographicsRow.parent2_first_name))
    parent2_last_name: str | None = guarded(G.STUDENT_READ, Column(DemographicsRow.parent2_last_name))
    parent1_email: str | None = guarded(G.CONTACT_READ, Column(DemographicsRow.parent1_email))
    parent1_phone: str | None = guarded(G.CONTACT_READ, Column(DemographicsRow.parent1_phone))
    parent2_email: str | None = guarded(G.CONTACT_READ, Column(DemographicsRow.parent2_email))
    parent2_phone: str | None = guarded(G.CONTACT_READ, Column(DemographicsRow.parent2_phone))


@record(source.MOVES, G.STUDENT_READ, "A move that makes the child eligible.")
class QualifyingMove(Node, StateReported):
    qualifying_arrival_date: datetime.date | None = guarded(
        G.STUDENT_READ, Column(QualifyingMoveRow.qualifying_arrival_date)
    )
    from_city: str | None = guarded(G.STUDENT_READ, Column(QualifyingMoveRow.from_city))
    from_state: str | None = guarded(G.STUDENT_READ, Column(QualifyingMoveRow.from_state))
    from_country: str | None = guarded(G.STUDENT_READ, Column(QualifyingMoveRow.from_country))
    to_city: str | None = guarded(G.STUDENT_READ, Column(QualifyingMoveRow.to_city))
    to_state: str | None = guarded(G.STUDENT_READ, Column(QualifyingMoveRow.to_state))
    eligibility_expiration_date: datetime.date | None = guarded(
        G.STUDENT_READ, Column(QualifyingMoveRow.eligibility_expiration_date)
    )
    eligibility_end: datetime.date | None = guarded(
        G.STUDENT_READ,
        Column(QualifyingMoveRow.eligibility_end),
        "Last day of eligibility by this move: as the state sent it, else derived from the QAD and the birth date.",
    )


@record(source.COURSES, G.ACADEMICS_READ, "A course taken within an enrollment.")
class Course(Node, StateReported):
    title: str | None = guarded(G.ACADEMICS_READ, Column(CourseRow.title))
    subject_area: str | None = guarded(G.ACADEMICS_READ, Column(CourseRow.subject_area))
    course_type: Code | None = guarded(G.ACADEMICS_READ, Column(CourseRow.course_type))
    academic_year_begin: int | None = guarded(G.ACADEMICS_READ, Column(CourseRow.academic_year_begin))
    academic_year_end: int | None = guarded(G.ACADEMICS_READ, Column(CourseRow.academic_year_end))
    section: Code | None = guarded(G.ACADEMICS_READ, Column(CourseRow.section))
    term_type: Code | None = guarded(G.ACADEMICS_READ, Column(CourseRow.term_type))
    clock_hours: Decimal | None = guarded(G.ACADEMICS_READ, Column(CourseRow.clock_hours))
    grade_to_date: str | None = guarded(G.ACADEMICS_READ, Column(CourseRow.grade_to_date))
    credits_granted: Decimal | None = guarded(G.ACADEMICS_READ, Column(CourseRow.credits_granted))
    final_grade: str | None = guarded(G.ACADEMICS_READ, Column(CourseRow.final_grade))
    partial_credit: bool | None = guarded(
        G.ACADEMICS_READ,
        Expression(lambda rows: source.is_partial_credit(rows.c)),
        "Whether a credit is still open: clock hours and a grade to date, without a final grade.",
    )
    enrollment: Enrollment | None = guarded(
        G.STUDENT_READ, source.ENROLLMENT_OF_COURSE, "The enrollment in which it was taken."
    )


@record(source.ENROLLMENTS, G.STUDENT_READ, "An enrollment in a school or program, as one state reports it.")
class Enrollment(Node, StateReported):
    enrollment_date: datetime.date | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.enrollment_date))
    withdrawal_date: datetime.date | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.withdrawal_date))
    enrollment_type: Code | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.enrollment_type))
    project_type: Code | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.project_type))
    school_name: str | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.school_name))
    school_id: str | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.school_id))
    school: School | None = guarded(
        G.STUDENT_READ, directory.SCHOOL_OF_ENROLLMENT, "The school, where the state named it by its NCES id."
    )
    facility_name: str | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.facility_name))
    address1: str | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.address1))
    address2: str | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.address2))
    address3: str | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.address3))
    city: str | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.city))
    state: str | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.state))
    zip: str | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.zip))
    phone: str | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.phone))
    district_id: str | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.district_id))
    district_name: str | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.district_name))
    district: District | None = guarded(
        G.STUDENT_READ, directory.DISTRICT_OF_ENROLLMENT, "The district, where the state named it by its NCES id."
    )
    district_of_residence: str | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.district_of_residence))
    residency_date: datetime.date | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.residency_date))
    residency_verification_date: datetime.date | None = guarded(
        G.STUDENT_READ, Column(EnrollmentRow.residency_verification_date)
    )
    grade_level: Code | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.grade_level))
    english_learner: bool | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.english_learner))
    individual_education_program: bool | None = guarded(
        G.HEALTH_READ, Column(EnrollmentRow.individual_education_program)
    )
    medical_alert: Code | None = guarded(G.HEALTH_READ, Column(EnrollmentRow.medical_alert))
    priority_for_services: bool | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.priority_for_services))
    immunization_record: bool | None = guarded(G.HEALTH_READ, Column(EnrollmentRow.immunization_record))
    out_of_state_transcript: bool | None = guarded(G.ACADEMICS_READ, Column(EnrollmentRow.out_of_state_transcript))
    algebra1: bool | None = guarded(G.ACADEMICS_READ, Column(EnrollmentRow.algebra1))
    designated_graduation_school: str | None = guarded(
        G.ACADEMICS_READ, Column(EnrollmentRow.designated_graduation_school)
    )
    graduation: Code | None = guarded(G.ACADEMICS_READ, Column(EnrollmentRow.graduation))
    graduation_date: datetime.date | None = guarded(G.ACADEMICS_READ, Column(EnrollmentRow.graduation_date))
    continuation_reason: Code | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.continuation_reason))
    comment: str | None = guarded(G.STUDENT_READ, Column(EnrollmentRow.comment))
    courses: list[Course] | None = guarded(
        G.ACADEMICS_READ, source.COURSES_OF_ENROLLMENT, "The courses taken within it, the newest school year first."
    )


@record(source.ASSESSMENTS, G.ACADEMICS_READ, "A test the child sat.")
class Assessment(Node, StateReported):
    title: str | None = guarded(G.ACADEMICS_READ, Column(AssessmentRow.title))
    content: str | None = guarded(G.ACADEMICS_READ, Column(AssessmentRow.content))
    assessment_type: Code | None = guarded(G.ACADEMICS_READ, Column(AssessmentRow.assessment_type))
    administration_month: str | None = guarded(G.ACADEMICS_READ, Column(AssessmentRow.administration_month))
    reporting_method: Code | None = guarded(G.ACADEMICS_READ, Column(AssessmentRow.reporting_method))
    score: str | None = guarded(G.ACADEMICS_READ, Column(AssessmentRow.score))
    interpretation: str | None = guarded(G.ACADEMICS_READ, Column(AssessmentRow.interpretation))


@record(source.ALERTS, G.HEALTH_READ, "Something to ask about before the child sits in class; never a diagnosis.")
class HealthAlert(StateReported):
    kind: HealthAlertKind | None = guarded(G.HEALTH_READ, Column(HealthAlertRow.kind), "What it is about.")
    reported_on: datetime.date | None = guarded(
        G.HEALTH_READ, Column(HealthAlertRow.reported_on), "First day of the enrollment that reports it."
    )
    enrollment: Enrollment | None = guarded(
        G.HEALTH_READ, source.ENROLLMENT_OF_ALERT, "The enrollment that reports it."
    )
