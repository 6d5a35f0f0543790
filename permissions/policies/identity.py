"""Who may ask for merges and splits, and who decides worklist items.

An item out of the viewer's reach answers like one that is not there. Nobody decides the own request, whatever the
role; where two of the decisions of one request are the same person's, that is so by the law of the states.
"""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from hub.identity import (
    AssignItem,
    EscalateItem,
    InitiateMerge,
    InitiateSplit,
    ResolveItem,
    ResolveItems,
    WithdrawRequest,
)
from hub.identity.locks import ITEM_SCOPES
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.viewer import Viewer
from permissions.grants import Grant

_IDENTITY_KINDS = ("NEAR_MATCH", "ID_CONFLICT", "MERGE_VALIDATION", "SPLIT_VALIDATION")


async def can_initiate_merge(connection: asyncpg.Connection, viewer: Viewer, command: InitiateMerge) -> Permit:
    """Somebody whose own state holds a record of one of the students."""
    await _concerned(connection, viewer, [command.survivor, *command.duplicates], "survivor")
    return Permit("initiate_merge", viewer)


async def can_initiate_split(connection: asyncpg.Connection, viewer: Viewer, command: InitiateSplit) -> Permit:
    """Somebody whose own state holds a record of the student."""
    await _concerned(connection, viewer, [command.student], "student")
    return Permit("initiate_split", viewer)


async def can_withdraw_request(connection: asyncpg.Connection, viewer: Viewer, command: WithdrawRequest) -> Permit:
    """Whoever asked; to others of the state the request is there, to other states it is not."""
    row = await connection.fetchrow(
        "SELECT account_id, state FROM identity_requests WHERE request_id = $1", command.request
    )
    if row is None or row["state"] != viewer.state:
        raise Refusal(RefusalCode.NOT_FOUND, field="request")
    if row["account_id"] != viewer.account_id:
        raise Refusal(RefusalCode.NOT_OWN_REQUEST, field="request")
    return Permit("withdraw_request", viewer)


async def can_resolve_items(
    connection: asyncpg.Connection, viewer: Viewer, command: ResolveItem | ResolveItems
) -> Permit:
    """Whoever decides for the items' state or region; matters of data quality need the grant to manage the list."""
    rows = await _within_reach(connection, viewer, command.items, "items")
    if any(row["asked_by"] == viewer.account_id for row in rows if row["asked_by"] is not None):
        raise Refusal(RefusalCode.OWN_REQUEST, field="items")
    if not viewer.can(Grant.WORKLIST_MANAGE) and any(row["kind"] not in _IDENTITY_KINDS for row in rows):
        raise Refusal(RefusalCode.NOT_FOUND, field="items")
    return Permit("resolve_items", viewer)


async def can_assign_item(connection: asyncpg.Connection, viewer: Viewer, command: AssignItem) -> Permit:
    """Whoever manages the worklist of the item's state or region."""
    await _within_reach(connection, viewer, [command.item], "item")
    return Permit("assign_item", viewer)


async def can_escalate_item(connection: asyncpg.Connection, viewer: Viewer, command: EscalateItem) -> Permit:
    """Whoever manages the worklist of the item's state or region."""
    await _within_reach(connection, viewer, [command.item], "item")
    return Permit("escalate_item", viewer)


async def _concerned(connection: asyncpg.Connection, viewer: Viewer, msix_ids: Sequence[str], field: str) -> None:
    """Raise Refusal (NOT_CONCERNED). A retired ID stands for its survivor; where none but retired or unknown ones are
    named, the verb says so."""
    row = await connection.fetchrow(
        """
        SELECT bool_or(named.current_id = named.student_id) AS current, bool_or(EXISTS (
            SELECT FROM state_records AS record
            WHERE record.student_id = named.current_id AND state = $2 AND status <> 'DELETED')) AS held
        FROM students AS named WHERE msix_id = ANY($1::text[])
        """,
        list(msix_ids),
        viewer.state,
    )
    if row["current"] and not row["held"]:
        raise Refusal(RefusalCode.NOT_CONCERNED, field=field)


async def _within_reach(
    connection: asyncpg.Connection, viewer: Viewer, items: Sequence[int], field: str
) -> list[asyncpg.Record]:
    rows: list[asyncpg.Record] = await connection.fetch(
        f"""
        SELECT item.kind, request.account_id AS asked_by FROM worklist_items AS item
        LEFT JOIN identity_requests AS request USING (request_id)
        WHERE item_id = ANY($1::bigint[]) AND {ITEM_SCOPES} && $2::text[]
        """,  # noqa: S608 (an expression of the hub's own)
        list(items),
        viewer.decides_for,
    )
    if len(rows) != len(set(items)) or not rows:
        raise Refusal(RefusalCode.NOT_FOUND, field=field)
    return rows
