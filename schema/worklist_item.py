"""The worklist: decisions that the viewer's state owes."""

from __future__ import annotations

import datetime

import strawberry

from hub.tables import (
    ITEM_DECISIONS,
    ITEM_KINDS,
    ITEM_LEVELS,
    ITEM_STATUSES,
    WorklistItemRecordRow,
    WorklistItemRow,
)
from permissions.declare import argument, guarded, public
from permissions.grants import Grant as G
from resolvers.compiler.source import Column, Keyed
from resolvers.sources import identity_request
from resolvers.sources import worklist_item as source
from schema.base import PAGE_ARGUMENTS, Connection, Json, Node, OrderDirection, described_enum, record
from schema.filters import TextFilter
from schema.identity_request import IdentityRequest
from schema.payload import INPUT, PAYLOAD, MutationError, errors_field, key_field
from schema.state_record import StateRecord

WorklistKind = described_enum("WorklistKind", ITEM_KINDS, "What a worklist item asks.")
WorklistStatus = described_enum("WorklistStatus", ITEM_STATUSES, "What became of a worklist item.")
WorklistLevel = described_enum("WorklistLevel", ITEM_LEVELS, "With whom of its state an item lies.")
WorklistDecision = described_enum("WorklistDecision", ITEM_DECISIONS, "How an item was decided.")

_D = G.WORKLIST_DECIDE


@record(source.ITEM_RECORDS, _D, "A state record that an item is about.")
class WorklistRecord:
    side: int | None = guarded(
        _D, Column(WorklistItemRecordRow.side), "1: the newcomer, the duplicate, or what leaves; 2: the other side."
    )
    state_record: StateRecord | None = guarded(_D, source.RECORD_OF_SIDE, "The record.")


@record(source.WORKLIST_ITEMS, _D, "A decision that somebody owes.")
class WorklistItem(Node):
    kind: WorklistKind | None = guarded(_D, Column(WorklistItemRow.kind), "What it asks.")  # type: ignore[valid-type]
    status: WorklistStatus | None = guarded(_D, Column(WorklistItemRow.status), "What became of it.")  # type: ignore[valid-type]
    state: str | None = guarded(_D, Column(WorklistItemRow.state), "Code of the state that owes it.")
    region: str | None = guarded(_D, Column(WorklistItemRow.region), "The region within the state, if known.")
    district_id: str | None = guarded(_D, Column(WorklistItemRow.district_id), "The district of the newest enrollment.")
    level: WorklistLevel | None = guarded(_D, Column(WorklistItemRow.level), "With whom it lies.")  # type: ignore[valid-type]
    assignee: str | None = guarded(_D, source.ASSIGNEE, "Name of the person it is given to, if it is.")
    raised_at: datetime.datetime | None = guarded(_D, Column(WorklistItemRow.raised_at), "When it was raised.")
    due_at: datetime.datetime | None = guarded(
        _D, Column(WorklistItemRow.due_at), "Until when: five business days; neither assigning nor climbing moves it."
    )
    overdue: bool | None = guarded(_D, source.OVERDUE, "Whether it is open and past due.")
    escalated_at: datetime.datetime | None = guarded(_D, Column(WorklistItemRow.escalated_at), "When it last climbed.")
    escalation_reason: str | None = guarded(
        _D, Column(WorklistItemRow.escalation_reason), "Why it last climbed, where somebody let it."
    )
    evidence: Json | None = guarded(
        _D, source.EVIDENCE, "Why it was raised: the candidates with the level, weight and guard of each field."
    )
    model_version: str | None = guarded(_D, Column(WorklistItemRow.model_version), "The matching model that raised it.")
    records: list[WorklistRecord] | None = guarded(_D, source.RECORDS_OF_ITEM, "The state records it is about.")
    request: IdentityRequest | None = guarded(
        _D, identity_request.REQUEST_OF_ITEM, "The merge or split that it is to validate."
    )
    decision: WorklistDecision | None = guarded(_D, Column(WorklistItemRow.decision), "How it was decided.")  # type: ignore[valid-type]
    reason: str | None = guarded(_D, Column(WorklistItemRow.reason), "Why it was decided so.")
    decided_by: str | None = guarded(_D, source.DECIDED_BY, "Name of the person who decided it.")
    decided_at: datetime.datetime | None = guarded(_D, Column(WorklistItemRow.decided_at), "When it was settled.")
    version: int | None = guarded(_D, Column(WorklistItemRow.version), "Goes into `expectedVersion` of a change.")


