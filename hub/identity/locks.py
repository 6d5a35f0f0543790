"""The lock of students under review: written on their records, where every read's row scope looks.

A record's `review_scopes` name who may see it while a decision about its student is open: `TN` the state's deciders,
`TN/East` a region's, `TN+primary` the state's primary users where its policy lets them decide. `Viewer.decides_for`
names a viewer's own. Null is not under review. Whoever raises or settles an item, links a record or changes the policy
refreshes the lock in the same transaction. Whoever follows a student that is closed or opened by that hears of it:
what happened during the review was kept from them.
"""

from __future__ import annotations

from collections.abc import Collection

import asyncpg

from hub.outbox import publish
from hub.states import hold_policies
from hub.tables import LOCKING_KINDS

_KINDS = ", ".join(f"'{kind}'" for kind in LOCKING_KINDS)

ITEM_SCOPES = """
array_remove(ARRAY[
    item.state::text,
    item.state || '/' || item.region,
    CASE WHEN EXISTS (SELECT FROM state_policies AS policy WHERE policy.state = item.state
        AND policy.policy = 'PRIMARY_USERS_DECIDE' AND policy.value = 'true') THEN item.state || '+primary' END
], NULL)
"""
"""Who may decide a worklist item `item`."""

# LATERAL … OFFSET 0: look-ups by index, whatever the planner believes of tables that grow meanwhile.
_REFRESH = f"""
WITH open AS (
    SELECT about.student_id, array_agg(DISTINCT scope ORDER BY scope) AS scopes
    FROM unnest($1::bigint[]) AS asked (student_id)
    CROSS JOIN LATERAL (
        SELECT student_id, state_record_id FROM state_records WHERE student_id = asked.student_id OFFSET 0) AS about
    CROSS JOIN LATERAL (
        SELECT item_id FROM worklist_item_records WHERE state_record_id = about.state_record_id OFFSET 0) AS asking
    CROSS JOIN LATERAL (
        SELECT * FROM worklist_items
        WHERE item_id = asking.item_id AND status = 'OPEN' AND kind IN ({_KINDS}) OFFSET 0) AS item
    CROSS JOIN LATERAL unnest({ITEM_SCOPES}) AS scope
    GROUP BY about.student_id
)
UPDATE state_records AS record SET review_scopes = wanted.scopes
FROM (
    SELECT student_id, open.scopes FROM unnest($1::bigint[]) AS student_id LEFT JOIN open USING (student_id)
) AS wanted
WHERE record.student_id = wanted.student_id AND record.review_scopes IS DISTINCT FROM wanted.scopes
RETURNING record.student_id
"""  # noqa: S608 (names of kinds only)


async def refresh_locks(connection: asyncpg.Connection, students: Collection[int]) -> None:
    """Lock or unlock the students by the items that are open about their records now.

    Their rows are held until the transaction ends: of two decisions about one student the later sees the earlier.
    """
    if not students:
        return
    await hold_policies(connection, shared=True)
    await connection.execute(_HOLD, sorted(set(students)))
    changed = await connection.fetch(_REFRESH, sorted(set(students)))
    if changed:
        await publish(connection, "student_changed", {"students": sorted({row["student_id"] for row in changed})})


async def students_about(connection: asyncpg.Connection, items: Collection[int]) -> list[int]:
    """The students whose records these items are about, as they are linked now: whose locks hang on them."""
    rows = await connection.fetch(_ABOUT, list(items))
    return [row["student_id"] for row in rows]


async def hold_students(connection: asyncpg.Connection, students: Collection[int]) -> None:
    """Hold the rows of these students until the transaction ends. Raises StudentsMoved."""
    held = await connection.fetch(_HOLD, sorted(set(students)))
    if any(row["current_id"] != row["student_id"] for row in held):
        raise StudentsMoved("a student was merged meanwhile")


class StudentsMoved(asyncpg.SerializationError):  # type: ignore[misc]
    """A student was merged into another since it was looked up: begin anew."""


async def refresh_locks_of_state(connection: asyncpg.Connection, state: str) -> None:
    """The same for all students about whom an item of the state is open; its policy has changed who decides."""
    rows = await connection.fetch(_OF_STATE, state)
    await refresh_locks(connection, [row["student_id"] for row in rows])


_HOLD = """
SELECT student_id, current_id FROM students WHERE student_id = ANY($1::bigint[]) ORDER BY student_id FOR NO KEY UPDATE
"""
_ABOUT = """
SELECT DISTINCT student_id FROM worklist_item_records JOIN state_records USING (state_record_id)
WHERE item_id = ANY($1::bigint[]) ORDER BY student_id
"""
_OF_STATE = """
SELECT DISTINCT student_id FROM worklist_items JOIN worklist_item_records USING (item_id)
JOIN state_records USING (state_record_id)
WHERE worklist_items.state = $1 AND worklist_items.status = 'OPEN'
"""
