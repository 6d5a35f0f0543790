"""Two hundred and more messages as registrars write them, and what in each must be found: the list that the check of
texts is measured by.

A line is a family's letter and a text. `[[S:…]]` is a name of the student, `P` of a parent, `B` of a sibling, `D` a
birth date, `N` a social security number; about half of the texts hold nothing, and most of those nearly do.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.notices import Family, Finding, FindingKind, Relative, screen

_MARK = re.compile(r"\[\[(\w):(.*?)\]\]")
_KINDS = dict(
    zip(
        "SPBDN",
        (
            FindingKind.STUDENT_NAME,
            FindingKind.PARENT_NAME,
            FindingKind.SIBLING_NAME,
            FindingKind.BIRTH_DATE,
            FindingKind.SSN,
        ),
        strict=True,
    )
)


def _family(student: str, surnames: str, born: str, parents: str, siblings: str) -> Family:
    def person(kind: FindingKind, names: str) -> Relative:
        given, _, last = names.partition("/")
        return Relative(kind, tuple(given.split("+")), tuple(last.split("+")) if last else ())

    return Family(
        (
            person(FindingKind.STUDENT_NAME, f"{student}/{surnames}"),
            *(person(FindingKind.PARENT_NAME, each) for each in parents.split(",")),
            *(person(FindingKind.SIBLING_NAME, each) for each in siblings.split(",")),
        ),
        frozenset(map(datetime.date.fromisoformat, born.split(","))),
    )


FAMILIES = {
    "A": _family("Joaquín+Luis", "Muñoz+O'Neil-Peña", "2011-03-04", "Rosa/Peña,Héctor/Muñoz", "Guadalupe,Ángel"),
    "B": _family("Hope+Grace", "Rivers", "2012-05-12", "Will/Rivers,May/Rivers", "Mark,Joy"),
    "C": _family("María Guadalupe", "De la Cruz+Flores", "2009-12-08", "Julio/De la Cruz,Luz/Flores", "José Antonio"),
    "D": _family("Brayan", "Martin", "2013-10-01", "Virginia/Martin", "April"),
    "E": _family(
        "Juan+Carlos", "García+Hernández", "2010-06-15,2010-06-05", "Juan/García,Dolores/Hernández", "Sofía,Diego"
    ),
    "F": _family("Wislande", "Pierre", "2014-01-31", "Jean/Pierre,Rose/Pierre", "Roseline"),
    "G": _family("Angel", "Reyes+Campos", "2012-08-24", "Francisco/Reyes,Mercedes/Campos", "Dulce"),
    "H": _family("Austin+Lee", "Carter", "2011-07-19", "Dawn/Carter,Grant/Carter", "Madison"),
}


@dataclass(frozen=True)
class Message:
    """A text about a child of a family, and what must be found in it."""

    family: str
    text: str
    expected: tuple[Finding, ...]

    def found(self) -> list[Finding]:
        """What the check finds."""
        return screen(self.text, FAMILIES[self.family])


def messages(name: str = "messages.txt") -> list[Message]:
    """The list, in order."""
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [_message(*line.split("|", 1)) for line in lines]


def _message(family: str, marked: str) -> Message:
    text, expected, last = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[last : mark.start()]
        expected.append(Finding(_KINDS[mark[1]], len(text), len(mark[2])))
        text += mark[2]
        last = mark.end()
    return Message(family, text + marked[last:], tuple(expected))


@dataclass(frozen=True)
class Score:
    """Of one kind, or of whole messages: how many were found rightly, how many wrongly, how many missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def scores(listed: list[Message]) -> Iterator[tuple[str, Score]]:
    """By sort of finding, and of whole messages: refused or let pass. A finding is right where it overlaps one that
    is expected; whose name it is counts only in that it is a name."""
    sorts = {
        "social security numbers": {FindingKind.SSN},
        "birth dates": {FindingKind.BIRTH_DATE},
        "names": {FindingKind.STUDENT_NAME, FindingKind.PARENT_NAME, FindingKind.SIBLING_NAME},
    }
    for name, kinds in sorts.items():
        right = wrong = missed = 0
        for message in listed:
            expected = [each for each in message.expected if each.kind in kinds]
            found = [each for each in message.found() if each.kind in kinds]
            hit = [any(_overlap(each, other) for other in found) for each in expected]
            right, missed = right + sum(hit), missed + len(hit) - sum(hit)
            wrong += sum(not any(_overlap(each, other) for other in expected) for each in found)
        yield name, Score(right, wrong, missed)
    verdicts = [(bool(message.expected), bool(message.found())) for message in listed]
    yield "messages", Score(verdicts.count((True, True)), verdicts.count((False, True)), verdicts.count((True, False)))


def _overlap(one: Finding, other: Finding) -> bool:
    return one.offset < other.offset + other.length and other.offset < one.offset + one.length
