"""Forwards a parent's request for a correction to the state whose record it is about. The clock runs on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import asyncpg

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.disputes.correction import hold_pending, tell_state, write_correction_entry
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.words import LONGEST_REASON, kept_text


@dataclass(frozen=True, slots=True)
class ForwardCorrection:
    """To the state of `state_record`, one of the child's: the one that the request names, unless another is named."""

    request: int = field(metadata={"node": "CorrectionRequest"})
    state_record: int | None = field(default=None, metadata={"node": "StateRecord"})
    reason: str | None = None
    expected_version: int | None = None


async def forward_correction(
    connection: asyncpg.Connection, permit: Permit, command: ForwardCorrection, *, deciding: Collection[str]
) -> Outcome:
    """Let it lie with that state, whose roles `deciding` are told.

    Raises Refusal: INVALID_INPUT where no other state is named, NOT_FOUND, those of `hold_pending`.
    """
    permit.check("forward_correction")
    words = None if command.reason is None else kept_text(command.reason, "reason", LONGEST_REASON)
    row = await hold_pending(connection, permit.viewer, command.request, command.expected_version)
    record = command.state_record or row["state_record_id"]
    state = await connection.fetchval(_STATE, record, row["current_student"])
    if state is None and command.state_record is not None:
        raise Refusal(RefusalCode.NOT_FOUND, field="stateRecord")
    if state in (None, row["state"]):
        raise Refusal(RefusalCode.INVALID_INPUT, "name a record of another state, to which it goes", "stateRecord")
    await connection.execute(_FORWARD, command.request, state, record)
    await write_correction_entry(connection, permit.viewer, command.request, "FORWARDED", state, words)
    await tell_state(connection, permit.viewer, command.request, state, "CORRECTION_REQUESTED", deciding)
    event = Event.by(
        permit.viewer,
        Tag.CORRECTION_FORWARD,
        students=(row["current_student"],),
        detail={"request": command.request, "from": row["state"], "to": state},
    )
    await record_in(connection, event)
    return Outcome(records={"request": command.request})


_STATE = """
SELECT state FROM state_records WHERE state_record_id = $1 AND student_id = $2 AND status = 'ACTIVE'
"""
_FORWARD = """
UPDATE correction_requests SET state = $2, state_record_id = $3, forward_due_at = NULL, reminded_at = NULL,
    overdue_told_at = NULL, version = version + 1
WHERE request_id = $1
"""
