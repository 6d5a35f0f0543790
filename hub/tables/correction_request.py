"""Parents' requests for a correction, with their clock: days to decide, and to forward to the state concerned."""

from __future__ import annotations

import datetime

from sqlalchemy import (
    CHAR,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base

CORRECTION_STATUSES = {
    "PENDING": "The state that it lies with owes a decision.",
    "GRANTED": "The state corrects its record, by an upload.",
    "REFUSED": "The state holds its record to be right; a statement may dispute it.",
}
ASKERS = {
    "PARENT": "A parent.",
    "GUARDIAN": "A guardian.",
    "STUDENT": "The student, where the rights have passed to the student.",
}
CORRECTION_ENTRIES = {
    "RECORDED": "The request was recorded.",
    "FORWARDED": "It was forwarded to the state concerned.",
    "DECIDED": "It was decided.",
}
DECIDED = "OLD.status <> 'PENDING' OR OLD.statement IS DISTINCT FROM NEW.statement"
"""Which updates of a request the database refuses: of one that was decided, and of what was asked."""


def _one_of(column: str, values: dict[str, str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class CorrectionRequestRow(Base):
    """One request that `state` owes the answer to; `received_by` is the state that received it first.

    It is about `state_record_id` and follows it, else about whatever the child `student_id` is; an element of a section
    or all of it. `due_at` is when it must be decided; `forward_due_at` when it must lie with the state of the record,
    null where it does or once it does. `reminded_at` and `overdue_told_at` say when its state was told.
    """

    __tablename__ = "correction_requests"

    request_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    student_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("students.student_id"), index=True)
    state_record_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("state_records.state_record_id"))
    section: Mapped[str | None] = mapped_column(Text)
    element: Mapped[str | None] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(Text)
    statement: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="PENDING")
    state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    received_by: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    received_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    recorded_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    recorded_by: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    due_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    forward_due_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    reminded_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    overdue_told_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(Integer, server_default="1")

    __table_args__ = (
        CheckConstraint(_one_of("status", CORRECTION_STATUSES), name="status"),
        CheckConstraint(_one_of("asked_by", ASKERS), name="asked_by"),
        CheckConstraint("(status = 'PENDING') = (decided_at IS NULL)", name="decided_when"),
        CheckConstraint("(section IS NULL) = (element IS NULL)", name="whole_element"),
        Index(None, "state", "status"),
        Index(None, "received_by"),
        Index(None, "state_record_id", postgresql_where=text("state_record_id IS NOT NULL")),
        Index("ix_correction_requests_pending", "due_at", postgresql_where=text("status = 'PENDING'")),
    )


class CorrectionEntryRow(Base):
    """What was done about a request, in order. Append-only. `state` is where it lies since; `words` say why."""

    __tablename__ = "correction_entries"

    entry_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    request_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("correction_requests.request_id"))
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    words: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    entered_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint(_one_of("kind", CORRECTION_ENTRIES), name="kind"),
        Index(None, "request_id", "entry_id"),
    )
