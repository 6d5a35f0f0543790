"""The link ledger: every link of a state record to a student there ever was. Append-only."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base

LINK_METHODS = {
    "NEW_STUDENT": "No student fitted, so the record made a new one.",
    "MSIX_ID": "The record named the student's MSIX ID; birth date and one surname agreed.",
    "MATCH": "The matching model linked the record.",
    "MERGE": "A validated merge moved the record to the survivor.",
    "SPLIT": "A validated split moved the record away.",
}


class LinkRow(Base):
    """One link: which state record went to which student, from which, by what rule or person, when and why."""

    __tablename__ = "links"

    link_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    state_record_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("state_records.state_record_id"))
    student_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("students.student_id"))
    previous_student_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("students.student_id"))
    how: Mapped[str] = mapped_column(Text)
    linked_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    upload_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("uploads.upload_id"))
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    reason: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    model_version: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint(f"how IN ({', '.join(repr(how) for how in LINK_METHODS)})", name="how"),
        Index(None, "state_record_id", "link_id"),
        Index(None, "student_id"),
        Index(None, "previous_student_id"),
    )
