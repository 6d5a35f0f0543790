"""Which grants open the elements of a record: what the fields of the schema say, for those who write about one.

A contract test compares it with the schema.
"""

from __future__ import annotations

from permissions.grants import Grant as G

_SECTIONS = {"courses": G.ACADEMICS_READ, "assessments": G.ACADEMICS_READ}
_ELEMENTS = {
    **dict.fromkeys(
        (f"demographics.parent{number}{way}" for number in (1, 2) for way in ("Email", "Phone")), G.CONTACT_READ
    ),
    **dict.fromkeys(
        (f"enrollments.{name}" for name in ("individualEducationProgram", "medicalAlert", "immunizationRecord")),
        G.HEALTH_READ,
    ),
    **dict.fromkeys(
        (
            f"enrollments.{name}"
            for name in (
                "outOfStateTranscript",
                "algebra1",
                "designatedGraduationSchool",
                "graduation",
                "graduationDate",
            )
        ),
        G.ACADEMICS_READ,
    ),
}
WHOLE = (G.STUDENT_READ, G.CONTACT_READ, G.HEALTH_READ, G.ACADEMICS_READ)
"""What is said of a record as a whole may be about anything in it."""


def needs_of(section: str | None, element: str | None) -> tuple[G, ...]:
    """The grants of whoever may read what is said about an element, or (None) about the record as a whole."""
    if section is None:
        return WHOLE
    other = _ELEMENTS.get(f"{section}.{element}") or _SECTIONS.get(section)
    return (G.STUDENT_READ,) if other is None else (G.STUDENT_READ, other)
