"""What matching goes by: its models, the versions of demographics that records had, and the keys they are found by."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, ForeignKey, Identity, Index, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class MatchingModelRow(Base):
    """One model, by its version. A model is never changed; at most one is `active`, and decides."""

    __tablename__ = "matching_models"

    version: Mapped[str] = mapped_column(Text, primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    active: Mapped[bool] = mapped_column(Boolean, server_default="false")
    added_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (Index("uq_matching_models_active", "active", unique=True, postgresql_where=text("active")),)


class MatchProfileRow(Base):
    """One version of a state record's demographics, as far as they are compared; `content` is MessagePack.

    It speaks for the student that the record is linked to, whatever merges and splits do, except where `student_id`
    names another: then the state had reused the id, and this is what the record said of that student before.
    """

    __tablename__ = "match_profiles"

    profile_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    state_record_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("state_records.state_record_id"))
    student_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("students.student_id"))
    content: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        Index(None, "state_record_id"),
        Index("ix_match_profiles_student_id", "student_id", postgresql_where=text("student_id IS NOT NULL")),
    )


class MatchKeyRow(Base):
    """One key (hub.matching.keys) under which a state record is found, in any version that it ever had.

    There are a dozen a record, so nothing but the key itself is indexed or checked.
    """

    __tablename__ = "match_keys"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    state_record_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
