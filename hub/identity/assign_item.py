"""Gives an open worklist item to a person of its state, or takes it from one. The clock runs on."""

from __future__ import annotations

from dataclasses import dataclass, field

import asyncpg

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.identity.levels import LEVELS
from hub.outbox import publish
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode


@dataclass(frozen=True)
class AssignItem:
    """The item's key; `assignee`, the user id of a person of the item's state, or None for nobody; `level`, where the
    item lies from now on: as now, or further down."""

    assignee: str | None = None
    level: str | None = None
    expected_version: int | None = None
    item: int = field(default=0, metadata={"node": "WorklistItem"})


async def assign_item(connection: asyncpg.Connection, permit: Permit, command: AssignItem) -> Outcome:
    """Assign. Raises Refusal: ALREADY_DECIDED, CONFLICT, WRONG_WAY, and NOT_FOUND for the assignee."""
    permit.check("assign_item")
    item = await connection.fetchrow(
        "SELECT status, version, state, level FROM worklist_items WHERE item_id = $1 FOR NO KEY UPDATE", command.item
    )
    if item["status"] != "OPEN":
        raise Refusal(RefusalCode.ALREADY_DECIDED, field="item")
    if command.expected_version not in (None, item["version"]):
        raise Refusal(RefusalCode.CONFLICT, field="expectedVersion")
    level = command.level or item["level"]
    if LEVELS.index(level) > LEVELS.index(item["level"]):
        raise Refusal(RefusalCode.WRONG_WAY, field="level")
    account_id = None
    if command.assignee is not None:
        account_id = await connection.fetchval(_ASSIGNEE, command.assignee, item["state"])
        if account_id is None:
            raise Refusal(RefusalCode.NOT_FOUND, field="assignee")
    await connection.execute(
        "UPDATE worklist_items SET account_id = $2, level = $3, version = version + 1 WHERE item_id = $1",
        command.item,
        account_id,
        level,
    )
    detail = {"item": command.item, "assignee": account_id, "level": level}
    await record_in(connection, Event.by(permit.viewer, Tag.WORKLIST_ASSIGN, detail=detail))
    await publish(connection, "worklist_changed", {"items": [command.item]})
    return Outcome(records={"item": command.item})


_ASSIGNEE = """
SELECT account_id FROM accounts JOIN account_roles USING (account_id)
WHERE lower(user_id) = lower($1) AND state = $2 AND status = 'ACTIVE'
    AND role IN ('PRIMARY_USER', 'REGIONAL_DATA_ADMINISTRATOR', 'STATE_DATA_ADMINISTRATOR') LIMIT 1
"""
