"""Decides a parent's request for a correction. What is granted, the state corrects by an upload of its own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import asyncpg

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.disputes.correction import hold_pending, tell_state, write_correction_entry
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.words import LONGEST_REASON, kept_text


@dataclass(frozen=True, slots=True)
class DecideCorrection:
    """`granted`, or else refused, for a reason that the parent is told."""

    granted: bool
    reason: str
    request: int = field(metadata={"node": "CorrectionRequest"})
    expected_version: int | None = None


async def decide_correction(
    connection: asyncpg.Connection, permit: Permit, command: DecideCorrection, *, deciding: Collection[str]
) -> Outcome:
    """Decide it for the state that it lies with; the state that received it, where that is another, is told.

    Raises Refusal: INVALID_INPUT, those of `hold_pending`, NOT_CONCERNED where it is about a record of another state:
    that state decides, once it is forwarded.
    """
    permit.check("decide_correction")
    reason = kept_text(command.reason, "reason", LONGEST_REASON)
    row = await hold_pending(connection, permit.viewer, command.request, command.expected_version)
    if row["record_state"] not in (None, row["state"]):
        raise Refusal(RefusalCode.NOT_CONCERNED, "forward it to the state whose record it is about", "request")
    status = "GRANTED" if command.granted else "REFUSED"
    await connection.execute(
        "UPDATE correction_requests SET status = $2, decided_at = $3, version = version + 1 WHERE request_id = $1",
        command.request,
        status,
        clock.now(),
    )
    await write_correction_entry(connection, permit.viewer, command.request, "DECIDED", row["state"], reason)
    for state in sorted({row["state"], row["received_by"]}):
        await tell_state(connection, permit.viewer, command.request, state, "CORRECTION_DECIDED", deciding)
    event = Event.by(
        permit.viewer,
        Tag.CORRECTION_DECIDE,
        students=(row["current_student"],),
        detail={"request": command.request, "status": status},
    )
    await record_in(connection, event)
    return Outcome(records={"request": command.request})
