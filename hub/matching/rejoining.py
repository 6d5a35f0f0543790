"""Looks again at tonight's near matches about students of whom more is known by now.

Had the record that told more come first, the one that people are asked about would have been linked. So that the order
of arrival does not matter within a night, it is linked yet, where nobody has taken up the question. Questions of an
earlier night, and those about records that became alike by a later version, are left to people.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import NamedTuple

import asyncpg

from hub.matching.alike import Alike, as_now, still_two
from hub.matching.decide import Decision, Outcome
from hub.matching.model import Model

NIGHT = datetime.timedelta(hours=18)
"""Uploads submitted within this time of each other are of one night."""


class Rejoined(NamedTuple):
    """A record of `state`, the only one of `student`, that links to the student of `decision` by what is known now."""

    record: int
    state: str
    student: int
    decision: Decision


async def rejoined(
    connection: asyncpg.Connection, model: Model, students: Collection[int], submitted_at: datetime.datetime
) -> tuple[list[Rejoined], float]:
    """The records that were left apart in the night of `submitted_at` and link now that `students` have gained
    versions, each student with one other at most, and the prior they were weighed with. Questions and students are
    locked."""
    rows = await connection.fetch(_WAITING, sorted(students), submitted_at, NIGHT)
    open_ones = {row["item_id"] for row in await connection.fetch(_HOLD, sorted({row["item_id"] for row in rows}))}
    waiting = sorted({row["state_record_id"] for row in rows if row["item_id"] in open_ones})
    if not waiting:
        return [], 0.0
    newest, probes, placing = await as_now(connection, model, waiting)
    found: list[Rejoined] = []
    taken: set[int] = set()
    for record, (version, student) in newest.items():
        if student in taken:
            continue
        decision = placing.again(version, probes[record], student)
        if decision.outcome is Outcome.LINK and decision.student is not None:
            found.append(Rejoined(record, version.state, student, decision))
            taken |= {student, decision.student}
    pairs = [Alike(each.record, each.state, each.student, each.decision.candidates[0]) for each in found]
    held = {each.record for each in await still_two(connection, pairs)}
    return [each for each in found if each.record in held], placing.prior


_WAITING = """
SELECT DISTINCT record.state_record_id, asked.item_id
FROM unnest($1::bigint[]) AS gained (student_id)
CROSS JOIN LATERAL (
    SELECT state_record_id FROM state_records WHERE student_id = gained.student_id OFFSET 0) AS held
CROSS JOIN LATERAL (
    SELECT item_id, side FROM worklist_item_records WHERE state_record_id = held.state_record_id OFFSET 0) AS asked
CROSS JOIN LATERAL (
    SELECT FROM worklist_items WHERE item_id = asked.item_id AND status = 'OPEN' AND kind = 'NEAR_MATCH'
        AND account_id IS NULL AND EXISTS (
            SELECT FROM worklist_item_records AS newcomer JOIN links USING (state_record_id)
            WHERE newcomer.item_id = worklist_items.item_id AND side = 1 AND links.upload_id = worklist_items.upload_id
                AND how = 'NEW_STUDENT' AND previous_student_id IS NULL)
        OFFSET 0) AS item
CROSS JOIN LATERAL (
    SELECT state_record_id FROM worklist_item_records
    WHERE item_id = asked.item_id AND side <> asked.side OFFSET 0) AS about
CROSS JOIN LATERAL (
    SELECT state_record_id, student_id FROM state_records
    WHERE state_record_id = about.state_record_id AND status = 'ACTIVE' OFFSET 0) AS record
CROSS JOIN LATERAL (
    SELECT how, previous_student_id, upload_id FROM links
    WHERE state_record_id = record.state_record_id ORDER BY link_id DESC LIMIT 1) AS link
CROSS JOIN LATERAL (SELECT submitted_at FROM uploads WHERE upload_id = link.upload_id OFFSET 0) AS upload
WHERE link.how = 'NEW_STUDENT' AND link.previous_student_id IS NULL
    AND upload.submitted_at BETWEEN $2::timestamptz - $3::interval AND $2::timestamptz + $3::interval
    AND NOT EXISTS (SELECT FROM state_records AS another
        WHERE another.student_id = record.student_id AND another.state_record_id <> record.state_record_id)
    AND NOT EXISTS (SELECT FROM students WHERE merged_into = record.student_id)
"""
_HOLD = """
SELECT item_id FROM worklist_items WHERE item_id = ANY($1::bigint[]) AND status = 'OPEN' AND account_id IS NULL
ORDER BY item_id FOR UPDATE
"""
