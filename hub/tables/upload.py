"""Uploads, the findings they get back, and the staging area in which a file waits until it is known to be whole."""

from __future__ import annotations

import datetime

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
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base
from hub.tables.mde import own


class UploadRow(Base):
    """One file that came in. Only an ACCEPTED or APPLYING upload uses up its sequence.

    `status`: STAGING (being read), APPLYING (whole and checked; being stored), ACCEPTED, REFUSED (a FILE finding says
    why; nothing of it was stored), ABANDONED (interrupted while being read; sent again under a new upload).
    """

    __tablename__ = "uploads"

    upload_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    state: Mapped[str | None] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    mode: Mapped[str | None] = mapped_column(Text)
    encoding: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    submitted_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    received_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    finished_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    status: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    students: Mapped[int] = mapped_column(Integer, server_default="0")
    created: Mapped[int] = mapped_column(Integer, server_default="0")
    updated: Mapped[int] = mapped_column(Integer, server_default="0")
    unchanged: Mapped[int] = mapped_column(Integer, server_default="0")
    rejected: Mapped[int] = mapped_column(Integer, server_default="0")
    deleted: Mapped[int] = mapped_column(Integer, server_default="0")
    withdrawn: Mapped[int] = mapped_column(Integer, server_default="0")
    applied_line: Mapped[int] = mapped_column(Integer, server_default="0")

    __table_args__ = (
        CheckConstraint("status IN ('STAGING', 'APPLYING', 'ACCEPTED', 'REFUSED', 'ABANDONED')", name="status"),
        Index(
            "uq_uploads_state_sequence",
            "state",
            "sequence",
            unique=True,
            postgresql_where=text("status IN ('APPLYING', 'ACCEPTED')"),
        ),
        Index(None, "state", "upload_id"),
    )


class FindingRow(Base):
    """One finding: what is wrong, where, and what was expected. Never a student's value."""

    __tablename__ = "findings"

    upload_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("uploads.upload_id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    severity: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    member: Mapped[str | None] = mapped_column(Text)
    line: Mapped[int | None] = mapped_column(Integer)
    state_student_id: Mapped[str | None] = mapped_column(Text)
    field: Mapped[str | None] = mapped_column(Text)
    path: Mapped[str | None] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("severity IN ('FILE', 'REJECT', 'WARN', 'INFO')", name="severity"),
        Index(None, "upload_id", "severity", "position"),
    )


class StagedStudentRow(Base):
    """One student line of a file being read, checked and encoded; gone when its upload has been applied."""

    __tablename__ = "staged_students"

    upload_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("uploads.upload_id", ondelete="CASCADE"), primary_key=True, info=own("key")
    )
    line: Mapped[int] = mapped_column(Integer, primary_key=True, info=own("key: line, or row of students.csv"))
    state_student_id: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (Index(None, "upload_id", "state_student_id"),)


class StagedRow(Base):
    """One row of a CSV bundle's member, waiting until its student's rows can be put together."""

    __tablename__ = "staged_rows"

    upload_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("uploads.upload_id", ondelete="CASCADE"), primary_key=True, info=own("key")
    )
    member: Mapped[str] = mapped_column(Text, primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True)
    state_student_id: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index(None, "upload_id", "state_student_id"),)
