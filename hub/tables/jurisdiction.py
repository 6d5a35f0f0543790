"""Jurisdictions (states, the District of Columbia, territories) and the districts and schools that uploads name."""

from __future__ import annotations

import datetime

from sqlalchemy import CHAR, DateTime, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class JurisdictionRow(Base):
    """A state or what counts as one. `fips` is how its NCES ids begin."""

    __tablename__ = "jurisdictions"

    code: Mapped[str] = mapped_column(CHAR(2), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    fips: Mapped[str] = mapped_column(CHAR(2), unique=True)


class DistrictRow(Base):
    """A school district (LEA) as the newest upload that names it calls it."""

    __tablename__ = "districts"

    district_id: Mapped[str] = mapped_column(CHAR(7), primary_key=True)
    state: Mapped[str] = mapped_column(ForeignKey("jurisdictions.code"))
    name: Mapped[str | None] = mapped_column(Text)
    named_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (Index(None, "state", "district_id"),)


class SchoolRow(Base):
    """A school as the newest upload that names it calls it. Its id begins with its district's."""

    __tablename__ = "schools"

    school_id: Mapped[str] = mapped_column(CHAR(12), primary_key=True)
    district_id: Mapped[str | None] = mapped_column(CHAR(7))
    state: Mapped[str] = mapped_column(ForeignKey("jurisdictions.code"))
    name: Mapped[str | None] = mapped_column(Text)
    named_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        Index(None, "district_id", "school_id"),
        Index(None, "state", "school_id"),
    )


_STATES = """
AL Alabama 01|AK Alaska 02|AZ Arizona 04|AR Arkansas 05|CA California 06|CO Colorado 08|CT Connecticut 09
DE Delaware 10|FL Florida 12|GA Georgia 13|HI Hawaii 15|ID Idaho 16|IL Illinois 17|IN Indiana 18|IA Iowa 19
KS Kansas 20|KY Kentucky 21|LA Louisiana 22|ME Maine 23|MD Maryland 24|MA Massachusetts 25|MI Michigan 26
MN Minnesota 27|MS Mississippi 28|MO Missouri 29|MT Montana 30|NE Nebraska 31|NV Nevada 32|NH New Hampshire 33
NJ New Jersey 34|NM New Mexico 35|NY New York 36|NC North Carolina 37|ND North Dakota 38|OH Ohio 39|OK Oklahoma 40
OR Oregon 41|PA Pennsylvania 42|RI Rhode Island 44|SC South Carolina 45|SD South Dakota 46|TN Tennessee 47|TX Texas 48
UT Utah 49|VT Vermont 50|VA Virginia 51|WA Washington 53|WV West Virginia 54|WI Wisconsin 55|WY Wyoming 56
"""
_TERRITORIES = """
AS American Samoa 60|GU Guam 66|MP Northern Mariana Islands 69|PR Puerto Rico 72|VI U.S. Virgin Islands 78
"""


def _listed(lines: str, kind: str) -> list[dict[str, str]]:
    entries = lines.strip().replace("\n", "|").split("|")
    return [{"code": e[:2], "name": e[3:-3], "kind": kind, "fips": e[-2:]} for e in entries]


JURISDICTIONS: list[dict[str, str]] = sorted(
    [
        *_listed(_STATES, "STATE"),
        {"code": "DC", "name": "District of Columbia", "kind": "DISTRICT", "fips": "11"},
        *_listed(_TERRITORIES, "TERRITORY"),
    ],
    key=lambda jurisdiction: jurisdiction["code"],
)
"""What the first migration seeds. Source of codes: FIPS 5-2."""
