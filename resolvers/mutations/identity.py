"""Merges, splits, and the worklist."""

from __future__ import annotations

import asyncpg

from hub.identity import (
    AssignItem,
    EscalateItem,
    InitiateMerge,
    InitiateSplit,
    ResolveItem,
    ResolveItems,
    WithdrawRequest,
    assign_item,
    escalate_item,
    initiate_merge,
    initiate_split,
    resolve_items,
    withdraw_request,
)
from hub.notices import screen_answers, tell_answered
from hub.outcome import Outcome
from hub.permit import Permit
from permissions.policies import identity as policies
from resolvers.writing import Change


async def _resolve(connection: asyncpg.Connection, permit: Permit, command: ResolveItem | ResolveItems) -> Outcome:
    """Whoever asked for data hears that the worklist has answered, in words that are checked as such an answer is."""
    outcome = await resolve_items(connection, permit, command)
    await screen_answers(connection, command.items, command.reason)
    await tell_answered(connection, command.items)
    return outcome


INITIATE_MERGE = Change("initiateMerge", InitiateMerge, policies.can_initiate_merge, initiate_merge)
INITIATE_SPLIT = Change("initiateSplit", InitiateSplit, policies.can_initiate_split, initiate_split)
WITHDRAW_REQUEST = Change("withdrawRequest", WithdrawRequest, policies.can_withdraw_request, withdraw_request)
RESOLVE_ITEM = Change("resolveWorklistItem", ResolveItem, policies.can_resolve_items, _resolve)
RESOLVE_ITEMS = Change("resolveWorklistItems", ResolveItems, policies.can_resolve_items, _resolve)
ASSIGN_ITEM = Change("assignWorklistItem", AssignItem, policies.can_assign_item, assign_item)
ESCALATE_ITEM = Change("escalateWorklistItem", EscalateItem, policies.can_escalate_item, escalate_item)
