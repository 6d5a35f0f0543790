"""What keeps the hub from linking by itself, however high the score: each guard has a name and a reason for people.

A guard never lowers a score; whoever it stops becomes a near match, and a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hub.described import Described
from hub.matching.given_names import both_real
from hub.matching.levels import Levels
from hub.matching.name_levels import related
from hub.matching.neighbourhood import Version
from hub.matching.normalize import Person


class Guard(Described):
    """Every guard, with the reason that people are shown."""

    MULTIPLE_BIRTH = "MULTIPLE_BIRTH", "One of a multiple birth, or the index holds a co-twin; the names are not equal."
    GIVEN_NAME = "GIVEN_NAME", "The given names contradict each other."
    REAL_NAMES = "REAL_NAMES", "The given names differ by little, but each is a name of its own."
    SEX = "SEX", "The sexes differ and the given names are not equal."
    BIRTH_DATE = "BIRTH_DATE", "The dates of birth differ by more than a slip."
    OTHER_STATE_ID = "OTHER_STATE_ID", "The same state knows the student under another id."
    SURNAME = "SURNAME", "The surnames differ and no parent agrees."
    AMBIGUOUS = "AMBIGUOUS", "Another student fits nearly as well."
    WEAK_PERSONAL = "WEAK_PERSONAL", "Name, date of birth and sex alone say too little."
    LOW_SCORE = "LOW_SCORE", "The evidence is not enough to link without a person."


AGREEING_PARENTS = frozenset(("first and last", "fuzzy"))
_CONFLICTING = frozenset(("second differs", "weak", "different", ""))
_RELATED_ONLY = frozenset(("one related", "different", ""))


def names_conflict(one: Person, other: Person, levels: Levels) -> bool:
    """Whether the given names are more likely two children's than one child's, misspelt."""
    if levels.given in ("weak", "different", ""):
        return True
    return real_names(one, other, levels) or levels.given == "second differs"


def real_names(one: Person, other: Person, levels: Levels) -> bool:
    """Whether the first names differ, by little, and both are names that parents give."""
    if levels.transposed or levels.given not in ("nickname", "sounds or one edit", "initial or near", "weak"):
        return False
    return both_real(one.given[0], other.given[0])


def another_child(one: Person, other: Person, levels: Levels) -> bool:
    """Whether this is clearly another child of the family, so that nobody need be asked."""
    if levels.given == "nickname" or not (levels.given == "different" or real_names(one, other, levels)):
        return False
    return bool((one.multiple and other.multiple) or levels.sex == "different" or levels.birth != "exact")


def pair_guards(one: Person, other: Person, levels: Levels, state_id: str) -> Iterator[Guard]:
    """The guards that need no more than the two records."""
    if levels.given in _CONFLICTING:
        yield Guard.GIVEN_NAME
    elif state_id != "same" and real_names(one, other, levels):
        yield Guard.REAL_NAMES
    if levels.sex == "different" and levels.given != "exact":
        yield Guard.SEX
    if levels.birth == "different":
        yield Guard.BIRTH_DATE
    if state_id == "different":
        yield Guard.OTHER_STATE_ID
    if levels.surname in _RELATED_ONLY and not {levels.parent1, levels.parent2} & AGREEING_PARENTS:
        yield Guard.SURNAME


def may_be_twin(one: Person, other: Person, levels: Levels) -> bool:
    """Whether the two could be children of one birth, by what is known of them: the names are not looked at."""
    if one.birth != other.birth or not related(one, other):
        return False
    return levels.parent1 != "different" and levels.parent2 != "different"


def flagged(versions: Iterable[Version]) -> bool:
    """Whether any version says that the child is one of a multiple birth."""
    return any(version.person.multiple for version in versions)
