"""Small families for tests of matching: versions to compare, and students to upload."""

import datetime
from typing import Any

from hub.matching import ELEMENTS, Version, person
from hub.tables.mde import element_name

_SOMEBODY: dict[str, Any] = {
    "firstName": "Araceli",
    "lastName1": "Zavala",
    "lastName2": "Peña",
    "sex": "FEMALE",
    "birthDate": "2014-03-09",
    "birthCity": "Tlaxiaco",
    "birthState": "OA",
    "birthCountry": "MX",
    "parent1FirstName": "Noé",
    "parent1LastName": "Zavala",
    "parent2FirstName": "Elvira",
    "parent2LastName": "Peña",
}


def who(**changes: Any) -> dict[str, Any]:
    """The demographics of somebody with changes; None takes an element away."""
    return {name: value for name, value in (_SOMEBODY | changes).items() if value is not None}


def version(record: int = 1, state: str = "TX", own_id: str | None = None, **changes: Any) -> Version:
    """A version of somebody's record."""
    sent = who(**changes)
    birth = datetime.date.fromisoformat(sent["birthDate"])
    values = tuple(birth if name == "birth_date" else sent.get(element_name(name)) for name in ELEMENTS)
    return Version(record, state, (f"STATE {own_id or record}",), person(values))


def sent(state_student_id: str, msix_id: str | None = None, **changes: Any) -> dict[str, Any]:
    """Somebody as a student of an upload."""
    return {
        "action": "UPSERT",
        "stateStudentId": state_student_id,
        "stateStudentIdType": "STATE",
        "msixId": msix_id,
        "demographics": who(**changes),
        "qualifyingMoves": [{"qualifyingArrivalDate": "2026-08-20", "fromState": "FL", "toState": "TX"}],
    }
