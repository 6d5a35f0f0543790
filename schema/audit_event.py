"""The audit trail: who did or saw what, when and why."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from hub.tables import AuditEventRow
from permissions.declare import guarded, public
from permissions.grants import Grant as G
from resolvers.compiler.source import Column
from resolvers.sources import audit_event as source
from resolvers.sources import conditions as on
from schema.base import described_enum, record
from schema.filters import TextFilter

if TYPE_CHECKING:
    from schema.student import Student

_LISTED = "It stands in a list whose rows are guarded."
_ASKED = "It asks about what is in a list whose rows are guarded."

AuditTag = described_enum(
    "AuditTag", {name: tag.description for name, tag in source.TAGS.items()}, "What happened, in the audit trail."
)


@record(source.EVENTS, None, "One event of the audit trail. It holds no value of a child.")
class AuditEvent:
    event_id: str = public(_LISTED, source.EVENT_ID, "Its number, by which `hub audit verify` names it.")
    at: datetime.datetime = public(_LISTED, Column(AuditEventRow.at), "When.")
    tag: AuditTag = public(_LISTED, source.TAG, "What happened.")  # type: ignore[valid-type]
    user_id: str | None = public(_LISTED, Column(AuditEventRow.user_id), "Who did it, by user id; null: nobody known.")
    name: str | None = public(_LISTED, source.USER_NAME, "The name of the account that did it.")
    state: str | None = public(_LISTED, Column(AuditEventRow.state), "Code of that account's state; null: OME.")
    purpose: str | None = public(_LISTED, Column(AuditEventRow.purpose), "The routine use that it was for.")
    operation: str | None = public(
        _LISTED, Column(AuditEventRow.operation), "Name of the GraphQL operation or command."
    )
    fields: list[str] = public(
        _LISTED, Column(AuditEventRow.fields), "Coordinates of the fields that were shown or asked about."
    )
    students: list[Annotated[Student, strawberry.lazy("schema.student")]] | None = guarded(
        G.STUDENT_READ,
        source.STUDENTS_OF_EVENT,
        "The children that it is about, as far as the viewer may know of them.",
    )
    result_bytes: str | None = public(_LISTED, source.RESULT_BYTES, "Size of the answer, in bytes.")
    address: str | None = public(_LISTED, source.ADDRESS, "IP address that the request came from.")
    detail: str | None = public(
        _LISTED, source.DETAIL, "More facts, as a JSON object: the account it was done to, why."
    )


@strawberry.input(description="Which events of the audit trail.")
class AuditEventFilter:
    tag: list[AuditTag] | None = public(  # type: ignore[valid-type]
        _ASKED, source.TAGGED, "Of one of these kinds.", default=strawberry.UNSET
    )
    since: datetime.datetime | None = public(
        _ASKED, on.since(AuditEventRow.at), "At this moment or later.", default=strawberry.UNSET
    )
    before: datetime.datetime | None = public(
        _ASKED, on.before(AuditEventRow.at), "Before this moment.", default=strawberry.UNSET
    )
    user_id: TextFilter | None = public(_ASKED, source.USER, "Done by one of these users.", default=strawberry.UNSET)
    msix_id: str | None = guarded(
        G.STUDENT_READ, source.CHILD, "About this child, under any MSIX ID of its.", default=strawberry.UNSET
    )
    operation: TextFilter | None = public(
        _ASKED, on.on_column(AuditEventRow.operation), "By name of the operation.", default=strawberry.UNSET
    )
    purpose: TextFilter | None = public(
        _ASKED, on.on_column(AuditEventRow.purpose), "By the routine use.", default=strawberry.UNSET
    )
