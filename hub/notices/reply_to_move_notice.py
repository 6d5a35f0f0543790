"""Replies to a move notice, from either side. The first reply of the side that was told stops the answer's clock."""

from __future__ import annotations

from dataclasses import dataclass, field

import asyncpg

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.notices.letters import Letter, letters
from hub.notices.receivers import Receiver, receivers_of
from hub.notices.screening import refuse_findings
from hub.notices.students import is_closed
from hub.notices.telling import tell_account, tell_place
from hub.outbox import can_be_mailed, post_mails
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.viewer import Viewer
from hub.words import plain_text


@dataclass(frozen=True)
class ReplyToMoveNotice:
    """The notice's key, and what is said."""

    message: str
    notice: int = field(default=0, metadata={"node": "MoveNotice"})


async def reply_to_move_notice(connection: asyncpg.Connection, permit: Permit, command: ReplyToMoveNotice) -> Outcome:
    """Raises Refusal: UNDER_REVIEW, INVALID_INPUT, SENSITIVE_TEXT."""
    permit.check("reply_to_move_notice")
    notice = await connection.fetchrow(_NOTICE, command.notice)
    if await is_closed(connection, notice["current_id"]):
        raise Refusal(RefusalCode.UNDER_REVIEW, field="notice")
    message = plain_text(command.message, "message")
    await refuse_findings(connection, notice["current_id"], {"message": message})
    viewer = permit.viewer
    answers = viewer.state == notice["receiver_state"] and not (
        viewer.state == notice["sender_state"] and viewer.account_id == notice["account_id"]
    )
    receivers = await _other_side(connection, notice, answers=answers)
    reply_id: int = await connection.fetchval(
        _REPLY,
        command.notice,
        viewer.account_id,
        viewer.state,
        answers,
        message,
        [receiver.email for receiver in receivers],
        clock.now(),
    )
    about = [(notice["msix_id"], f"/move-notices/{command.notice}")]
    await post_mails(connection, letters(Letter.MOVE_NOTICE_REPLY, receivers, about))
    await _tell(connection, notice, viewer, answers=answers)
    detail = {"notice": command.notice, "reply": reply_id, "answers": answers}
    await record_in(connection, Event.by(viewer, Tag.NOTICE_REPLY, students=(notice["current_id"],), detail=detail))
    return Outcome(records={"notice": command.notice})


async def _tell(connection: asyncpg.Connection, notice: asyncpg.Record, viewer: Viewer, *, answers: bool) -> None:
    """In the hub: the person who sent the notice, or the place on the other side."""
    about = (notice["current_id"], notice["notice_id"], viewer.account_id)
    if answers and notice["account_id"] is not None:
        await tell_account(connection, "MOVE_NOTICE_REPLY", notice["account_id"], *about)
        return
    side = "sender" if answers else "receiver"
    await tell_place(connection, "MOVE_NOTICE_REPLY", (notice[f"{side}_state"], notice[f"{side}_district"]), *about)


async def _other_side(connection: asyncpg.Connection, notice: asyncpg.Record, *, answers: bool) -> list[Receiver]:
    """An answer goes to whoever sent the notice, or in their place to the sender's contacts; else to those told."""
    if answers and notice["email"] is not None and can_be_mailed(notice["email"]):
        return [Receiver(notice["email"])]
    side = "sender" if answers else "receiver"
    place = (notice[f"{side}_state"], notice[f"{side}_district"])
    return (await receivers_of(connection, [place], "MOVE_NOTICE"))[place]


_NOTICE = """
SELECT notice.*, student.current_id, current.msix_id, account.email
FROM move_notices AS notice
JOIN students AS student USING (student_id)
JOIN students AS current ON current.student_id = student.current_id
LEFT JOIN accounts AS account ON account.account_id = notice.account_id AND account.status = 'ACTIVE'
WHERE notice_id = $1
"""
_REPLY = """
INSERT INTO move_notice_replies (notice_id, account_id, state, answers, message, receivers, sent_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING reply_id
"""
