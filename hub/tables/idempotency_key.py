"""Idempotency keys: the answer that a change gave, kept so that the same key and input give it again."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, LargeBinary, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class IdempotencyKeyRow(Base):
    """One key of one account. `outcome` names records by their keys and holds no student's value and no secret."""

    __tablename__ = "idempotency_keys"

    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    mutation: Mapped[str] = mapped_column(Text)
    input_hash: Mapped[bytes] = mapped_column(LargeBinary)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[datetime.datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), index=True
    )
