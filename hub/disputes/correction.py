"""A request for a correction that is pending, held for a change of it; its history, and who is told of it."""

from __future__ import annotations

from collections.abc import Collection

import asyncpg

from hub import clock
from hub.notices import Audience, Notice, notify
from hub.refusal import Refusal, RefusalCode
from hub.viewer import Viewer


async def hold_pending(
    connection: asyncpg.Connection, viewer: Viewer, request_id: int, expected_version: int | None
) -> asyncpg.Record:
    """The row of a pending request that lies with the viewer's state (an account of no state: with any), held.

    `current_student` is the child that it is about now, `record_state` whose record was named, if one was.
    Raises Refusal: NOT_FOUND, UNDER_REVIEW, CONFLICT, ALREADY_DECIDED.
    """
    row: asyncpg.Record | None = await connection.fetchrow(_HOLD, request_id)
    if row is None or viewer.state not in (None, row["state"], row["received_by"]):
        raise Refusal(RefusalCode.NOT_FOUND, field="request")
    scopes = await connection.fetch(_SCOPES, row["state_record_id"], row["current_student"])
    if not scopes:
        raise Refusal(RefusalCode.NOT_FOUND, field="request")
    deciding = set(viewer.decides_for)
    if any(each["review_scopes"] is not None and deciding.isdisjoint(each["review_scopes"]) for each in scopes):
        raise Refusal(RefusalCode.UNDER_REVIEW, field="request")
    if row["status"] != "PENDING" or viewer.state not in (None, row["state"]):
        raise Refusal(RefusalCode.ALREADY_DECIDED, "it was decided, or lies with another state", "request")
    if expected_version not in (None, row["version"]):
        raise Refusal(RefusalCode.CONFLICT, field="request")
    return row


async def write_correction_entry(
    connection: asyncpg.Connection, viewer: Viewer, request_id: int, kind: str, state: str, words: str | None = None
) -> None:
    """Add an entry in the caller's transaction, as of now."""
    await connection.execute(
        "INSERT INTO correction_entries (request_id, kind, state, words, account_id, entered_at) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        request_id,
        kind,
        state,
        words,
        viewer.account_id,
        clock.now(),
    )


async def tell_state(
    connection: asyncpg.Connection, viewer: Viewer, request_id: int, state: str, kind: str, roles: Collection[str]
) -> None:
    """Tell the holders of `roles` in a state, but whoever did it."""
    row = await connection.fetchrow(
        "SELECT student_id, state_record_id FROM correction_requests WHERE request_id = $1", request_id
    )
    assert row is not None
    audience = Audience(roles=roles, state=state, but=viewer.account_id)
    about = (row["student_id"], row["state_record_id"], "CorrectionRequest", request_id)
    await notify(connection, Notice(kind, audience, *about))


_HOLD = """
SELECT request.*, coalesce(
    (SELECT record.student_id FROM state_records AS record WHERE record.state_record_id = request.state_record_id),
    (SELECT student.current_id FROM students AS student WHERE student.student_id = request.student_id)
) AS current_student,
    (SELECT record.state FROM state_records AS record WHERE record.state_record_id = request.state_record_id)
        AS record_state
FROM correction_requests AS request WHERE request_id = $1 FOR NO KEY UPDATE OF request
"""
_SCOPES = """
SELECT review_scopes FROM state_records
WHERE CASE WHEN $1::bigint IS NULL THEN student_id = $2 ELSE state_record_id = $1 END AND status = 'ACTIVE'
"""
