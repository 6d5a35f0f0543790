"""Which children changed since the hub last looked: by an upload, a merge or split (their records then say so), a
decision that opened them, or a move notice.

Changes are found by when they were made, from a little before the last look, since what commits late bears an earlier
time. What was seen already is told by a digest of the child, so that each change is found once, whoever looks and
however often a worker is killed: the digest is kept in the transaction that tells of the change.
"""

from __future__ import annotations

import datetime

import asyncpg

from hub import clock

LATE = datetime.timedelta(minutes=20)
"""How much earlier than its commit a change may be dated: longer than a transaction of the hub lasts."""
KEPT = datetime.timedelta(days=1)
AT_ONCE = 2000
"""Children that are looked at in one transaction."""


async def begin_look(connection: asyncpg.Connection) -> datetime.datetime:
    """From when on changes are looked for, in the caller's transaction, which nobody else's look is beside.

    The first look of all finds what little is as new as that.
    """
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('hub watches', 0))")
    now = clock.now()
    await connection.execute(
        "INSERT INTO watch_marks (name, looked_at) VALUES ('changes', $1) ON CONFLICT DO NOTHING", now
    )
    looked: datetime.datetime = await connection.fetchval("SELECT looked_at FROM watch_marks WHERE name = 'changes'")
    return looked - LATE


async def changed_students(
    connection: asyncpg.Connection, since: datetime.datetime, after: int
) -> tuple[list[int], int | None]:
    """Of the next children, by their current ids after `after`, those that changed since, noted as seen in the caller's
    transaction; and the last that was looked at, None where there are no more."""
    row = await connection.fetchrow(_CHANGED, since, clock.now(), after, AT_ONCE)
    assert row is not None
    return row["changed"], row["last"]


async def end_look(connection: asyncpg.Connection, began: datetime.datetime) -> None:
    """Every change up to `began` has been found."""
    await connection.execute("UPDATE watch_marks SET looked_at = $1 WHERE name = 'changes'", began)
    await connection.execute("DELETE FROM seen_changes WHERE seen_at < $1", min(began, clock.now()) - LATE - KEPT)


_CHANGED = """
WITH touched AS (
    SELECT student_id FROM state_records WHERE updated_at >= $1
    UNION
    SELECT record.student_id FROM worklist_items AS item
    JOIN worklist_item_records USING (item_id) JOIN state_records AS record USING (state_record_id)
    WHERE item.decided_at >= $1
    UNION
    SELECT student_id FROM move_notices WHERE sent_at >= $1
), child AS MATERIALIZED (
    SELECT DISTINCT current_id AS student_id FROM touched JOIN students USING (student_id)
    WHERE current_id > $3 ORDER BY 1 LIMIT $4
), digested AS (
    SELECT child.student_id, md5(concat_ws('|',
        (SELECT string_agg(concat_ws(' ', state_record_id, status, updated_at, review_scopes), ','
                ORDER BY state_record_id)
            FROM state_records AS record WHERE record.student_id = child.student_id),
        (SELECT max(notice_id) FROM move_notices JOIN students AS named USING (student_id)
            WHERE named.current_id = child.student_id)
    )) AS digest
    FROM child
), noted AS (
    INSERT INTO seen_changes AS seen (student_id, digest, seen_at) SELECT student_id, digest, $2 FROM digested
    ON CONFLICT (student_id) DO UPDATE SET digest = excluded.digest, seen_at = excluded.seen_at
        WHERE seen.digest <> excluded.digest
    RETURNING student_id
)
SELECT array(SELECT student_id FROM noted ORDER BY 1) AS changed, (SELECT max(student_id) FROM child) AS last
"""
