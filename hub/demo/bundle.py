"""A student line as the rows of a CSV bundle.

`TABLES` names the eight tables with their columns in file order; an empty cell is a value that the state lacks.
"""

from collections.abc import Iterator
from typing import Any

from hub.demo.records import Body


def _fields(text: str) -> list[str]:
    return text.split()


_DEMOGRAPHICS = _fields(
    "firstName middleName lastName1 lastName2 suffix sex birthDate multipleBirth birthDateVerification birthCity"
    " birthState birthCountry parent1FirstName parent1LastName parent2FirstName parent2LastName parent1Email"
    " parent1Phone parent2Email parent2Phone"
)
_MOVE = _fields("qualifyingArrivalDate fromCity fromState fromCountry toCity toState eligibilityExpirationDate")
_ENROLLMENT = _fields(
    "enrollmentDate withdrawalDate enrollmentType projectType schoolName schoolId facilityName address1 address2"
    " address3 city state zip phone districtId districtName districtOfResidence residencyDate"
    " residencyVerificationDate gradeLevel englishLearner individualEducationProgram medicalAlert"
    " priorityForServices immunizationRecord outOfStateTranscript algebra1 designatedGraduationSchool graduation"
    " graduationDate continuationReason comment"
)
_COURSE = _fields(
    "title subjectArea courseType academicYearBegin academicYearEnd section termType clockHours gradeToDate"
    " creditsGranted finalGrade"
)
_ASSESSMENT = _fields("title content assessmentType administrationMonth reportingMethod score interpretation")
_STUDENT = ("action", "stateStudentId", "stateStudentIdType", "msixId")

TABLES: dict[str, tuple[str, ...]] = {
    "header": ("format", "state", "submittedAt", "sequence", "mode", "students"),
    "students": _STUDENT,
    "alternate_ids": ("stateStudentId", "id", "type"),
    "demographics": ("stateStudentId", *_DEMOGRAPHICS),
    "qualifying_moves": ("stateStudentId", *_MOVE),
    "enrollments": ("stateStudentId", "enrollmentKey", *_ENROLLMENT),
    "courses": ("stateStudentId", "enrollmentKey", *_COURSE),
    "assessments": ("stateStudentId", *_ASSESSMENT),
}


def cell(value: Any) -> str:
    """A value as a cell: true and false in small letters, nothing for None."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def rows(body: Body) -> Iterator[tuple[str, list[str]]]:
    """The rows of one student, each with the name of its table."""
    student = body["stateStudentId"]

    def row(fields: list[str], values: Body, *keys: str) -> list[str]:
        return [student, *keys, *(cell(values.get(name)) for name in fields)]

    yield "students", [cell(body.get(name)) for name in _STUDENT]
    for other in body.get("alternateIds", ()):
        yield "alternate_ids", row(["id", "type"], other)
    yield "demographics", row(_DEMOGRAPHICS, body["demographics"])
    for move in body["qualifyingMoves"]:
        yield "qualifying_moves", row(_MOVE, move)
    for number, enrollment in enumerate(body["enrollments"], 1):
        yield "enrollments", row(_ENROLLMENT, enrollment, f"E{number}")
        for course in enrollment["courses"]:
            yield "courses", row(_COURSE, course, f"E{number}")
    for assessment in body["assessments"]:
        yield "assessments", row(_ASSESSMENT, assessment)
