"""Data requests: what one state asks another for, because it is missing of a child."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from hub.notices import ANSWERS
from hub.tables import REQUEST_STATES, DataRequestRow
from permissions.declare import argument, guarded, public
from permissions.grants import Grant as G
from resolvers.compiler.source import Column, Keyed
from resolvers.sources import data_request as source
from schema.base import PAGE_ARGUMENTS, Node, described_enum, record
from schema.filters import TextFilter
from schema.payload import INPUT, MutationError, errors_field, key_field

if TYPE_CHECKING:
    from schema.student import Student

LazyStudent = Annotated["Student", strawberry.lazy("schema.student")]
DataRequestStatus = described_enum("DataRequestStatus", REQUEST_STATES, "What became of a data request.")
DataRequestAnswer = described_enum("DataRequestAnswer", ANSWERS, "How a data request is answered by hand.")
DataRequestBox = described_enum("DataRequestBox", source.BOXES, "Whose data requests.")

_N = G.NOTICE_SEND
_ROW = DataRequestRow


@record(source.DATA_REQUESTS, _N, "What a state asks another for, because it is missing of a child.")
class DataRequest(Node):
    msix_id: str | None = guarded(_N, source.MSIX_ID, "The child's MSIX ID.")
    student: LazyStudent | None = guarded(G.STUDENT_READ, source.STUDENT_OF_REQUEST, "The child.")
    asking_state: str | None = guarded(_N, Column(_ROW.asking_state), "Code of the state that asks.")
    state: str | None = guarded(_N, Column(_ROW.state), "Code of the state that is asked.")
    elements: list[str] | None = guarded(_N, Column(_ROW.elements), "Names of the minimum data elements asked for.")
    reason: str | None = guarded(_N, Column(_ROW.reason), "Why, in the asker's words.")
    requested_by: str | None = guarded(_N, source.REQUESTED_BY, "Name of whoever asked.")
    requested_at: datetime.datetime | None = guarded(_N, Column(_ROW.requested_at), "When.")
    due_at: datetime.datetime | None = guarded(
        _N, source.DUE_AT, "Until when it is to be answered: four working days of the state that is asked."
    )
    overdue: bool | None = guarded(_N, source.OVERDUE, "Whether it is open and past due.")
    reminded_at: datetime.datetime | None = guarded(_N, Column(_ROW.reminded_at), "When the state was reminded of it.")
    status: DataRequestStatus | None = guarded(_N, source.STATUS, "What became of it.")  # type: ignore[valid-type]
    answered_at: datetime.datetime | None = guarded(_N, source.ANSWERED_AT, "When it was answered.")
    answered_by: str | None = guarded(_N, source.ANSWERED_BY, "Name of the person who answered it, if one did.")
    answer: str | None = guarded(_N, source.ANSWER, "What was answered.")


@strawberry.input(description="Which data requests.")
class DataRequestFilter:
    status: list[DataRequestStatus] | None = guarded(  # type: ignore[valid-type]
        _N, source.WITH_STATUS, "In one of these states.", default=strawberry.UNSET
    )
    state: TextFilter | None = guarded(_N, source.OF_STATE, "Asked of this state.", default=strawberry.UNSET)
    asking_state: TextFilter | None = guarded(
        _N, source.OF_ASKING_STATE, "Asked by this state.", default=strawberry.UNSET
    )
    msix_id: TextFilter | None = guarded(_N, source.OF_STUDENT, "About this child.", default=strawberry.UNSET)
    overdue: bool | None = guarded(_N, source.IS_OVERDUE, "Open and past due, or not.", default=strawberry.UNSET)


FILTER_DATA_REQUESTS = argument("filter", DataRequestFilter | None, "Which requests; all unless said.")
DATA_REQUEST_ARGUMENTS = (
    argument("box", DataRequestBox | None, "Whose requests; the inbox unless said."),
    FILTER_DATA_REQUESTS,
    *PAGE_ARGUMENTS,
)


@strawberry.input(description="What is missing of a child.")
class RequestDataInput:
    student: str = public(INPUT, None, "The child's MSIX ID.")
    state: str = public(INPUT, None, "Code of the state that is asked; it holds a record of the child.")
    elements: list[str] = public(
        INPUT,
        None,
        "Names of `minimumDataElements`, 100 at most; as `section.name` where two sections have one of that name.",
    )
    reason: str = public(
        INPUT,
        None,
        "Why, in 1,000 characters at most. Names and birth dates of the child, its parents and siblings and social "
        "security numbers are refused.",
    )
    idempotency_key: str | None = key_field()


@strawberry.input(description="The answer to a data request, by hand.")
class AnswerDataRequestInput:
    request: strawberry.ID = public(INPUT, None, "The request's id.")
    answer: DataRequestAnswer = public(INPUT, None, "How it is answered.")  # type: ignore[valid-type]
    reason: str = public(INPUT, None, "Why, or what was done; as in a request.")
    idempotency_key: str | None = key_field()


@strawberry.type(description="The data request, or why nothing was done.")
class DataRequestPayload:
    request: DataRequest | None = guarded(_N, Keyed(source.DATA_REQUESTS), "The request as it is now.")
    errors: list[MutationError] = errors_field()
