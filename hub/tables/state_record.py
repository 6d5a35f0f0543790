"""State records: what one state holds on one child. Every row of student data hangs here, never on the student."""

from __future__ import annotations

import datetime

from sqlalchemy import (
    ARRAY,
    CHAR,
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base
from hub.tables.mde import Kind, mde, own


class StateRecordRow(Base):
    """One state's record of one child. `state_record_id` is for ever; `student_id` may be re-pointed by the ledger.

    `status` is ACTIVE, WITHDRAWN (left out of a FULL upload; its rows are kept) or DELETED (its rows are gone). Only
    ACTIVE records are shown. The three `latest_…` columns and `submitted_at` rank the records of a student when its
    header values are chosen; they are facts of this record alone, so a merge need not touch them.
    """

    __tablename__ = "state_records"

    state_record_id: Mapped[int] = mapped_column(
        BigInteger, Identity(), primary_key=True, info=own("the record's key, for ever")
    )
    student_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("students.student_id"), info=own("the current link"))
    state: Mapped[str] = mapped_column(
        CHAR(2), ForeignKey("jurisdictions.code"), info=own("the submitting state, from the file's header")
    )
    state_student_id: Mapped[str] = mde(
        Kind.TEXT,
        "The student's id in the state that sent the record.",
        number=2,
        required="always",
        nullable=False,
    )
    state_student_id_type: Mapped[str] = mde(
        Kind.CODE,
        "Whether the state student id is the state's own or its migrant program's.",
        number=3,
        codes="stateStudentIdType",
    )
    msix_id: Mapped[str | None] = mde(
        Kind.DIGITS, "The MSIX ID by which the state knows the student, as it was sent.", number=1, digits=12
    )
    status: Mapped[str] = mapped_column(Text, server_default="ACTIVE", info=own("ACTIVE, WITHDRAWN or DELETED"))
    upload_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("uploads.upload_id"), info=own("the upload that last changed the record")
    )
    submitted_at: Mapped[datetime.datetime] = mapped_column(
        DateTime(timezone=True), info=own("when the state submitted it")
    )
    latest_enrollment: Mapped[datetime.date | None] = mapped_column(
        Date, info=own("its newest enrollment date; decides which record speaks for a state")
    )
    latest_activity: Mapped[datetime.date] = mapped_column(
        Date, info=own("its newest enrollment or qualifying arrival; decides whose header values are shown")
    )
    warnings: Mapped[int] = mapped_column(
        SmallInteger, server_default="0", info=own("how many WARN findings its last upload raised")
    )
    content_hash: Mapped[bytes] = mapped_column(
        LargeBinary, info=own("of the record as stored; an equal one is not written again")
    )
    review_scopes: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text),
        info=own("who may see it while its student is under review; null: not under review"),
    )
    created_at: Mapped[datetime.datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), info=own("when the hub first stored it")
    )
    updated_at: Mapped[datetime.datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), info=own("when the hub last changed it")
    )

    __table_args__ = (
        UniqueConstraint("state", "state_student_id"),
        CheckConstraint("status IN ('ACTIVE', 'WITHDRAWN', 'DELETED')", name="status"),
        Index(None, "student_id"),
        Index(None, "updated_at", "state_record_id"),
        Index(None, "latest_activity", "state_record_id"),
        Index(None, "upload_id"),
        Index("ix_state_records_state_student_id_alone", "state_student_id"),
    )


class AlternateIdRow(Base):
    """Another id by which the same state knows the child."""

    __tablename__ = "alternate_ids"

    state_record_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("state_records.state_record_id", ondelete="CASCADE"),
        primary_key=True,
        info=own("key"),
    )
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, info=own("key: place in the upload"))
    id: Mapped[str] = mde(Kind.TEXT, "Another id of the student in the same state.", longest=100, nullable=False)
    type: Mapped[str | None] = mde(
        Kind.CODE,
        "Whether the alternate id is the state's own or its migrant program's.",
        codes="stateStudentIdType",
    )

    __table_args__ = (Index(None, "id"),)
