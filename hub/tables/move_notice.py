"""Move notices: that a child arrives or leaves, told by one state or district to another, and the answers."""

from __future__ import annotations

import datetime

from sqlalchemy import (
    ARRAY,
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
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base

NOTICE_KINDS = {
    "ARRIVAL": "The child has come: told by where it arrives to where it came from.",
    "DEPARTURE": "The child leaves: told by where it leaves to where it goes.",
}


def _side(column: str, *, arrival: str, departure: str) -> Computed:
    return Computed(f"CASE kind WHEN 'ARRIVAL' THEN {arrival}_{column} ELSE {departure}_{column} END", persisted=True)


class MoveNoticeRow(Base):
    """One notice; rows are added only. The child goes from `from_…` to `to_…`; which of the two tells the other follows
    from the kind (`sender_…`, `receiver_…`).

    `account_id` is whoever sent it, null for the hub itself, which saw the move by the upload `upload_id`. `receivers`
    are the addresses that it was mailed to, those of `copy_to` not among them. An answer is due at `due_at`.
    """

    __tablename__ = "move_notices"

    notice_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    student_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("students.student_id"))
    from_state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    from_district: Mapped[str | None] = mapped_column(CHAR(7))
    to_state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    to_district: Mapped[str | None] = mapped_column(CHAR(7))
    sender_state: Mapped[str] = mapped_column(CHAR(2), _side("state", arrival="to", departure="from"))
    sender_district: Mapped[str | None] = mapped_column(CHAR(7), _side("district", arrival="to", departure="from"))
    receiver_state: Mapped[str] = mapped_column(CHAR(2), _side("state", arrival="from", departure="to"))
    receiver_district: Mapped[str | None] = mapped_column(CHAR(7), _side("district", arrival="from", departure="to"))
    expected_date: Mapped[datetime.date | None] = mapped_column(Date)
    message: Mapped[str | None] = mapped_column(Text)
    copy_to: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    receivers: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    upload_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("uploads.upload_id"))
    sent_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in NOTICE_KINDS)})", name="kind"),
        CheckConstraint("account_id IS NULL OR message IS NOT NULL", name="people_say_something"),
        Index(None, "student_id", "notice_id"),
        Index(None, "sent_at"),
        Index(None, "receiver_state", "notice_id"),
        Index(None, "sender_state", "notice_id"),
    )


class MoveNoticeReplyRow(Base):
    """One reply in the thread of a notice; rows are added only. `answers` says that it came from the side that was
    told: the first such reply stops the notice's clock."""

    __tablename__ = "move_notice_replies"

    reply_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    notice_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("move_notices.notice_id"))
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    answers: Mapped[bool] = mapped_column(Boolean)
    message: Mapped[str] = mapped_column(Text)
    receivers: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    sent_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index(None, "notice_id", "reply_id"),)
