"""The upload format's rules, written a second time and apart from the generator, as a list of what a line breaks."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from hub.demo.bundle import TABLES
from hub.demo.states import BY_CODE

Body = dict[str, Any]

_GRADES = {*(f"P{n}" for n in range(6)), "PS", "KG", *(f"{n:02d}" for n in range(1, 13)), "UG", "OS"}
_CODES: dict[str, set[str]] = {
    "sex": {"FEMALE", "MALE", "OTHER"},
    "birthDateVerification": {
        *(str(n) for n in range(1003, 1014)),
        "2382",
        "3423",
        "3424",
        "9999",
    },
    "enrollmentType": {
        "BASIC",
        "REGULAR_MEP",
        "SUMMER_MEP",
        "YEAR_ROUND_MEP",
        "BASIC_AND_REGULAR_MEP",
        "RESIDENCY_ONLY",
    },
    "projectType": {"SCHOOL_BASED", "NON_SCHOOL_BASED"},
    "gradeLevel": _GRADES,
    "medicalAlert": {"CHRONIC", "ACUTE", "NONE"},
    "graduation": {"GRADUATION", "HSE"},
    "continuationReason": {"01", "02", "03"},
    "courseType": {
        "REGULAR",
        "REMEDIAL",
        "HONORS",
        "AP",
        "IB",
        "DUAL_CREDIT",
        "CAREER_TECHNICAL",
        "OTHER",
    },
    "section": {"FULL", "A", "B"},
    "termType": {"0827", "0828", "0829", "0830", "0832", "0833", "0834", "0835", "9999"},
    "assessmentType": {f"{n:02d}" for n in range(1, 12)},
    "reportingMethod": {
        "0144",
        "0490",
        "0493",
        "0499",
        "0500",
        "0502",
        "0503",
        "0512",
        "3478",
        "3479",
        "9999",
    },
}
_SHAPES = {
    "stateStudentId": r"[A-Za-z0-9]{1,15}",
    "msixId": r"\d{12}",
    "schoolId": r"\d{12}",
    "designatedGraduationSchool": r"\d{12}",
    "districtId": r"\d{7}",
    "districtOfResidence": r"\d{7}",
    "zip": r"\d{5}",
    "phone": r"\d{3}555\d{4}",
    "parent1Phone": r"\d{3}555\d{4}",
    "parent2Phone": r"\d{3}555\d{4}",
    "parent1Email": r"[a-z0-9.]+@example\.org",
    "parent2Email": r"[a-z0-9.]+@example\.org",
    "birthCountry": r"[A-Z]{2}",
    "fromCountry": r"[A-Z]{2}",
    "administrationMonth": r"\d{4}-(0[1-9]|1[0-2])",
}
_TRUE_OR_FALSE = {
    "multipleBirth",
    "englishLearner",
    "individualEducationProgram",
    "priorityForServices",
    "immunizationRecord",
    "outOfStateTranscript",
    "algebra1",
}
_STATES = {"birthState", "fromState", "toState", "state"}
_KEYS = {"stateStudentId", "enrollmentKey"}


def broken_rules(body: Body, as_of: date) -> list[str]:
    """What a student line breaks; empty for a clean one."""
    return [*_structure(body), *_dates(body, as_of)]


def _structure(body: Body) -> Iterator[str]:
    parts = (
        ("students", [{k: v for k, v in body.items() if not isinstance(v, list | dict)}]),
        ("demographics", [body["demographics"]]),
        ("qualifying_moves", body["qualifyingMoves"]),
        ("enrollments", [{k: v for k, v in e.items() if k != "courses"} for e in body["enrollments"]]),
        ("courses", [course for e in body["enrollments"] for course in e["courses"]]),
        ("assessments", body["assessments"]),
    )
    for table, rows in parts:
        allowed = set(TABLES[table]) - (set() if table == "students" else _KEYS)
        for row in rows:
            yield from (f"unknown field {name}" for name in row.keys() - allowed)
            for name, value in row.items():
                if not _good(name, value):
                    yield f"{name}: {value!r}"


def _good(name: str, value: Any) -> bool:
    if value is None:
        return True
    if name in _CODES:
        return value in _CODES[name]
    if name in _SHAPES:
        return re.fullmatch(_SHAPES[name], str(value)) is not None
    if name in _TRUE_OR_FALSE:
        return value is True or value is False
    if name in _STATES:
        return value in BY_CODE
    if name == "creditsGranted":
        return 0 <= float(value) <= 9.99
    return bool(value != "")


def _dates(body: Body, as_of: date) -> Iterator[str]:
    born = date.fromisoformat(body["demographics"]["birthDate"])
    if not body["qualifyingMoves"]:
        yield "no qualifying move"
    for move in body["qualifyingMoves"]:
        arrived = date.fromisoformat(move["qualifyingArrivalDate"])
        if not born < arrived < as_of or arrived - born > timedelta(days=22 * 365):
            yield "birth date and QAD do not fit"
        if "fromState" not in move and "fromCountry" not in move:
            yield "no from-place"
    for enrollment in body["enrollments"]:
        days = {name: _day(text) for name, text in enrollment.items() if name.endswith("Date")}
        if any(not born < day < as_of for day in days.values()):
            yield "a date before the birth or in the future"
        if days["enrollmentDate"] > days.get("withdrawalDate", as_of):
            yield "withdrawal before the enrollment"
        district, school = enrollment["districtId"], enrollment.get("schoolId")
        if not district.startswith(BY_CODE[enrollment["state"]].fips):
            yield "district id of another state"
        if school is not None and not school.startswith(district):
            yield "school id of another district"


def _day(text: str) -> date:
    """The day, or one that is too early for every rule where the text is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
