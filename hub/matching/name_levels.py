"""How far the names of two children agree: given names, surnames, and both where they stand in each other's field."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from hub.matching.levels import GIVEN, NONE, SURNAME, Names
from hub.matching.nicknames import same_name
from hub.matching.normalize import Person, Tokens
from hub.matching.phonetic import alike


def names_level(one: Person, other: Person) -> Names:
    """Of the names of a child, be it that they stand in each other's field in one of the records."""
    given, surname = given_level(one.given, other.given), surname_level(one.surnames, other.surnames)
    if given in _TRANSPOSABLE and surname in _UNLIKE:
        found = _transposed(one, other)
        if found is not None:
            return Names(*found, True)
    return Names(given, surname, False)


Found = tuple[str, str] | None
_TRANSPOSABLE = frozenset(("token overlap", "initial or near", "weak", "different"))
_UNLIKE = frozenset(("one related", "different", "weak fuzzy", "second differs", "single maternal"))
_SURE = frozenset(("exact", "exact first", "nickname", "sounds or one edit"))


def _transposed_level(given: Tokens, surnames: Tokens, other_given: Tokens, other_surnames: Tokens) -> Found:
    """The best sure levels of given name and surname once the first's were put into each other's field."""
    found: Found = None
    for place in range(1, min(len(surnames), 3) + 1):
        as_given = given_level(surnames[:place], other_given)
        if as_given in _SURE:
            as_surname = surname_level((*given, *surnames[place:]), other_surnames)
            if as_surname not in _UNLIKE:
                found = _better(found, (as_given, as_surname))
    return found


def _transposed(one: Person, other: Person) -> Found:
    return _better(
        _transposed_level(one.given, one.surnames, other.given, other.surnames),
        _transposed_level(other.given, other.surnames, one.given, one.surnames),
    )


def _better(one: Found, other: Found) -> Found:
    """Whichever agrees more; the given name decides first."""
    found = [each for each in (one, other) if each is not None]
    return min(found, key=lambda each: (GIVEN.index(each[0]), (*SURNAME, NONE).index(each[1])), default=None)


@lru_cache(maxsize=100_000)
def given_level(one: Tokens, other: Tokens) -> str:
    """Of all given names of a child, in order."""
    if not (one and other):
        return NONE
    if one == other:
        return "exact"
    if len(one) == len(other) == 1:
        return _single_given(one[0], other[0])
    if sorted(one) == sorted(other) or "".join(one) == "".join(other):
        return "exact"
    first, second = one[0], other[0]
    rest, others = one[1:], other[1:]
    if first == second:
        if not (rest and others) or _compatible(rest, others):
            return "exact first"
        return "second differs"
    if same_name(first, second):
        return "second differs" if rest and others and not _compatible(rest, others) else "nickname"
    if near(first, second) or near("".join(one), "".join(other)):
        return "second differs" if rest and others and not _compatible(rest, others) else "sounds or one edit"
    if _shares_name(one, other):
        return "token overlap"
    for left in one:
        for right in other:
            if near(left, right):
                return "initial or near"
    return _unlike(first, second)


def _single_given(one: str, other: str) -> str:
    """Of two children with one given name each, which are not equal."""
    if same_name(one, other):
        return "nickname"
    return "sounds or one edit" if near(one, other) else _unlike(one, other)


def _unlike(one: str, other: str) -> str:
    """Of first names that neither are called alike nor sound so."""
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    if len(shorter) == 1 and longer[0] == shorter:
        return "initial or near"
    likeness = JaroWinkler.similarity(one, other, score_cutoff=0.82)
    if likeness >= 0.92:
        return "initial or near"
    return "weak" if likeness >= 0.82 else "different"


def _shares_name(one: Tokens, other: Tokens) -> bool:
    """Whether a name of the first, more than an initial, is among the other's, by a nickname too."""
    for left in one:
        if len(left) > 1:
            if left in other:
                return True
            for right in other:
                if same_name(left, right):
                    return True
    return False


def _compatible(rest: Tokens, others: Tokens) -> bool:
    """Whether second names may be one child's: some pair is equal, an initial, a nickname or a slip."""
    return any(
        left == right
        or (len(left) == 1 and right.startswith(left))
        or (len(right) == 1 and left.startswith(right))
        or same_name(left, right)
        or near(left, right)
        for left in rest
        for right in others
    )


@lru_cache(maxsize=100_000)
def near(one: str, other: str) -> bool:
    """One edit apart (in a word of four letters or more), two in a long one, or alike in sound."""
    longest = max(len(one), len(other))
    if longest < 4 or abs(len(one) - len(other)) > 2:
        return False
    distance = OSA.distance(one, other, score_cutoff=2)
    return distance <= 1 or (distance <= 2 and longest >= 9) or alike(one, other)


@lru_cache(maxsize=50_000)
def surname_level(one: Tokens, other: Tokens) -> str:
    """Of the surnames of a child, paternal before maternal where a state keeps two."""
    if not (one and other):
        return NONE
    joined, other_joined = "".join(one), "".join(other)
    if one == other or joined == other_joined:
        return "both" if len(one) > 1 or len(other) > 1 else "single paternal"
    if len(one) == len(other) == 1:
        return _single(one[0], other[0])
    if len(one) > 1 and len(other) > 1:
        return _double(one, other, joined, other_joined)
    single, double = (one[0], other) if len(one) == 1 else (other[0], one)
    whole = "".join(double)
    if near(single, whole):
        return "fuzzy"
    if single == "".join(reversed(double)):
        return "swapped"
    if single == double[0]:
        return "single paternal"
    if single in double[1:]:
        return "single maternal"
    if near(single, double[0]):
        return "weak fuzzy"
    if any(near(single, token) for token in double[1:]):
        return "one related"
    return "different"


def _single(one: str, other: str) -> str:
    if near(one, other):
        return "weak fuzzy"
    return "one related" if JaroWinkler.similarity(one, other, score_cutoff=0.85) else "different"


def _double(one: Tokens, other: Tokens, joined: str, other_joined: str) -> str:
    if set(one) == set(other):
        return "swapped"
    if one[0] == other[0]:
        if any_near(one[1:], other[1:]) or one[1:] == other[1:2] or one[1:2] == other[1:]:
            return "fuzzy"
        return "second differs"
    if near(joined, other_joined):
        return "fuzzy"
    if near(one[0], other[0]) and (one[1] == other[1] or near(one[1], other[1])):
        return "fuzzy"
    if any_near(one[:1], other[1:]) and any_near(one[1:], other[:1]):
        return "fuzzy"
    if near(one[0], other[0]):
        return "weak fuzzy"
    return "one related" if any_near(one, other) else "different"


def any_near(some: Tokens, others: Tokens) -> bool:
    """Whether a name of some is equal or near to one of the others."""
    for left in some:
        for right in others:
            if left == right or near(left, right):
                return True
    return False


def related(one: Person, other: Person) -> bool:
    """Whether the two could be of one family by name: a surname of either is among the other's or its parents'."""
    mine = {*one.surnames, *(token for parent in one.parents for token in parent.surnames)}
    if not mine.isdisjoint(other.surnames):
        return True
    theirs = (*other.surnames, *(token for parent in other.parents for token in parent.surnames))
    if not set(one.surnames).isdisjoint(theirs):
        return True
    return any_near(one.surnames, other.surnames)
