"""Accounts, their roles and their sessions."""

from __future__ import annotations

import datetime

from sqlalchemy import (
    CHAR,
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class AccountRow(Base):
    """A person's account. It belongs to a state (and a district or region), or to OME where `state` is null.

    User id and e-mail are unique without regard to case and never given to another, so rows are never deleted.
    """

    __tablename__ = "accounts"

    account_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    region: Mapped[str | None] = mapped_column(Text)
    district_id: Mapped[str | None] = mapped_column(CHAR(7))
    status: Mapped[str] = mapped_column(Text, server_default="ACTIVE")
    password_hash: Mapped[str] = mapped_column(Text)
    password_changed_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    must_change_password: Mapped[bool] = mapped_column(Boolean, server_default="true")
    failed_tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    trained_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    rules_version: Mapped[str | None] = mapped_column(Text)
    rules_agreed_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    refreshed_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    last_sign_in_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint("status IN ('ACTIVE', 'DISABLED', 'DEACTIVATED')", name="status"),
        Index("uq_accounts_user_id", text("lower(user_id)"), unique=True),
        Index("uq_accounts_email", text("lower(email)"), unique=True),
        Index(None, "state"),
    )


class AccountRoleRow(Base):
    """One role of one account; a person may hold several."""

    __tablename__ = "account_roles"

    account_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("accounts.account_id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(Text, primary_key=True)


class SessionRow(Base):
    """One session. Only a hash of its token is kept; ending it keeps the row and says why."""

    __tablename__ = "sessions"

    session_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"), index=True)
    created_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    last_used_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    end_reason: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str | None] = mapped_column(Text)
