"""Notifications: what the hub tells an account, in the hub and once a day by mail; and how each account wants that."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import CHAR, BigInteger, CheckConstraint, Date, DateTime, ForeignKey, Identity, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base
from hub.tables.language import LANGUAGES

NOTIFICATION_KINDS = {
    "MOVE_NOTICE": "A move notice came.",
    "MOVE_NOTICE_REPLY": "Somebody answered a move notice.",
    "DATA_REQUEST": "Another state asks for what is missing of a child.",
    "DATA_REQUEST_ANSWERED": "A data request was answered.",
    "RESIDENCE_CHANGED": "Another state or district reports a child of the state's.",
    "CLOCK_DUE": "Something of a child is due soon.",
    "CLOCK_OVERDUE": "Something of a child is overdue.",
    "DISPUTE_FILED": "A statement disputes what a state holds of a child.",
    "DISPUTE_CHANGED": "A dispute was answered, resolved or withdrawn.",
    "CORRECTION_REQUESTED": "A parent asks for a correction.",
    "CORRECTION_DECIDED": "A parent's request for a correction was decided or forwarded.",
    "STUDENT_CHANGED": "What is held on a watched child changed.",
    "RECORD_ADDED": "Another state reports a watched child.",
    "IDENTITY_CHANGED": "A watched child was merged or split.",
    "ALERT_ADDED": "A watched child has a new health alert.",
    "NOTICE_ADDED": "There is a move notice about a watched child.",
    "SEARCH_FOUND": "A child that a watched search finds is new to it, or changed.",
}
"""Every kind; no constraint repeats the list, which grows with every capability that has something to tell."""

DIGESTS = {"DAILY": "One mail a day, where there is something new.", "NEVER": "No mail."}


class NotificationRow(Base):
    """One thing told to one account. Without a student's values: `parameters` hold codes, moments and counts.

    `student_id` is the child that it is about, as it was called then; with `state_record_id` it is about that record
    and follows it. `object_type` and `object_key` name another object, such as a move notice, by its type in the schema
    and its key. `digested_at` is when a digest counted it.
    """

    __tablename__ = "notifications"

    notification_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    kind: Mapped[str] = mapped_column(Text)
    student_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("students.student_id"), index=True)
    state_record_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("state_records.state_record_id"))
    object_type: Mapped[str | None] = mapped_column(Text)
    object_key: Mapped[int | None] = mapped_column(BigInteger)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    created_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    read_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    digested_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("(object_type IS NULL) = (object_key IS NULL)", name="whole_object"),
        CheckConstraint("state_record_id IS NULL OR student_id IS NOT NULL", name="record_of_student"),
        Index(None, "account_id", "notification_id"),
        Index("ix_notifications_unread", "account_id", postgresql_where=text("read_at IS NULL")),
        Index(
            "ix_notifications_undigested",
            "account_id",
            postgresql_where=text("digested_at IS NULL AND read_at IS NULL"),
        ),
        Index(None, "created_at"),
        Index(None, "state_record_id", postgresql_where=text("state_record_id IS NOT NULL")),
    )


class NotificationPreferenceRow(Base):
    """How an account wants its digest; without a row: daily, in English."""

    __tablename__ = "notification_preferences"

    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"), primary_key=True)
    digest: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(CHAR(2))
    changed_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint(f"digest IN ({', '.join(repr(name) for name in DIGESTS)})", name="digest"),
        CheckConstraint(f"language IN ({', '.join(repr(name) for name in LANGUAGES)})", name="language"),
    )


class DigestRow(Base):
    """One digest that was written for an account: one a day at most, which the key sees to. Append-only.

    `outbox_id` was its mail; the outbox does not keep it for ever.
    """

    __tablename__ = "digests"

    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"), primary_key=True)
    day: Mapped[datetime.date] = mapped_column(Date, primary_key=True)
    outbox_id: Mapped[int] = mapped_column(BigInteger)
    notifications: Mapped[int] = mapped_column(BigInteger)
    written_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
