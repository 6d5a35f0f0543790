"""What follows from clocks: a notice to the state or district that a child has left, and worklist items about children
that were reported as moved to a state and have no enrollment there.

Each is done once, in the transaction that marks the clock; several workers share the clocks. While it is asked who a
child is, nobody is told of it: what is decided may change whose clock it is. Nor while a clock is to be computed anew.
"""

from __future__ import annotations

import asyncpg

from hub import clock, notices
from hub.identity import NewItem, raise_items, withdraw_items
from hub.notices import Audience, Notice, SystemNotice, post_system_notices

BATCH = 500
"""Clocks that one transaction follows."""

_ENROLLED = "The child has an enrollment in the state, or is not reported as moved to it any more."


async def follow(connection: asyncpg.Connection) -> int:
    """In the caller's transaction do what follows from some clocks, and return from how many something did."""
    return await _tell(connection) + await _miss(connection) + await _settle(connection)


async def _tell(connection: asyncpg.Connection) -> int:
    """Notices to the places that children have left: those that have sent an update before the hub looked are told
    where they had the child before; whose first record came after the other's knows already."""
    followed = await connection.fetch(_MOVES, BATCH)
    moves = [row for row in followed if row["met_at"] is None or row["had"]]
    posted = [
        SystemNotice(
            row["student_id"],
            row["state"],
            row["to_state"],
            from_district=row["district_id"],
            to_district=row["other_district_id"],
            upload_id=row["upload_id"],
        )
        for row in moves
    ]
    await post_system_notices(connection, posted)
    await notices.notify(connection, *(_told(row) for row in moves if row["met_at"] is None))
    await connection.execute(_FOLLOWED, [row["clock_id"] for row in followed], clock.now())
    return len(followed)


def _told(move: asyncpg.Record) -> Notice:
    """What the data administrators of the state that a child has left are told in the hub."""
    return Notice(
        "RESIDENCE_CHANGED",
        Audience(roles=["STATE_DATA_ADMINISTRATOR"], state=move["state"]),
        student_id=move["student_id"],
        state_record_id=move["state_record_id"],
        parameters={"state": move["to_state"], "dueAt": move["due_at"].isoformat()},
    )


async def _miss(connection: asyncpg.Connection) -> int:
    """Worklist items about enrollments that did not come."""
    missed = await connection.fetch(_MISSED, clock.now(), BATCH)
    items = [
        NewItem(
            "MISSED_ENROLLMENT",
            row["state"],
            {row["state_record_id"]: 1},
            {"reportedBy": row["reported_by"], "movedOn": row["moved_on"].isoformat()},
        )
        for row in missed
    ]
    raised = await raise_items(connection, items)
    await connection.execute(_RAISED, [row["clock_id"] for row in missed], raised, clock.now())
    return len(missed)


async def _settle(connection: asyncpg.Connection) -> int:
    """Items that nobody need decide any more."""
    settled = [row["item_id"] for row in await connection.fetch(_SETTLED, BATCH)]
    await withdraw_items(connection, settled, _ENROLLED)
    return len(settled)


_MOVES = """
SELECT clock.clock_id, clock.state::text AS state, clock.district_id, clock.other_district_id, clock.due_at,
    clock.met_at, clock.state_record_id, record.student_id, other.state::text AS to_state, other.upload_id,
    EXISTS (SELECT FROM links JOIN uploads USING (upload_id)
        WHERE links.state_record_id = clock.state_record_id AND submitted_at < clock.start_at) AS had
FROM clocks AS clock
JOIN state_records AS record USING (state_record_id)
JOIN state_records AS other ON other.state_record_id = clock.other_record_id AND other.student_id = record.student_id
WHERE clock.kind = 'CHANGE_OF_RESIDENCE' AND followed_at IS NULL AND record.review_scopes IS NULL
    AND clock.state_record_id NOT IN (SELECT state_record_id FROM clock_changes)
    AND clock.other_record_id NOT IN (SELECT state_record_id FROM clock_changes)
ORDER BY clock.due_at, clock.clock_id LIMIT $1 FOR UPDATE OF clock SKIP LOCKED
"""
_FOLLOWED = "UPDATE clocks SET followed_at = $2 WHERE clock_id = ANY($1::bigint[])"
_MISSED = """
SELECT clock.clock_id, clock.state, clock.state_record_id, record.state AS reported_by,
    (clock.start_at AT TIME ZONE 'UTC')::date AS moved_on
FROM clocks AS clock JOIN state_records AS record USING (state_record_id)
WHERE clock.kind = 'ENROLLMENT' AND met_at IS NULL AND followed_at IS NULL AND clock.due_at < $1
    AND record.review_scopes IS NULL AND clock.state_record_id NOT IN (SELECT state_record_id FROM clock_changes)
ORDER BY clock.due_at, clock.clock_id LIMIT $2 FOR UPDATE OF clock SKIP LOCKED
"""
_RAISED = """
UPDATE clocks SET item_id = raised.item_id, followed_at = $3
FROM unnest($1::bigint[], $2::bigint[]) AS raised (clock_id, item_id) WHERE clocks.clock_id = raised.clock_id
"""
_SETTLED = """
SELECT item_id FROM worklist_items AS item
WHERE kind = 'MISSED_ENROLLMENT' AND status = 'OPEN'
    AND NOT EXISTS (SELECT FROM clocks WHERE clocks.item_id = item.item_id AND met_at IS NULL)
ORDER BY item_id LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED
"""
