"""Health alerts, derived at intake from the newest enrollment of a state record. Never a diagnosis."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base
from hub.tables.mde import own


class HealthAlertRow(Base):
    """One alert of one state record: CHRONIC or ACUTE (medical), IMMUNIZATION (no record is held)."""

    __tablename__ = "health_alerts"

    state_record_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("state_records.state_record_id", ondelete="CASCADE"),
        primary_key=True,
        info=own("key"),
    )
    kind: Mapped[str] = mapped_column(Text, primary_key=True, info=own("CHRONIC, ACUTE or IMMUNIZATION"))
    enrollment_position: Mapped[int] = mapped_column(SmallInteger, info=own("the place of the enrollment that says so"))
    reported_on: Mapped[datetime.date | None] = mapped_column(Date, info=own("the first day of that enrollment"))

    __table_args__ = (CheckConstraint("kind IN ('CHRONIC', 'ACUTE', 'IMMUNIZATION')", name="kind"),)
