"""Elements as a request names them: by their name, or `section.name` where several sections have one of that name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from hub.refusal import Refusal, RefusalCode
from hub.tables.mde import elements
from hub.tables.sections import SECTIONS

MOST_ELEMENTS = 100
_HEADER = "student"
"""The section without which there is no record: nothing of it can be missing."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element: the name that requests show, and where it is stored."""

    name: str
    table: str
    column: str


@cache
def known_elements() -> dict[str, Element]:
    """Every element that can be asked for, by each way to name it."""
    listed = [
        (section, name, table.__tablename__, column)
        for section, table in SECTIONS.items()
        if section != _HEADER
        for name, column, _ in elements(table)
    ]
    times = Counter(name for _, name, _, _ in listed)
    known: dict[str, Element] = {}
    for section, name, table_name, column in listed:
        element = Element(name if times[name] == 1 else f"{section}.{name}", table_name, column)
        known[element.name] = known[f"{section}.{name}"] = element
    return known


def named_elements(names: Sequence[str]) -> list[Element]:
    """The elements, each once. Raises Refusal (INVALID_INPUT) naming the one that is none."""
    if not names or len(names) > MOST_ELEMENTS:
        raise Refusal(RefusalCode.INVALID_INPUT, f"a request names 1 to {MOST_ELEMENTS} elements", "elements")
    known = known_elements()
    for number, name in enumerate(names):
        if name not in known:
            said = "an element is named as in `minimumDataElements`, as `section.name` where two sections have it"
            raise Refusal(RefusalCode.INVALID_INPUT, said, f"elements.{number}")
    return list(dict.fromkeys(known[name] for name in names))
