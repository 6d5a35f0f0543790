"""Names in a text: those of the child, its parents and siblings, wherever they do not plainly mean something else.

A word that is only ever a name counts wherever it stands, but in a place's or school's. One that is an ordinary word
too, or a month, counts where the text treats it as a name. What stands side by side is one finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub.notices.screening.context import Context
from hub.notices.screening.family import Family
from hub.notices.screening.finding import Finding, FindingKind
from hub.notices.screening.lexicon import SAINTS, Lexicon, lexicon_of
from hub.notices.screening.ordinary import TITLES, is_ordinary
from hub.notices.screening.pieces import pieced
from hub.notices.screening.words import Folded, Word

_PARTICLES = frozenset("de del la las los el y".split())
_JOINS = frozenset([" ", "-", ". ", ", ", ".", "_", "@", "'s ", "  "])


@dataclass(frozen=True, slots=True)
class Hit:
    """The words from `first` to `last` are a name; `sure` where they are nothing but one. `given` or a surname."""

    first: int
    last: int
    kind: FindingKind
    sure: bool
    given: bool


def names(folded: Folded, family: Family) -> Iterator[Finding]:
    """The names of the family in a text, in order."""
    lexicon, words = lexicon_of(family), folded.words
    hits = list(_hits(words, lexicon))
    context = Context(words, {number: hit.sure for hit in hits for number in range(hit.first, hit.last + 1)})
    kept = [
        hit for hit in hits if not context.is_place(hit.first, hit.last) and (hit.sure or context.is_name(hit.first))
    ]
    for run in _runs(words, kept):
        first, last = _beginning(words, run[0].first), run[-1].last
        given = next((hit for hit in run if hit.given), None)
        kind = given.kind if given else _kind(words, first, run[0], lexicon)
        yield Finding(kind, *folded.span(words[first].start, words[last].end))


def _kind(words: Sequence[Word], first: int, hit: Hit, lexicon: Lexicon) -> FindingKind:
    """Whose a surname alone is: of the parents', where `Mrs.` stands before it."""
    titled = first > 0 and words[first - 1].text in TITLES and words[hit.last].text in lexicon.of_parents
    return FindingKind.PARENT_NAME if titled else hit.kind


def _hits(words: Sequence[Word], lexicon: Lexicon) -> Iterator[Hit]:
    number = 0
    while number < len(words):
        hit = _hit(words, number, lexicon)
        if hit is not None:
            yield hit
        number = number + 1 if hit is None else hit.last + 1


def _hit(words: Sequence[Word], number: int, lexicon: Lexicon) -> Hit | None:
    text = words[number].text
    if (hit := _in_pieces(words, number, lexicon)) is not None or text.isdigit() or len(text) < 2:
        return hit
    if number + 1 < len(words) and words[number + 1].before in _JOINS:
        two = (text, words[number + 1].text)
        if text in SAINTS and (kind := lexicon.surname_kind(two)) is not None:
            return Hit(number, number + 1, kind, True, False)
    if (kind := lexicon.joined.get(text)) is not None:
        return Hit(number, number, kind, True, True)
    if (kind := lexicon.given_kind(text)) is not None:
        return Hit(number, number, kind, not is_ordinary(text), True)
    if (kind := lexicon.surname_kind((text,))) is not None:
        return Hit(number, number, kind, not is_ordinary(text), False)
    return None


def _in_pieces(words: Sequence[Word], number: int, lexicon: Lexicon) -> Hit | None:
    for last, text in pieced(words, number):
        if (kind := lexicon.joined.get(text) or lexicon.given.get(text)) is not None:
            return Hit(number, last, kind, True, True)
        if (kind := lexicon.surnames.get((text,))) is not None:
            return Hit(number, last, kind, True, False)
    return None


def _runs(words: Sequence[Word], hits: Sequence[Hit]) -> Iterator[list[Hit]]:
    run: list[Hit] = []
    for hit in hits:
        if run and not _adjoins(words, run[-1].last, hit.first):
            yield run
            run = []
        run.append(hit)
    if run:
        yield run


def _adjoins(words: Sequence[Word], last: int, first: int) -> bool:
    between = words[last + 1 : first + 1]
    return not words[last].possessive and all(
        word.before in _JOINS and (number == len(between) - 1 or word.text in _PARTICLES)
        for number, word in enumerate(between)
    )


def _beginning(words: Sequence[Word], first: int) -> int:
    """Particles (`de la`) and an initial before a name belong to it."""
    start = first
    while start and words[start - 1].text in _PARTICLES and words[start].before == " " and words[start - 1].capital:
        start -= 1
    if start == first and first > 1 and {words[first - 1].text, words[first - 2].text} == {"de", "la"}:
        start = first - 2
    before = words[start - 1] if start else None
    initial = before is not None and len(before.text) == 1 and before.text.isalpha()
    return start - 1 if initial and words[start].before in (". ", ".") else start
