"""Contacts: whom a state, or a district of it, wants told of what concerns its children."""

from __future__ import annotations

import datetime

from sqlalchemy import (
    ARRAY,
    CHAR,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base
from hub.tables.language import LANGUAGES

MATTERS = {
    "MOVE_NOTICE": "Notices that a child arrives or leaves.",
    "DATA_REQUEST": "Requests of other states for what is missing of a child.",
    "DISPUTE": "Statements of parents who dispute what the state holds on their child.",
}


class ContactListRow(Base):
    """The contacts of one state (`district_id` null) or of one of its districts. `version` counts its changes; a list
    that was emptied stays, so that a version is never given to two different lists."""

    __tablename__ = "contact_lists"

    list_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    district_id: Mapped[str | None] = mapped_column(CHAR(7))
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    changed_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))

    __table_args__ = (
        Index("uq_contact_lists_place", "state", "district_id", unique=True, postgresql_nulls_not_distinct=True),
    )


class ContactRow(Base):
    """One contact of a list: a person or an office, with the matters it is told of and the language of its mails."""

    __tablename__ = "contacts"

    contact_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    list_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("contact_lists.list_id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    matters: Mapped[list[str]] = mapped_column(ARRAY(Text))

    __table_args__ = (
        CheckConstraint(f"language IN ({', '.join(repr(code) for code in LANGUAGES)})", name="language"),
        CheckConstraint(
            f"matters <@ ARRAY[{', '.join(repr(matter) for matter in MATTERS)}] AND cardinality(matters) > 0",
            name="matters",
        ),
    )
