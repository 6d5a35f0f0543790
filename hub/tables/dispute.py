"""Disputes: statements that stand with a state record, or with an element of it, and what was said to each."""

from __future__ import annotations

import datetime

from sqlalchemy import (
    ARRAY,
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
)
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base

DISPUTE_STATUSES = {
    "OPEN": "It stands; a state whose record it disputes has not answered.",
    "ANSWERED": "It stands; every state concerned has answered.",
    "RESOLVED": "It stands no more: what it disputes was settled.",
    "WITHDRAWN": "It stands no more: it was taken back.",
}
STANDING = ("OPEN", "ANSWERED")
DISPUTE_ENTRIES = {
    "FILED": "The statement was entered.",
    "ANSWERED": "A state answered it.",
    "RESOLVED": "It was settled.",
    "WITHDRAWN": "It was taken back.",
}
DISPUTE_ANSWERS = {
    "CORRECTED": "The state corrects its record, by an upload.",
    "UPHELD": "The state holds its record to be right.",
}
ENDED = "OLD.status IN ('RESOLVED', 'WITHDRAWN') OR OLD.statement IS DISTINCT FROM NEW.statement"
"""Which updates of a dispute the database refuses: of one that has ended, and of what was stated."""


def _one_of(column: str, values: dict[str, str]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class DisputeRow(Base):
    """One statement that disputes the records of `dispute_records`: an element of a section (`hub.tables.sections`), or
    the records as a whole where both are null. It changes no data.

    `student_id` is the child as it was called then; the dispute hangs on the records, and follows them. `needs` are the
    grants of whoever may read what it disputes. `version` counts changes of the status.
    """

    __tablename__ = "disputes"

    dispute_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    student_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("students.student_id"))
    section: Mapped[str | None] = mapped_column(Text)
    element: Mapped[str | None] = mapped_column(Text)
    needs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    statement: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="OPEN")
    filed_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    filed_by: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    ended_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(Integer, server_default="1")

    __table_args__ = (
        CheckConstraint(_one_of("status", DISPUTE_STATUSES), name="status"),
        CheckConstraint("(status IN ('RESOLVED', 'WITHDRAWN')) = (ended_at IS NOT NULL)", name="ended_when"),
        CheckConstraint("(section IS NULL) = (element IS NULL)", name="whole_element"),
        Index(None, "student_id"),
    )


class DisputeRecordRow(Base):
    """One state record that a dispute is about. Append-only."""

    __tablename__ = "dispute_records"

    dispute_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("disputes.dispute_id"), primary_key=True)
    state_record_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("state_records.state_record_id"), primary_key=True
    )

    __table_args__ = (Index(None, "state_record_id"),)


class DisputeEntryRow(Base):
    """What was said and done about a dispute, in order. Append-only. `state` and `answer` are of a state's answers."""

    __tablename__ = "dispute_entries"

    entry_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    dispute_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("disputes.dispute_id"))
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    answer: Mapped[str | None] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    entered_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint(_one_of("kind", DISPUTE_ENTRIES), name="kind"),
        CheckConstraint(_one_of("answer", DISPUTE_ANSWERS), name="answer"),
        CheckConstraint(
            "(kind = 'ANSWERED') = (state IS NOT NULL) AND (kind = 'ANSWERED') = (answer IS NOT NULL)",
            name="answer_of_state",
        ),
        Index(None, "dispute_id", "entry_id"),
    )
