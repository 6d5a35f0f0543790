"""The worklist: decisions that somebody owes, with whom they lie, until when, and on what evidence."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import (
    CHAR,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base

ITEM_KINDS = {
    "NEAR_MATCH": "Two records too alike for a new student and not alike enough to link.",
    "ID_CONFLICT": "A known state id that no longer looks like its student.",
    "MERGE_VALIDATION": "Somebody asks to merge students; the state says whether they are one child.",
    "SPLIT_VALIDATION": "Somebody asks to split a student; the state says whether its records are of two children.",
    "DATA_QUALITY": "An upload left values that the state should correct.",
    "ESCALATION": "A decision that nobody took in time, handed to whoever stands above.",
    "DATA_REQUEST": "Another state asks for what is missing of a child.",
    "MISSED_ENROLLMENT": "A child reported as moved to the state has no enrollment there.",
}
LOCKING_KINDS = ("NEAR_MATCH", "ID_CONFLICT", "MERGE_VALIDATION", "SPLIT_VALIDATION")
"""Kinds about who the child is: while such an item is open, its students are closed to all but those who decide it."""

ITEM_LEVELS = {
    "DISTRICT": "With the district of the newest enrollment.",
    "REGION": "With the region of that district.",
    "STATE": "With the state.",
}
ITEM_STATUSES = {
    "OPEN": "Somebody owes the decision.",
    "RESOLVED": "Decided, for good.",
    "WITHDRAWN": "Not asked any more: the request was withdrawn, or its question answered by another decision.",
}
ITEM_DECISIONS = {
    "SAME": "One child: the records belong together.",
    "NOT_SAME": "Two children; remembered for these records.",
    "APPROVED": "The request is approved.",
    "REJECTED": "The request is rejected.",
    "DONE": "What was asked for has been done.",
    "NOT_POSSIBLE": "What was asked for cannot be done; the reason says why.",
}


def _one_of(column: str, values: dict[str, str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class WorklistItemRow(Base):
    """One decision owed by `state`. It lies with a level of the state (`region`, `district_id` where they are known)
    and, once assigned, with one person. A settled item is never changed: the database refuses.

    `evidence` holds the waterfall of the match, guards and codes, as they were when the item was raised; `version`
    counts changes. `request_id` is of the merge or split that the item is to validate, `parent_id` of the item
    that an escalation is about.
    """

    __tablename__ = "worklist_items"

    item_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="OPEN")
    state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    region: Mapped[str | None] = mapped_column(Text)
    district_id: Mapped[str | None] = mapped_column(CHAR(7))
    level: Mapped[str] = mapped_column(Text, server_default="STATE")
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    request_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("identity_requests.request_id"))
    parent_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("worklist_items.item_id"), index=True)
    upload_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("uploads.upload_id"))
    raised_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    due_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    escalated_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    model_version: Mapped[str | None] = mapped_column(Text)
    escalation_reason: Mapped[str | None] = mapped_column(Text)
    decision: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    decided_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(Integer, server_default="1")

    __table_args__ = (
        CheckConstraint(_one_of("kind", ITEM_KINDS), name="kind"),
        CheckConstraint(_one_of("status", ITEM_STATUSES), name="status"),
        CheckConstraint(_one_of("level", ITEM_LEVELS), name="level"),
        CheckConstraint(_one_of("decision", ITEM_DECISIONS), name="decision"),
        CheckConstraint("(status = 'OPEN') = (decided_at IS NULL)", name="settled_when"),
        CheckConstraint("status <> 'RESOLVED' OR decision IS NOT NULL", name="resolved_how"),
        Index(None, "state", "status", "due_at", "item_id"),
        Index(None, "request_id"),
        Index(None, "account_id", "status"),
        Index(None, "decided_at", postgresql_where=text("decided_at IS NOT NULL")),
        Index("ix_worklist_items_open_due", "due_at", "item_id", postgresql_where=text("status = 'OPEN'")),
    )


class WorklistItemRecordRow(Base):
    """One state record that an item is about. `side` tells the two sides of a question apart: 1 is the newcomer's (or
    the duplicate's, or those that leave), 2 the other."""

    __tablename__ = "worklist_item_records"

    item_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("worklist_items.item_id"), primary_key=True)
    state_record_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("state_records.state_record_id"), primary_key=True
    )
    side: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (Index(None, "state_record_id"),)
