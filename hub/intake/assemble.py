"""Puts the rows of one student of a CSV bundle together, as JSON would have it, so that both are checked alike.

Empty cells are absent values; numbers and true/false become what JSON has for them, and whatever is neither stays a
text, for the check to find. Rows keep the order of their file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

from hub.intake.bundle import STUDENTS_CSV
from hub.intake.checked import Checked, Place, checked, finding
from hub.intake.findings import Finding, FindingCode
from hub.intake.students import Found, Rejected, StudentCheck
from hub.tables import AlternateIdRow, AssessmentRow, CourseRow, DemographicsRow, EnrollmentRow, QualifyingMoveRow
from hub.tables.base import Base
from hub.tables.mde import Kind, elements

LISTS: dict[str, tuple[str, type[Base]]] = {
    "alternate_ids.csv": ("alternateIds", AlternateIdRow),
    "demographics.csv": ("demographics", DemographicsRow),
    "qualifying_moves.csv": ("qualifyingMoves", QualifyingMoveRow),
    "enrollments.csv": ("enrollments", EnrollmentRow),
    "courses.csv": ("courses", CourseRow),
    "assessments.csv": ("assessments", AssessmentRow),
}
_KEYS = ("stateStudentId", "enrollmentKey")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
_TRUTH = {"true": True, "false": False}


class SentRow(NamedTuple):
    """A staged row; `cells` is None where their number did not fit the columns."""

    member: str
    row: int
    cells: list[str] | None


class Assembly:
    """Assembles and checks the students of one bundle, whose members have these columns."""

    def __init__(self, columns: dict[str, list[str]], check: StudentCheck) -> None:
        self._check = check
        self._columns = columns
        self._readers = {member: _readers(table) for member, (_, table) in LISTS.items()}

    def students(self, owner: str | None, rows: list[SentRow], *, suspicious: bool) -> list[Checked]:
        """All rows of the stateStudentId `owner` -> its line of students.csv, or several where it stands twice.

        Rows whose student is not in students.csv come back as a `Checked` of line 0 that is no student.
        """
        by_member: dict[str, list[SentRow]] = defaultdict(list)
        for row in rows:
            by_member[row.member].append(row)
        lines = by_member.pop(STUDENTS_CSV, [])
        if not lines:
            return [Checked(0, owner, None, [orphan(row.member, row.row, owner) for row in rows])]
        if len(lines) > 1:
            return [Checked(line.row, owner, None, []) for line in lines]
        return [self._student(owner, lines[0], by_member, suspicious)]

    def _student(
        self, owner: str | None, line: SentRow, children: dict[str, list[SentRow]], suspicious: bool
    ) -> Checked:
        places: dict[str, Place] = {"": (STUDENTS_CSV, line.row)}
        found = Found()
        sent = self._object(line, {}, keep=True)
        try:
            _check_shapes([line, *(row for rows in children.values() for row in rows)], places, found)
            self._add_children(sent, children, places, found)
        except Rejected:
            findings = [finding(item, lambda part: places.get(part) or places[""], owner) for item in found.items]
            return Checked(line.row, owner, None, findings)
        return checked(
            self._check,
            sent,
            line.row,
            lambda part: places.get(part) or places[""],
            suspicious=suspicious,
            found=found,
        )

    def _add_children(
        self, sent: dict[str, Any], children: dict[str, list[SentRow]], places: dict[str, Place], found: Found
    ) -> None:
        for member, (name, _) in LISTS.items():
            rows = children.get(member, [])
            if name == "demographics":
                if rows:
                    sent[name] = self._object(rows[0], self._readers[member])
                    places[name] = (member, rows[-1].row)
                if len(rows) > 1:
                    found.add(FindingCode.DEMOGRAPHICS_TWICE, name, "stateStudentId")
            elif name == "courses":
                self._add_courses(sent["enrollments"], children, places, found)
            else:
                sent[name] = [self._object(row, self._readers[member]) for row in rows]
                places.update({f"{name}[{at}]": (member, row.row) for at, row in enumerate(rows)})

    def _add_courses(
        self,
        enrollments: list[dict[str, Any]],
        children: dict[str, list[SentRow]],
        places: dict[str, Place],
        found: Found,
    ) -> None:
        by_key: dict[str, int] = {}
        for at, row in enumerate(children.get("enrollments.csv", [])):
            enrollments[at]["courses"] = []
            if (key := self._cell(row, "enrollmentKey")) in by_key:
                found.add(FindingCode.ENROLLMENT_KEY_TWICE, f"enrollments[{at}]", "enrollmentKey")
            elif key:
                by_key[key] = at
        for number, row in enumerate(children.get("courses.csv", [])):
            enrollment = by_key.get(self._cell(row, "enrollmentKey"))
            if enrollment is None:
                places[f"courses[{number}]"] = ("courses.csv", row.row)
                found.add(FindingCode.UNKNOWN_ENROLLMENT, f"courses[{number}]", "enrollmentKey")
                continue
            courses = enrollments[enrollment]["courses"]
            places[f"enrollments[{enrollment}].courses[{len(courses)}]"] = ("courses.csv", row.row)
            courses.append(self._object(row, self._readers["courses.csv"]))

    def _object(self, row: SentRow, readers: dict[str, Callable[[str], Any]], *, keep: bool = False) -> dict[str, Any]:
        """The cells that are not empty; the keys that tie rows together are left out unless `keep`."""
        return {
            name: readers[name](cell) if name in readers else cell
            for name, cell in zip(self._columns[row.member], row.cells or [], strict=False)
            if cell and (keep or name not in _KEYS)
        }

    def _cell(self, row: SentRow, name: str) -> str:
        return row.cells[self._columns[row.member].index(name)] if row.cells else ""


def orphan(member: str, row: int, owner: str | None) -> Finding:
    """The finding on a row whose student the bundle does not hold."""
    code = FindingCode.UNKNOWN_STUDENT
    return Finding(code, code.expected, member, row, owner, "stateStudentId", "stateStudentId")


def _check_shapes(rows: list[SentRow], places: dict[str, Place], found: Found) -> None:
    """Raises Rejected where a row's cells cannot be told apart."""
    for row in rows:
        if row.cells is None:
            at = f"{row.member}[{row.row}]"
            places[at] = (row.member, row.row)
            found.add(FindingCode.ROW_SHAPE, at, None)
    if found.rejected:
        raise Rejected


def _readers(table: type[Base]) -> dict[str, Callable[[str], Any]]:
    kinds = {Kind.BOOLEAN: _truth, Kind.YEAR: _number, Kind.DECIMAL: _number}
    return {name: kinds[facts.kind] for name, _, facts in elements(table) if facts.kind in kinds}


def _truth(cell: str) -> Any:
    return _TRUTH.get(cell, cell)


def _number(cell: str) -> Any:
    if not _NUMBER.fullmatch(cell):
        return cell
    return float(cell) if "." in cell else int(cell)