@strawberry.input(description="Which worklist items.")
class WorklistFilter:
    kind: list[WorklistKind] | None = guarded(  # type: ignore[valid-type]
        _D, source.KIND, "Of one of these kinds.", default=strawberry.UNSET
    )
    status: list[WorklistStatus] | None = guarded(  # type: ignore[valid-type]
        _D, source.STATUS, "In one of these states.", default=strawberry.UNSET
    )
    level: list[WorklistLevel] | None = guarded(  # type: ignore[valid-type]
        _D, source.LEVEL, "Lying at one of these levels.", default=strawberry.UNSET
    )
    district_id: TextFilter | None = guarded(_D, source.DISTRICT, "Of this district.", default=strawberry.UNSET)
    overdue: bool | None = guarded(_D, source.IS_OVERDUE, "Open and past due, or not.", default=strawberry.UNSET)
    mine: bool | None = guarded(_D, source.MINE, "Given to the viewer, or not.", default=strawberry.UNSET)
    msix_id: TextFilter | None = guarded(_D, source.OF_STUDENT, "About this student.", default=strawberry.UNSET)


WorklistOrderField = described_enum(
    "WorklistOrderField",
    {"DUE": "By when they are due.", "RAISED": "By when they were raised."},
    "By what worklist items are put in order.",
)


@strawberry.input(description="The order of worklist items.")
class WorklistOrder:
    field: WorklistOrderField = public("It shows nothing.", None, "By what.", default="DUE")  # type: ignore[valid-type]
    direction: OrderDirection = public("It shows nothing.", None, "Which way.", default=OrderDirection.ASC)


WORKLIST_ARGUMENTS = (
    argument("filter", WorklistFilter | None, "Which items; all unless said."),
    argument("order_by", WorklistOrder | None, "In which order; by due date unless said."),
    *PAGE_ARGUMENTS,
)
WORKLIST = Connection[WorklistItem]


@strawberry.input(description="A decision on a worklist item.")
class ResolveWorklistItemInput:
    item: strawberry.ID = public(INPUT, None, "The item's id.")
    decision: WorklistDecision = public(INPUT, None, "The decision; which ones fit depends on the item's kind.")  # type: ignore[valid-type]
    reason: str = public(INPUT, None, "Why, in 1,000 characters at most.")
    expected_version: int | None = public(INPUT, None, "The item's version that was looked at.", default=None)
    idempotency_key: str | None = key_field()


@strawberry.input(description="One decision on many worklist items of one kind: on all of them, or on none.")
class ResolveWorklistItemsInput:
    items: list[strawberry.ID] = public(INPUT, None, "The items' ids, 2,000 at most.")
    decision: WorklistDecision = public(INPUT, None, "The decision.")  # type: ignore[valid-type]
    reason: str = public(INPUT, None, "Why, in 1,000 characters at most.")
    idempotency_key: str | None = key_field()


@strawberry.input(description="With whom a worklist item is to lie.")
class AssignWorklistItemInput:
    item: strawberry.ID = public(INPUT, None, "The item's id.")
    assignee: str | None = public(INPUT, None, "User id of a person of the item's state; null: nobody.", default=None)
    level: WorklistLevel | None = public(INPUT, None, "Where it lies: as now, or further down.", default=None)  # type: ignore[valid-type]
    expected_version: int | None = public(INPUT, None, "The item's version that was looked at.", default=None)
    idempotency_key: str | None = key_field()


@strawberry.input(description="A worklist item that is to climb a level.")
class EscalateWorklistItemInput:
    item: strawberry.ID = public(INPUT, None, "The item's id.")
    reason: str = public(INPUT, None, "Why, in 1,000 characters at most.")
    idempotency_key: str | None = key_field()


@strawberry.type(description="The worklist item, or why nothing was done.")
class WorklistItemPayload:
    item: WorklistItem | None = guarded(_D, Keyed(source.WORKLIST_ITEMS), "The item as it is now.")
    errors: list[MutationError] = errors_field()


@strawberry.type(description="How many worklist items were decided, or why none was.")
class WorklistItemsPayload:
    resolved: int | None = public(PAYLOAD, None, "How many.")
    errors: list[MutationError] = errors_field()
