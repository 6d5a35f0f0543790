"""Compares two persons: the level of each field."""

from __future__ import annotations

import datetime
from functools import lru_cache

from rapidfuzz.distance import OSA

from hub.matching.family_levels import parents_level, place_level
from hub.matching.levels import NONE, Levels, Names
from hub.matching.name_levels import names_level
from hub.matching.normalize import Person


def compare(one: Person, other: Person) -> Levels:
    """The levels of two persons; symmetric but for which of two parents is named first."""
    return completed(one, other, names_level(one, other), birth_level(one.birth, other.birth), sex_level(one, other))


def completed(one: Person, other: Person, names: Names, birth: str, sex: str) -> Levels:
    """All levels of two persons some of which are known."""
    given, surname, transposed = names
    parent1, parent2 = parents_level(one.parents, other.parents)
    return Levels(given, surname, birth, sex, parent1, parent2, place_level(one, other), transposed)


def sex_level(one: Person, other: Person) -> str:
    return NONE if not (one.sex and other.sex) else "same" if one.sex == other.sex else "different"


@lru_cache(maxsize=50_000)
def birth_level(one: datetime.date, other: datetime.date) -> str:
    if one == other:
        return "exact"
    if one.year == other.year:
        if one.month == other.day and one.day == other.month:
            return "day and month swapped"
        if (one.month == one.day == 1) or (other.month == other.day == 1):
            return "placeholder"
    left, right = f"{one:%Y%m%d}", f"{other:%Y%m%d}"
    if OSA.distance(left, right, score_cutoff=1) <= 1:
        return "one digit"
    parts = (one.year == other.year) + (one.month == other.month) + (one.day == other.day)
    return "two parts" if parts == 2 else "different"
