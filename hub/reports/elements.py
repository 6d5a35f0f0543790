"""The minimum data elements whose completeness is reported: each is a bit of its fact's `present`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from hub.tables import AssessmentRow, Base, CourseRow, DemographicsRow, EnrollmentRow, QualifyingMoveRow
from hub.tables.mde import elements

NOUNS: Mapping[str, type[Base]] = {
    "students": DemographicsRow,
    "enrollments": EnrollmentRow,
    "courses": CourseRow,
    "assessments": AssessmentRow,
    "moves": QualifyingMoveRow,
}
"""By fact, the table that has its elements."""

_PREFIXES = {"students": "STUDENT", "enrollments": "ENROLLMENT", "courses": "COURSE", "assessments": "ASSESSMENT"}


@dataclass(frozen=True)
class Element:
    """One element of one noun. `column` is its column in the table of the hub, `required` says when it must be sent."""

    name: str
    fact: str
    column: str
    bit: int
    description: str
    required: str


@cache
def elements_of(fact: str) -> tuple[Element, ...]:
    """The elements of a fact's noun, in the order of the upload format; the place is the bit."""
    return tuple(
        Element(f"{_PREFIXES.get(fact, 'MOVE')}_{column.upper()}", fact, column, bit, facts.description, facts.required)
        for bit, (_, column, facts) in enumerate(elements(NOUNS[fact]))
    )


def _every() -> Iterator[Element]:
    for fact in NOUNS:
        yield from elements_of(fact)


ELEMENTS: Mapping[str, Element] = {element.name: element for element in _every()}
