"""What states say about themselves: their own working days, and which districts make a region."""

from __future__ import annotations

import datetime

from sqlalchemy import CHAR, Boolean, Date, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class CalendarDayRow(Base):
    """One day on which a state differs from the federal and state holidays that `hub.states` knows."""

    __tablename__ = "calendar_days"

    state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"), primary_key=True)
    day: Mapped[datetime.date] = mapped_column(Date, primary_key=True)
    works: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str] = mapped_column(Text)


class DistrictRegionRow(Base):
    """The region of its state that a district belongs to; decisions that are not taken in the district climb there."""

    __tablename__ = "district_regions"

    district_id: Mapped[str] = mapped_column(CHAR(7), primary_key=True)
    state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    region: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index(None, "state", "region"),)
