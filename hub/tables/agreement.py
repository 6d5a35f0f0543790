"""What accounts agreed to and when."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Text, func
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class AgreementRow(Base):
    """One agreement to the rules of behavior, or one refresher that was completed. Append-only."""

    __tablename__ = "agreements"

    agreement_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    agreed_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    address: Mapped[str | None] = mapped_column(INET)

    __table_args__ = (CheckConstraint("kind IN ('RULES', 'REFRESHER')", name="kind"),)
