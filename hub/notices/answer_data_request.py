"""Answers a data request by hand: it is done, or it cannot be, and why."""

from __future__ import annotations

from dataclasses import dataclass, field

import asyncpg

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.identity import By, settle
from hub.notices.answered import tell_answered
from hub.notices.request_data import LONGEST_REASON
from hub.notices.screening import refuse_findings
from hub.notices.students import is_closed
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.words import plain_text

ANSWERS = {
    "DONE": "What was asked for has been done, or will come with the next upload.",
    "NOT_POSSIBLE": "It cannot be done; the reason says why.",
}


@dataclass(frozen=True)
class AnswerDataRequest:
    """The request's key, one of `ANSWERS`, and why."""

    answer: str
    reason: str
    request: int = field(default=0, metadata={"node": "DataRequest"})


async def answer_data_request(connection: asyncpg.Connection, permit: Permit, command: AnswerDataRequest) -> Outcome:
    """Settle the request's worklist item. Raises Refusal: UNDER_REVIEW, ALREADY_DECIDED, INVALID_INPUT,
    SENSITIVE_TEXT."""
    permit.check("answer_data_request")
    request = await connection.fetchrow(_LOCK, command.request)
    if request["status"] != "OPEN":
        raise Refusal(RefusalCode.ALREADY_DECIDED, field="request")
    if await is_closed(connection, request["student_id"]):
        raise Refusal(RefusalCode.UNDER_REVIEW, field="request")
    reason = plain_text(command.reason, "reason", LONGEST_REASON)
    await refuse_findings(connection, request["current_id"], {"reason": reason})
    by = By(permit.viewer.account_id, request["item_id"], reason=reason)
    await settle(connection, [request["item_id"]], command.answer, by)
    await tell_answered(connection, [request["item_id"]])
    detail = {"request": command.request, "item": request["item_id"], "answer": command.answer}
    event = Event.by(permit.viewer, Tag.DATA_ANSWER, students=(request["current_id"],), detail=detail)
    await record_in(connection, event)
    return Outcome(records={"request": command.request})


_LOCK = """
SELECT item.status, request.item_id, request.student_id, named.current_id
FROM data_requests AS request
JOIN worklist_items AS item USING (item_id)
JOIN students AS named USING (student_id)
WHERE request.request_id = $1 FOR NO KEY UPDATE OF item
"""
