"""Passwords that accounts had, and tries by source address."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class PasswordHistoryRow(Base):
    """One password that the account's owner had or has, as a hash; the newest few of each account are kept."""

    __tablename__ = "password_history"

    password_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    password_hash: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (Index(None, "account_id", "password_id"),)


class SourceTriesRow(Base):
    """How far one source has used up what it may do of one kind: everything is forgotten at `free_at`."""

    __tablename__ = "source_tries"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    free_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), index=True)
