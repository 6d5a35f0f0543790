"""The outbox: what must leave the hub (mail, events), written in the transaction that causes it.

A worker that delivers a message holds its row locked (`FOR UPDATE SKIP LOCKED`) until the outcome is committed beside
it, so there is no mark of a lock to go stale: whoever is killed lets go of its rows.
"""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    Identity,
    Index,
    SmallInteger,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base

WAITING = "delivered_at IS NULL AND dead_at IS NULL"
"""The condition of a message that is still to be delivered."""


class OutboxMessageRow(Base):
    """One message, delivered at least once; receivers tell repeats by `message_id`.

    `topic` is `mail`, or an event's. `due_at` is when the next try may begin, `attempts` how many there were, and
    `last_error` the code of the last one's failure (`SMTP_450`, `CONNECT`), never words of the other side. A dead
    letter (`dead_at`) is tried no more. The text of a `sensitive` one leaves `payload` once it is delivered or expired.
    """

    __tablename__ = "outbox_messages"

    outbox_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    message_id: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, server_default=text("gen_random_uuid()"))
    topic: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sensitive: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    created_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    due_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    last_error: Mapped[str | None] = mapped_column(Text)
    delivered_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    dead_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("delivered_at IS NULL OR dead_at IS NULL", name="one_end"),
        CheckConstraint("NOT sensitive OR expires_at IS NOT NULL", name="secrets_expire"),
        Index("ix_outbox_messages_due", "due_at", "outbox_id", postgresql_where=text(WAITING)),
        Index(
            "ix_outbox_messages_expires",
            "expires_at",
            postgresql_where=text("delivered_at IS NULL AND expires_at IS NOT NULL"),
        ),
    )
