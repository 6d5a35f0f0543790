"""Courses: what a child took within an enrollment, with credits granted or still open."""

from __future__ import annotations

import decimal

from sqlalchemy import BigInteger, ForeignKeyConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base
from hub.tables.mde import Kind, mde, own


class CourseRow(Base):
    """One course. Clock hours and a grade to date without a final grade are a partial credit."""

    __tablename__ = "courses"

    state_record_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, info=own("key"))
    enrollment_position: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, info=own("key: the enrollment's place")
    )
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, info=own("key: place in the enrollment"))
    title: Mapped[str | None] = mde(Kind.TEXT, "Title of the course.", required="always")
    subject_area: Mapped[str | None] = mde(Kind.TEXT, "Subject area of the course.")
    course_type: Mapped[str | None] = mde(Kind.CODE, "Type of the course.", codes="courseType")
    academic_year_begin: Mapped[int | None] = mde(
        Kind.YEAR, "Year in which the school year began.", least=1980, most=2100
    )
    academic_year_end: Mapped[int | None] = mde(
        Kind.YEAR, "Year in which the school year ended.", least=1980, most=2100
    )
    section: Mapped[str | None] = mde(Kind.CODE, "Whether the full course or a half of it.", codes="section")
    term_type: Mapped[str | None] = mde(Kind.CODE, "Type of the term.", codes="termType")
    clock_hours: Mapped[decimal.Decimal | None] = mde(
        Kind.DECIMAL, "Hours of instruction so far.", least=0, most=9999.99
    )
    grade_to_date: Mapped[str | None] = mde(Kind.TEXT, "Grade so far.")
    credits_granted: Mapped[decimal.Decimal | None] = mde(Kind.DECIMAL, "Credits granted.", least=0, most=9.99)
    final_grade: Mapped[str | None] = mde(Kind.TEXT, "Final grade.")

    __table_args__ = (
        ForeignKeyConstraint(
            ["state_record_id", "enrollment_position"],
            ["enrollments.state_record_id", "enrollments.position"],
            ondelete="CASCADE",
        ),
    )
