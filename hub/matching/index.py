"""Writes the index: the versions of records, and the keys under which they are found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import repeat
from typing import NamedTuple

import asyncpg

from hub.matching.keys import keys_of
from hub.matching.profiles import version_of


class Indexed(NamedTuple):
    """A version to index under `keys`. `first`: the record has none in the index yet, so these are surely new."""

    record: int
    content: bytes
    keys: Sequence[int]
    first: bool


async def index(connection: asyncpg.Connection, versions: Sequence[Indexed]) -> None:
    """Add versions of records, which are written in the same transaction."""
    if not versions:
        return
    await connection.copy_records_to_table(
        "match_profiles",
        records=[(each.record, each.content) for each in versions],
        columns=("state_record_id", "content"),
    )
    # In order: neighbours in the index are written one after the other.
    fresh = sorted(pair for each in versions if each.first for pair in zip(each.keys, repeat(each.record)))
    await connection.copy_records_to_table("match_keys", records=fresh, columns=("key", "state_record_id"))
    again = sorted(pair for each in versions if not each.first for pair in zip(each.keys, repeat(each.record)))
    if again:
        keys, records = zip(*again, strict=True)
        await connection.execute(_AGAIN, array(keys), array(records))


def array(numbers: Iterable[int]) -> str:
    """An array of PostgreSQL as text: of thousands of numbers it takes a fraction of the time of a list."""
    return f"{{{','.join(map(str, numbers))}}}"


async def unindex(connection: asyncpg.Connection, records: Collection[int]) -> None:
    """Take every version of these records away: their state deleted them."""
    if not records:
        return
    rows = await connection.fetch(_GONE, list(records))
    gone = [
        (key, known.record)
        for known in (version_of(*row) for row in rows)
        for key in keys_of(known.person, known.state, known.ids).stored
    ]
    await connection.execute(_FORGET, [key for key, _ in gone], [record for _, record in gone])


async def leave_behind(connection: asyncpg.Connection, moves: Iterable[tuple[int, int]]) -> None:
    """Let the versions so far of records go on speaking for the students that they leave, by (record, student).

    Call it before their new version is indexed.
    """
    for record, student in moves:
        await connection.execute(_LEAVE, record, student)


async def take_back(connection: asyncpg.Connection, record: int, student: int) -> None:
    """The record returns to `student`: what it said meanwhile is forgotten, what it left behind is its own again."""
    await connection.execute("DELETE FROM match_profiles WHERE state_record_id = $1 AND student_id IS NULL", record)
    await connection.execute(_TAKE, record, student)


_AGAIN = """
INSERT INTO match_keys (key, state_record_id) SELECT * FROM unnest($1::text::bigint[], $2::text::bigint[])
ON CONFLICT DO NOTHING
"""
_GONE = """
WITH gone AS (DELETE FROM match_profiles WHERE state_record_id = ANY($1::bigint[]) RETURNING state_record_id, content)
SELECT state_record_id, state, content FROM gone JOIN state_records USING (state_record_id)
"""
_FORGET = """
DELETE FROM match_keys USING unnest($1::bigint[], $2::bigint[]) AS gone (key, state_record_id)
WHERE match_keys.key = gone.key AND match_keys.state_record_id = gone.state_record_id
"""
_LEAVE = "UPDATE match_profiles SET student_id = $2 WHERE state_record_id = $1 AND student_id IS NULL"
_TAKE = """
UPDATE match_profiles SET student_id = NULL
WHERE state_record_id = $1
    AND student_id IN (SELECT student_id FROM students WHERE current_id = $2)
"""
