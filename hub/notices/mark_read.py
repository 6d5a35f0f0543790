"""Marks notifications of the own account as read: some by their ids, or all up to a moment.

What is hidden from the account at present, as that of a child under review, is neither marked nor counted: it is to be
read once it shows, and its number would tell that there is some.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

import asyncpg

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode

MOST = 1000
"""Notifications that are named one by one."""


@dataclass(frozen=True, slots=True)
class MarkRead:
    """`ids` are keys of notifications; `before` (aware) takes all that were made before it. One of the two."""

    ids: tuple[int, ...] | None = field(default=None, metadata={"node": "Notification"})
    before: datetime.datetime | None = None


async def mark_read(connection: asyncpg.Connection, permit: Permit, command: MarkRead) -> Outcome:
    """Mark them; those that were read stay as they were. `marked` counts the others.

    Raises Refusal (INVALID_INPUT; NOT_FOUND where one of the ids is none of the account's).
    """
    permit.check("mark_read")
    if (command.ids is None) == (command.before is None):
        raise Refusal(RefusalCode.INVALID_INPUT, "name notifications by `ids` or `before`, one of the two", "ids")
    if command.before is not None and command.before.tzinfo is None:
        raise Refusal(RefusalCode.INVALID_INPUT, "a moment comes with its time zone", "before")
    if command.ids is not None:
        await _check(connection, permit, command.ids)
    viewer = permit.viewer
    seeing = (viewer.reads_students, viewer.decides_for)
    rows = await connection.fetch(_MARK, viewer.account_id, command.ids, command.before, clock.now(), *seeing)
    if rows:
        await record_in(connection, Event.by(permit.viewer, Tag.NOTIFICATION_READ, detail={"marked": len(rows)}))
    return Outcome(values={"marked": len(rows)})


async def _check(connection: asyncpg.Connection, permit: Permit, ids: tuple[int, ...]) -> None:
    if not 1 <= len(ids) <= MOST:
        raise Refusal(RefusalCode.INVALID_INPUT, f"name 1 to {MOST} notifications", "ids")
    own = await connection.fetchval(_OWN, permit.viewer.account_id, ids)
    if own != len(set(ids)):
        raise Refusal(RefusalCode.NOT_FOUND, field="ids")


_OWN = "SELECT count(*) FROM notifications WHERE account_id = $1 AND notification_id = ANY($2::bigint[])"
# Those that are shown, as `permissions.scope.child_is_told` says, held in the order of their ids, so that two that mark
# the same wait for each other.
_MARK = """
WITH held AS MATERIALIZED (
    SELECT notification_id FROM notifications AS told
    WHERE account_id = $1 AND read_at IS NULL AND (told.student_id IS NULL OR $5::boolean AND EXISTS (
            SELECT FROM state_records AS record
            WHERE record.status = 'ACTIVE' AND (record.review_scopes IS NULL OR record.review_scopes && $6::text[])
                AND CASE WHEN told.state_record_id IS NOT NULL THEN record.state_record_id = told.state_record_id
                    ELSE record.student_id = (SELECT current_id FROM students AS named
                        WHERE named.student_id = told.student_id) END
        ))
        AND ($2::bigint[] IS NULL OR notification_id = ANY($2)) AND ($3::timestamptz IS NULL OR created_at < $3)
    ORDER BY notification_id FOR NO KEY UPDATE
)
UPDATE notifications SET read_at = $4 FROM held WHERE notifications.notification_id = held.notification_id
RETURNING held.notification_id
"""
