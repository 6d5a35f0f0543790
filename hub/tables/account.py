"""Accounts, their roles, addresses, training and sessions."""

from __future__ import annotations

import datetime

from sqlalchemy import (
    CHAR,
    BigInteger,
    Boolean,
    CheckConstraint,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
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
    `version` counts the changes that administrators make. `unused_since` is the last sign-in, or the making where
    nobody ever signed in. `trained_at` is the newest of its trainings. `reviewed_…` say who last disabled it as unused.
    """

    __tablename__ = "accounts"

    account_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text, server_default="")
    email: Mapped[str] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
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
    unused_since: Mapped[datetime.datetime] = mapped_column(
        DateTime(timezone=True), Computed("COALESCE(last_sign_in_at, created_at)", persisted=True)
    )
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    reviewed_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    reviewed_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    deactivated_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    deactivated_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    deactivation_reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("status IN ('ACTIVE', 'DISABLED', 'DEACTIVATED')", name="status"),
        Index("uq_accounts_user_id", text("lower(user_id)"), unique=True),
        Index("uq_accounts_email", text("lower(email)"), unique=True),
        Index(None, "state", "name_key", "account_id"),
        Index(None, "unused_since", postgresql_where=text("status = 'ACTIVE'")),
    )


class AccountEmailRow(Base):
    """An e-mail address that was ever given to an account, in small letters. Rows are added only: no other gets it."""

    __tablename__ = "account_emails"

    email: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"), index=True)
    given_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class TrainingRow(Base):
    """A training that an account's owner completed, and who recorded it (null: an operator). Rows are added only."""

    __tablename__ = "trainings"

    training_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"), index=True)
    completed_on: Mapped[datetime.date] = mapped_column(Date)
    recorded_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    recorded_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))


class AccountRoleRow(Base):
    """One role of one account; a person may hold several."""

    __tablename__ = "account_roles"

    account_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("accounts.account_id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(Text, primary_key=True)


class SessionRow(Base):
    """One session. Only a hash of its token is kept; ending it keeps the row and says why.

    `factor_vouched`: the provider of single sign-on vouched for a second factor when it was opened.
    """

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
    factor_vouched: Mapped[bool] = mapped_column(Boolean, server_default="false")
