"""Records a parent's request for a correction, and starts its clock: days to decide, and to forward it to the state
whose record it is about, where that is another.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

import asyncpg

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.disputes.concerned import concerned
from hub.disputes.correction import tell_state, write_correction_entry
from hub.disputes.elements import check_element
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.states import working_days_after
from hub.words import kept_text

DECIDE_DAYS = datetime.timedelta(days=30)
FORWARD_WORKING_DAYS = 4
OLDEST = datetime.timedelta(days=365)
"""How long ago a request may have been received that is recorded now."""


@dataclass(frozen=True, slots=True)
class RecordCorrection:
    """What was asked, by whom (one of ASKERS), when it was received (aware; None: now), and about what, as in
    `FileDispute`. Without a state record it is about whatever the receiving state holds."""

    student: str
    statement: str
    asked_by: str
    state_record: int | None = field(default=None, metadata={"node": "StateRecord"})
    received_at: datetime.datetime | None = None
    field: str | None = None


async def record_correction(
    connection: asyncpg.Connection, permit: Permit, command: RecordCorrection, *, deciding: Collection[str]
) -> Outcome:
    """Record it with the viewer's state, or, where the viewer is of none, with the state of the record; tell the roles
    `deciding` there.

    Raises Refusal: INVALID_INPUT, NOT_FOUND, UNDER_REVIEW.
    """
    permit.check("record_correction")
    statement = kept_text(command.statement, "statement")
    section, element = check_element(command.field)
    received = _received(command.received_at)
    about = await concerned(connection, permit.viewer, command.student, command.state_record)
    concerning = about.records[command.state_record] if command.state_record is not None else None
    state = permit.viewer.state or concerning
    if state is None:
        said = "name the state record: an account of no state records it with the state whose record it is"
        raise Refusal(RefusalCode.INVALID_INPUT, said, "stateRecord")
    forward_due = None
    if concerning not in (None, state):
        forward_due = (await working_days_after(connection, {state}, received, FORWARD_WORKING_DAYS))[state]
    request_id: int = await connection.fetchval(
        _RECORD,
        about.student_id,
        command.state_record,
        section,
        element,
        command.asked_by,
        statement,
        state,
        received,
        clock.now(),
        permit.viewer.account_id,
        received + DECIDE_DAYS,
        forward_due,
    )
    await write_correction_entry(connection, permit.viewer, request_id, "RECORDED", state)
    await tell_state(connection, permit.viewer, request_id, state, "CORRECTION_REQUESTED", deciding)
    detail = {"request": request_id, "state": state, "element": command.field}
    await record_in(
        connection, Event.by(permit.viewer, Tag.CORRECTION_RECORD, students=(about.student_id,), detail=detail)
    )
    return Outcome(records={"request": request_id})


def _received(at: datetime.datetime | None) -> datetime.datetime:
    now = clock.now()
    if at is None:
        return now
    if at.tzinfo is None or not now - OLDEST <= at <= now:
        said = f"it was received in the last {OLDEST.days} days; a moment comes with its time zone"
        raise Refusal(RefusalCode.INVALID_INPUT, said, "receivedAt")
    return at


_RECORD = """
INSERT INTO correction_requests (student_id, state_record_id, section, element, asked_by, statement, state,
    received_by, received_at, recorded_at, recorded_by, due_at, forward_due_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11, $12) RETURNING request_id
"""
