"""Lets an account follow a child: it is told when what it may see of the child changes."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.viewer import Viewer
from hub.watches.snapshot import snapshot_of

MOST_CHILDREN = 500
"""Children that one account watches at most."""


@dataclass(frozen=True, slots=True)
class WatchStudent:
    """`student` is an MSIX ID; a retired one leads to its survivor."""

    student: str


async def watch_student(connection: asyncpg.Connection, permit: Permit, command: WatchStudent) -> Outcome:
    """Follow the child from now on; who follows it already goes on to.

    Raises Refusal: NOT_FOUND, UNDER_REVIEW where the child is closed to the viewer, TOO_MANY.
    """
    permit.check("watch_student")
    viewer = permit.viewer
    student_id = await _open_student(connection, viewer, command.student)
    await hold_account(connection, viewer)
    known: int | None = await connection.fetchval(_KNOWN, viewer.account_id, student_id)
    if known is not None:
        return Outcome(records={"watch": known})
    kept = "SELECT count(*) FROM watches WHERE account_id = $1 AND student_id IS NOT NULL"
    if await connection.fetchval(kept, viewer.account_id) >= MOST_CHILDREN:
        raise Refusal(RefusalCode.TOO_MANY, f"an account watches {MOST_CHILDREN} children at most")
    seen = await snapshot_of(connection, viewer, student_id)
    watch_id: int = await connection.fetchval(_WATCH, viewer.account_id, student_id, seen, clock.now())
    event = Event.by(viewer, Tag.WATCH_BEGIN, students=(student_id,), detail={"watch": watch_id})
    await record_in(connection, event)
    return Outcome(records={"watch": watch_id})


async def hold_account(connection: asyncpg.Connection, viewer: Viewer) -> None:
    """Of two that begin watches of one account, the later counts those of the earlier."""
    await connection.execute("SELECT FROM accounts WHERE account_id = $1 FOR NO KEY UPDATE", viewer.account_id)


async def _open_student(connection: asyncpg.Connection, viewer: Viewer, msix_id: str) -> int:
    rows = await connection.fetch(_OPEN, msix_id)
    if not rows:
        raise Refusal(RefusalCode.NOT_FOUND, field="student")
    deciding = set(viewer.decides_for)
    if all(row["review_scopes"] is not None and deciding.isdisjoint(row["review_scopes"]) for row in rows):
        raise Refusal(RefusalCode.UNDER_REVIEW, field="student")
    student_id: int = rows[0]["student_id"]
    return student_id


_OPEN = """
SELECT record.student_id, record.review_scopes FROM state_records AS record
WHERE record.student_id = (SELECT current_id FROM students WHERE msix_id = $1) AND record.status = 'ACTIVE'
"""
# a watch of an ID that was merged into this one watches it, too
_KNOWN = """
SELECT watch_id FROM watches JOIN students USING (student_id) WHERE account_id = $1 AND current_id = $2 LIMIT 1
"""
_WATCH = """
INSERT INTO watches (account_id, student_id, seen, created_at) VALUES ($1, $2, $3::text::jsonb, $4) RETURNING watch_id
"""
