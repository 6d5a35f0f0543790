"""What a checked student looks like between the check and the tables, made from the tables' own facts.

A shape has one field an element, named like its column and null unless sent, in the order of the table. Staged
students are these shapes as MessagePack, so equal content is equal bytes, whatever encoding it came in.
"""

from __future__ import annotations

import datetime
import decimal
from types import GenericAlias
from typing import Any, Protocol, cast

import msgspec

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
from hub.tables.mde import Kind, elements

_TYPES: dict[Kind, Any] = {
    Kind.DATE: datetime.date,
    Kind.YEAR: int,
    Kind.BOOLEAN: bool,
    Kind.DECIMAL: decimal.Decimal,
}


def _shape(table: type[Base]) -> type[msgspec.Struct]:
    fields = [(column, _TYPES.get(facts.kind, str) | None, None) for _, column, facts in elements(table)]
    return msgspec.defstruct(table.__name__.removesuffix("Row"), fields, omit_defaults=True, gc=False)


SHAPES: dict[type[Base], type[msgspec.Struct]] = {
    table: _shape(table)
    for table in (
        StateRecordRow,
        AlternateIdRow,
        DemographicsRow,
        QualifyingMoveRow,
        EnrollmentRow,
        CourseRow,
        AssessmentRow,
    )
}


class Draft(Protocol):
    """One checked student. `courses` has one list for each of `enrollments`; a DELETE has only its record's id."""

    deleted: bool
    warnings: int
    record: Any
    demographics: Any
    alternate_ids: list[Any]
    moves: list[Any]
    enrollments: list[Any]
    courses: list[list[Any]]
    assessments: list[Any]


def _rows(name: str, table: type[Base], *, nested: bool = False) -> tuple[str, Any, Any]:
    rows = GenericAlias(list, (SHAPES[table],))
    return name, GenericAlias(list, (rows,)) if nested else rows, msgspec.field(default_factory=list)


_DRAFT = msgspec.defstruct(
    "Draft",
    [
        ("record", SHAPES[StateRecordRow]),
        ("deleted", bool, False),
        ("warnings", int, 0),
        ("demographics", SHAPES[DemographicsRow] | None, None),
        _rows("alternate_ids", AlternateIdRow),
        _rows("moves", QualifyingMoveRow),
        _rows("enrollments", EnrollmentRow),
        _rows("courses", CourseRow, nested=True),
        _rows("assessments", AssessmentRow),
    ],
    omit_defaults=True,
)
_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(_DRAFT)
_encoder = msgspec.msgpack.Encoder()


def draft(**parts: Any) -> Draft:
    """A draft of the given parts, named like `Draft`'s fields."""
    made: Any = _DRAFT(**parts)
    return cast(Draft, made)


def encoded(student: Draft) -> bytes:
    return _encoder.encode(student)


def decoded(content: bytes) -> Draft:
    return cast(Draft, _decoder.decode(content))
