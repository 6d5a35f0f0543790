"""Demographics: who the child is, as one state holds it. One row a state record."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base
from hub.tables.mde import Kind, mde, own


def _folded(of: str) -> dict[str, str]:
    return own(f"{of} without case, accents and punctuation: what searches compare and sort by")


class DemographicsRow(Base):
    """The demographics of one state record. The `…_key` columns are the names folded by `hub.names.fold`."""

    __tablename__ = "demographics"

    state_record_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("state_records.state_record_id", ondelete="CASCADE"),
        primary_key=True,
        info=own("key"),
    )
    first_name: Mapped[str | None] = mde(Kind.TEXT, "First name.", number=4, required="always")
    middle_name: Mapped[str | None] = mde(Kind.TEXT, "Middle name.", number=5)
    last_name1: Mapped[str | None] = mde(Kind.TEXT, "Last name, paternal.", number=6, required="always")
    last_name2: Mapped[str | None] = mde(Kind.TEXT, "Second last name, maternal.", number=7)
    suffix: Mapped[str | None] = mde(Kind.TEXT, "Suffix of the name, such as Jr.", number=8)
    sex: Mapped[str | None] = mde(Kind.CODE, "Sex.", number=9, codes="sex")
    birth_date: Mapped[datetime.date] = mde(Kind.DATE, "Date of birth.", number=10, required="always", nullable=False)
    multiple_birth: Mapped[bool | None] = mde(
        Kind.BOOLEAN, "Whether the child is a twin or one of a larger multiple birth.", number=11
    )
    birth_date_verification: Mapped[str | None] = mde(
        Kind.CODE, "The document that proves the date of birth.", codes="birthDateVerification"
    )
    birth_city: Mapped[str | None] = mde(Kind.TEXT, "City of birth.", number=12)
    birth_state: Mapped[str | None] = mde(Kind.TEXT, "State of birth, of any country.", number=13)
    birth_country: Mapped[str | None] = mde(Kind.COUNTRY, "Country of birth, ISO 3166-1 alpha-2.", number=14)
    parent1_first_name: Mapped[str | None] = mde(Kind.TEXT, "First name of the first parent or guardian.")
    parent1_last_name: Mapped[str | None] = mde(Kind.TEXT, "Last name of the first parent or guardian.")
    parent2_first_name: Mapped[str | None] = mde(Kind.TEXT, "First name of the second parent or guardian.")
    parent2_last_name: Mapped[str | None] = mde(Kind.TEXT, "Last name of the second parent or guardian.")
    parent1_email: Mapped[str | None] = mde(Kind.EMAIL, "E-mail address of the first parent or guardian.")
    parent1_phone: Mapped[str | None] = mde(Kind.TEXT, "Telephone of the first parent or guardian.")
    parent2_email: Mapped[str | None] = mde(Kind.EMAIL, "E-mail address of the second parent or guardian.")
    parent2_phone: Mapped[str | None] = mde(Kind.TEXT, "Telephone of the second parent or guardian.")
    first_name_key: Mapped[str] = mapped_column(Text(collation="C"), info=_folded("first name"))
    middle_name_key: Mapped[str] = mapped_column(Text(collation="C"), info=_folded("middle name"))
    last_name1_key: Mapped[str] = mapped_column(Text(collation="C"), info=_folded("first last name"))
    last_name2_key: Mapped[str] = mapped_column(Text(collation="C"), info=_folded("second last name"))

    __table_args__ = (
        Index("ix_demographics_name", "last_name1_key", "first_name_key", "state_record_id"),
        Index(None, "last_name2_key"),
        Index(None, "first_name_key"),
        Index(None, "middle_name_key"),
        Index(None, "birth_date", "state_record_id"),
        *(
            Index(
                f"ix_demographics_{column}_trigram",
                column,
                postgresql_using="gin",
                postgresql_ops={column: "gin_trgm_ops"},
            )
            for column in ("first_name_key", "middle_name_key", "last_name1_key", "last_name2_key")
        ),
    )
