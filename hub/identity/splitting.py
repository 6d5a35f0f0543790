"""Splits students: the records that leave get a new ID, or the one back that a merge took from all of them.

A retired ID goes with its records: where all of them leave, it answers for ever with the student they went to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import asyncpg

from hub.identity.actor import By
from hub.identity.changes import IdChange, note_changes
from hub.identity.links import Link, issue_students, record_links
from hub.outbox import publish
from hub.store.reads import ReadConnections


async def split_student(connection: asyncpg.Connection, student: int, leaving: Collection[int], by: By) -> int:
    """Link the leaving records to a student of their own by people's decision, and return it; as `part` does."""

    def link(record: int, target: int) -> Link:
        return Link(record, target, "SPLIT", previous_student_id=student, account_id=by.account_id, reason=by.reason)

    return await part(connection, student, leaving, by, link)


async def part(
    connection: asyncpg.Connection,
    student: int,
    leaving: Collection[int],
    by: By,
    link: Callable[[int, int], Link],
) -> int:
    """Give the leaving records a student of their own and return it; `link` makes the row of the ledger for a record
    and that student.

    Where this undoes a merge, or a link that retired an ID, that ID is restored, with those that had been merged into
    it before. Records that their state holds no longer are named by nobody: they go where the ID goes that they came
    with. The caller holds a lock on the student's row, and has looked that some stay.
    """
    going = set(leaving)
    merged, roads = await _retired(connection, student, going)
    earlier = _earlier(merged, roads, going)
    for retired in roads:
        going |= merged[retired]
    target = earlier if earlier is not None else (await issue_students(connection, 1))[0]
    await connection.execute(_MOVE, target, sorted(going))
    await record_links(connection, [link(record, target) for record in sorted(going)])
    followed = await connection.fetch(_FOLLOW, target, list(roads))
    ends = {row["student_id"]: row["merged_into"] for row in followed}
    turned = [retired for retired, before in roads.items() if ends[retired] == target != before]
    await connection.execute("UPDATE students SET version = version + 1 WHERE student_id = ANY($1)", [student, target])
    kind = "SPLIT" if earlier is None else "RESTORED"
    changed = [IdChange(kind, target, student), *(IdChange("RETIRED", each, target) for each in sorted(turned))]
    await note_changes(connection, changed, by)
    await publish(connection, "identity_changed", {"students": [student, target]})
    return target


async def earlier_id(reads: ReadConnections, student: int, leaving: Collection[int]) -> str | None:
    """The MSIX ID that a split of these records would restore; None where they would get a new one."""
    going = set(leaving)
    earlier = _earlier(*await _retired(reads, student, going), going)
    row = await reads.fetchrow("SELECT msix_id FROM students WHERE student_id = $1", earlier)
    return None if row is None else str(row["msix_id"])


async def _retired(
    connection: asyncpg.Connection | ReadConnections, student: int, going: set[int]
) -> tuple[dict[int, set[int]], dict[int, int]]:
    """The retired IDs that answer with the student: the records of each; and of those whose records all go, the ID
    that each was merged into."""
    rows = await connection.fetch(_MERGED, student)
    merged = {row["student_id"]: set(row["records"]) for row in rows}
    roads = {
        row["student_id"]: row["merged_into"]
        for row in rows
        if going & merged[row["student_id"]] and merged[row["student_id"]] <= going | set(row["idle"])
    }
    return merged, roads


def _earlier(merged: dict[int, set[int]], following: Collection[int], going: set[int]) -> int | None:
    """The retired ID that all the going records had which came by a merge; of several the one with the most."""
    most = max(following, key=lambda retired: len(merged[retired]), default=None)
    came = set().union(*merged.values()) & going
    return most if most is not None and came <= merged[most] else None


_MERGED = """
WITH parted AS (
    SELECT DISTINCT ON (link.state_record_id, link.previous_student_id)
        link.state_record_id, link.previous_student_id AS student_id, link.how, record.status
    FROM state_records AS record
    JOIN links AS link USING (state_record_id)
    JOIN students AS retired ON retired.student_id = link.previous_student_id
        AND retired.current_id = $1 AND retired.student_id <> $1
    WHERE record.student_id = $1
    ORDER BY link.state_record_id, link.previous_student_id, link.link_id DESC
)
SELECT student_id, merged_into, array_agg(state_record_id) AS records,
    coalesce(array_agg(state_record_id) FILTER (WHERE status <> 'ACTIVE'), '{}') AS idle
FROM parted JOIN students USING (student_id)
WHERE how IN ('MERGE', 'MATCH')
GROUP BY student_id, merged_into, retired_at ORDER BY retired_at DESC, student_id
"""
"""The retired IDs that answer with the student, with the records that each had when it was retired; those that had
left it by a split are not its own."""

_MOVE = "UPDATE state_records SET student_id = $1, updated_at = now() WHERE state_record_id = ANY($2::bigint[])"
_FOLLOW = """
WITH RECURSIVE along AS (
    SELECT student_id FROM students WHERE student_id = ANY($2::bigint[])
    UNION
    SELECT below.student_id FROM students AS below JOIN along ON below.merged_into = along.student_id
)
UPDATE students SET
    current_id = $1,
    merged_into = CASE
        WHEN student_id = $1 THEN NULL WHEN merged_into IN (SELECT student_id FROM along) THEN merged_into ELSE $1
    END,
    retired_at = CASE WHEN student_id = $1 THEN NULL ELSE retired_at END
WHERE student_id IN (SELECT student_id FROM along)
RETURNING student_id, merged_into
"""
