"""Looks up what surrounds a batch of records: one query by key, one for what is compared, one for what people said.

No record is looked up by itself, so the cost of a batch is that of a few statements, however many it holds.
"""

from __future__ import annotations

from collections.abc import Collection

import asyncpg

from hub.matching.index import array
from hub.matching.neighbourhood import LARGEST_BUCKET, MOST_LOADED
from hub.matching.placing import Surroundings
from hub.matching.profiles import version_of


async def surroundings(
    connection: asyncpg.Connection,
    probes: Collection[Collection[int]],
    records: Collection[int],
    students: Collection[int],
) -> Surroundings:
    """Everything around records each of which looks under some `probes`.

    `records` are those of the batch that the hub holds, `students` those that the batch names; both are included with
    whatever shares a key.
    """
    around = Surroundings()
    neighbourhood = around.neighbourhood
    near = set(records)
    looked: set[int] = set()
    for keys in probes:
        around.shared |= looked.intersection(keys)
        looked.update(keys)
    for key, found in await connection.fetch(_BY_KEY, array(looked), LARGEST_BUCKET + 1):
        if len(found) > LARGEST_BUCKET:
            neighbourhood.full.add(key)
        else:
            neighbourhood.records[key] = found
    for keys in probes:
        near.update(neighbourhood.sharing(keys, MOST_LOADED))
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


# LATERAL … OFFSET 0 (or LIMIT): look-ups by index, one after the other. These tables grow while a file is applied, and
# what the planner believes about them is older than that. Of a bucket no more is read than shows that it is full.
_BY_KEY = """
SELECT asked.key, found.records
FROM unnest($1::text::bigint[]) AS asked (key)
CROSS JOIN LATERAL (
    SELECT array_agg(state_record_id) AS records FROM (
        SELECT state_record_id FROM match_keys WHERE key = asked.key LIMIT $2) AS bucket) AS found
WHERE found.records IS NOT NULL
"""
_PROFILES = """
WITH speaking AS (
    SELECT record.student_id
    FROM unnest($1::bigint[]) AS near (state_record_id)
    CROSS JOIN LATERAL (
        SELECT student_id FROM state_records WHERE state_record_id = near.state_record_id OFFSET 0) AS record
    UNION
    SELECT student.current_id
    FROM unnest($1::bigint[]) AS near (state_record_id)
    CROSS JOIN LATERAL (
        SELECT student_id FROM match_profiles
        WHERE state_record_id = near.state_record_id AND student_id IS NOT NULL OFFSET 0) AS left_behind
    CROSS JOIN LATERAL (SELECT current_id FROM students WHERE student_id = left_behind.student_id OFFSET 0) AS student
    UNION
    SELECT unnest($2::bigint[])
)
SELECT student_id, state_record_id, state, content FROM (
    SELECT speaking.student_id, profile.profile_id, record.state_record_id, record.state, profile.content
    FROM speaking
    CROSS JOIN LATERAL (
        SELECT state_record_id, state FROM state_records WHERE student_id = speaking.student_id OFFSET 0) AS record
    CROSS JOIN LATERAL (
        SELECT profile_id, content FROM match_profiles
        WHERE state_record_id = record.state_record_id AND student_id IS NULL OFFSET 0) AS profile
    UNION ALL
    SELECT speaking.student_id, profile.profile_id, profile.state_record_id, record.state, profile.content
    FROM speaking
    CROSS JOIN LATERAL (
        SELECT student_id FROM students WHERE current_id = speaking.student_id OFFSET 0) AS merged
    CROSS JOIN LATERAL (
        SELECT profile_id, state_record_id, content FROM match_profiles
        WHERE student_id = merged.student_id OFFSET 0) AS profile
    CROSS JOIN LATERAL (
        SELECT state FROM state_records WHERE state_record_id = profile.state_record_id OFFSET 0) AS record
) AS spoken
ORDER BY profile_id
"""
_PENDING = """
SELECT DISTINCT one.student_id AS one, other.student_id AS other
FROM unnest($1::bigint[]) AS near (state_record_id)
CROSS JOIN LATERAL (
    SELECT item_id, side FROM worklist_item_records WHERE state_record_id = near.state_record_id OFFSET 0) AS asked
CROSS JOIN LATERAL (
    SELECT FROM worklist_items WHERE item_id = asked.item_id AND status = 'OPEN'
        AND kind IN ('NEAR_MATCH', 'ID_CONFLICT') OFFSET 0) AS item
CROSS JOIN LATERAL (
    SELECT state_record_id FROM worklist_item_records
    WHERE item_id = asked.item_id AND side <> asked.side OFFSET 0) AS known
JOIN state_records AS one ON one.state_record_id = near.state_record_id
JOIN state_records AS other ON other.state_record_id = known.state_record_id
"""
_VERDICTS = """
SELECT low_id, high_id, verdict FROM record_pairs
WHERE low_id = ANY($1::bigint[]) AND high_id = ANY($2::bigint[])
UNION ALL
SELECT low_id, high_id, verdict FROM record_pairs
WHERE high_id = ANY($1::bigint[]) AND low_id = ANY($2::bigint[])
"""
_KNOWN = """
SELECT held.state_record_id, profile.content
FROM unnest($1::bigint[]) AS held (state_record_id)
CROSS JOIN LATERAL (
    SELECT content FROM match_profiles
    WHERE state_record_id = held.state_record_id AND student_id IS NULL OFFSET 0) AS profile
"""
