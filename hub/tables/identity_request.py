"""Merges and splits: what was asked for, what became of it, and the feed of changes of MSIX IDs."""

from __future__ import annotations

import datetime

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Text,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base

REQUEST_KINDS = {"MERGE": "Several students are one child.", "SPLIT": "One student's records are of two children."}
REQUEST_STATUSES = {
    "PENDING": "Not every state concerned has decided.",
    "DONE": "Approved by all, and carried out.",
    "REJECTED": "Rejected by one, and so ended.",
    "WITHDRAWN": "Taken back by whoever asked.",
}
CHANGE_KINDS = {
    "RETIRED": "The ID was merged; it answers with its survivor from now on.",
    "RESTORED": "A split undid a merge; the ID is a student of its own again.",
    "SPLIT": "The ID was given to records that left another student.",
}


class IdentityRequestRow(Base):
    """One request to merge or split. `student_id` is the survivor of a merge, or the student to be split.

    `duplicates` are the other students of a merge, `state_records` those that leave in a split. It is carried out when
    every state that holds a record of the students has approved, by somebody other than `account_id`.
    """

    __tablename__ = "identity_requests"

    request_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="PENDING")
    student_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("students.student_id"))
    duplicates: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    state_records: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    requested_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    ended_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in REQUEST_KINDS)})", name="kind"),
        CheckConstraint(f"status IN ({', '.join(repr(status) for status in REQUEST_STATUSES)})", name="status"),
        CheckConstraint("(status = 'PENDING') = (ended_at IS NULL)", name="ended_when"),
        Index(None, "student_id"),
        Index(None, "account_id"),
    )


class IdentityChangeRow(Base):
    """One change of an MSIX ID, in the order in which they took effect. Append-only: downstream systems follow it."""

    __tablename__ = "identity_changes"

    change_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    changed_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    kind: Mapped[str] = mapped_column(Text)
    student_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("students.student_id"))
    other_student_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("students.student_id"))
    request_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("identity_requests.request_id"))
    item_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("worklist_items.item_id"))
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in CHANGE_KINDS)})", name="kind"),
        Index(None, "student_id"),
        Index(None, "other_student_id"),
        Index(None, "changed_at", "change_id"),
        Index(None, "student_id", "change_id"),
        Index(None, "other_student_id", "change_id"),
    )


class RecordPairRow(Base):
    """What people decided about two state records: the same child or not. It holds until somebody decides anew.

    `low_id` < `high_id`. NOT_SAME blocks matching from ever linking or raising the pair again; SAME links it.
    """

    __tablename__ = "record_pairs"

    low_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("state_records.state_record_id"), primary_key=True)
    high_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("state_records.state_record_id"), primary_key=True)
    verdict: Mapped[str] = mapped_column(Text)
    item_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("worklist_items.item_id"))
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    decided_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint("verdict IN ('SAME', 'NOT_SAME')", name="verdict"),
        CheckConstraint("low_id < high_id", name="ordered"),
        Index(None, "high_id"),
    )
