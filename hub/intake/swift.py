"""The quick way for students in whom nothing is to be found: most of them.

Each line is first decoded straight into types that only sound values fit. What does not fit, or breaks a rule between
fields, says nothing here: it goes through `hub.intake.students`, which finds out what is wrong. So this module may
refuse what is sound, at the price of time, but a student it takes must be the one that the full check would make; a
test compares the two.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import lru_cache
from types import GenericAlias
from typing import Annotated, Any, Literal

import msgspec
from msgspec.structs import astuple

from hub.intake.rules import EARLIEST_BIRTH, OLDEST_AT_QAD, STATE_STUDENT_ID, age
from hub.intake.shapes import SHAPES, Draft, draft
from hub.intake.values import EARLIEST, LATEST, CodeLists, exact, good_texts
from hub.tables import (
    AlternateIdRow,
    AssessmentRow,
    CourseRow,
    DemographicsRow,
    EnrollmentRow,
    QualifyingMoveRow,
    StateRecordRow,
)
from hub.tables.base import Base
from hub.tables.mde import Kind, Mde, elements

MOST_ENTRIES = 1_000
# How a text begins that may be blank throughout.
_BLANK = (b'" ', b'"\\')
_BLANK_NOT_ASCII = (b'"\xc2', b'"\xe1\x9a', b'"\xe2\x80', b'"\xe3\x80')


class SwiftCheck:
    """The quick check of one upload. `read` gives None for whatever needs the full check."""

    def __init__(self, lists: CodeLists, submitted_on: datetime.date) -> None:
        self._submitted_on = submitted_on
        self._tables = {table: _Table(table) for table in SHAPES}
        self._decoder = _decoder(frozenset(lists.codes.items()), lists.jurisdictions)

    def read(self, line: bytes) -> Draft | None:
        """The student of a line in whose bytes nothing is suspicious, when it is sound throughout."""
        beginnings = _BLANK if line.isascii() else (*_BLANK, *_BLANK_NOT_ASCII)
        if any(beginning in line for beginning in beginnings):
            return None
        try:
            sent = self._decoder.decode(line)
        except (ValueError, RecursionError):
            return None
        return self._whole(sent) if self._is_sound(sent) else None

    def _is_sound(self, sent: Any) -> bool:
        who = sent.demographics
        if who is None or sent.action is None or not STATE_STUDENT_ID.fullmatch(sent.stateStudentId or ""):
            return False
        born = who.birthDate
        if who.firstName is None or who.lastName1 is None or born is None:
            return False
        if not EARLIEST_BIRTH <= born <= self._submitted_on or not sent.qualifyingMoves:
            return False
        return (
            all(_fits(move, born) for move in sent.qualifyingMoves)
            and all(each.id is not None for each in sent.alternateIds or ())
            and not any(
                each.enrollmentDate and each.withdrawalDate and each.withdrawalDate < each.enrollmentDate
                for each in sent.enrollments or ()
            )
        )

    def _whole(self, sent: Any) -> Draft | None:
        rows = self._tables
        enrollments = sent.enrollments or ()
        try:
            return draft(
                record=rows[StateRecordRow].shaped(sent),
                demographics=rows[DemographicsRow].shaped(sent.demographics),
                alternate_ids=[rows[AlternateIdRow].shaped(each) for each in sent.alternateIds or ()],
                moves=[rows[QualifyingMoveRow].shaped(each) for each in sent.qualifyingMoves],
                enrollments=[rows[EnrollmentRow].shaped(each) for each in enrollments],
                courses=[[rows[CourseRow].shaped(course) for course in each.courses or ()] for each in enrollments],
                assessments=[rows[AssessmentRow].shaped(each) for each in sent.assessments or ()],
            )
        except _NotSound:
            return None


@lru_cache(maxsize=8)
def _decoder(codes: frozenset[tuple[str, frozenset[str]]], jurisdictions: frozenset[str]) -> msgspec.json.Decoder[Any]:
    """The decoder of sound students by these code lists. Making it takes longer than checking a small file."""
    lists = CodeLists(dict(codes), jurisdictions)
    types: dict[type[Base], type[msgspec.Struct]] = {
        table: _strict(table, lists) for table in SHAPES if table not in (EnrollmentRow, StateRecordRow)
    }
    types[EnrollmentRow] = _strict(EnrollmentRow, lists, [("courses", _many(types[CourseRow]), None)])
    student = _strict(
        StateRecordRow,
        lists,
        [
            ("alternateIds", _many(types[AlternateIdRow]), None),
            ("demographics", types[DemographicsRow], None),
            ("qualifyingMoves", _many(types[QualifyingMoveRow]), None),
            ("enrollments", _many(types[EnrollmentRow]), None),
            ("assessments", _many(types[AssessmentRow]), None),
            ("action", Literal["UPSERT"], None),
        ],
    )
    return msgspec.json.Decoder(student)


class _NotSound(Exception):
    """A value that its type let through needs the full check."""


def _fits(move: Any, born: datetime.date) -> bool:
    arrival = move.qualifyingArrivalDate
    came_from = move.fromState is not None or move.fromCountry is not None
    return came_from and (arrival is None or (born <= arrival and age(born, arrival) <= OLDEST_AT_QAD))


class _Table:
    """Turns a strictly decoded row into its shape, looking at what types cannot say."""

    def __init__(self, table: type[Base]) -> None:
        self._shape = SHAPES[table]
        kinds = [facts.kind for *_, facts in elements(table)]
        self._count = len(kinds)
        self._digits, self._dates, self._emails, self._decimals = (
            [place for place, kind in enumerate(kinds) if kind is wanted]
            for wanted in (Kind.DIGITS, Kind.DATE, Kind.EMAIL, Kind.DECIMAL)
        )

    def shaped(self, sent: msgspec.Struct) -> Any:
        values = list(astuple(sent)[: self._count])
        for place in self._digits:
            text = values[place]
            if text is not None and not (text.isascii() and text.isdigit()):
                raise _NotSound
        for place in self._dates:
            day = values[place]
            if day is not None and not EARLIEST <= day <= LATEST:
                raise _NotSound
        for place in self._emails:
            if values[place] is not None and "@" not in values[place]:
                raise _NotSound
        for place in self._decimals:
            if values[place] is not None:
                values[place] = exact(values[place])
        return self._shape(*values)


def _strict(table: type[Base], lists: CodeLists, parts: Sequence[tuple[str, Any, Any]] = ()) -> type[msgspec.Struct]:
    """A type that has the table's elements under their own names, then `parts`, and takes nothing else."""
    fields = [(name, _type(facts, lists) | None, None) for name, _, facts in elements(table)]
    return msgspec.defstruct(f"Sent{table.__name__}", [*fields, *parts], forbid_unknown_fields=True)


def _type(facts: Mde, lists: CodeLists) -> Any:
    match facts.kind:
        case Kind.TEXT | Kind.EMAIL:
            return Annotated[str, msgspec.Meta(min_length=1, max_length=facts.longest)]
        case Kind.CODE | Kind.COUNTRY | Kind.JURISDICTION:
            return Literal[tuple(sorted(good_texts(facts, lists)))]
        case Kind.DIGITS:
            return Annotated[str, msgspec.Meta(min_length=facts.digits, max_length=facts.digits)]
        case Kind.YEAR:
            return Annotated[int, msgspec.Meta(ge=facts.least, le=facts.most)]
        case Kind.DECIMAL:
            return Annotated[float, msgspec.Meta(ge=facts.least, le=facts.most)]
        case Kind.MONTH:
            return Literal[tuple(f"{year}-{month:02}" for year in range(1900, 2100) for month in range(1, 13))]
    return datetime.date if facts.kind is Kind.DATE else bool


def _many(row: type[msgspec.Struct]) -> Any:
    rows = GenericAlias(list, (row,))
    return Annotated[rows, msgspec.Meta(max_length=MOST_ENTRIES)] | None
