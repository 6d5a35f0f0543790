"""Assessments: tests a child sat, as one state reports them."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base
from hub.tables.mde import Kind, mde, own


class AssessmentRow(Base):
    """One assessment."""

    __tablename__ = "assessments"

    state_record_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("state_records.state_record_id", ondelete="CASCADE"),
        primary_key=True,
        info=own("key"),
    )
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, info=own("key: place in the upload"))
    title: Mapped[str | None] = mde(Kind.TEXT, "Title of the assessment.", required="always")
    content: Mapped[str | None] = mde(Kind.TEXT, "What the assessment covers.")
    assessment_type: Mapped[str | None] = mde(Kind.CODE, "Type of the assessment.", codes="assessmentType")
    administration_month: Mapped[str | None] = mde(
        Kind.MONTH, "Month in which it was given, YYYY-MM.", required="always"
    )
    reporting_method: Mapped[str | None] = mde(Kind.CODE, "How the score is expressed.", codes="reportingMethod")
    score: Mapped[str | None] = mde(Kind.TEXT, "Score.")
    interpretation: Mapped[str | None] = mde(Kind.TEXT, "What the score means.")
