"""The ways in which the names of a family may be written: each given name, each surname, what somebody is called.

A form is a run of folded words. Nicknames are known to `hub.matching`; abbreviations (`Gpe.`, `Hdz.`) and spellings
that are one name (González, Gonzales) count as the name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hub.matching import given_tokens, is_called, surname_tokens
from hub.notices.screening.family import Family, Relative
from hub.notices.screening.finding import FindingKind
from hub.notices.screening.words import Folded

PARTICLES = frozenset("de del la las los el y e da das do dos di du des van von der den ter ten le mac mc".split())
SAINTS = frozenset("san santa santo saint st sto sta".split())
_ORDER = (FindingKind.STUDENT_NAME, FindingKind.PARENT_NAME, FindingKind.SIBLING_NAME)
_SHORTEST_JOINED = 6


@dataclass
class Lexicon:
    """Names by their folded words, each with whose it is; a name of several goes by the first of student, parent,
    sibling. `of_parents` are the surnames of parents."""

    given: dict[str, FindingKind] = field(default_factory=dict)
    surnames: dict[tuple[str, ...], FindingKind] = field(default_factory=dict)
    joined: dict[str, FindingKind] = field(default_factory=dict)
    of_parents: set[str] = field(default_factory=set)

    def given_kind(self, word: str) -> FindingKind | None:
        """Whose given name the word is, or is short for."""
        if (kind := self.given.get(word)) is not None:
            return kind
        tokens = given_tokens(word)
        for name, kind in self.given.items():
            if any(is_called(name, token) for token in (word, *tokens)):
                return kind
        return None

    def surname_kind(self, words: tuple[str, ...]) -> FindingKind | None:
        """Whose surname the words are."""
        if (kind := self.surnames.get(words)) is not None or len(words) > 1:
            return kind
        for form in (one_spelling(words[0]), *surname_tokens(words[0])):
            if (kind := self.surnames.get((form,))) is not None:
                return kind
        return None


def lexicon_of(family: Family) -> Lexicon:
    """Every form of every name of the family."""
    made = Lexicon()
    for kind in _ORDER:
        for relative in family.relatives:
            if relative.kind is kind:
                _add(made, relative)
    return made


def _add(lexicon: Lexicon, relative: Relative) -> None:
    given = [word for name in relative.given for word in _words(name) if len(word) > 1 and word not in PARTICLES]
    given += [token for name in relative.given for token in given_tokens(name) if len(token) > 1]
    for word in given:
        lexicon.given.setdefault(word, relative.kind)
    surnames = [form for name in relative.surnames for form in _surname_forms(name)]
    for form in surnames:
        lexicon.surnames.setdefault(form, relative.kind)
        if relative.kind is FindingKind.PARENT_NAME:
            lexicon.of_parents.add(form[-1])
    for first in (_words(name)[0] for name in relative.given if _words(name)):
        for form in surnames:
            last = "".join(form)
            for joined in (first + last, last + first, first[0] + last, f"{last}{first[0]}"):
                if len(joined) >= _SHORTEST_JOINED:
                    lexicon.joined.setdefault(joined, relative.kind)


def _surname_forms(name: str) -> Iterator[tuple[str, ...]]:
    """`De la Cruz-Hdz.` -> (cruz,), (delacruz,), (hdz,), (hernandez,)."""
    words = [word for word in _words(name) if word not in PARTICLES] or _words(name)
    place = 0
    while place < len(words):
        length = 2 if words[place] in SAINTS and place + 1 < len(words) else 1
        form = tuple(words[place : place + length])
        yield form
        if length == 1:
            yield (one_spelling(form[0]),)
        place += length
    for token in surname_tokens(name):
        yield (token,)


def one_spelling(surname: str) -> str:
    """Gonzales and González, Cortes and Cortez are one name."""
    return f"{surname[:-1]}z" if len(surname) > 4 and surname.endswith("es") else surname


def _words(name: str) -> list[str]:
    return [word.text for word in Folded(name).words if not word.text.isdigit()]
