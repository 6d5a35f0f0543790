"""Looks again at earlier links of students whose co-twin has come to light.

Had the co-twin come first, a record whose given names are not equal would not have been linked without a person. So
that the order of arrival does not matter, such a link is taken back, unless people said that the two are one child.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import asyncpg

from hub.matching.decide import Candidate, candidate_of
from hub.matching.guards import Guard
from hub.matching.lookup import surroundings
from hub.matching.model import Model
from hub.matching.neighbourhood import Version


class Doubt(NamedTuple):
    """A record, of `state`, that was linked to `student` by matching alone, and would not be now."""

    record: int
    state: str
    student: int
    candidate: Candidate


async def doubts(connection: asyncpg.Connection, model: Model, students: Collection[int], prior: float) -> list[Doubt]:
    """The links of these students that matching alone made, and a person should look at. The students are locked."""
    await connection.execute(_HOLD, sorted(students))
    linked = await connection.fetch(_LINKED, sorted(students))
    if not linked:
        return []
    around = await surroundings(
        connection, [], [row["state_record_id"] for row in linked], [row["student_id"] for row in linked]
    )
    confirmed = {record for pair, same in around.verdicts.items() if same for record in pair}
    found: list[Doubt] = []
    taken: set[int] = set()
    for row in linked:
        record, student = row["state_record_id"], row["student_id"]
        versions = around.neighbourhood.versions.get(student, [])
        mine = [each for each in versions if each.record == record]
        others = [each for each in versions if each.record != record and each.record not in taken]
        # What a record said that has left the student since speaks for it, but is nobody to be parted from.
        if record in confirmed or not mine or not {each.record for each in others}.intersection(row["held"]):
            continue
        candidate = _best(model, mine, student, others, prior)
        if candidate.levels.given != "exact" and candidate.state_id != "same":
            candidate.guards.append(Guard.MULTIPLE_BIRTH)
            found.append(Doubt(record, row["state"], student, candidate))
            taken.add(record)
    return found


def _best(model: Model, mine: list[Version], student: int, others: list[Version], prior: float) -> Candidate:
    """The student as a candidate for the record, by the versions that agree best on the given names."""
    return max(
        (candidate_of(model, version, student, others, prior) for version in mine),
        key=lambda candidate: (candidate.levels.given == "exact", candidate.total),
    )


_HOLD = "SELECT FROM students WHERE student_id = ANY($1::bigint[]) ORDER BY student_id FOR NO KEY UPDATE"
_LINKED = """
SELECT record.state_record_id, record.student_id, record.state, ARRAY(
    SELECT state_record_id FROM state_records AS held
    WHERE held.student_id = record.student_id AND held.status <> 'DELETED') AS held
FROM state_records AS record
JOIN LATERAL (SELECT how FROM links WHERE state_record_id = record.state_record_id ORDER BY link_id DESC LIMIT 1)
    AS link ON link.how = 'MATCH'
WHERE record.student_id = ANY($1::bigint[]) AND record.status <> 'DELETED'
ORDER BY record.state_record_id DESC
"""
