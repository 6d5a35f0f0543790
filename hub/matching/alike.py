"""Looks again at placed records, as they are now: about which other students would people be asked today?

A record may come to look like another student's after an update on either side, or may have been placed before there
was an index at all. Nothing is linked here: what is found is for people to decide.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from types import SimpleNamespace
from typing import NamedTuple

import asyncpg

from hub.matching.decide import Candidate
from hub.matching.index import Indexed, index
from hub.matching.keys import keys_of
from hub.matching.lookup import surroundings
from hub.matching.model import Model
from hub.matching.neighbourhood import Version
from hub.matching.normalize import ELEMENTS
from hub.matching.placing import Placing
from hub.matching.profiles import content_of, version_of


class Alike(NamedTuple):
    """A record, of `state` and linked to `student`, and another student that it is alike, by its best version."""

    record: int
    state: str
    student: int
    candidate: Candidate


async def index_missing(connection: asyncpg.Connection, records: Collection[int]) -> int:
    """Index those of the records that are not in the index, as they are now, and return how many were."""
    missing = await connection.fetch(_MISSING, list(records))
    added = []
    for row in missing:
        own, others = row["own_id"], row["other_ids"]
        content = content_of(own, others, SimpleNamespace(**{name: row[name] for name in ELEMENTS}))
        version = version_of(row["state_record_id"], row["state"], content)
        keys = keys_of(version.person, version.state, version.ids)
        added.append(Indexed(version.record, content, keys.stored, first=False))
    await index(connection, added)
    return len(added)


async def alike(connection: asyncpg.Connection, model: Model, records: Collection[int]) -> tuple[list[Alike], float]:
    """The pairs that a person should look at, each pair of students once, and the prior they were weighed with.

    Left out are pairs that people decided, and those about which a question is open.
    """
    newest, probes, placing = await as_now(connection, model, records)
    found = [
        Alike(record, version.state, student, candidate)
        for record, (version, student) in newest.items()
        for candidate in placing.alike(version, probes[record], student)
    ]
    return found, placing.prior


async def as_now(
    connection: asyncpg.Connection, model: Model, records: Collection[int]
) -> tuple[dict[int, tuple[Version, int]], dict[int, list[int]], Placing]:
    """The newest version of each record with its student, the keys it looks under, and a placing around all of them."""
    newest: dict[int, tuple[Version, int]] = {}
    for row in await connection.fetch(_NEWEST, list(records)):
        version = version_of(row["state_record_id"], row["state"], row["content"])
        newest[version.record] = version, row["student_id"]
    probes = {
        record: keys_of(version.person, version.state, version.ids).probes for record, (version, _) in newest.items()
    }
    own = {student for _, student in newest.values()}
    around = await surroundings(connection, probes.values(), list(newest), list(own))
    students = await connection.fetchval("SELECT coalesce(max(student_id), 0) FROM students")
    return newest, probes, Placing(model, students, around)


async def still_two(connection: asyncpg.Connection, found: Sequence[Alike]) -> list[Alike]:
    """Lock the students of the pairs, and leave out those that somebody merged or split meanwhile."""
    students = sorted({number for each in found for number in (each.student, each.candidate.student)})
    await connection.execute(_HOLD, students)
    rows = await connection.fetch(_LINKED, [each.record for each in found], students)
    linked = {row["state_record_id"]: row["student_id"] for row in rows}
    current = set(await _current(connection, students))
    return [each for each in found if linked.get(each.record) == each.student and each.candidate.student in current]


async def _current(connection: asyncpg.Connection, students: list[int]) -> list[int]:
    rows = await connection.fetch(_CURRENT, students)
    return [row["student_id"] for row in rows]


_MISSING = f"""
SELECT record.state_record_id, record.state, state_student_id_type || ' ' || state_student_id AS own_id,
    array(SELECT coalesce(alternate.type, '') || ' ' || alternate.id FROM alternate_ids AS alternate
        WHERE alternate.state_record_id = record.state_record_id) AS other_ids,
    {", ".join(f"demographics.{name}" for name in ELEMENTS)}
FROM state_records AS record JOIN demographics USING (state_record_id)
WHERE record.state_record_id = ANY($1::bigint[]) AND record.status <> 'DELETED' AND NOT EXISTS (
    SELECT FROM match_profiles AS profile
    WHERE profile.state_record_id = record.state_record_id AND profile.student_id IS NULL)
"""  # noqa: S608 (names of columns only)
_NEWEST = """
SELECT DISTINCT ON (record.state_record_id) record.state_record_id, record.state, record.student_id, profile.content
FROM unnest($1::bigint[]) AS asked (state_record_id)
JOIN state_records AS record USING (state_record_id)
JOIN match_profiles AS profile USING (state_record_id)
WHERE record.status <> 'DELETED' AND profile.student_id IS NULL
ORDER BY record.state_record_id, profile.profile_id DESC
"""
_HOLD = "SELECT FROM students WHERE student_id = ANY($1::bigint[]) ORDER BY student_id FOR NO KEY UPDATE"
_CURRENT = "SELECT student_id FROM students WHERE student_id = ANY($1::bigint[]) AND current_id = student_id"
_LINKED = """
SELECT state_record_id, student_id FROM state_records
WHERE state_record_id = ANY($1::bigint[]) AND student_id = ANY($2::bigint[])
"""
