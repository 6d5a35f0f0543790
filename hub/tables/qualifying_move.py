"""Qualifying moves: the moves that make a child eligible, each with its qualifying arrival date (QAD)."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base
from hub.tables.mde import Kind, mde, own


class QualifyingMoveRow(Base):
    """One move. `eligibility_end` is what was sent or, absent that, what the hub derives; null when the QAD is."""

    __tablename__ = "qualifying_moves"

    state_record_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("state_records.state_record_id", ondelete="CASCADE"),
        primary_key=True,
        info=own("key"),
    )
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, info=own("key: place in the upload"))
    qualifying_arrival_date: Mapped[datetime.date | None] = mde(
        Kind.DATE, "Qualifying arrival date (QAD): the day on which eligibility begins.", required="always"
    )
    from_city: Mapped[str | None] = mde(Kind.TEXT, "City the child moved from.")
    from_state: Mapped[str | None] = mde(
        Kind.TEXT, "State the child moved from, of any country.", required="when fromCountry is not sent"
    )
    from_country: Mapped[str | None] = mde(
        Kind.COUNTRY,
        "Country the child moved from, ISO 3166-1 alpha-2.",
        required="when fromState is not sent",
    )
    to_city: Mapped[str | None] = mde(Kind.TEXT, "City the child moved to.")
    to_state: Mapped[str | None] = mde(Kind.JURISDICTION, "State the child moved to.")
    eligibility_expiration_date: Mapped[datetime.date | None] = mde(
        Kind.DATE, "Last day of eligibility by this move, where the state sends it."
    )
    eligibility_end: Mapped[datetime.date | None] = mapped_column(
        Date,
        info=own("last day of eligibility by this move: as sent, or derived from the QAD and the birth date"),
    )

    __table_args__ = (Index(None, "eligibility_end", "state_record_id"),)
