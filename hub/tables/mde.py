"""The facts of a minimum data element (MDE), carried by the column that stores it.

Intake, the catalog, export, completeness and disclosure iterate over these facts; nothing else in the hub lists the
elements a second time. A column of a table of student data either carries its facts or is named as the hub's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Boolean, Date, Numeric, SmallInteger, Text
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy.types import TypeEngine

from hub.described import Described
from hub.tables.base import Base


class Kind(Described):
    """What a value of an element looks like, in a file and in the database."""

    TEXT = "TEXT", "A text."
    DATE = "DATE", "A date, YYYY-MM-DD."
    MONTH = "MONTH", "A month, YYYY-MM."
    YEAR = "YEAR", "A year, four digits."
    BOOLEAN = "BOOLEAN", "true or false."
    CODE = "CODE", "A code of the element's code list."
    DIGITS = "DIGITS", "Digits of a fixed number."
    EMAIL = "EMAIL", "An e-mail address."
    COUNTRY = "COUNTRY", "A country, ISO 3166-1 alpha-2."
    JURISDICTION = "JURISDICTION", "A state, two letters."
    DECIMAL = "DECIMAL", "An exact number."


_TYPES: dict[Kind, type[TypeEngine[Any]]] = {
    Kind.DATE: Date,
    Kind.YEAR: SmallInteger,
    Kind.BOOLEAN: Boolean,
    Kind.DECIMAL: Numeric,
}


@dataclass(frozen=True)
class Mde:
    """The facts of one element.

    `number` is the official element number, only where it is sure. `codes` names the code list of a `CODE`. `digits`
    is the exact length of a `DIGITS`, `longest` the characters a text is cut to, `least` and `most` the range of a
    `DECIMAL` or `YEAR`, `required` says in words when the element must be sent (empty: never).
    """

    kind: Kind
    description: str
    number: int | None = None
    codes: str | None = None
    digits: int | None = None
    longest: int | None = None
    least: float | None = None
    most: float | None = None
    required: str = ""


def mde(
    kind: Kind,
    description: str,
    *,
    number: int | None = None,
    codes: str | None = None,
    digits: int | None = None,
    longest: int | None = None,
    least: float | None = None,
    most: float | None = None,
    required: str = "",
    nullable: bool = True,
) -> MappedColumn[Any]:
    """Declare the column of an element; arguments as `Mde`. The element's name is the column's, in camel case."""
    facts = Mde(kind, description, number, codes, digits, longest, least, most, required)
    return mapped_column(_TYPES.get(kind, Text)(), nullable=nullable, info={"mde": facts})


def own(description: str) -> dict[str, str]:
    """`info` of a column that is the hub's own, not an element: says why it is there."""
    return {"own": description}


@cache
def element_name(column: str) -> str:
    """The one name of an element everywhere outside the database: `last_name1` -> `lastName1`."""
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), column)


def elements(table: type[Base]) -> Iterator[tuple[str, str, Mde]]:
    """Each element of a table as (element name, column name, facts), in the order of the upload format."""
    for column in table.__table__.columns:
        if facts := column.info.get("mde"):
            yield element_name(column.name), column.name, facts
