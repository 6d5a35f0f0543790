"""Birth dates in a text, in all ways of writing a date: 3/4/2011, 2011-03-04, 4 March 2011, March 4th '11, 4-III-2011,
el cuatro de marzo de dos mil once.

A full date counts if it can be read as a birth date of the child, day and month either way round; and any date counts
that the text calls a birth date, for it may be a sibling's, or what the hub does not know yet.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from hub.notices.screening.finding import Finding, FindingKind
from hub.notices.screening.number_words import DAYS, MONTHS, ROMAN_MONTHS, year_in_words
from hub.notices.screening.words import Folded, Word

_GLUE = frozenset("de del of the el en dia ano year a on".split())
_ENDINGS = frozenset("st nd rd th ro do to er o a".split())
_BETWEEN = re.compile(r"[\W_]{0,3}")
_LABEL = re.compile(
    r"(?:\bborn\b(?:\s+(?:in|at)(?:\s+[\w']+,?){1,4}?)?|\bd\.?o\.?b\b\.?|\bb-?day\b"
    r"|\bbirth\s?-?dates?\b|\bdates?\s+of\s+birth\b"
    r"|\bbirthdays?\b|\bnaci(?:o|da|do)\b|\bnac\.|\bfdn\b|\bf\.\s?nac\.?"
    r"|\bfechas?\s+de\s+(?:su\s+)?nacimiento\b"
    r"|\bcumple(?:anos)?\b)"
    r"[^\w]{0,4}(?:(?:is|was|on|as|the|el|es|fue|en|dia|listed|given|shown|recorded|figura|como|del?"
    r"|nino|nina|child|student|estudiante)\W{1,3}){0,4}$"
)
_LABEL_AFTER = re.compile(
    r"^\W{0,3}(?:is (?:his|her|the|their) |es su |\(?)(?:birth\s?-?date|date of birth|dob|birthday"
    r"|fecha de nacimiento)\b"
)
_COMPACT = 8
_LOOK_BACK = 90
_THIS_CENTURY = 2000


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a date, from word `first` up to word `last`: a number that may be a day, a month or a year."""

    first: int
    last: int
    day: int | None = None
    month: int | None = None
    year: int | None = None


def birth_dates(folded: Folded, born: Collection[datetime.date]) -> Iterator[Finding]:
    """Dates that are, or are called, a birth date."""
    words, at = folded.words, 0
    while at < len(words):
        read = _compact(words, at) or _date(words, at)
        if read is None:
            at += 1
            continue
        last, readings = read
        start, end = words[at].start, words[last].end
        if not readings.isdisjoint(born) or (readings and _is_called_birth_date(folded.text, start, end)):
            yield Finding(FindingKind.BIRTH_DATE, *folded.span(start, end))
            at = last + 1
        else:
            at += 1


def _is_called_birth_date(text: str, start: int, end: int) -> bool:
    return (
        _LABEL.search(text[max(0, start - _LOOK_BACK) : start]) is not None
        or _LABEL_AFTER.search(text[end : end + 40]) is not None
    )


def _compact(words: Sequence[Word], at: int) -> tuple[int, frozenset[datetime.date]] | None:
    """20110304, 03042011."""
    text = words[at].text
    if len(text) != _COMPACT or not text.isdigit():
        return None
    a, b, c, year = int(text[:4]), int(text[4:6]), int(text[6:]), int(text[4:])
    d, e = int(text[:2]), int(text[2:4])
    readings = frozenset(_dates([(a, b, c), (year, d, e), (year, e, d)]))
    return (at, readings) if readings else None


def _date(words: Sequence[Word], at: int) -> tuple[int, frozenset[datetime.date]] | None:
    """Three parts that follow each other, in whatever order they make dates."""
    parts: list[_Part] = []
    place = at
    while len(parts) < 3:
        if parts:
            place = _after_glue(words, place)
        if place >= len(words) or (part := _part(words, place)) is None:
            return None
        parts.append(part)
        place = part.last + 1
    readings = frozenset(_dates(_orders(parts)))
    return (parts[-1].last, readings) if readings else None


def _after_glue(words: Sequence[Word], place: int) -> int:
    glued = 0
    while place < len(words) and glued < 3 and _glues(words[place]):
        place, glued = place + 1, glued + 1
    return place if place < len(words) and _follows(words[place]) else len(words)


def _glues(word: Word) -> bool:
    """`4 de marzo`, `the 4th of March`."""
    return (word.text in _GLUE and _follows(word)) or (word.text in _ENDINGS and word.before in ("", "-"))


def _follows(word: Word) -> bool:
    return _BETWEEN.fullmatch(word.before) is not None


def _part(words: Sequence[Word], place: int) -> _Part | None:
    text = words[place].text
    if text.isdigit():
        number = int(text)
        if len(text) == 4:
            return _Part(place, place, year=number)
        if len(text) > 2:
            return None
        year = number + (_THIS_CENTURY if number < 50 else _THIS_CENTURY - 100)
        return _Part(place, place, number, number, year if len(text) == 2 else None)
    if text in MONTHS:
        return _Part(place, place, month=MONTHS[text])
    if (year_read := year_in_words([word.text for word in words[place : place + 6]])) is not None:
        return _Part(place, place + year_read[0] - 1, year=year_read[1])
    for length in (3, 2, 1):
        said = " ".join(word.text for word in words[place : place + length])
        if said in DAYS:
            return _Part(place, place + length - 1, day=DAYS[said])
    return _Part(place, place, month=ROMAN_MONTHS[text]) if text in ROMAN_MONTHS else None


def _orders(parts: Sequence[_Part]) -> Iterator[tuple[int, int, int]]:
    """A year that stands first has the month after it; the year in the middle, a month in words somewhere."""
    one, two, three = parts
    named = any(part.month is not None and part.day is None for part in parts)
    orders = [(three, one, two), (three, two, one), (one, two, three)]
    orders += [(one, three, two), (two, one, three), (two, three, one)] if named else []
    for year, month, day in orders:
        if year.year is not None and month.month is not None and day.day is not None:
            yield year.year, month.month, day.day


def _dates(readings: Iterator[tuple[int, int, int]] | list[tuple[int, int, int]]) -> Iterator[datetime.date]:
    for year, month, day in readings:
        if 1990 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31:
            try:
                yield datetime.date(year, month, day)
            except ValueError:
                continue
