"""What a word that may be a name means where it stands: a street, a school, a month, an ordinary word, or a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hub.notices.screening import ordinary
from hub.notices.screening.number_words import DAYS, MONTHS
from hub.notices.screening.words import Word
from hub.tables import JURISDICTIONS

_STATES = frozenset(entry["code"].lower() for entry in JURISDICTIONS)
_STATE_NAMES = frozenset(entry["name"].lower() for entry in JURISDICTIONS)
_LONGEST_CHAIN = 4


class Context:
    """The words of a text, and which of them may be names of the family (number of the word: whether it surely is)."""

    def __init__(self, words: Sequence[Word], hits: Mapping[int, bool]) -> None:
        self._words = words
        self._hits = hits
        letters = [word for word in words if word.text.isalpha()]
        self._all_loud = len(letters) > 2 and sum(word.loud for word in letters) > len(letters) * 0.7

    def is_place(self, first: int, last: int) -> bool:
        """Whether the words stand in the name of a place, school or institution. What owns something is a person."""
        if self._words[last].possessive:
            return False
        return (
            self._after_saint(first)
            or self._before_place(last)
            or self._after_place(first)
            or self._before_state(last)
            or self._in_phrase(first)
            or self._is_known_place(first)
        )

    def is_name(self, number: int) -> bool:
        """Whether an ordinary word, or a month, is meant as a name."""
        word = self._words[number]
        if self._named(number) or self._beside_sure_name(number):
            return True
        capital = word.capital and not self._all_loud
        if capital and self._after(number - 1) is word and self._words[number - 1].text in ordinary.RELATIVES:
            return True
        if word.text in MONTHS and self._is_month(number):
            return False
        if not capital:
            return self._all_loud and self._acts(number)
        if word.possessive or self._after_role(number) or self._after_initial(number) or self._acts(number):
            return True
        if self._of_a_thing(number):
            return False
        if word.first:
            return word.text in ordinary.TOWNS or self._beside_name(number) or self._described(number)
        return not self._in_title(number) or self._beside_name(number)

    def _at(self, number: int) -> Word | None:
        return self._words[number] if 0 <= number < len(self._words) else None

    def _before(self, number: int, gaps: str = " ") -> Word | None:
        """The word directly before."""
        word = self._at(number - 1)
        return word if word is not None and self._words[number].before.strip() == "" and gaps else None

    def _after(self, number: int) -> Word | None:
        word = self._at(number + 1)
        return word if word is not None and word.before in (" ", "  ", "-") else None

    def _after_saint(self, first: int) -> bool:
        before = self._at(first - 1)
        if before is None or self._words[first].before not in (" ", ". ", "-"):
            return False
        return before.text in ordinary.BEFORE_PLACES and (before.capital or not self._words[first].capital)

    def _before_place(self, last: int) -> bool:
        """Rose Street, Juan Garza Middle School: capital words up to one that says what it is."""
        number = last
        while (after := self._after(number)) is not None and number - last < _LONGEST_CHAIN:
            number += 1
            if after.text in ordinary.STREETS or (after.capital and after.text in ordinary.PLACES):
                return True
            if not after.capital or self._words[number - 1].possessive:
                return False
        return False

    def _after_place(self, first: int) -> bool:
        """calle Rosa, Escuela Secundaria José María Morelos."""
        number = first
        while first - number < _LONGEST_CHAIN:
            before = self._at(number - 1)
            if before is None or self._words[number].before not in (" ", ". "):
                return False
            if before.text in ordinary.PLACES_BEFORE:
                return True
            if not (before.capital or before.text in ("de", "la", "del", "los", "of")):
                return False
            number -= 1
        return False

    def _before_state(self, last: int) -> bool:
        after = self._at(last + 1)
        if after is None or after.before not in (", ", ","):
            return False
        return (after.loud and after.text in _STATES) or (after.capital and after.text in _STATE_NAMES)

    def _in_phrase(self, first: int) -> bool:
        texts = [word.text for word in self._words[max(0, first - 2) : first + 3]]
        here = min(first, 2)
        return any(
            tuple(texts[start : start + len(phrase)]) == phrase
            for phrase in ordinary.PHRASES
            for start in range(max(0, here - len(phrase) + 1), here + 1)
        )

    def _is_known_place(self, first: int) -> bool:
        word, before = self._words[first], self._before(first)
        if word.text not in ordinary.TOWNS or before is None:
            return False
        listed = before.text in ("and", "or", "y", "o") and first > 1 and self._words[first - 2].text in ordinary.TOWNS
        return listed or before.text in ordinary.LOCATIVES

    def _named(self, number: int) -> bool:
        """`named Hope`, `se llama Luz`, `Mr. Rios`, `Name: Grace`."""
        before = self._at(number - 1)
        if before is None or self._words[number].before.strip() not in ("", ":", ".", "=", '"', "'"):
            return False
        if before.text in ordinary.TITLES:
            return self._words[number].capital
        if self._words[number].before.strip() == "." or before.text not in ordinary.NAMING:
            return (
                before.text in ("is", "es")
                and (said := self._at(number - 2)) is not None
                and said.text in ("name", "nombre", "apellido")
            )
        return True

    def _after_role(self, number: int) -> bool:
        before = self._before(number)
        return before is not None and before.text in ordinary.ROLES

    def _after_initial(self, number: int) -> bool:
        before = self._at(number - 1)
        return (
            before is not None
            and len(before.text) == 1
            and before.capital
            and before.text != "i"
            and before.text.isalpha()
            and self._words[number].before in (". ", " ", ".")
        )

    def _beside_sure_name(self, number: int) -> bool:
        """A name of the family stands beside it, and is nothing else."""
        word = self._words[number]
        after, before = self._at(number + 1), self._words[number].before
        beside_before = number > 0 and self._hits.get(number - 1, False) and before in (" ", "-", ", ")
        beside_after = after is not None and self._hits.get(number + 1, False) and after.before in (" ", "-", ", ")
        return (beside_before and not self._words[number - 1].possessive and word.capital) or (
            beside_after and (word.capital or word.text not in ordinary.FUNCTION_WORDS)
        )

    def _of_a_thing(self, number: int) -> bool:
        """`the Austin office`, unlike `the Rivers family`."""
        before, after = self._before(number), self._after(number)
        return before is not None and before.text == "the" and (after is None or after.text not in ordinary.FAMILIES)

    def _described(self, number: int) -> bool:
        """`Reyes, grade 9`; `Grant and Dawn`; `Angel is a strong student`."""
        word, after = self._words[number], self._at(number + 1)
        if after is None:
            return False
        if after.before == ", ":
            return after.text in ordinary.DESCRIBING
        beyond = self._at(number + 2)
        if after.text in ("and", "y", "e", "&") and beyond is not None:
            return beyond.capital and number + 2 in self._hits
        return after.text in ordinary.BEING and word.text not in ordinary.FUNCTION_WORDS - {"hope"}

    def _beside_name(self, number: int) -> bool:
        """A capital word beside it may be a name of the family, too."""
        after = self._after(number)
        before = self._before(number)
        return (after is not None and after.capital and number + 1 in self._hits) or (
            before is not None and before.capital and number - 1 in self._hits
        )

    def _acts(self, number: int) -> bool:
        """What only people do follows it."""
        after = self._after(number)
        return after is not None and after.text in ordinary.ACTS

    def _in_title(self, number: int) -> bool:
        """It stands in a run of capital words that are no names: `Grace Period Policy`."""
        after, before = self._after(number), self._before(number)
        titled = [
            beside
            for beside in (after, before)
            if beside is not None
            and beside.capital
            and not beside.first
            and beside.text not in ordinary.TITLES
            and len(beside.text) > 1
        ]
        return bool(titled)

    def _is_month(self, number: int) -> bool:
        word, before, after = self._words[number], self._at(number - 1), self._at(number + 1)
        if not word.capital:
            return True
        close_before = before is not None and word.before.strip(" ,/-.") == ""
        close_after = after is not None and after.before.strip(" ,/-.") == ""
        if close_before and before is not None and (before.text in ordinary.BEFORE_MONTHS or _dated(before.text)):
            return True
        if close_after and after is not None and (_dated(after.text) or after.text in ordinary.AFTER_MONTHS):
            return True
        return word.first and not self._acts(number) and not word.possessive


def _dated(text: str) -> bool:
    return text.isdigit() or text in DAYS or text in MONTHS
