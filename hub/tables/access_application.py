"""Applications for access: who asks for an account, in which role, and what was decided."""

from __future__ import annotations

import datetime

from sqlalchemy import CHAR, BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base

APPLICATION_STATUSES = {
    "PENDING": "Nobody has decided.",
    "APPROVED": "An account was made.",
    "REFUSED": "No account was made; the reason says why.",
}


class AccessApplicationRow(Base):
    """One application, as it was sent. It is never deleted, and once decided never changed.

    `decided_by` is the administrator's account, `account_id` the account that approval made.
    """

    __tablename__ = "access_applications"

    application_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    status: Mapped[str] = mapped_column(Text, server_default="PENDING")
    name: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    agency: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    region: Mapped[str | None] = mapped_column(Text)
    district_id: Mapped[str | None] = mapped_column(CHAR(7))
    supervisor_name: Mapped[str] = mapped_column(Text)
    supervisor_email: Mapped[str] = mapped_column(Text)
    applied_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    decided_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    reason: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))

    __table_args__ = (
        CheckConstraint(f"status IN ({', '.join(repr(status) for status in APPLICATION_STATUSES)})", name="status"),
        CheckConstraint("(status = 'PENDING') = (decided_at IS NULL)", name="decided_when"),
        CheckConstraint("(status = 'APPROVED') = (account_id IS NOT NULL)", name="approved_account"),
        Index(None, "state", "application_id"),
        Index("ix_access_applications_email", text("lower(email)"), "applied_at"),
    )
