"""Watches: the children and searches that accounts follow, and how far the hub has looked for changes."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base

WATCH_KINDS = {"STUDENT": "One child.", "SEARCH": "Whoever a search finds, such as a family or a school."}


class WatchRow(Base):
    """What one account follows: a child, or a search by a filter of students as its owner sent it.

    A watched `student_id` follows its survivor. `seen` is what its owner was last told of, or could see when the watch
    began: the ids of the child's records and when they changed, its alerts, the newest change of identity and notice.
    """

    __tablename__ = "watches"

    watch_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    student_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("students.student_id"))
    seen: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    name: Mapped[str | None] = mapped_column(Text)
    filter: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint(
            "(student_id IS NULL) = (name IS NOT NULL) AND (student_id IS NULL) = (filter IS NOT NULL)",
            name="child_or_search",
        ),
        Index(None, "account_id", "watch_id"),
        Index(
            "uq_watches_child",
            "student_id",
            "account_id",
            unique=True,
            postgresql_where=text("student_id IS NOT NULL"),
        ),
        Index(
            "uq_watches_name", "account_id", text("lower(name)"), unique=True, postgresql_where=text("name IS NOT NULL")
        ),
    )


class SeenChangeRow(Base):
    """A child whose last change was looked at, as a digest of its records, links, lock and notices: what is found
    again within the time that commits may be late is no news. Rows older than that are deleted."""

    __tablename__ = "seen_changes"

    student_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("students.student_id"), primary_key=True)
    digest: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), index=True)


class WatchMarkRow(Base):
    """Up to when changes were looked for; one row."""

    __tablename__ = "watch_marks"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    looked_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
