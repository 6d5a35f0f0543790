"""How far each field of two records may agree, as named levels. The names are the keys of a model's weights.

A field that either side lacks says nothing: NONE. Levels are ordered from full agreement to contradiction, and the
first that fits is taken.
"""

from __future__ import annotations

from typing import NamedTuple

NONE = ""
GIVEN = (
    "exact",
    "exact first",
    "nickname",
    "sounds or one edit",
    "token overlap",
    "second differs",
    "initial or near",
    "weak",
    "different",
)
SURNAME = (
    "both",
    "swapped",
    "fuzzy",
    "single paternal",
    "weak fuzzy",
    "single maternal",
    "second differs",
    "one related",
    "different",
)
BIRTH = ("exact", "day and month swapped", "placeholder", "one digit", "two parts", "different")
SEX = ("same", "different")
PARENT = ("first and last", "fuzzy", "first only", "last only", "different")
PLACE = ("city", "state or country", "other city", "other country")
STATE_ID = ("same", "different")
FIELDS = {
    "given": GIVEN,
    "surname": SURNAME,
    "birth": BIRTH,
    "sex": SEX,
    "parent1": PARENT,
    "parent2": PARENT,
    "place": PLACE,
    "stateId": STATE_ID,
}
"""Every field with its levels, from agreement to contradiction."""


class Levels(NamedTuple):
    """The level of each field. `transposed`: given name and surname had changed places in one of the records."""

    given: str
    surname: str
    birth: str
    sex: str
    parent1: str
    parent2: str
    place: str
    transposed: bool


class Names(NamedTuple):
    """The levels of given name and surname, as in `Levels`."""

    given: str
    surname: str
    transposed: bool
