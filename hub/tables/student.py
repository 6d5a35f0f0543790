"""Students: MSIX IDs and what each one resolves to. A student stores no copy of any state's values."""

from __future__ import annotations

import datetime

from sqlalchemy import CHAR, BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Integer, func
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class StudentRow(Base):
    """One MSIX ID ever given out. `current_id` is the student it answers with: itself, or for ever its survivor.

    It is always the end of the chain, so resolving a retired ID is one step however often students were merged;
    `merged_into` is the next link of the chain, by which a split finds what a merge took along. `version` counts the
    changes of which records are linked, and the requests to merge or split it.
    """

    __tablename__ = "students"

    student_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    msix_id: Mapped[str] = mapped_column(CHAR(12), unique=True)
    current_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("students.student_id"), index=True)
    merged_into: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("students.student_id"), index=True)
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    created_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    retired_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("msix_id ~ '^[0-9]{12}$'", name="msix_id_digits"),
        CheckConstraint("(retired_at IS NULL) = (current_id = student_id)", name="retired_has_survivor"),
    )
