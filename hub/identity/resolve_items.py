"""Decides worklist items, one or many of one kind: what the decision means is done in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import asyncpg

from hub.identity.deciding import decide
from hub.identity.open_items import lock_items
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.words import LONGEST_REASON, kept_text

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "NEAR_MATCH": ("SAME", "NOT_SAME"),
    "ID_CONFLICT": ("SAME", "NOT_SAME"),
    "MERGE_VALIDATION": ("APPROVED", "REJECTED"),
    "SPLIT_VALIDATION": ("APPROVED", "REJECTED"),
    "DATA_QUALITY": ("DONE", "NOT_POSSIBLE"),
    "DATA_REQUEST": ("DONE", "NOT_POSSIBLE"),
    "MISSED_ENROLLMENT": ("DONE", "NOT_POSSIBLE"),
    "ESCALATION": ("DONE", "NOT_POSSIBLE"),
}


@dataclass(frozen=True)
class ResolveItems:
    """Keys of items of one kind, and the decision on all of them."""

    decision: str
    reason: str
    items: tuple[int, ...] = field(default=(), metadata={"node": "WorklistItem"})


@dataclass(frozen=True)
class ResolveItem:
    """The key of one item, and the decision on it."""

    decision: str
    reason: str
    expected_version: int | None = None
    item: int = field(default=0, metadata={"node": "WorklistItem"})

    @property
    def items(self) -> tuple[int, ...]:
        """The one item."""
        return (self.item,)


async def resolve_items(connection: asyncpg.Connection, permit: Permit, command: ResolveItem | ResolveItems) -> Outcome:
    """Decide the items, all or none.

    Raises Refusal: ALREADY_DECIDED, CONFLICT, MIXED_KINDS, WRONG_DECISION, KEPT_APART, INVALID_INPUT.
    """
    permit.check("resolve_items")
    reason = kept_text(command.reason, "reason", LONGEST_REASON)
    expected = command.expected_version if isinstance(command, ResolveItem) else None
    items = await lock_items(connection, command.items, expected)
    if len({item.kind for item in items}) != 1:
        raise Refusal(RefusalCode.MIXED_KINDS, field="items")
    if command.decision not in _CHOICES[items[0].kind]:
        choices = " or ".join(_CHOICES[items[0].kind])
        raise Refusal(RefusalCode.WRONG_DECISION, f"items of this kind are decided {choices}", "decision")
    await decide(connection, items, command.decision, reason, permit.viewer)
    return Outcome(records={"item": items[0].item_id}, values={"resolved": len(items)})
