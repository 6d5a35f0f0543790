"""What a file gets back: every finding there can be, with its severity and the sentence that says what was expected.

Codes are stable: state tools branch on them. A message never holds a value of a student.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """What a finding does: refuse the file, reject the student, change one field, or nothing."""

    FILE = "FILE"
    REJECT = "REJECT"
    WARN = "WARN"
    INFO = "INFO"


FILE, REJECT, WARN, INFO = Severity


class FindingCode(StrEnum):
    """Every finding: code, severity, and what was expected, with `{…}` for facts that are no student's values."""

    severity: Severity
    expected: str

    def __new__(cls, value: str, severity: Severity, expected: str) -> FindingCode:
        member = str.__new__(cls, value)
        member._value_ = value
        member.severity = severity
        member.expected = expected
        return member

    # the file
    EMPTY_FILE = "EMPTY_FILE", FILE, "The file is empty; a header was expected."
    NOT_UTF8 = "NOT_UTF8", FILE, "The whole file must be UTF-8."
    DAMAGED = "DAMAGED", FILE, "The compressed file is cut off or damaged."
    FILE_TOO_LARGE = "FILE_TOO_LARGE", FILE, "The file may unpack to {limit} bytes at most."
    RATIO_TOO_HIGH = "RATIO_TOO_HIGH", FILE, "Beyond 10 MiB a file may unpack to 200 times its packed size at most."
    LINE_TOO_LONG = "LINE_TOO_LONG", FILE, "A line, row, or one student's rows together have {limit} bytes at most."
    HEADER_NOT_JSON = "HEADER_NOT_JSON", FILE, "Line 1 must be the header, a JSON object."
    HEADER_MISSING = "HEADER_MISSING", FILE, "The header with format, state, sequence and so on must come first."
    HEADER_KEY_TWICE = "HEADER_KEY_TWICE", FILE, "Each key stands once in the header."
    HEADER_FIELD = "HEADER_FIELD", FILE, "The header's {field} must be {what}."
    UNKNOWN_FORMAT = "UNKNOWN_FORMAT", FILE, "The format must be mde-upload/1."
    UNKNOWN_STATE = "UNKNOWN_STATE", FILE, "The state must be the two-letter code of a state or territory."
    WRONG_STATE = "WRONG_STATE", FILE, "The header's state must be the sender's, {sender}."
    STALE_SEQUENCE = "STALE_SEQUENCE", FILE, "The sequence must be higher than the last accepted, {last}."
    SEQUENCE_REUSED = "SEQUENCE_REUSED", FILE, "Sequence {sequence} was accepted before with other content."
    COUNT_MISMATCH = "COUNT_MISMATCH", FILE, "The header announces {announced} students and {found} follow."
    MEMBER_MISSING = "MEMBER_MISSING", FILE, "A bundle has all eight files; {name} is missing."
    MEMBER_NAME = "MEMBER_NAME", FILE, "A bundle's files have plain names, without folders."
    MEMBER_TWICE = "MEMBER_TWICE", FILE, "Each file stands once in a bundle; {name} stands twice."
    MEMBER_UNREADABLE = "MEMBER_UNREADABLE", FILE, "A bundle's files are stored or deflated, and not encrypted."
    TOO_MANY_MEMBERS = "TOO_MANY_MEMBERS", FILE, "A bundle has eight files."
    CSV_COLUMNS = "CSV_COLUMNS", FILE, "The first row names each column once, {column} among them."
    CSV_MALFORMED = "CSV_MALFORMED", FILE, "Rows must be CSV: cells with commas, quotes or line ends are quoted."
    # the student
    NOT_JSON = "NOT_JSON", REJECT, "The line must be one JSON object."
    TOO_DEEP = "TOO_DEEP", REJECT, "Nothing may nest deeper than 32."
    NUL = "NUL", REJECT, "No text may hold U+0000."
    BAD_ACTION = "BAD_ACTION", REJECT, "The action must be UPSERT or DELETE."
    BAD_STATE_STUDENT_ID = "BAD_STATE_STUDENT_ID", REJECT, "stateStudentId must be 1 to 15 letters or digits."
    STUDENT_TWICE = "STUDENT_TWICE", REJECT, "A student stands once in a file; neither place is stored."
    WRONG_STRUCTURE = "WRONG_STRUCTURE", REJECT, "{what} was expected."
    TOO_MANY_ROWS = "TOO_MANY_ROWS", REJECT, "A list may have {limit} entries at most."
    TOO_MANY_FINDINGS = "TOO_MANY_FINDINGS", REJECT, "A student may have {limit} findings at most."
    NAME_MISSING = "NAME_MISSING", REJECT, "firstName and lastName1 must be sent."
    BIRTH_DATE_MISSING = "BIRTH_DATE_MISSING", REJECT, "birthDate must be sent."
    BIRTH_DATE_IMPOSSIBLE = (
        "BIRTH_DATE_IMPOSSIBLE",
        REJECT,
        "birthDate must be a date, YYYY-MM-DD, after 1900-01-01 and not after the day of submission.",
    )
    NO_QUALIFYING_MOVE = "NO_QUALIFYING_MOVE", REJECT, "At least one qualifying move must be sent."
    WITHDRAWAL_BEFORE_ENROLLMENT = (
        "WITHDRAWAL_BEFORE_ENROLLMENT",
        REJECT,
        "withdrawalDate must not be before enrollmentDate.",
    )
    ROW_SHAPE = "ROW_SHAPE", REJECT, "A row must have as many cells as the first row names columns."
    UNKNOWN_STUDENT = "UNKNOWN_STUDENT", REJECT, "The row's stateStudentId must stand in students.csv."
    DEMOGRAPHICS_TWICE = "DEMOGRAPHICS_TWICE", REJECT, "A student has one row in demographics.csv."
    ENROLLMENT_KEY_TWICE = "ENROLLMENT_KEY_TWICE", REJECT, "enrollmentKey must be unique within the student."
    UNKNOWN_ENROLLMENT = "UNKNOWN_ENROLLMENT", REJECT, "enrollmentKey must name an enrollment of the student."
    # a field
    WRONG_TYPE = "WRONG_TYPE", WARN, "{what} was expected; stored as null."
    UNKNOWN_CODE = "UNKNOWN_CODE", WARN, "A code of the list {codes} was expected; stored as null."
    UNKNOWN_COUNTRY = "UNKNOWN_COUNTRY", WARN, "A country of ISO 3166-1, two letters, was expected; stored as null."
    UNKNOWN_JURISDICTION = (
        "UNKNOWN_JURISDICTION",
        WARN,
        "The two-letter code of a state or territory was expected; stored as null.",
    )
    IMPOSSIBLE_DATE = "IMPOSSIBLE_DATE", WARN, "A date, YYYY-MM-DD, was expected; stored as null."
    IMPOSSIBLE_MONTH = "IMPOSSIBLE_MONTH", WARN, "A month, YYYY-MM, was expected; stored as null."
    WRONG_DIGITS = "WRONG_DIGITS", WARN, "Exactly {digits} digits were expected; stored as null."
    OUT_OF_RANGE = "OUT_OF_RANGE", WARN, "A number from {least} to {most} was expected; stored as null."
    EMAIL_WITHOUT_AT = "EMAIL_WITHOUT_AT", WARN, "An e-mail address with @ was expected; stored as sent."
    TEXT_TOO_LONG = "TEXT_TOO_LONG", WARN, "At most {longest} characters were expected; the rest was cut off."
    LOOKS_LIKE_SSN = "LOOKS_LIKE_SSN", WARN, "The hub keeps no social security number; stored as null."
    BAD_ALTERNATE_ID = "BAD_ALTERNATE_ID", WARN, "An alternate id has an id, a text; it was left out."
    BIRTH_DATE_AFTER_QAD = "BIRTH_DATE_AFTER_QAD", WARN, "The QAD must not be before the birth date; stored as null."
    AGE_OVER_22 = "AGE_OVER_22", WARN, "An age of 22 at most was expected at the QAD; stored as sent."
    FROM_PLACE_MISSING = "FROM_PLACE_MISSING", WARN, "A move names fromState or fromCountry; stored as sent."
    # nothing changes
    UNKNOWN_FIELD = "UNKNOWN_FIELD", INFO, "The format has no such field; it was passed over."
    UNKNOWN_MEMBER = "UNKNOWN_MEMBER", INFO, "The format has no such file; it was passed over."
    UNKNOWN_MSIX_ID = "UNKNOWN_MSIX_ID", INFO, "The MSIX ID was never given out; it was passed over."
    RETIRED_MSIX_ID = "RETIRED_MSIX_ID", INFO, "The MSIX ID is retired; its student is now {survivor}."
    MSIX_ID_DISAGREES = (
        "MSIX_ID_DISAGREES",
        INFO,
        "The MSIX ID names a student whose birth date and surnames, or whose link, differ; it was passed over.",
    )
    UNKNOWN_RECORD = "UNKNOWN_RECORD", INFO, "The hub holds no record with this stateStudentId; nothing to delete."
    WITHDRAWALS_HELD = (
        "WITHDRAWALS_HELD",
        INFO,
        "Nobody was withdrawn: some lines were rejected without saying whose they are.",
    )


class Finding(NamedTuple):
    """One finding. `line` is the physical line, or the row of the bundle's `member` (its first row is 1)."""

    code: FindingCode
    message: str
    member: str | None = None
    line: int | None = None
    state_student_id: str | None = None
    field: str | None = None
    path: str | None = None

    @property
    def severity(self) -> Severity:
        return self.code.severity


@dataclass
class FileRefused(Exception):
    """A finding of severity FILE: reading stops, and nothing of the file is stored."""

    finding: Finding

    def __str__(self) -> str:
        return self.finding.message


def refusal(
    code: FindingCode, *, member: str | None = None, line: int | None = None, field: str | None = None, **facts: object
) -> FileRefused:
    """The exception that refuses the file with `code`; `facts` fill its message."""
    return FileRefused(Finding(code, code.expected.format(field=field, **facts), member, line, None, field, field))
