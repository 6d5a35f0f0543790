"""How far two children agree in what a family shares: parents and place of birth."""

from __future__ import annotations

from functools import lru_cache

from hub.matching.levels import NONE
from hub.matching.name_levels import any_near, given_level, near, surname_level
from hub.matching.normalize import Parent, Person


def parents_level(one: tuple[Parent, Parent], other: tuple[Parent, Parent]) -> tuple[str, str]:
    """Of the first and second parent. States do not agree on who stands first, so they may have changed places.

    That they did is taken for granted only when somebody agrees that way and nobody does the other.
    """
    straight = parent_level(one[0], other[0]), parent_level(one[1], other[1])
    if straight[0] in _AGREE or straight[1] in _AGREE:
        return straight
    crossed = parent_level(one[0], other[1]), parent_level(one[1], other[0])
    return crossed if crossed[0] in _AGREE or crossed[1] in _AGREE else straight


_AGREE = frozenset(("first and last", "fuzzy", "first only"))


@lru_cache(maxsize=50_000)
def parent_level(one: Parent, other: Parent) -> str:
    if not (one.given and other.given):
        if not (one.surnames and other.surnames) or one.given or other.given:
            return NONE
        return "last only" if any_near(one.surnames, other.surnames) else "different"
    given = given_level(one.given, other.given)
    surname = surname_level(one.surnames, other.surnames)
    if given in ("exact", "exact first"):
        if surname in ("", "both", "single paternal", "swapped"):
            return "first and last" if surname else "fuzzy"
        return "fuzzy" if surname in ("fuzzy", "weak fuzzy", "second differs") else "first only"
    if given in ("nickname", "sounds or one edit", "token overlap", "second differs"):
        return "first only" if surname in ("different", "one related", "single maternal") else "fuzzy"
    return "last only" if surname not in ("", "different") else "different"


def place_level(one: Person, other: Person) -> str:
    """Of the place of birth; a state is compared within its country."""
    if one.country and other.country and one.country != other.country:
        return "other country"
    if one.city and other.city:
        if one.city == other.city or near(one.city, other.city):
            return "city"
        return "other city"
    if one.region and other.region:
        return "state or country" if one.region == other.region else "other city"
    return "state or country" if one.country and other.country else NONE
