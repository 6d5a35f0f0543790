"""Clocks: what a state owes by when, as the data says it; and what the hub needs to keep them.

Worklist items, and what else stores when it is due, are clocks where they stand: the view `all_clocks` shows them
together with those that are kept here.
"""

from __future__ import annotations

import datetime

from sqlalchemy import (
    ARRAY,
    CHAR,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base

CLOCK_KINDS = {
    "FIRST_MDES": "The first minimum data elements of a newly eligible child.",
    "WITHDRAWAL_UPDATE": "An update after a withdrawal in the school year.",
    "TERM_END_UPDATE": "An update after the end of the school year or of a summer term.",
    "CHANGE_OF_RESIDENCE": "An update by the state or district that a child has left, once another reports the child.",
    "ENROLLMENT": "An enrollment of a child that was reported as moved to the state.",
    "DATA_REQUEST": "An answer to another state's request for what is missing of a child.",
    "MOVE_NOTICE_ANSWER": "An answer to a move notice.",
    "WORKLIST_ITEM": "A decision on a worklist item.",
}
"""Every kind that `all_clocks` shows."""

KEPT_KINDS = ("FIRST_MDES", "WITHDRAWAL_UPDATE", "TERM_END_UPDATE", "CHANGE_OF_RESIDENCE", "ENROLLMENT")
"""Those that are computed from what states report, and kept."""

CLOCK_STAGES = {"BEFORE": "A day or less is left.", "AFTER": "It is overdue."}
"""The stages at which a clock that runs is reminded of, once each."""


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class ClockRow(Base):
    """One clock computed from what states report: `state` owes something about the child of a state record.

    The record, the kind and the `occasion` (which withdrawal, which term, which move) say which clock it is, however
    often it is computed. `due_at` stands once the clock is met. A clock may begin in the future. `district_id` is the
    district with which it lies, where that is known. A change of residence also says where the child went: `other_…`.
    `followed_at` is when the hub did what follows from a clock, `item_id` the worklist item that it raised.
    """

    __tablename__ = "clocks"

    clock_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    state_record_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("state_records.state_record_id"))
    occasion: Mapped[str] = mapped_column(Text)
    start_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    due_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    met_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    district_id: Mapped[str | None] = mapped_column(CHAR(7))
    other_record_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("state_records.state_record_id"))
    other_district_id: Mapped[str | None] = mapped_column(CHAR(7))
    followed_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    item_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("worklist_items.item_id"))

    __table_args__ = (
        UniqueConstraint("state_record_id", "kind", "occasion"),
        CheckConstraint(_one_of("kind", KEPT_KINDS), name="kind"),
        Index(None, "state", "due_at", "clock_id"),
        Index(None, "due_at", "clock_id"),
        Index("ix_clocks_open", "state", "due_at", postgresql_where=text("met_at IS NULL")),
        Index(
            "ix_clocks_to_follow",
            "kind",
            "due_at",
            postgresql_where=text(
                "followed_at IS NULL AND (kind = 'CHANGE_OF_RESIDENCE' OR (kind = 'ENROLLMENT' AND met_at IS NULL))"
            ),
        ),
        Index(None, "item_id", postgresql_where=text("item_id IS NOT NULL")),
    )


class ClockChangeRow(Base):
    """A state record whose child's clocks are to be computed anew.

    Triggers of `state_records` write it in the transaction of each change: `submitted_at` of the upload that named the
    child, null where something else than an upload did it.
    """

    __tablename__ = "clock_changes"

    change_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    state_record_id: Mapped[int] = mapped_column(BigInteger)
    submitted_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))


class WorkingDayRow(Base):
    """One day on which a state works, as `hub.states.works` says; kept whole years, for those that clocks reach."""

    __tablename__ = "working_days"

    state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"), primary_key=True)
    day: Mapped[datetime.date] = mapped_column(Date, primary_key=True)


class StateCalendarRow(Base):
    """How often a state has changed its calendar; one that never did has none, and version 0."""

    __tablename__ = "state_calendars"

    state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class ClockReminderRow(Base):
    """That a clock was reminded of at a stage: once. `kind` and `key` are those of `all_clocks`."""

    __tablename__ = "clock_reminders"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    stage: Mapped[str] = mapped_column(Text, primary_key=True)
    due_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    reminded_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (CheckConstraint(_one_of("stage", tuple(CLOCK_STAGES)), name="stage"),)


def _view_of_clocks(name: str) -> Table:
    return Table(
        name,
        MetaData(),
        Column("kind", Text, primary_key=True),
        Column("key", BigInteger, primary_key=True),
        Column("state", CHAR(2)),
        Column("district_id", CHAR(7)),
        Column("student_id", BigInteger),
        Column("state_record_id", BigInteger),
        Column("start_at", DateTime(timezone=True)),
        Column("due_at", DateTime(timezone=True)),
        Column("met_at", DateTime(timezone=True)),
        Column("deciders", ARRAY(Text)),
    )


class AnyClockRow(Base):
    """One clock of any kind: a row of the view `all_clocks`, which a migration makes.

    `key` tells the clocks of one kind apart; `student_id` is whom it is about, as the child is called now; `deciders`,
    where not null, names those who alone may see it.
    """

    __table__ = _view_of_clocks("all_clocks")


CLOCK_PARTS = tuple(
    _view_of_clocks(name)
    for name in ("kept_clocks", "worklist_item_clocks", "data_request_clocks", "move_notice_clocks")
)
"""The views that `all_clocks` is the union of."""
VIEWS = ("all_clocks", *(part.name for part in CLOCK_PARTS))
"""Views that migrations make; they are no tables of `Base.metadata`."""
