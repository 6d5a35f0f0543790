"""Asks a state for what is missing of a child: an item on its worklist, due in four working days, and mail."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg
import orjson

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.identity import NewItem, raise_items
from hub.notices.elements import named_elements
from hub.notices.filling import count_elements
from hub.notices.letters import Letter, letters
from hub.notices.notify import Audience, Notice, notify
from hub.notices.places import check_place
from hub.notices.receivers import receivers_of
from hub.notices.screening import refuse_findings
from hub.notices.students import subject_of
from hub.outbox import post_mails
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.states import due_after
from hub.words import plain_text

DUE_CLOCK = "DATA_REQUEST"
"""Four working days of the state that is asked, or fewer where it says so."""
LONGEST_REASON = 1000


@dataclass(frozen=True)
class RequestData:
    """`student` is an MSIX ID; `elements` are named as in the catalog of minimum data elements."""

    student: str
    state: str
    elements: tuple[str, ...]
    reason: str


async def request_data(connection: asyncpg.Connection, permit: Permit, command: RequestData) -> Outcome:
    """Raises Refusal: NOT_FOUND, UNDER_REVIEW, NOT_CONCERNED where the state holds no record of the child,
    INVALID_INPUT, SENSITIVE_TEXT, NO_CONTACT."""
    permit.check("request_data")
    viewer = permit.viewer
    state, _ = await check_place(connection, command.state, None, ("state", "state"))
    if state == viewer.state:
        raise Refusal(RefusalCode.INVALID_INPUT, "data is asked of another state", "state")
    asked, reason = named_elements(command.elements), plain_text(command.reason, "reason", LONGEST_REASON)
    student = await subject_of(connection, command.student)
    if state not in student.states:
        raise Refusal(RefusalCode.NOT_CONCERNED, "that state holds no record of the student", "state")
    await refuse_findings(connection, student.student_id, {"reason": reason})
    receivers = (await receivers_of(connection, [(state, None)], "DATA_REQUEST"))[state, None]
    if not receivers:
        raise Refusal(RefusalCode.NO_CONTACT, field="state")
    wanted = await count_elements(connection, student.student_id, state, asked)
    now = clock.now()
    records = await connection.fetch(_RECORDS, student.student_id, state)
    names = [element.name for element in asked]
    due = (await due_after(connection, {state}, DUE_CLOCK, now))[state]
    evidence = {"elements": names, "askedBy": viewer.state}
    sides = {row["state_record_id"]: 1 for row in records}
    (item_id,) = await raise_items(connection, [NewItem("DATA_REQUEST", state, sides, evidence, due_at=due)])
    request_id: int = await connection.fetchval(
        _REQUEST,
        student.student_id,
        viewer.state,
        state,
        names,
        orjson.dumps(wanted).decode(),
        reason,
        viewer.account_id,
        item_id,
        now,
    )
    about = [(student.msix_id, f"/data-requests/{request_id}")]
    await post_mails(connection, letters(Letter.DATA_REQUEST, receivers, about))
    told = Audience(roles=["STATE_DATA_ADMINISTRATOR"], state=state)
    await notify(
        connection,
        Notice("DATA_REQUEST", told, student.student_id, object_type="DataRequest", object_key=request_id),
    )
    detail = {"request": request_id, "item": item_id, "to": state, "elements": names}
    await record_in(connection, Event.by(viewer, Tag.DATA_REQUEST, students=(student.student_id,), detail=detail))
    return Outcome(records={"request": request_id})


_RECORDS = """
SELECT state_record_id FROM state_records WHERE student_id = $1 AND state = $2 AND status = 'ACTIVE' ORDER BY 1
"""
_REQUEST = """
INSERT INTO data_requests (student_id, asking_state, state, elements, wanted, reason, account_id, item_id, requested_at)
VALUES ($1, $2, $3, $4, $5::text::jsonb, $6, $7, $8, $9) RETURNING request_id
"""
