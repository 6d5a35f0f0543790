"""The worker's jobs that one process at a time does: when each was last begun, and how it ended."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class JobRow(Base):
    """One job by its name.

    `progress` is what it notes for its next turn. `failed` is the kind of fault that ended its last turn; without
    `ended_at` it is being done, or was killed.
    """

    __tablename__ = "jobs"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    begun_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    failed: Mapped[str | None] = mapped_column(Text)
    progress: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
