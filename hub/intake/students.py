"""Checks one student whole: every field by its facts, then the rules between fields.

`StudentCheck` serves one upload. The same code checks both encodings: it is given a student as JSON has it, and says
of each finding at which path it is; where that path lies in the file is for the reader to say.
"""

from __future__ import annotations

import datetime
from typing import Any

from hub.intake.findings import REJECT, WARN, FindingCode
from hub.intake.rules import STATE_STUDENT_ID, check_birth_date, check_enrollment, check_moves
from hub.intake.shapes import SHAPES, Draft, draft
from hub.intake.swift import SwiftCheck
from hub.intake.values import Checks, CodeLists, Unsound, checks_of
from hub.ssn import looks_like_ssn
from hub.tables import AlternateIdRow, AssessmentRow, CourseRow, DemographicsRow, EnrollmentRow, QualifyingMoveRow
from hub.tables.base import Base
from hub.tables.state_record import StateRecordRow

DEEPEST = 32
MOST_ENTRIES = 32_767
MOST_FINDINGS = 1_000
MOST_SHOWN = 64  # characters of a name or id of the sender's own making
_PARTS = frozenset({"action", "alternateIds", "demographics", "qualifyingMoves", "enrollments", "assessments"})
_NOTHING: frozenset[str] = frozenset()
_COURSES = frozenset({"courses"})


class Rejected(Exception):
    """The student cannot be checked any further; the finding that says why is among the findings."""


class Found:
    """What was found about one student: (code, message, field, path) in order."""

    def __init__(self) -> None:
        self.items: list[tuple[FindingCode, str, str | None, str | None]] = []
        self.rejected = False
        self.warnings = 0

    def add(self, code: FindingCode, path: str, field: str | None, **facts: Any) -> None:
        """Note `code` at `field` of the part at `path` (empty: the student itself). Raises Rejected past the limit."""
        self.rejected = self.rejected or code.severity is REJECT
        self.warnings += code.severity is WARN
        at = f"{path}.{field}" if path and field else field or path or None
        self.items.append((code, code.expected.format(**facts), field, at))
        if len(self.items) == MOST_FINDINGS and code is not FindingCode.TOO_MANY_FINDINGS:
            self.reject(FindingCode.TOO_MANY_FINDINGS, "", None, limit=f"{MOST_FINDINGS:,}")

    def reject(self, code: FindingCode, path: str, field: str | None, **facts: Any) -> None:
        self.add(code, path, field, **facts)
        raise Rejected


