"""What the policies say of who may read an element is what the schema declares of its field."""

from __future__ import annotations

from typing import Any

import pytest

from hub.tables.mde import elements
from hub.tables.sections import SECTIONS, is_element
from permissions.declare import declaration_of
from permissions.elements import WHOLE, needs_of
from permissions.grants import Grant
from schema.build import build_schema

TYPES = {
    "student": "StateRecord",
    "alternateIds": "AlternateId",
    "demographics": "Demographics",
    "qualifyingMoves": "QualifyingMove",
    "enrollments": "Enrollment",
    "courses": "Course",
    "assessments": "Assessment",
}


@pytest.mark.parametrize("section", SECTIONS)
def test_an_element_needs_the_grant_of_its_field(section: str) -> None:
    type_: Any = build_schema().type_map[TYPES[section]]
    for element, _, _ in elements(SECTIONS[section]):
        declared = declaration_of(type_.fields[element])
        assert declared is not None
        assert set(needs_of(section, element)) == {Grant.STUDENT_READ, declared.grant}, f"{section}.{element}"


def test_a_record_as_a_whole_needs_what_any_element_needs() -> None:
    needed = {
        grant for section in SECTIONS for name, _, _ in elements(SECTIONS[section]) for grant in needs_of(section, name)
    }
    assert set(WHOLE) == needed == set(needs_of(None, None))


def test_only_elements_are_elements() -> None:
    assert is_element("demographics", "birthDate")
    assert not is_element("demographics", "firstNameKey")
    assert not is_element("nonsense", "birthDate")
