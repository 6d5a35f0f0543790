"""The state records that a statement or request is about: found by the MSIX ID, looked at as the viewer may, held."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub.refusal import Refusal, RefusalCode
from hub.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Concerned:
    """A child and those of its records that are meant, with the state of each, in the order of their ids."""

    student_id: int
    records: dict[int, str]

    @property
    def states(self) -> list[str]:
        return sorted(set(self.records.values()))


async def concerned(
    connection: asyncpg.Connection, viewer: Viewer, msix_id: str, state_record: int | None
) -> Concerned:
    """The child and the record named, or every record of the child that a state holds; held until the end.

    A retired MSIX ID leads to its survivor. Raises Refusal: NOT_FOUND; UNDER_REVIEW where the child is under review
    and not the viewer's to decide.
    """
    rows = await connection.fetch(_FIND, msix_id)
    if not rows:
        raise Refusal(RefusalCode.NOT_FOUND, field="student")
    deciding = set(viewer.decides_for)
    if any(row["review_scopes"] is not None and deciding.isdisjoint(row["review_scopes"]) for row in rows):
        raise Refusal(RefusalCode.UNDER_REVIEW, field="student")
    records = {row["state_record_id"]: row["state"] for row in rows}
    if state_record is not None and state_record not in records:
        raise Refusal(RefusalCode.NOT_FOUND, field="stateRecord")
    named = records if state_record is None else {state_record: records[state_record]}
    return Concerned(rows[0]["student_id"], named)


_FIND = """
SELECT record.student_id, record.state_record_id, record.state, record.review_scopes
FROM state_records AS record
WHERE record.student_id = (SELECT current_id FROM students WHERE msix_id = $1) AND record.status = 'ACTIVE'
ORDER BY record.state_record_id FOR KEY SHARE
"""