class StudentCheck:
    """The checks of one upload, for the code lists good on its day of submission."""

    def __init__(self, lists: CodeLists, submitted_on: datetime.date) -> None:
        self._submitted_on = submitted_on
        self._swift = SwiftCheck(lists, submitted_on)
        self._checks = {wary: {table: checks_of(table, lists, wary=wary) for table in SHAPES} for wary in (False, True)}

    def quickly(self, line: bytes) -> Draft | None:
        """The student of a JSON line that is not suspicious, if nothing is to be found in it; else None."""
        return self._swift.read(line)

    def check(self, sent: dict[str, Any], found: Found, *, suspicious: bool) -> Draft | None:
        """The student as it is stored, or None when `found` holds a rejection.

        `suspicious` is whether the bytes may hold U+0000 or a social security number; only then are texts searched.
        """
        try:
            student = self._whole(sent, found, self._checks[suspicious], suspicious)
        except Rejected:
            return None
        return None if found.rejected else student

    def _whole(
        self, sent: dict[str, Any], found: Found, checks: dict[type[Base], Checks], suspicious: bool
    ) -> Draft | None:
        if suspicious and holds_nul(sent):
            found.reject(FindingCode.NUL, "", None)
        if state_student_id(sent) is None:
            found.add(FindingCode.BAD_STATE_STUDENT_ID, "", "stateStudentId")
        action = sent.get("action")
        if action == "DELETE" and too_deep(sent, 0):
            found.add(FindingCode.TOO_DEEP, "", None)
        if action == "DELETE" and not found.rejected:
            return draft(record=SHAPES[StateRecordRow](state_student_id=sent["stateStudentId"]), deleted=True)
        if action not in ("UPSERT", "DELETE"):
            found.add(FindingCode.BAD_ACTION, "", "action")
        if found.rejected:
            return None
        part = _Part(found, checks)
        record = part.one(StateRecordRow, sent, "", _PARTS)
        demographics = self._demographics(part, sent)
        moves = part.many(QualifyingMoveRow, sent, "qualifyingMoves")
        check_moves(moves, demographics.get("birth_date"), found)
        enrollments, courses = _enrollments(part, sent)
        assessments = part.many(AssessmentRow, sent, "assessments")
        alternate_ids = part.alternate_ids(sent)
        if found.rejected:
            return None
        return draft(
            record=SHAPES[StateRecordRow](**record),
            warnings=found.warnings,
            demographics=SHAPES[DemographicsRow](**demographics),
            alternate_ids=_shaped(AlternateIdRow, alternate_ids),
            moves=_shaped(QualifyingMoveRow, moves),
            enrollments=_shaped(EnrollmentRow, enrollments),
            courses=[_shaped(CourseRow, rows) for rows in courses],
            assessments=_shaped(AssessmentRow, assessments),
        )

    def _demographics(self, part: _Part, sent: dict[str, Any]) -> dict[str, Any]:
        sent_demographics = sent.get("demographics")
        if sent_demographics is None:
            sent_demographics = {}
        elif type(sent_demographics) is not dict:
            part.found.reject(FindingCode.WRONG_STRUCTURE, "", "demographics", what="An object")
        others = {name: value for name, value in sent_demographics.items() if name != "birthDate"}
        demographics = part.one(DemographicsRow, others, "demographics", _NOTHING)
        for column, name in (("first_name", "firstName"), ("last_name1", "lastName1")):
            if column not in demographics:
                part.found.add(FindingCode.NAME_MISSING, "demographics", name)
        birth_date = check_birth_date(sent_demographics.get("birthDate"), self._submitted_on, part.found)
        if birth_date is not None:
            demographics["birth_date"] = birth_date
        return demographics


