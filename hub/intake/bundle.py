"""Reads the CSV bundle: a zip with one CSV file a record type, each read by its name and nothing else.

Nothing is unpacked to disk and no member's claimed size is believed; `hub.intake.assemble` puts the rows of a student
together once they are staged.
"""

from __future__ import annotations

import csv
import hashlib
import zipfile
import zlib
from collections.abc import Collection, Iterator
from typing import BinaryIO, NamedTuple

from hub.intake.findings import Finding, FindingCode, refusal
from hub.intake.header import HEADER_CSV, Header, header_from_cells
from hub.intake.lines import lines
from hub.intake.unpack import BLOCK, Budget, Encoding
from hub.intake.zip_members import members

STUDENTS_CSV = "students.csv"
REQUIRED: dict[str, tuple[str, ...]] = {
    STUDENTS_CSV: ("action", "stateStudentId"),
    "alternate_ids.csv": ("stateStudentId", "id"),
    "demographics.csv": ("stateStudentId", "firstName", "lastName1", "birthDate"),
    "qualifying_moves.csv": ("stateStudentId", "qualifyingArrivalDate"),
    "enrollments.csv": ("stateStudentId", "enrollmentKey", "enrollmentDate"),
    "courses.csv": ("stateStudentId", "enrollmentKey"),
    "assessments.csv": ("stateStudentId",),
}
"""The members that hold rows of students, with the columns that they cannot do without."""


class Row(NamedTuple):
    """One row; row 1 names the columns. Blank rows count but are not handed on."""

    member: str
    row: int
    cells: list[str]


class Bundle:
    """One CSV bundle. First `header`, then `rows` or `drain` to the end, then `digest`."""

    encoding = Encoding.CSV

    def __init__(self, file: BinaryIO, budget: Budget, longest_line: int) -> None:
        self._budget = budget
        self._longest = longest_line
        self._digests: dict[str, bytes] = {}
        self._zip, self._members, self._unknown = members(file, (HEADER_CSV, *REQUIRED))
        self.columns: dict[str, list[str]] = {}

    def header(self, sender: str | None, states: Collection[str]) -> Header:
        rows = self._rows(HEADER_CSV, ())
        first = next(rows, None)
        if first is None:
            raise refusal(FindingCode.HEADER_MISSING, member=HEADER_CSV)
        if len(first.cells) != len(self.columns[HEADER_CSV]) or next(rows, None) is not None:
            raise refusal(FindingCode.HEADER_FIELD, member=HEADER_CSV, field="row", what="the only one below the names")
        header = header_from_cells(self.columns[HEADER_CSV], first.cells, sender, states)
        unknown = FindingCode.UNKNOWN_MEMBER
        header.findings.extend(Finding(unknown, unknown.expected) for _ in range(self._unknown))
        return header

    def rows(self) -> Iterator[Row]:
        """Every row of every member but the header's. Raises FileRefused."""
        for name, required in REQUIRED.items():
            yield from self._rows(name, required)

    def drain(self) -> None:
        for name in REQUIRED:
            for _ in lines(self._blocks(name), self._longest, name):
                pass

    def digest(self) -> bytes:
        """SHA-256 over the name and the SHA-256 of each of the eight members as unpacked, in a fixed order."""
        whole = hashlib.sha256()
        for name in (HEADER_CSV, *REQUIRED):
            whole.update(name.encode() + b"\0" + self._digests[name])
        return whole.digest()

    def _rows(self, name: str, required: tuple[str, ...]) -> Iterator[Row]:
        text = _Text(self._blocks(name), self._longest, name)
        csv.field_size_limit(max(csv.field_size_limit(), self._longest))
        reader = csv.reader(text, strict=True)
        try:
            columns = next(reader, [])
            twice = next((column for column in columns if columns.count(column) > 1), None)
            missing = next((column for column in required if column not in columns), None)
            if missing is not None or twice is not None or len(columns) > MOST_COLUMNS:
                raise refusal(FindingCode.CSV_COLUMNS, member=name, line=1, column=missing or "those of the format")
            self.columns[name] = columns
            for number, cells in enumerate(reader, start=2):
                text.held = 0
                if any(map(str.strip, cells)):
                    yield Row(name, number, cells)
        except csv.Error as error:
            raise refusal(FindingCode.CSV_MALFORMED, member=name, line=text.line) from error

    def _blocks(self, name: str) -> Iterator[bytes]:
        found = hashlib.sha256()
        try:
            with self._zip.open(self._members[name]) as member:
                while block := member.read(BLOCK):
                    self._budget.spend(len(block), name)
                    found.update(block)
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise refusal(FindingCode.DAMAGED, member=name) from error
        self._digests[name] = found.digest()


MOST_COLUMNS = 500


class _Text:
    """The physical lines of a member as the CSV reader wants them; one row may span several, up to the limit."""

    def __init__(self, blocks: Iterator[bytes], longest: int, member: str) -> None:
        self._lines = lines(blocks, longest, member)
        self._longest = longest
        self._member = member
        self.line = 0
        self.held = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.line, line = next(self._lines)
        self.held += len(line)
        if self.held > self._longest:
            raise refusal(FindingCode.LINE_TOO_LONG, member=self._member, line=self.line, limit=self._longest)
        return line.decode() + "\n"
