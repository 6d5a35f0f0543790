"""Lets worklist items climb: by hand, and by the worker when they are overdue. The due date stays as it was."""

from __future__ import annotations

from dataclasses import dataclass, field

import asyncpg

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.identity.deciding import decide
from hub.identity.open_items import lock_items
from hub.identity.raising import NewItem, raise_items
from hub.outbox import publish
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.states import Policy, states_with
from hub.viewer import ANONYMOUS, Viewer
from hub.words import LONGEST_REASON, kept_text

BATCH = 200
"""Overdue items that one transaction of the worker takes."""


@dataclass(frozen=True)
class EscalateItem:
    """The item's key."""

    reason: str
    item: int = field(default=0, metadata={"node": "WorklistItem"})


async def escalate_item(connection: asyncpg.Connection, permit: Permit, command: EscalateItem) -> Outcome:
    """Move the item up one level. Raises Refusal: ALREADY_DECIDED, WRONG_WAY at the top, INVALID_INPUT."""
    permit.check("escalate_item")
    reason = kept_text(command.reason, "reason", LONGEST_REASON)
    item = await connection.fetchrow(
        "SELECT status, level, region FROM worklist_items WHERE item_id = $1 FOR NO KEY UPDATE", command.item
    )
    if item["status"] != "OPEN":
        raise Refusal(RefusalCode.ALREADY_DECIDED, field="item")
    if item["level"] == "STATE":
        raise Refusal(RefusalCode.WRONG_WAY, "the item lies with the state, the highest level", "item")
    await _climb(connection, [command.item], permit.viewer, reason)
    return Outcome(records={"item": command.item})


async def escalate_overdue(connection: asyncpg.Connection) -> int:
    """In the caller's transaction take some overdue items a level up, and return how many were taken.

    Each climbs one level a day past due. At the end of the climb a validation counts as approved where the state's
    policy says so; for the rest, and for what cannot be approved any more, an item of kind ESCALATION tells the
    state, once. Several workers share them.
    """
    now = clock.now()
    rows = await connection.fetch(_OVERDUE, now, BATCH)
    climbing = [row["item_id"] for row in rows if row["level"] != "STATE"]
    await _climb(connection, climbing, ANONYMOUS)
    approving = await states_with(connection, Policy.AUTO_APPROVE_VALIDATIONS, True)
    for row in (row for row in rows if row["level"] == "STATE"):
        by_policy = row["kind"].endswith("_VALIDATION") and row["state"] in approving
        if not (by_policy and await _approved(connection, row["item_id"])):
            await _tell(connection, row)
    return len(rows)


async def _approved(connection: asyncpg.Connection, item_id: int) -> bool:
    """Whether a state's policy could approve; nothing is done where it could not."""
    try:
        async with connection.transaction():
            items = await lock_items(connection, (item_id,))
            await decide(connection, items, "APPROVED", "Approved by the state's policy.", ANONYMOUS)
            return True
    except Refusal:
        return False


async def _tell(connection: asyncpg.Connection, item: asyncpg.Record) -> None:
    about = await connection.fetch(_ABOUT_OPEN, item["item_id"])
    if not about:  # a decision on another of the batch has answered it
        return
    sides = {record["state_record_id"]: record["side"] for record in about}
    evidence = {"item": item["item_id"], "kind": item["kind"]}
    told = NewItem("ESCALATION", item["state"], sides, evidence, parent_id=item["item_id"], level="STATE")
    await raise_items(connection, [told])


async def _climb(connection: asyncpg.Connection, items: list[int], viewer: Viewer, reason: str | None = None) -> None:
    if not items:
        return
    await connection.execute(_UP, items, clock.now(), reason)
    events = (Event.by(viewer, Tag.WORKLIST_ESCALATE, detail={"item": item}) for item in items)
    await record_in(connection, *events)
    await publish(connection, "worklist_changed", {"items": items})


_OVERDUE = """
SELECT item_id, kind, state, level FROM worklist_items AS item
WHERE status = 'OPEN' AND kind <> 'ESCALATION' AND due_at <= $1
    AND (escalated_at IS NULL OR escalated_at <= $1 - interval '1 day')
    AND (level <> 'STATE' OR NOT EXISTS (SELECT FROM worklist_items AS told WHERE told.parent_id = item.item_id))
ORDER BY due_at, item_id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
"""
_ABOUT_OPEN = """
SELECT state_record_id, side FROM worklist_item_records JOIN worklist_items USING (item_id)
WHERE item_id = $1 AND status = 'OPEN'
"""
_UP = """
UPDATE worklist_items SET account_id = NULL, version = version + 1, escalated_at = $2, escalation_reason = $3,
    level = CASE WHEN level = 'DISTRICT' AND region IS NOT NULL THEN 'REGION' ELSE 'STATE' END
WHERE item_id = ANY($1::bigint[])
"""
