"""Takes a request to merge or split back, while nobody has ended it."""

from __future__ import annotations

from dataclasses import dataclass, field

import asyncpg

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.identity.locks import refresh_locks, students_about
from hub.identity.settling import end_request
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode


@dataclass(frozen=True)
class WithdrawRequest:
    """The key of the request."""

    request: int = field(default=0, metadata={"node": "IdentityRequest"})


async def withdraw_request(connection: asyncpg.Connection, permit: Permit, command: WithdrawRequest) -> Outcome:
    """End the request and open its students again. Raises Refusal (ALREADY_DECIDED)."""
    permit.check("withdraw_request")
    row = await connection.fetchrow(
        "SELECT status, student_id, duplicates FROM identity_requests WHERE request_id = $1 FOR NO KEY UPDATE",
        command.request,
    )
    if row["status"] != "PENDING":
        raise Refusal(RefusalCode.ALREADY_DECIDED, field="request")
    await end_request(connection, command.request, "WITHDRAWN")
    students = [row["student_id"], *row["duplicates"]]
    items = await connection.fetch("SELECT item_id FROM worklist_items WHERE request_id = $1", command.request)
    await refresh_locks(connection, await students_about(connection, [item["item_id"] for item in items]))
    event = Event.by(permit.viewer, Tag.REQUEST_WITHDRAW, students=tuple(students), detail={"request": command.request})
    await record_in(connection, event)
    return Outcome(records={"request": command.request})
