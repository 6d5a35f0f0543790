"""Who keeps contacts, and who sends and answers move notices: people of the state that speaks."""

from __future__ import annotations

import asyncpg

from hub.notices import AnswerDataRequest, ReplyToMoveNotice, RequestData, SendMoveNotice, SetContacts
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.viewer import Viewer


async def can_set_contacts(_connection: asyncpg.Connection, viewer: Viewer, command: SetContacts) -> Permit:
    """Somebody of the state whose contacts they are."""
    if viewer.state is None or command.state != viewer.state:
        raise Refusal(RefusalCode.NOT_FOUND, field="state")
    return Permit("set_contacts", viewer)


async def can_send_move_notice(_connection: asyncpg.Connection, viewer: Viewer, command: SendMoveNotice) -> Permit:
    """About any state's child, but for the own state: where the child arrives, or where it leaves."""
    state, field = command.sender_state()
    if viewer.state is None or state not in (None, viewer.state):
        said = "the state that a child arrives in, or leaves, tells the other; this is the viewer's"
        raise Refusal(RefusalCode.NOT_CONCERNED, said, field)
    return Permit("send_move_notice", viewer)


async def can_reply_to_move_notice(
    connection: asyncpg.Connection, viewer: Viewer, command: ReplyToMoveNotice
) -> Permit:
    """Somebody of the state that told, or of the one that was told."""
    row = await connection.fetchrow(
        "SELECT sender_state, receiver_state FROM move_notices WHERE notice_id = $1", command.notice
    )
    if row is None or viewer.state is None:
        raise Refusal(RefusalCode.NOT_FOUND, field="notice")
    if viewer.state not in (row["sender_state"], row["receiver_state"]):
        raise Refusal(RefusalCode.NOT_CONCERNED, "the two states that a notice is between reply to it", "notice")
    return Permit("reply_to_move_notice", viewer)


async def can_request_data(_connection: asyncpg.Connection, viewer: Viewer, _command: RequestData) -> Permit:
    """Somebody of a state, of any child."""
    if viewer.state is None:
        raise Refusal(RefusalCode.NOT_FOUND, field="student")
    return Permit("request_data", viewer)


async def can_answer_data_request(connection: asyncpg.Connection, viewer: Viewer, command: AnswerDataRequest) -> Permit:
    """Somebody who answers for the state that is asked."""
    state = await connection.fetchval("SELECT state FROM data_requests WHERE request_id = $1", command.request)
    if state is None or state != viewer.state:
        raise Refusal(RefusalCode.NOT_FOUND, field="request")
    return Permit("answer_data_request", viewer)
