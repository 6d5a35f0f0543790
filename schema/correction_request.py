"""Parents' requests for a correction, and their clock."""

from __future__ import annotations

import datetime

import strawberry

from hub.tables import ASKERS, CORRECTION_ENTRIES, CORRECTION_STATUSES, CorrectionEntryRow, CorrectionRequestRow
from permissions.declare import argument, guarded, public
from permissions.grants import Grant as G
from resolvers.compiler.source import Column, Keyed
from resolvers.sources import correction_request as source
from schema.base import PAGE_ARGUMENTS, Node, described_enum, record
from schema.filters import TextFilter
from schema.payload import INPUT, MutationError, errors_field, key_field
from schema.state_record import StateRecord
from schema.student import Student

CorrectionStatus = described_enum("CorrectionStatus", CORRECTION_STATUSES, "What became of a request for a correction.")
CorrectionEntryKind = described_enum("CorrectionEntryKind", CORRECTION_ENTRIES, "What was done about a request.")
Asker = described_enum("Asker", ASKERS, "Who asks for a correction.")

_W = G.CORRECTION_WRITE


@record(source.ENTRIES, _W, "Something done about a request for a correction.")
class CorrectionEntry:
    kind: CorrectionEntryKind | None = guarded(_W, Column(CorrectionEntryRow.kind), "What was done.")  # type: ignore[valid-type]
    state: str | None = guarded(_W, Column(CorrectionEntryRow.state), "Code of the state that it lies with since.")
    words: str | None = guarded(_W, Column(CorrectionEntryRow.words), "Why, if it was said.")
    by: str | None = guarded(_W, source.BY, "Name of the person who did it.")
    entered_at: datetime.datetime | None = guarded(_W, Column(CorrectionEntryRow.entered_at), "When.")


@record(source.CORRECTIONS, _W, "A parent's request for a correction of what a state holds.")
class CorrectionRequest(Node):
    student: Student | None = guarded(G.STUDENT_READ, source.STUDENT_OF_REQUEST, "The child.")
    state_record: StateRecord | None = guarded(
        G.STUDENT_READ, source.RECORD_OF_REQUEST, "The record, where one was named."
    )
    field: str | None = guarded(_W, source.FIELD, "The element, such as demographics.birthDate, where one was named.")
    asked_by: Asker | None = guarded(_W, Column(CorrectionRequestRow.asked_by), "Who asked.")  # type: ignore[valid-type]
    statement: str | None = guarded(_W, Column(CorrectionRequestRow.statement), "What was asked.")
    status: CorrectionStatus | None = guarded(_W, Column(CorrectionRequestRow.status), "What became of it.")  # type: ignore[valid-type]
    state: str | None = guarded(_W, Column(CorrectionRequestRow.state), "Code of the state that owes the decision.")
    received_by: str | None = guarded(
        _W, Column(CorrectionRequestRow.received_by), "Code of the state that received it."
    )
    received_at: datetime.datetime | None = guarded(
        _W, Column(CorrectionRequestRow.received_at), "When it was received; the clock runs from then."
    )
    recorded_at: datetime.datetime | None = guarded(
        _W, Column(CorrectionRequestRow.recorded_at), "When it was recorded."
    )
    recorded_by: str | None = guarded(_W, source.RECORDED_BY, "Name of the person who recorded it.")
    due_at: datetime.datetime | None = guarded(
        _W, Column(CorrectionRequestRow.due_at), "Until when it must be decided: 30 days; forwarding does not move it."
    )
    forward_due_at: datetime.datetime | None = guarded(
        _W,
        Column(CorrectionRequestRow.forward_due_at),
        "Until when it must be forwarded to the state concerned: four working days; null: it lies there.",
    )
    overdue: bool | None = guarded(_W, source.OVERDUE, "Whether it is pending and past one of the two.")
    decided_at: datetime.datetime | None = guarded(_W, Column(CorrectionRequestRow.decided_at), "When it was decided.")
    entries: list[CorrectionEntry] | None = guarded(_W, source.ENTRIES_OF_REQUEST, "What was done, in order.")
    version: int | None = guarded(_W, Column(CorrectionRequestRow.version), "Goes into `expectedVersion` of a change.")


@strawberry.input(description="Which requests for a correction.")
class CorrectionRequestFilter:
    status: list[CorrectionStatus] | None = guarded(  # type: ignore[valid-type]
        _W, source.STATUS, "In one of these states.", default=strawberry.UNSET
    )
    state: TextFilter | None = guarded(_W, source.STATE, "Lying with this state.", default=strawberry.UNSET)
    overdue: bool | None = guarded(_W, source.IS_OVERDUE, "Pending and past due, or not.", default=strawberry.UNSET)
    msix_id: TextFilter | None = guarded(_W, source.BY_STUDENT, "About this student.", default=strawberry.UNSET)


CORRECTION_ARGUMENTS = (
    argument("filter", CorrectionRequestFilter | None, "Which requests; all unless said."),
    *PAGE_ARGUMENTS,
)


@strawberry.input(description="A parent's request, as it was received.")
class RecordCorrectionRequestInput:
    student: str = public(INPUT, None, "MSIX ID of the student.")
    statement: str = public(INPUT, None, "What is asked, 4,000 characters at most, without a social security number.")
    asked_by: Asker = public(INPUT, None, "Who asks.")  # type: ignore[valid-type]
    state_record: strawberry.ID | None = public(
        INPUT, None, "The record that it is about. If it is another state's, it must be forwarded.", default=None
    )
    field: str | None = public(
        INPUT, None, "The element that it is about, such as demographics.birthDate.", default=None
    )
    received_at: datetime.datetime | None = public(INPUT, None, "When it was received; now unless said.", default=None)
    idempotency_key: str | None = key_field()


@strawberry.input(description="A decision on a parent's request.")
class DecideCorrectionRequestInput:
    request: strawberry.ID = public(INPUT, None, "The request's id.")
    granted: bool = public(INPUT, None, "Whether the state corrects its record, by an upload.")
    reason: str = public(INPUT, None, "Why, in 1,000 characters at most; the parent is told it.")
    expected_version: int | None = public(INPUT, None, "The request's version that was looked at.", default=None)
    idempotency_key: str | None = key_field()


@strawberry.input(description="A parent's request that goes to the state concerned.")
class ForwardCorrectionRequestInput:
    request: strawberry.ID = public(INPUT, None, "The request's id.")
    state_record: strawberry.ID | None = public(
        INPUT, None, "A record of the child's whose state it goes to; the request's own unless said.", default=None
    )
    reason: str | None = public(INPUT, None, "Why, in 1,000 characters at most.", default=None)
    expected_version: int | None = public(INPUT, None, "The request's version that was looked at.", default=None)
    idempotency_key: str | None = key_field()


@strawberry.type(description="The request, or why nothing was done.")
class CorrectionRequestPayload:
    request: CorrectionRequest | None = guarded(_W, Keyed(source.CORRECTIONS), "The request as it is now.")
    errors: list[MutationError] = errors_field()
