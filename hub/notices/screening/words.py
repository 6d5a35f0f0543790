"""A text as the check reads it: folded without case and accents, cut into words that know where they stand.

Folding keeps for each letter the place that it came from, so that a finding points into the text as it was sent.
Letters of other scripts that look like Latin ones count as those, characters that are not seen are dropped, and letters
that were spaced out (`J u a n`) are one word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_SAME = {
    "’": "'",
    "‘": "'",
    "`": "'",
    "´": "'",
    "ʼ": "'",
    "–": "-",
    "—": "-",
    "‑": "-",
    "‐": "-",
    "−": "-",
    "\xa0": " ",
}
_ALIKE = dict(
    zip(
        "авеёкмнорстухіїјѕԁѵһԛԝαβγεικνορτυχωıɑɡ",
        "abeekmhopctyxiijsdvhqwabyeiknoptuxwiag",
        strict=True,
    )
)
"""Small letters of other scripts that look like Latin ones."""
_WORD = re.compile(r"(?<![a-z])(?:[a-z][ ._-]){2,}[a-z](?![a-z'])|[^\W\d_]+(?:'[^\W\d_]+)*|\d+")
_POSSESSIVE = re.compile(r"'s$|(?<=s)'$")
_ENDS_SENTENCE = re.compile(r"[.!?¡¿;:\n\t•*()\"“”«»|]|(?:^|\s)-\s")


@dataclass(frozen=True, slots=True)
class Word:
    """One word or number. `text` is folded, without apostrophes and without the possessive's `s`.

    `start` and `end` are places in the folded text, `before` what stands between the word before and this one.
    `capital`: its first letter is; `loud`: all of its letters are, two at least. `first` of a sentence.
    """

    text: str
    start: int
    end: int
    before: str
    capital: bool
    loud: bool
    possessive: bool
    first: bool


class Folded:
    """A text, folded; `text` is the folded one, `words` are its words in order."""

    def __init__(self, original: str) -> None:
        letters: list[str] = []
        self._places: list[int] = []
        for place, letter in enumerate(original):
            for part in _folded(letter):
                letters.append(part)
                self._places.append(place)
        self._places.append(len(original))
        self.text = "".join(letters)
        self._original = original
        self.words = self._cut()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offset and length in the original of a part of the folded text."""
        offset = self._places[start]
        return offset, self._places[end - 1] + 1 - offset

    def _cut(self) -> Sequence[Word]:
        words: list[Word] = []
        last = 0
        for found in _WORD.finditer(self.text):
            raw = found[0]
            possessive = _POSSESSIVE.search(raw) is not None or self.text[found.end() : found.end() + 1] == "'"
            plain = re.sub(r"[ ._-]", "", _POSSESSIVE.sub("", raw)).replace("'", "")
            before = self.text[last : found.start()]
            written = self._original[self._places[found.start()] : self._places[found.end() - 1] + 1]
            words.append(
                Word(
                    plain,
                    found.start(),
                    found.end(),
                    before,
                    written[:1].isupper(),
                    len(plain) > 1 and written.isupper(),
                    possessive,
                    not words or _ENDS_SENTENCE.search(_without_abbreviation(words[-1], before)) is not None,
                )
            )
            last = found.end()
        return words


def _without_abbreviation(last: Word, before: str) -> str:
    """The point of `Mr.` or of an initial ends no sentence."""
    short = len(last.text) == 1 or last.text in _ABBREVIATED
    return before.removeprefix(".") if short else before


_ABBREVIATED = frozenset("mr mrs ms dr st jr sr sra srta prof ave rd blvd no num tel ext apt ma fco gpe".split())


def _folded(letter: str) -> str:
    if letter.isascii():
        return letter.lower()
    if letter in _SAME:
        return _SAME[letter]
    if unicodedata.category(letter) in ("Cf", "Mn"):
        return ""
    decomposed = unicodedata.normalize("NFKD", letter.casefold())
    plain = (part for part in decomposed if not unicodedata.combining(part))
    return "".join(_SAME.get(part) or _ALIKE.get(part, part) for part in plain)
