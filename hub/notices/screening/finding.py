"""What the check of a text finds: a kind and a place, never the words that stand there."""

from __future__ import annotations

from dataclasses import dataclass

from hub.described import Described


class FindingKind(Described):
    """What must not stand in a text."""

    SSN = "SSN", "a social security number"
    BIRTH_DATE = "BIRTH_DATE", "a birth date"
    STUDENT_NAME = "STUDENT_NAME", "a name of the student"
    PARENT_NAME = "PARENT_NAME", "a name of a parent"
    SIBLING_NAME = "SIBLING_NAME", "a name of a sibling"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something at `offset`, `length` characters (Unicode code points) long."""

    kind: FindingKind
    offset: int
    length: int