class _Part:
    """Checks the parts of one student."""

    def __init__(self, found: Found, checks: dict[type[Base], Checks]) -> None:
        self.found = found
        self._checks = checks

    def one(
        self, table: type[Base], sent: dict[str, Any], path: str, parts: frozenset[str] = _NOTHING
    ) -> dict[str, Any]:
        """One object's elements, as {column: value}; `parts` are names of it that are checked elsewhere."""
        checks = self._checks[table]
        row = {}
        for name, value in sent.items():
            known = checks.get(name)
            if known is None:
                if name not in parts:
                    self._unknown(name, value, path)
                continue
            if value is None:
                continue
            column, good, check = known
            if type(value) is str and value in good:
                row[column] = value
                continue
            try:
                kept = check(value)
            except Unsound as unsound:
                kept = self._unsound(unsound, name, value, path)
            if kept is not None:
                row[column] = kept
        return row

    def _unknown(self, name: str, value: Any, path: str) -> None:
        if too_deep(value, _above(path)):
            self.found.reject(FindingCode.TOO_DEEP, path, shown(name))
        self.found.add(FindingCode.UNKNOWN_FIELD, path, shown(name))

    def _unsound(self, unsound: Unsound, name: str, value: Any, path: str) -> Any:
        if too_deep(value, _above(path)):
            self.found.reject(FindingCode.TOO_DEEP, path, name)
        self.found.add(unsound.code, path, name, **unsound.facts)
        return unsound.kept

    def many(
        self, table: type[Base], sent: dict[str, Any], name: str, path: str = "", parts: frozenset[str] = _NOTHING
    ) -> list[dict[str, Any]]:
        """A list of objects under `name`; absent or null is the empty list."""
        at = f"{path}.{name}" if path else name
        entries = self._entries(sent, name, path)
        return [self.one(table, entry, f"{at}[{place}]", parts) for place, entry in enumerate(entries)]

    def _entries(self, sent: dict[str, Any], name: str, path: str) -> list[dict[str, Any]]:
        entries = sent.get(name)
        if entries is None:
            return []
        if type(entries) is not list or not all(type(entry) is dict for entry in entries):
            if too_deep(entries, _above(path)):
                self.found.reject(FindingCode.TOO_DEEP, path, name)
            self.found.reject(FindingCode.WRONG_STRUCTURE, path, name, what="A list of objects")
        if len(entries) > MOST_ENTRIES:
            self.found.reject(FindingCode.TOO_MANY_ROWS, path, name, limit=f"{MOST_ENTRIES:,}")
        return entries

    def alternate_ids(self, sent: dict[str, Any]) -> list[dict[str, Any]]:
        """Those that have an id; the others are a warning each."""
        entries = sent.get("alternateIds")
        if entries is None:
            return []
        if type(entries) is not list:
            self.found.add(FindingCode.BAD_ALTERNATE_ID, "", "alternateIds")
            return []
        if len(entries) > MOST_ENTRIES:
            self.found.reject(FindingCode.TOO_MANY_ROWS, "", "alternateIds", limit=f"{MOST_ENTRIES:,}")
        if too_deep(entries, 1):
            self.found.reject(FindingCode.TOO_DEEP, "", "alternateIds")
        rows = []
        for place, entry in enumerate(entries):
            path = f"alternateIds[{place}]"
            row = self.one(AlternateIdRow, entry, path) if type(entry) is dict else {}
            if "id" in row:
                rows.append(row)
            elif not any(at == f"{path}.id" for *_, at in self.found.items):
                self.found.add(FindingCode.BAD_ALTERNATE_ID, path, "id")
        return rows


def _enrollments(part: _Part, sent: dict[str, Any]) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    enrollments = part.many(EnrollmentRow, sent, "enrollments", parts=_COURSES)
    courses = []
    for place, enrollment in enumerate(enrollments):
        path = f"enrollments[{place}]"
        check_enrollment(enrollment, path, part.found)
        courses.append(part.many(CourseRow, sent["enrollments"][place], "courses", path))
    return enrollments, courses


def _shaped(table: type[Base], rows: list[dict[str, Any]]) -> list[Any]:
    shape = SHAPES[table]
    return [shape(**row) for row in rows]


_NESTING = (dict, list)


def _above(path: str) -> int:
    """How deep the part at `path` nests: the student is 1; a list and each object in it is one more."""
    return 1 + 2 * path.count("[") + (bool(path) and "[" not in path)


def too_deep(value: Any, above: int) -> bool:
    """Whether `value`, inside something that nests `above` deep, nests deeper than 32."""
    level = [value] if type(value) in _NESTING else []
    while level:
        above += 1
        if above > DEEPEST:
            return True
        inner = (part for each in level for part in (each.values() if type(each) is dict else each))
        level = [part for part in inner if type(part) in _NESTING]
    return False


def holds_nul(value: Any) -> bool:
    """Whether any text in `value`, a key too, holds U+0000."""
    level = [value]
    while level:
        each = level.pop()
        if type(each) is str and "\0" in each:
            return True
        if type(each) is dict:
            level.extend(each)
            level.extend(each.values())
        elif type(each) is list:
            level.extend(each)
    return False


def state_student_id(sent: dict[str, Any]) -> str | None:
    """The student's id where it is one that the hub can hold."""
    found = sent.get("stateStudentId")
    return found if type(found) is str and STATE_STUDENT_ID.fullmatch(found) else None


def shown(name: Any) -> str | None:
    """What a finding may show of a name or id of the sender's own making."""
    if type(name) is not str or not name.strip() or looks_like_ssn(name):
        return None
    return name[:MOST_SHOWN].replace("\0", "").encode("utf-8", "replace").decode()
