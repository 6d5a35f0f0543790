"""Splits students: the records that leave get a new ID, or the one back that a merge took from all of them."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from hub.identity.actor import By
from hub.identity.links import Link, issue_students, record_links
from hub.outbox import publish


async def split_student(connection: asyncpg.Connection, student: int, leaving: Sequence[int], by: By) -> int:
    """Link the leaving records to a student of their own and return it.

    Where the split undoes a merge, the ID that the merge retired is restored, with those that had been merged into it
    before. The caller holds locks on the student's row and records, and has looked that some stay.
    """
    earlier = await connection.fetchval(_EARLIER, student, list(leaving))
    if earlier is None:
        (target,) = await issue_students(connection, 1)
        kind = "SPLIT"
    else:
        target, kind = earlier, "RESTORED"
        await connection.execute(_RESTORE, target)
    links = [
        Link(record, target, "SPLIT", previous_student_id=student, account_id=by.account_id, reason=by.reason)
        for record in sorted(leaving)
    ]
    await connection.execute(
        "UPDATE state_records SET student_id = $1, updated_at = now() WHERE state_record_id = ANY($2::bigint[])",
        target,
        list(leaving),
    )
    await record_links(connection, links)
    await connection.execute("UPDATE students SET version = version + 1 WHERE student_id = ANY($1)", [student, target])
    await connection.execute(_CHANGE, kind, target, student, by.request_id, by.item_id, by.account_id, by.reason)
    await publish(connection, "identity_changed", {"students": [student, target]})
    return target


def earlier_id() -> str:
    """The query by which a split finds the ID that it restores: of a student and records (its parameters), one row
    `student_id`, `msix_id` or none. A preview asks it too."""
    return _EARLIER


_EARLIER = """
WITH merged AS (
    SELECT DISTINCT link.state_record_id, link.previous_student_id AS student_id
    FROM links AS link
    JOIN state_records AS record ON record.state_record_id = link.state_record_id AND record.student_id = $1
    JOIN students AS retired ON retired.student_id = link.previous_student_id
        AND retired.current_id = $1 AND retired.student_id <> $1
    WHERE link.how = 'MERGE'
)
SELECT student_id, msix_id FROM merged AS origin JOIN students USING (student_id)
GROUP BY student_id, msix_id, retired_at
HAVING bool_and(state_record_id = ANY($2::bigint[]))
    AND NOT EXISTS (
        SELECT FROM merged AS other WHERE other.state_record_id = ANY($2::bigint[])
            AND NOT (other.state_record_id = ANY(array_agg(origin.state_record_id)))
    )
ORDER BY count(*) DESC, retired_at DESC, student_id LIMIT 1
"""
"""The retired ID all of whose records leave, and with them none that came by another merge. Records that were uploaded
since go along."""

_RESTORE = """
WITH RECURSIVE restored AS (
    SELECT student_id FROM students WHERE student_id = $1
    UNION
    SELECT below.student_id FROM students AS below JOIN restored ON below.merged_into = restored.student_id
)
UPDATE students SET
    current_id = $1,
    merged_into = CASE WHEN student_id = $1 THEN NULL ELSE merged_into END,
    retired_at = CASE WHEN student_id = $1 THEN NULL ELSE retired_at END
WHERE student_id IN (SELECT student_id FROM restored)
"""
_CHANGE = """
INSERT INTO identity_changes (kind, student_id, other_student_id, request_id, item_id, account_id, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
