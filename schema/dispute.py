"""Disputes: statements that stand with what states hold on a child, and what states answer."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from hub.tables import DISPUTE_ANSWERS, DISPUTE_ENTRIES, DISPUTE_STATUSES, DisputeEntryRow, DisputeRow
from permissions.declare import argument, guarded, public
from permissions.grants import Grant as G
from resolvers.compiler.source import Column, Keyed
from resolvers.sources import dispute as source
from schema.base import PAGE_ARGUMENTS, Node, described_enum, record
from schema.filters import TextFilter
from schema.payload import INPUT, MutationError, errors_field, key_field

if TYPE_CHECKING:
    from schema.state_record import StateRecord

LazyRecord = Annotated["StateRecord", strawberry.lazy("schema.state_record")]
DisputeStatus = described_enum("DisputeStatus", DISPUTE_STATUSES, "Whether a dispute stands.")
DisputeEntryKind = described_enum("DisputeEntryKind", DISPUTE_ENTRIES, "What was done about a dispute.")
DisputeAnswer = described_enum("DisputeAnswer", DISPUTE_ANSWERS, "What a state answers.")

_R = G.STUDENT_READ


@record(source.ENTRIES, _R, "Something said or done about a dispute.")
class DisputeEntry:
    kind: DisputeEntryKind | None = guarded(_R, Column(DisputeEntryRow.kind), "What was done.")  # type: ignore[valid-type]
    state: str | None = guarded(_R, Column(DisputeEntryRow.state), "Code of the state that answered.")
    answer: DisputeAnswer | None = guarded(_R, Column(DisputeEntryRow.answer), "What it answered.")  # type: ignore[valid-type]
    words: str | None = guarded(_R, Column(DisputeEntryRow.words), "In whose words.")
    by: str | None = guarded(_R, source.BY, "Name of the person who entered it.")
    entered_at: datetime.datetime | None = guarded(_R, Column(DisputeEntryRow.entered_at), "When.")


@record(source.DISPUTES, _R, "A statement that disputes what states hold on a child. It changes no data.")
class Dispute(Node):
    statement: str | None = guarded(_R, Column(DisputeRow.statement), "The statement.")
    field: str | None = guarded(
        _R, source.FIELD, "The element that it disputes, such as demographics.birthDate; null: the records as a whole."
    )
    status: DisputeStatus | None = guarded(_R, Column(DisputeRow.status), "Whether it stands.")  # type: ignore[valid-type]
    filed_at: datetime.datetime | None = guarded(_R, Column(DisputeRow.filed_at), "When it was entered.")
    filed_by: str | None = guarded(_R, source.FILED_BY, "Name of the person who entered it.")
    ended_at: datetime.datetime | None = guarded(_R, Column(DisputeRow.ended_at), "When it ended, if it did.")
    state_records: list[LazyRecord] | None = guarded(_R, source.RECORDS_OF_DISPUTE, "The records that it disputes.")
    awaiting: list[str] | None = guarded(_R, source.AWAITED, "Codes of the states concerned that have not answered.")
    entries: list[DisputeEntry] | None = guarded(_R, source.ENTRIES_OF_DISPUTE, "What was said and done, in order.")
    version: int | None = guarded(_R, Column(DisputeRow.version), "Goes into `expectedVersion` of a change.")


@record(source.DISPUTED, _R, "A value that stands for the child, and the statement that disputes it.")
class DisputedValue:
    element: str | None = guarded(_R, source.ELEMENT, "Name of the element.")
    value: str | None = guarded(_R, source.VALUE, "The value that stands, as text.")
    reported_by: str | None = guarded(_R, source.STATE, "Code of the state that sent it.")
    dispute: Dispute | None = guarded(_R, source.DISPUTE_OF_VALUE, "The dispute.")


@strawberry.input(description="Which disputes.")
class DisputeFilter:
    status: list[DisputeStatus] | None = guarded(_R, source.STATUS, "In one of these states.", default=strawberry.UNSET)  # type: ignore[valid-type]
    state: TextFilter | None = guarded(
        _R, source.BY_STATE, "Of a record that this state holds.", default=strawberry.UNSET
    )
    msix_id: TextFilter | None = guarded(_R, source.BY_STUDENT, "About this student.", default=strawberry.UNSET)


DISPUTE_ARGUMENTS = (argument("filter", DisputeFilter | None, "Which disputes; all unless said."), *PAGE_ARGUMENTS)


@strawberry.input(description="A statement of a parent or student that disputes what states hold.")
class FileDisputeInput:
    student: str = public(INPUT, None, "MSIX ID of the student.")
    statement: str = public(INPUT, None, "The statement, 4,000 characters at most, without a social security number.")
    state_record: strawberry.ID | None = public(
        INPUT, None, "The record that it disputes; without one, every state's.", default=None
    )
    field: str | None = public(
        INPUT,
        None,
        "The element that it disputes, by section and name as `minimumDataElements` has them, such as "
        "demographics.birthDate; without one, the record as a whole.",
        default=None,
    )
    idempotency_key: str | None = key_field()


@strawberry.input(description="What the viewer's state answers.")
class AnswerDisputeInput:
    dispute: strawberry.ID = public(INPUT, None, "The dispute's id.")
    answer: DisputeAnswer = public(INPUT, None, "The answer.")  # type: ignore[valid-type]
    words: str = public(INPUT, None, "In words, 4,000 characters at most, without a social security number.")
    expected_version: int | None = public(INPUT, None, "The dispute's version that was looked at.", default=None)
    idempotency_key: str | None = key_field()


@strawberry.input(description="A dispute that ends.")
class EndDisputeInput:
    dispute: strawberry.ID = public(INPUT, None, "The dispute's id.")
    reason: str = public(INPUT, None, "Why, in 1,000 characters at most.")
    expected_version: int | None = public(INPUT, None, "The dispute's version that was looked at.", default=None)
    idempotency_key: str | None = key_field()


@strawberry.type(description="The dispute, or why nothing was done.")
class DisputePayload:
    dispute: Dispute | None = guarded(_R, Keyed(source.DISPUTES), "The dispute as it is now.")
    errors: list[MutationError] = errors_field()
