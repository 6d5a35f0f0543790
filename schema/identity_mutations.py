"""What changes who is who: merges, splits, and decisions of the worklist."""

from __future__ import annotations

import strawberry

from permissions.grants import Grant as G
from resolvers.mutations import identity
from schema.identity_request import (
    IdentityRequestPayload,
    InitiateMergeInput,
    InitiateSplitInput,
    WithdrawRequestInput,
)
from schema.payload import change
from schema.worklist_item import (
    AssignWorklistItemInput,
    EscalateWorklistItemInput,
    ResolveWorklistItemInput,
    ResolveWorklistItemsInput,
    WorklistItemPayload,
    WorklistItemsPayload,
)

_MERGE, _DECIDE, _MANAGE = G.MERGE_INITIATE, G.WORKLIST_DECIDE, G.WORKLIST_MANAGE


@strawberry.type(description="Changes of who is who.")
class IdentityMutations:
    initiate_merge: IdentityRequestPayload | None = change(
        identity.INITIATE_MERGE,
        InitiateMergeInput,
        IdentityRequestPayload,
        "Ask to merge students into one. It takes effect when every state concerned has approved.",
        _MERGE,
    )
    initiate_split: IdentityRequestPayload | None = change(
        identity.INITIATE_SPLIT,
        InitiateSplitInput,
        IdentityRequestPayload,
        "Ask to split records off a student. It takes effect when every state concerned has approved.",
        _MERGE,
    )
    withdraw_request: IdentityRequestPayload | None = change(
        identity.WITHDRAW_REQUEST,
        WithdrawRequestInput,
        IdentityRequestPayload,
        "Take back a request that nobody has ended.",
        _MERGE,
    )
    resolve_worklist_item: WorklistItemPayload | None = change(
        identity.RESOLVE_ITEM,
        ResolveWorklistItemInput,
        WorklistItemPayload,
        "Decide a worklist item; what that means is done with it.",
        _DECIDE,
    )
    resolve_worklist_items: WorklistItemsPayload | None = change(
        identity.RESOLVE_ITEMS,
        ResolveWorklistItemsInput,
        WorklistItemsPayload,
        "Decide many worklist items of one kind alike.",
        _DECIDE,
    )
    assign_worklist_item: WorklistItemPayload | None = change(
        identity.ASSIGN_ITEM,
        AssignWorklistItemInput,
        WorklistItemPayload,
        "Give a worklist item to a person, or to a lower level. The clock runs on.",
        _MANAGE,
    )
    escalate_worklist_item: WorklistItemPayload | None = change(
        identity.ESCALATE_ITEM,
        EscalateWorklistItemInput,
        WorklistItemPayload,
        "Let a worklist item climb a level. The clock runs on.",
        _MANAGE,
    )
