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
from hub.tables import LOCKING_KINDS


@dataclass(frozen=True)
class AssignItem:
    """The item's key; `assignee`, the user id of a person of the item's state, or None for nobody; `level`, where the
    item lies from now on: as now, or further down."""

    assignee: str | None = None
    level: str | None = None
    expected_version: int | None = None
    item: int = field(default=0, metadata={"node": "WorklistItem"})


async def assign_item(connection: asyncpg.Connection, permit: Permit, command: AssignItem) -> Outcome:
    """Assign.

    Raises Refusal: ALREADY_DECIDED, CONFLICT, WRONG_WAY, INVALID_INPUT for a level at which the item has nobody, and
    NOT_FOUND for an assignee who may not decide it.
    """
    permit.check("assign_item")
    item = await connection.fetchrow(
        "SELECT status, version, level, region, district_id FROM worklist_items WHERE item_id = $1 FOR NO KEY UPDATE",
        command.item,
    )
    if item["status"] != "OPEN":
        raise Refusal(RefusalCode.ALREADY_DECIDED, field="item")
    if command.expected_version not in (None, item["version"]):
        raise Refusal(RefusalCode.CONFLICT, field="expectedVersion")
    level = command.level or item["level"]
    if LEVELS.index(level) > LEVELS.index(item["level"]):
        raise Refusal(RefusalCode.WRONG_WAY, field="level")
    if (level == "DISTRICT" and item["district_id"] is None) or (level == "REGION" and item["region"] is None):
        raise Refusal(RefusalCode.INVALID_INPUT, "the item's district or region is not known", "level")
    account_id = None
    if command.assignee is not None:
        account_id = await connection.fetchval(_ASSIGNEE, command.assignee, command.item, list(LOCKING_KINDS))
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
SELECT account.account_id FROM worklist_items AS item
JOIN accounts AS account ON account.state = item.state AND account.status = 'ACTIVE'
JOIN account_roles ON account_roles.account_id = account.account_id
LEFT JOIN identity_requests AS request ON request.request_id = item.request_id
WHERE item.item_id = $2 AND lower(account.user_id) = lower($1)
    AND account.account_id IS DISTINCT FROM request.account_id AND (
    role = 'STATE_DATA_ADMINISTRATOR'
    OR role = 'REGIONAL_DATA_ADMINISTRATOR' AND account.region = item.region
    OR role = 'PRIMARY_USER' AND item.kind = ANY($3::text[]) AND EXISTS (SELECT FROM state_policies AS policy
        WHERE policy.state = item.state AND policy.policy = 'PRIMARY_USERS_DECIDE' AND policy.value = 'true')
) LIMIT 1
"""
"""Whoever may decide the item, as `hub.identity.locks.ITEM_SCOPES` and the policy of deciding say; nobody decides the
own request."""
