"""Reports: national regions as data, the secret that random keys are made by, saved questions, and who ran what."""

from __future__ import annotations

import datetime
import uuid
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
    LargeBinary,
    SmallInteger,
    Text,
    Uuid,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base

_CENSUS = {
    "Northeast": "CT ME MA NH RI VT NJ NY PA",
    "Midwest": "IL IN MI OH WI IA KS MN MO NE ND SD",
    "South": "DE DC FL GA MD NC SC VA WV AL KY MS TN AR LA OK TX",
    "West": "AZ CO ID MT NV NM UT WY AK CA HI OR WA",
    "Territories": "AS GU MP PR VI",
}

REPORT_REGIONS: list[dict[str, str]] = [
    {"state": state, "region": region} for region, states in _CENSUS.items() for state in states.split()
]
"""What the migration seeds: the four regions of the Census Bureau, and the territories, which it puts in none. An
office that groups states otherwise changes the rows; the next snapshot follows."""

SHARED_WITH = {
    "NOBODY": "Only whoever saved it.",
    "OFFICE": "Everybody of the same state, or of OME, who runs reports.",
}


class ReportRegionRow(Base):
    """The national region that a state is counted in."""

    __tablename__ = "report_regions"

    state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"), primary_key=True)
    region: Mapped[str] = mapped_column(Text)


class ReportSecretRow(Base):
    """One row: the secret that the facts' random keys are hashed with, and a name for this database's snapshots."""

    __tablename__ = "report_secrets"

    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    database: Mapped[uuid.UUID] = mapped_column(Uuid)

    __table_args__ = (CheckConstraint("number = 1", name="only_one"),)


class SavedReportRow(Base):
    """A question that somebody keeps. `question` is an ad hoc report's, or names a standard one and its parameters."""

    __tablename__ = "saved_reports"

    saved_report_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    state: Mapped[str | None] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    name: Mapped[str] = mapped_column(Text)
    shared_with: Mapped[str] = mapped_column(Text)
    question: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        CheckConstraint(f"shared_with IN ({', '.join(repr(who) for who in SHARED_WITH)})", name="shared_with"),
        Index(None, "account_id", "name", unique=True),
        Index(None, "state"),
    )


class ReportRunRow(Base):
    """One report that was answered: what was asked, of which snapshot, and how it was protected. No number of it."""

    __tablename__ = "report_runs"

    report_run_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    ran_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    title: Mapped[str] = mapped_column(Text)
    question: Mapped[dict[str, Any]] = mapped_column(JSONB)
    as_of: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    mode: Mapped[str] = mapped_column(Text)
    rows: Mapped[int] = mapped_column(Integer)
    milliseconds: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index(None, "account_id", "report_run_id"),)
