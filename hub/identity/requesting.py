"""Requests to merge or split, until they are decided: one item for each state that holds a record concerned."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import asyncpg

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.identity.raising import NewItem, raise_items
from hub.viewer import Viewer


async def open_request(
    connection: asyncpg.Connection,
    viewer: Viewer,
    kind: str,
    *,
    student: int,
    duplicates: Sequence[int] = (),
    leaving: Sequence[int] = (),
    sides: Mapping[int, int],
    states: Mapping[int, str],
    reason: str,
) -> int:
    """Write the request and ask every state concerned. `sides` and `states` are of the records of all the students,
    whose versions it makes old: of two who ask at once, the later has seen what is so no more."""
    request_id: int = await connection.fetchval(
        "INSERT INTO identity_requests (kind, student_id, duplicates, state_records, state, reason, account_id) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING request_id",
        kind,
        student,
        sorted(duplicates),
        sorted(leaving),
        viewer.state,
        reason,
        viewer.account_id,
    )
    await connection.execute(_LOOKED_AT, [student, *duplicates])
    items = await ask_states(connection, request_id, kind, sides, set(states.values()))
    tag = Tag.MERGE_REQUEST if kind == "MERGE" else Tag.SPLIT_REQUEST
    detail = {"request": request_id, "items": items}
    await record_in(connection, Event.by(viewer, tag, students=(student, *sorted(duplicates)), detail=detail))
    return request_id


async def ask_states(
    connection: asyncpg.Connection, request_id: int, kind: str, sides: Mapping[int, int], states: Collection[str]
) -> list[int]:
    """Ask these states to validate a request about the records in `sides`, and return the items."""
    asked = [
        NewItem(f"{kind}_VALIDATION", state, sides, {"request": request_id}, request_id=request_id)
        for state in sorted(states)
    ]
    return await raise_items(connection, asked)


_LOOKED_AT = "UPDATE students SET version = version + 1 WHERE student_id = ANY($1::bigint[])"
