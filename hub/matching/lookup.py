"""Looks up what surrounds a batch of records: one query by key, one for what is compared, one for what people said.

No record is looked up by itself, so the cost of a batch is that of a few statements, however many it holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import asyncpg

from hub.matching.neighbourhood import LARGEST_BUCKET
from hub.matching.placing import Surroundings
from hub.matching.profiles import version_of


async def surroundings(
    connection: asyncpg.Connection, probes: Iterable[int], records: Collection[int], students: Collection[int]
) -> Surroundings:
    """Everything around records that look under `probes`.

    `records` are those of the batch that the hub holds, `students` those that the batch names; both are included with
    whatever shares a key.
    """
    around = Surroundings()
    neighbourhood = around.neighbourhood
    for key, found in await connection.fetch(_BY_KEY, list(set(probes)), LARGEST_BUCKET):
        neighbourhood.records[key] = set(found)  # a full one too: it must not look empty to what the batch adds
    near = set(records).union(*(found for found in neighbourhood.records.values() if len(found) <= LARGEST_BUCKET))
    if not near and not students:
        return around
    for student, record, state, content in await connection.fetch(_PROFILES, list(near), list(students)):
        neighbourhood.add(student, version_of(record, state, content))
    all_records = list(neighbourhood.students)
    for row in await connection.fetch(_PENDING, all_records):
        around.pending.add(frozenset((row["one"], row["other"])))
    if records:
        rows = await connection.fetch(_VERDICTS, list(records), all_records)
        around.verdicts = {(row["low_id"], row["high_id"]): row["verdict"] == "SAME" for row in rows}
    return around


async def known_profiles(connection: asyncpg.Connection, records: Collection[int]) -> dict[int, set[bytes]]:
    """The versions of these records that speak for the student that each is linked to."""
    found: dict[int, set[bytes]] = {record: set() for record in records}
    for record, content in await connection.fetch(_KNOWN, list(records)):
        found[record].add(content)
    return found


_BY_KEY = """
SELECT probe.key, found.records
FROM unnest($1::bigint[]) AS probe (key)
CROSS JOIN LATERAL (
    SELECT array_agg(state_record_id) AS records
    FROM (SELECT state_record_id FROM match_keys WHERE match_keys.key = probe.key LIMIT $2 + 1) AS sharing
) AS found
WHERE found.records IS NOT NULL
"""
_PROFILES = """
WITH speaking AS (
    SELECT student_id FROM state_records WHERE state_record_id = ANY($1::bigint[])
    UNION
    SELECT students.current_id FROM match_profiles JOIN students USING (student_id)
    WHERE state_record_id = ANY($1::bigint[])
    UNION
    SELECT unnest($2::bigint[])
)
SELECT student_id, state_record_id, state, content FROM (
    SELECT record.student_id, profile.profile_id, state_record_id, record.state, profile.content
    FROM speaking
    JOIN state_records AS record USING (student_id)
    JOIN match_profiles AS profile USING (state_record_id)
    WHERE profile.student_id IS NULL
    UNION ALL
    SELECT speaking.student_id, profile.profile_id, state_record_id, record.state, profile.content
    FROM speaking
    JOIN students ON students.current_id = speaking.student_id
    JOIN match_profiles AS profile ON profile.student_id = students.student_id
    JOIN state_records AS record USING (state_record_id)
) AS spoken
ORDER BY profile_id
"""
_PENDING = """
SELECT DISTINCT one.student_id AS one, other.student_id AS other
FROM worklist_item_records AS newcomer
JOIN worklist_items AS item ON item.item_id = newcomer.item_id AND item.status = 'OPEN'
    AND item.kind IN ('NEAR_MATCH', 'ID_CONFLICT')
JOIN worklist_item_records AS known ON known.item_id = newcomer.item_id AND known.side <> newcomer.side
JOIN state_records AS one ON one.state_record_id = newcomer.state_record_id
JOIN state_records AS other ON other.state_record_id = known.state_record_id
WHERE newcomer.state_record_id = ANY($1::bigint[])
"""
_VERDICTS = """
SELECT low_id, high_id, verdict FROM record_pairs
WHERE low_id = ANY($1::bigint[]) AND high_id = ANY($2::bigint[])
UNION ALL
SELECT low_id, high_id, verdict FROM record_pairs
WHERE high_id = ANY($1::bigint[]) AND low_id = ANY($2::bigint[])
"""
_KNOWN = """
SELECT state_record_id, content FROM match_profiles WHERE state_record_id = ANY($1::bigint[]) AND student_id IS NULL
"""
