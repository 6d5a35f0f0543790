"""Writes the records of a chunk: every table in one COPY, every change of what is there in one statement.

A record is replaced whole: its rows are deleted and copied anew, each with its place in the upload as its key.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
from msgspec.structs import astuple

from hub.intake.derived import eligibility_end, health_alerts, latest_activity, latest_enrollment
from hub.intake.shapes import Draft
from hub.names import fold
from hub.tables import (
    AlternateIdRow,
    AssessmentRow,
    CourseRow,
    DemographicsRow,
    EnrollmentRow,
    HealthAlertRow,
    QualifyingMoveRow,
    StateRecordRow,
)
from hub.tables.base import Base
from hub.tables.mde import elements

MOST_WARNINGS = 32_767
_NAMES = ("first_name", "middle_name", "last_name1", "last_name2")
_PLACED = ("state_record_id", "position")


def _columns(table: type[Base], before: tuple[str, ...], *after: str) -> tuple[str, ...]:
    return (*before, *(column for _, column, _ in elements(table)), *after)


RECORD_COLUMNS = _columns(
    StateRecordRow,
    ("state_record_id", "student_id", "state", "upload_id", "submitted_at"),
    "latest_enrollment",
    "latest_activity",
    "warnings",
    "content_hash",
)
CHILD_COLUMNS: dict[type[Base], tuple[str, ...]] = {
    AlternateIdRow: _columns(AlternateIdRow, _PLACED),
    DemographicsRow: _columns(DemographicsRow, ("state_record_id",), *(f"{name}_key" for name in _NAMES)),
    QualifyingMoveRow: _columns(QualifyingMoveRow, _PLACED, "eligibility_end"),
    EnrollmentRow: _columns(EnrollmentRow, _PLACED),
    CourseRow: _columns(CourseRow, ("state_record_id", "enrollment_position", "position")),
    AssessmentRow: _columns(AssessmentRow, _PLACED),
    HealthAlertRow: ("state_record_id", "kind", "enrollment_position", "reported_on"),
}
"""Parents before children, as they are copied."""


@dataclass(frozen=True)
class Source:
    """The upload that records come from."""

    upload_id: int
    state: str
    submitted_at: datetime.datetime


@dataclass(frozen=True)
class Record:
    """A record to write: a checked student with its keys."""

    state_record_id: int
    student_id: int
    draft: Draft
    content_hash: bytes


async def prepare(connection: asyncpg.Connection) -> None:
    """Make this connection's own table through which changed records go."""
    await connection.execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS changed_records (LIKE state_records INCLUDING DEFAULTS) "
        "ON COMMIT DELETE ROWS"
    )


async def reserve(connection: asyncpg.Connection, count: int) -> list[int]:
    """Ids for `count` new state records."""
    rows = await connection.fetch(
        "SELECT nextval(pg_get_serial_sequence('state_records', 'state_record_id')) AS id FROM generate_series(1, $1)",
        count,
    )
    return [row["id"] for row in rows]


async def write(connection: asyncpg.Connection, source: Source, records: list[Record], replaced: list[int]) -> None:
    """Store the records, new or in place of those in `replaced`, and make them ACTIVE."""
    if not records:
        return
    await _clear(connection, replaced)
    await connection.copy_records_to_table(
        "changed_records", records=[_record(source, record) for record in records], columns=RECORD_COLUMNS
    )
    await connection.execute(_UPSERT)
    rows: dict[type[Base], list[tuple[Any, ...]]] = {table: [] for table in CHILD_COLUMNS}
    for record in records:
        for table, found in _children(record):
            rows[table].extend(found)
    for table, columns in CHILD_COLUMNS.items():
        if rows[table]:
            await connection.copy_records_to_table(table.__tablename__, records=rows[table], columns=columns)


async def confirm(connection: asyncpg.Connection, source: Source, record_ids: list[int]) -> None:
    """Note that the state sent these records again as they are: its submission is the newer one."""
    if not record_ids:
        return
    await connection.execute(_CONFIRM, record_ids, source.submitted_at)


async def delete(connection: asyncpg.Connection, source: Source, state_record_ids: list[int]) -> None:
    """Take away everything but the record's id and its links."""
    if not state_record_ids:
        return
    await _clear(connection, state_record_ids)
    await connection.execute(_DELETE, state_record_ids, source.upload_id, source.submitted_at)


async def _clear(connection: asyncpg.Connection, state_record_ids: list[int]) -> None:
    if not state_record_ids:
        return
    await connection.execute(_CLEAR, state_record_ids)


def _record(source: Source, record: Record) -> tuple[Any, ...]:
    return (
        record.state_record_id,
        record.student_id,
        source.state,
        source.upload_id,
        source.submitted_at,
        *astuple(record.draft.record),
        latest_enrollment(record.draft),
        latest_activity(record.draft, source.submitted_at.date()),
        min(record.draft.warnings, MOST_WARNINGS),
        record.content_hash,
    )


def _children(record: Record) -> Iterator[tuple[type[Base], Iterable[tuple[Any, ...]]]]:
    key, sent = record.state_record_id, record.draft
    who = sent.demographics
    names = (fold(getattr(who, name)) for name in _NAMES)
    yield DemographicsRow, [(key, *astuple(who), *names)]
    yield (
        QualifyingMoveRow,
        [(key, place, *astuple(move), _end(move, who.birth_date)) for place, move in enumerate(sent.moves)],
    )
    yield AlternateIdRow, _placed(key, sent.alternate_ids)
    yield EnrollmentRow, _placed(key, sent.enrollments)
    for place, courses in enumerate(sent.courses):
        yield CourseRow, [(key, place, number, *astuple(course)) for number, course in enumerate(courses)]
    yield AssessmentRow, _placed(key, sent.assessments)
    yield HealthAlertRow, [(key, *alert) for alert in health_alerts(sent)]


def _placed(key: int, rows: list[Any]) -> list[tuple[Any, ...]]:
    return [(key, place, *astuple(row)) for place, row in enumerate(rows)]


def _end(move: Any, birth_date: datetime.date) -> datetime.date | None:
    return eligibility_end(move.qualifying_arrival_date, move.eligibility_expiration_date, birth_date)


_EMPTY = "{0}_gone AS (DELETE FROM {0} WHERE state_record_id = ANY($1::bigint[]))"
_CLEAR = f"WITH {', '.join(_EMPTY.format(table.__tablename__) for table in CHILD_COLUMNS)} SELECT"
_FIXED = ("state_record_id", "student_id", "state", "state_student_id")
_UPSERT = f"""
INSERT INTO state_records ({", ".join(RECORD_COLUMNS)}) SELECT {", ".join(RECORD_COLUMNS)} FROM changed_records
ON CONFLICT (state, state_student_id) DO UPDATE SET status = 'ACTIVE', updated_at = now(),
    {", ".join(f"{column} = excluded.{column}" for column in RECORD_COLUMNS if column not in _FIXED)}
"""  # noqa: S608
_EMPTIED = [
    column for _, column, _ in elements(StateRecordRow) if StateRecordRow.__table__.columns[column].nullable
] + ["latest_enrollment"]
_DELETE = f"""
UPDATE state_records SET status = 'DELETED', updated_at = now(), upload_id = $2, submitted_at = $3, warnings = 0,
    content_hash = '', {", ".join(f"{column} = NULL" for column in _EMPTIED)}
WHERE state_record_id = ANY($1::bigint[])
"""  # noqa: S608
_CONFIRM = """
UPDATE state_records SET submitted_at = $2 WHERE state_record_id = ANY($1::bigint[]) AND submitted_at < $2
"""
