"""Merges and splits: requests, and the feed of changes of MSIX IDs."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from hub.tables import CHANGE_KINDS, REQUEST_KINDS, REQUEST_STATUSES, IdentityChangeRow, IdentityRequestRow
from permissions.declare import guarded, public
from permissions.grants import Grant as G
from resolvers.compiler.source import Column, Keyed
from resolvers.sources import identity_request as source
from schema.base import Node, described_enum, record
from schema.payload import INPUT, MutationError, errors_field, key_field
from schema.state_record import StateRecord

if TYPE_CHECKING:
    from schema.worklist_item import WorklistItem

LazyItem = Annotated["WorklistItem", strawberry.lazy("schema.worklist_item")]
RequestKind = described_enum("RequestKind", REQUEST_KINDS, "What a request asks.")
RequestStatus = described_enum("RequestStatus", REQUEST_STATUSES, "What became of a request.")
IdentityChangeKind = described_enum("IdentityChangeKind", CHANGE_KINDS, "How an MSIX ID changed.")

_M = G.MERGE_INITIATE


@record(source.REQUESTS, _M, "A request to merge students or to split one.")
class IdentityRequest(Node):
    kind: RequestKind | None = guarded(_M, Column(IdentityRequestRow.kind), "What it asks.")  # type: ignore[valid-type]
    status: RequestStatus | None = guarded(_M, Column(IdentityRequestRow.status), "What became of it.")  # type: ignore[valid-type]
    msix_id: str | None = guarded(_M, source.SURVIVOR_ID, "MSIX ID of the survivor, or of the student to be split.")
    duplicates: list[str] | None = guarded(_M, source.DUPLICATE_IDS, "MSIX IDs of the other students of a merge.")
    state_records: list[StateRecord] | None = guarded(_M, source.LEAVING_RECORDS, "The records that leave in a split.")
    reason: str | None = guarded(_M, Column(IdentityRequestRow.reason), "Why, in the asker's words.")
    requested_by: str | None = guarded(_M, source.ASKED_BY, "Name of whoever asked.")
    state: str | None = guarded(_M, Column(IdentityRequestRow.state), "Code of the asker's state.")
    requested_at: datetime.datetime | None = guarded(_M, Column(IdentityRequestRow.requested_at), "When.")
    ended_at: datetime.datetime | None = guarded(_M, Column(IdentityRequestRow.ended_at), "When it was ended.")
    waiting_for: list[str] | None = guarded(_M, source.WAITING_FOR, "Codes of the states that have not decided.")
    items: list[LazyItem] | None = guarded(_M, source.ITEMS_OF_REQUEST, "The decisions on it that the viewer may take.")


@record(source.CHANGES, G.STUDENT_READ, "A change of an MSIX ID.")
class IdentityChange(Node):
    kind: IdentityChangeKind | None = guarded(G.STUDENT_READ, Column(IdentityChangeRow.kind), "How.")  # type: ignore[valid-type]
    msix_id: str | None = guarded(G.STUDENT_READ, source.CHANGED_ID, "The MSIX ID that changed.")
    other_msix_id: str | None = guarded(
        G.STUDENT_READ, source.OTHER_ID, "The survivor it was merged into, or the student it was split from."
    )
    changed_at: datetime.datetime | None = guarded(G.STUDENT_READ, Column(IdentityChangeRow.changed_at), "When.")
    reason: str | None = guarded(G.STUDENT_READ, Column(IdentityChangeRow.reason), "Why, in the decider's words.")


@strawberry.input(description="Which changes of MSIX IDs.")
class IdentityChangeFilter:
    since: datetime.datetime | None = guarded(
        G.STUDENT_READ, source.CHANGED_SINCE, "From this moment on.", default=strawberry.UNSET
    )


@strawberry.input(description="Which requests.")
class IdentityRequestFilter:
    status: list[RequestStatus] | None = guarded(_M, source.STATUS, "In one of these states.", default=strawberry.UNSET)  # type: ignore[valid-type]


@strawberry.input(description="A student with the version of it that was looked at.")
class ExpectedVersionInput:
    msix_id: str = public(INPUT, None, "Its MSIX ID.")
    version: int = public(INPUT, None, "`Student.version` as it was read.")


@strawberry.input(description="Students that are one child.")
class InitiateMergeInput:
    survivor: str = public(INPUT, None, "MSIX ID of the student that keeps its ID.")
    duplicates: list[str] = public(INPUT, None, "MSIX IDs of the others, which will answer with the survivor.")
    reason: str = public(INPUT, None, "Why, in 1,000 characters at most.")
    expected_versions: list[ExpectedVersionInput] | None = public(
        INPUT, None, "The students' versions that were looked at.", default=None
    )
    idempotency_key: str | None = key_field()


@strawberry.input(description="Records that are not the student's.")
class InitiateSplitInput:
    student: str = public(INPUT, None, "MSIX ID of the student.")
    state_records: list[strawberry.ID] = public(INPUT, None, "Ids of the state records that leave it.")
    reason: str = public(INPUT, None, "Why, in 1,000 characters at most.")
    expected_version: int | None = public(INPUT, None, "The student's version that was looked at.", default=None)
    idempotency_key: str | None = key_field()


@strawberry.input(description="A request that is taken back.")
class WithdrawRequestInput:
    request: strawberry.ID = public(INPUT, None, "The request's id.")
    idempotency_key: str | None = key_field()


@strawberry.type(description="The request, or why there is none.")
class IdentityRequestPayload:
    request: IdentityRequest | None = guarded(_M, Keyed(source.REQUESTS), "The request as it is now.")
    errors: list[MutationError] = errors_field()
