"""What a merge or a split would make, before anybody asks for it: who answers with which records, and what differs.

A student that does not exist is None; one that is under review by others is said to be, as by any direct look-up. What
nobody could ask for, such as a merge of a student with itself, is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ARRAY, BigInteger, func, literal, select

from hub.errors import Code, HubError
from hub.identity import earlier_id, outlook
from hub.store.reads import ReadConnections
from hub.tables.dispute import STANDING
from hub.tables.mde import element_name
from hub.viewer import Viewer
from resolvers.compiler.arguments import Binder
from resolvers.compiler.statement import statement_of
from resolvers.sources.consolidated import HEADER_ELEMENTS
from resolvers.sources.review import review_of, under_review

MOST_STUDENTS = 21
_COLUMNS = {element_name(attribute.key): attribute.key for attribute in HEADER_ELEMENTS}


@dataclass(frozen=True)
class Side:
    """The records that will answer together. `msix_id` None: under an ID yet to be given out."""

    msix_id: str | None
    records: tuple[int, ...]


@dataclass(frozen=True)
class Difference:
    """One header element of which the records do not all say the same: (value, state) of each."""

    element: str
    values: tuple[tuple[str | None, str], ...]


@dataclass(frozen=True)
class Preview:
    """The sides as they will be, what differs between all the records, the ids of the disputes that stand with them,
    and the states that would have to decide."""

    students: tuple[int, ...]
    sides: tuple[Side, ...]
    differences: tuple[Difference, ...]
    disputes: tuple[int, ...]
    states: tuple[str, ...]


async def preview_merge(reads: ReadConnections, viewer: Viewer, msix_ids: Sequence[str]) -> Preview | None:
    """The one student that a merge of these makes, under the first's ID.

    Raises HubError: INVALID_ARGUMENT, UNDER_REVIEW.
    """
    if not 2 <= len(msix_ids) <= MOST_STUDENTS or len(set(msix_ids)) < len(msix_ids):
        raise HubError(
            Code.INVALID_ARGUMENT, f"Expected 1 to {MOST_STUDENTS - 1} duplicates, each another student than the rest."
        )
    rows = await _records(reads, viewer, msix_ids)
    if {row["msix_id"] for row in rows} != set(msix_ids):
        return None
    return _preview(rows, [Side(msix_ids[0], tuple(row["state_record_id"] for row in rows))])


async def preview_split(reads: ReadConnections, viewer: Viewer, msix_id: str, leaving: Sequence[int]) -> Preview | None:
    """The two students that a split makes: who stays, then who leaves. None where a record is not the student's.

    Raises HubError: INVALID_ARGUMENT, UNDER_REVIEW.
    """
    rows = await _records(reads, viewer, [msix_id])
    every = [row["state_record_id"] for row in rows]
    if not rows or not set(leaving) <= set(every):
        return None
    if not leaving or set(leaving) == set(every):
        raise HubError(Code.INVALID_ARGUMENT, "Expected one record at least to leave the student, and one to stay.")
    return await _split(reads, rows, msix_id, leaving)


async def _split(reads: ReadConnections, rows: Sequence[Any], msix_id: str, leaving: Sequence[int]) -> Preview:
    every = [row["state_record_id"] for row in rows]
    earlier = await earlier_id(reads, rows[0]["student_id"], leaving)
    sides = [
        Side(msix_id, tuple(record for record in every if record not in leaving)),
        Side(earlier, tuple(record for record in every if record in leaving)),
    ]
    return _preview(rows, sides)


async def preview_item(reads: ReadConnections, viewer: Viewer, item_id: int) -> Preview | None:
    """What an open worklist item of the viewer's leads to, if it is answered so that records move; else None.

    Raises HubError (UNDER_REVIEW) where one of the students is another's to decide about, too.
    """
    found = await outlook(reads, item_id, viewer.decides_for)
    if found is None:
        return None
    if found.leaving:
        rows = await _records(reads, viewer, found.msix_ids[:1])
        part = set(found.leaving) < {row["state_record_id"] for row in rows}
        return await _split(reads, rows, found.msix_ids[0], found.leaving) if part else None
    return await preview_merge(reads, viewer, found.msix_ids)


async def _records(reads: ReadConnections, viewer: Viewer, msix_ids: Sequence[str]) -> list[Any]:
    rows = await reads.fetch(_RECORDS, list(msix_ids), viewer.decides_for, list(STANDING))
    if closed := {row["student_id"] for row in rows if row["closed"]}:
        await _refuse_closed(reads, viewer, sorted(closed))
    return rows


async def _refuse_closed(reads: ReadConnections, viewer: Viewer, students: Sequence[int]) -> None:
    """Raise `UNDER_REVIEW` with whom to ask, and until when; without either where the decision came in between."""
    named = select(func.unnest(literal(students, ARRAY(BigInteger))))
    statement = statement_of(select(review_of(named).label("review")), Binder())
    row = await reads.fetchrow(statement.text, *statement.values((), viewer))
    if row is None or row["review"] is None:
        raise HubError(Code.UNDER_REVIEW, Code.UNDER_REVIEW.description)
    raise under_review(row["review"])


def _preview(rows: Sequence[Any], sides: Sequence[Side]) -> Preview:
    values = {row["state_record_id"]: orjson.loads(row["header"]) for row in rows}
    return Preview(
        tuple({row["student_id"]: None for row in rows}),
        tuple(sides),
        tuple(_differences(rows, values)),
        tuple(sorted({dispute for row in rows for dispute in row["disputes"]})),
        tuple(sorted({row["state"] for row in rows})),
    )


def _differences(rows: Sequence[Any], values: Mapping[int, Mapping[str, Any]]) -> list[Difference]:
    found: list[Difference] = []
    for element, column in _COLUMNS.items():
        said = [(values[row["state_record_id"]][column], row["state"]) for row in rows]
        if len({value for value, _ in said if value is not None}) > 1:
            texts = tuple((None if value is None else str(value), state) for value, state in said)
            found.append(Difference(element, texts))
    return found


_RECORDS = """
SELECT student.student_id, student.msix_id, record.state_record_id, record.state::text AS state,
    row_to_json(demographics)::text AS header,
    ARRAY(SELECT dispute_id FROM dispute_records JOIN disputes USING (dispute_id)
        WHERE dispute_records.state_record_id = record.state_record_id AND disputes.status = ANY($3::text[])
    ) AS disputes,
    record.review_scopes IS NOT NULL AND NOT record.review_scopes && $2::text[] AS closed
FROM students AS student
JOIN state_records AS record USING (student_id)
JOIN demographics USING (state_record_id)
WHERE student.msix_id = ANY($1::text[]) AND record.status = 'ACTIVE'
ORDER BY record.latest_activity DESC, record.submitted_at DESC, record.state, record.state_record_id
"""
"""The record that heads the consolidated record of all of them comes first."""
