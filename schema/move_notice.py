"""Move notices: that a child arrives or leaves, told by one state or district to another, and the answers."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from hub.tables import NOTICE_KINDS, MoveNoticeReplyRow, MoveNoticeRow
from permissions.declare import argument, guarded, public
from permissions.grants import Grant as G
from resolvers.compiler.source import Column, Keyed
from resolvers.sources import move_notice as source
from resolvers.sources.account import person
from schema.base import PAGE_ARGUMENTS, Connection, Node, described_enum, record
from schema.filters import TextFilter
from schema.payload import INPUT, MutationError, errors_field, key_field

if TYPE_CHECKING:
    from schema.student import Student

LazyStudent = Annotated["Student", strawberry.lazy("schema.student")]
MoveNoticeKind = described_enum("MoveNoticeKind", NOTICE_KINDS, "What a move notice says.")
MoveNoticeBox = described_enum("MoveNoticeBox", source.BOXES, "Whose notices.")

_N = G.NOTICE_SEND
_N_ROW, _R_ROW = MoveNoticeRow, MoveNoticeReplyRow


@record(source.REPLIES, _N, "A reply in the thread of a move notice.")
class MoveNoticeReply:
    state: str | None = guarded(_N, Column(_R_ROW.state), "Code of the state that replied.")
    sent_by: str | None = guarded(_N, person("account_id"), "Name of whoever replied.")
    answers: bool | None = guarded(
        _N, Column(_R_ROW.answers), "Whether it came from the side that was told; the first such stops the clock."
    )
    message: str | None = guarded(_N, Column(_R_ROW.message), "What was said.")
    sent_at: datetime.datetime | None = guarded(_N, Column(_R_ROW.sent_at), "When.")


@record(source.MOVE_NOTICES, _N, "That a child arrives in a state or district, or leaves one.")
class MoveNotice(Node):
    kind: MoveNoticeKind | None = guarded(_N, Column(_N_ROW.kind), "What it says.")  # type: ignore[valid-type]
    msix_id: str | None = guarded(_N, source.MSIX_ID, "The child's MSIX ID.")
    student: LazyStudent | None = guarded(G.STUDENT_READ, source.STUDENT_OF_NOTICE, "The child.")
    from_state: str | None = guarded(_N, Column(_N_ROW.from_state), "Code of the state that it leaves.")
    from_district: str | None = guarded(_N, Column(_N_ROW.from_district), "NCES id of the district that it leaves.")
    to_state: str | None = guarded(_N, Column(_N_ROW.to_state), "Code of the state that it comes to.")
    to_district: str | None = guarded(_N, Column(_N_ROW.to_district), "NCES id of the district that it comes to.")
    sender_state: str | None = guarded(_N, Column(_N_ROW.sender_state), "Code of the state that tells.")
    receiver_state: str | None = guarded(_N, Column(_N_ROW.receiver_state), "Code of the state that is told.")
    receiver_district: str | None = guarded(
        _N, Column(_N_ROW.receiver_district), "NCES id of the district that is told, if one is."
    )
    expected_date: datetime.date | None = guarded(_N, Column(_N_ROW.expected_date), "When the child arrives or leaves.")
    message: str | None = guarded(_N, Column(_N_ROW.message), "What the sender says; null for a notice of the hub's.")
    by_the_hub: bool | None = guarded(_N, source.BY_THE_HUB, "Whether the hub saw the move itself and told of it.")
    sent_by: str | None = guarded(_N, source.SENT_BY, "Name of the person who sent it, if one did.")
    sent_to: list[str] | None = guarded(_N, Column(_N_ROW.receivers), "The contacts' addresses that it was mailed to.")
    copy_to: list[str] | None = guarded(_N, Column(_N_ROW.copy_to), "Other addresses that it was mailed to.")
    sent_at: datetime.datetime | None = guarded(_N, Column(_N_ROW.sent_at), "When it was sent.")
    due_at: datetime.datetime | None = guarded(_N, Column(_N_ROW.due_at), "Until when it is to be answered: 24 hours.")
    answered_at: datetime.datetime | None = guarded(
        _N, source.ANSWERED_AT, "When the side that was told first replied."
    )
    answer_minutes: int | None = guarded(_N, source.ANSWER_MINUTES, "Minutes from sending to that reply.")
    overdue: bool | None = guarded(_N, source.OVERDUE, "Whether it is past due and not answered.")
    replies: list[MoveNoticeReply] | None = guarded(_N, source.REPLIES_OF_NOTICE, "The thread, the oldest first.")


@strawberry.input(description="Which move notices.")
class MoveNoticeFilter:
    kind: list[MoveNoticeKind] | None = guarded(_N, source.KIND, "Of one of these kinds.", default=strawberry.UNSET)  # type: ignore[valid-type]
    msix_id: TextFilter | None = guarded(_N, source.OF_STUDENT, "About this child.", default=strawberry.UNSET)
    from_state: TextFilter | None = guarded(_N, source.FROM_STATE, "From this state.", default=strawberry.UNSET)
    to_state: TextFilter | None = guarded(_N, source.TO_STATE, "To this state.", default=strawberry.UNSET)
    answered: bool | None = guarded(_N, source.ANSWERED, "Answered, or not.", default=strawberry.UNSET)
    overdue: bool | None = guarded(
        _N, source.IS_OVERDUE, "Past due and not answered, or not.", default=strawberry.UNSET
    )
    sent_since: datetime.datetime | None = guarded(
        _N, source.SENT_SINCE, "Sent from this moment on.", default=strawberry.UNSET
    )


FILTER_NOTICES = argument("filter", MoveNoticeFilter | None, "Which notices; all unless said.")
NOTICE_ARGUMENTS = (
    argument("box", MoveNoticeBox | None, "Whose notices; the inbox unless said."),
    FILTER_NOTICES,
    *PAGE_ARGUMENTS,
)
NOTICES = Connection[MoveNotice]


@strawberry.input(description="That a child arrives, or leaves.")
class SendMoveNoticeInput:
    student: str = public(INPUT, None, "The child's MSIX ID.")
    kind: MoveNoticeKind = public(  # type: ignore[valid-type]
        INPUT, None, "An arrival is told by where the child comes to, a departure by where it leaves."
    )
    from_state: str | None = public(
        INPUT, None, "Code of the state that it leaves; for a departure the viewer's, unless said.", default=None
    )
    from_district: str | None = public(INPUT, None, "NCES id of the district that it leaves.", default=None)
    to_state: str | None = public(
        INPUT, None, "Code of the state that it comes to; for an arrival the viewer's, unless said.", default=None
    )
    to_district: str | None = public(INPUT, None, "NCES id of the district that it comes to.", default=None)
    expected_date: datetime.date | None = public(
        INPUT, None, "When the child arrives or leaves, within a year of today.", default=None
    )
    message: str = public(
        INPUT,
        None,
        "What is to be said, in 4,000 characters at most. Names and birth dates of the child, its parents and "
        "siblings and social security numbers are refused.",
    )
    copy_to: list[str] = public(
        INPUT,
        None,
        "Up to 10 more e-mail addresses to be told; mails hold the MSIX ID and a link.",
        default_factory=list,
    )
    idempotency_key: str | None = key_field()


@strawberry.input(description="A reply to a move notice.")
class ReplyToMoveNoticeInput:
    notice: strawberry.ID = public(INPUT, None, "The notice's id.")
    message: str = public(INPUT, None, "What is to be said; as in a notice.")
    idempotency_key: str | None = key_field()


@strawberry.type(description="The move notice, or why nothing was sent.")
class MoveNoticePayload:
    notice: MoveNotice | None = guarded(_N, Keyed(source.MOVE_NOTICES), "The notice as it is now.")
    errors: list[MutationError] = errors_field()
