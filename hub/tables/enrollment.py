"""Enrollments: where and when a child was in a school or program, as one state reports it."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base
from hub.tables.mde import Kind, mde, own


class EnrollmentRow(Base):
    """One enrollment, keyed by its state record and its place in that record's upload."""

    __tablename__ = "enrollments"

    state_record_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("state_records.state_record_id", ondelete="CASCADE"),
        primary_key=True,
        info=own("key"),
    )
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, info=own("key: place in the upload"))
    enrollment_date: Mapped[datetime.date | None] = mde(Kind.DATE, "First day of the enrollment.", required="always")
    withdrawal_date: Mapped[datetime.date | None] = mde(
        Kind.DATE, "Last day of the enrollment.", required="when the child has left"
    )
    enrollment_type: Mapped[str | None] = mde(
        Kind.CODE, "What kind of program the enrollment is in.", codes="enrollmentType", required="always"
    )
    project_type: Mapped[str | None] = mde(
        Kind.CODE, "Whether the migrant project works within schools.", codes="projectType"
    )
    school_name: Mapped[str | None] = mde(Kind.TEXT, "Name of the school or project.")
    school_id: Mapped[str | None] = mde(Kind.DIGITS, "School, by its 12-digit NCES id.", digits=12)
    facility_name: Mapped[str | None] = mde(Kind.TEXT, "Facility, where the enrollment is not in a school.")
    address1: Mapped[str | None] = mde(Kind.TEXT, "First line of the school's or facility's address.")
    address2: Mapped[str | None] = mde(Kind.TEXT, "Second line of the address.")
    address3: Mapped[str | None] = mde(Kind.TEXT, "Third line of the address.")
    city: Mapped[str | None] = mde(Kind.TEXT, "City of the address.")
    state: Mapped[str | None] = mde(Kind.JURISDICTION, "State of the address.")
    zip: Mapped[str | None] = mde(Kind.TEXT, "ZIP code of the address.")
    phone: Mapped[str | None] = mde(Kind.TEXT, "Telephone of the school or facility.")
    district_id: Mapped[str | None] = mde(Kind.DIGITS, "School district, by its 7-digit NCES id.", digits=7)
    district_name: Mapped[str | None] = mde(Kind.TEXT, "Name of the school district.")
    district_of_residence: Mapped[str | None] = mde(
        Kind.DIGITS, "District in which the child lives, by its 7-digit NCES id.", digits=7
    )
    residency_date: Mapped[datetime.date | None] = mde(Kind.DATE, "Day on which the child came to live there.")
    residency_verification_date: Mapped[datetime.date | None] = mde(
        Kind.DATE, "Day on which residency was last verified."
    )
    grade_level: Mapped[str | None] = mde(Kind.CODE, "Grade level.", codes="gradeLevel")
    english_learner: Mapped[bool | None] = mde(Kind.BOOLEAN, "Whether the child is an English learner.")
    individual_education_program: Mapped[bool | None] = mde(
        Kind.BOOLEAN, "Whether the child has an individualized education program (IEP).", number=44
    )
    medical_alert: Mapped[str | None] = mde(
        Kind.CODE,
        "Whether there is a medical condition to ask about; never a diagnosis.",
        codes="medicalAlert",
    )
    priority_for_services: Mapped[bool | None] = mde(Kind.BOOLEAN, "Whether the child has priority for services (PFS).")
    immunization_record: Mapped[bool | None] = mde(
        Kind.BOOLEAN, "Whether the school or program holds an immunization record."
    )
    out_of_state_transcript: Mapped[bool | None] = mde(
        Kind.BOOLEAN, "Whether a transcript from another state was received."
    )
    algebra1: Mapped[bool | None] = mde(Kind.BOOLEAN, "Whether Algebra I or its like was passed.")
    designated_graduation_school: Mapped[str | None] = mde(
        Kind.DIGITS, "School from which the child is to graduate, by its 12-digit NCES id.", digits=12
    )
    graduation: Mapped[str | None] = mde(
        Kind.CODE, "Diploma or equivalency, where the child has graduated.", codes="graduation"
    )
    graduation_date: Mapped[datetime.date | None] = mde(
        Kind.DATE, "Day of graduation.", required="when graduation is sent"
    )
    continuation_reason: Mapped[str | None] = mde(
        Kind.CODE, "Why services go on after eligibility ended.", codes="continuationReason"
    )
    comment: Mapped[str | None] = mde(Kind.TEXT, "A remark of the state, up to 1,000 characters.", longest=1000)

    __table_args__ = (
        Index(None, "school_id", "state_record_id"),
        Index(None, "district_id", "state_record_id"),
        Index(None, "grade_level", "state_record_id"),
        Index(None, "enrollment_date", "state_record_id"),
    )
