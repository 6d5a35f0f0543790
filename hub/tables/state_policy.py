"""What the law leaves to the states: each state's choices, by name."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import CHAR, BigInteger, DateTime, ForeignKey, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class StatePolicyRow(Base):
    """One choice that the law leaves to the states, by name; a policy that is not here has its default."""

    __tablename__ = "state_policies"

    state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"), primary_key=True)
    policy: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    changed_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
