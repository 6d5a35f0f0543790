"""Asks to split records off a student. It takes effect when every state concerned has approved."""

from __future__ import annotations

from dataclasses import dataclass, field

import asyncpg

from hub.identity.requesting import open_request
from hub.identity.students import lock_students
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.words import LONGEST_REASON, kept_text


@dataclass(frozen=True)
class InitiateSplit:
    """The student's MSIX ID, and the keys of the state records that leave it."""

    student: str
    reason: str
    expected_version: int | None = None
    state_records: tuple[int, ...] = field(default=(), metadata={"node": "StateRecord"})


async def initiate_split(connection: asyncpg.Connection, permit: Permit, command: InitiateSplit) -> Outcome:
    """Open the request, and close the student until it is decided.

    Raises Refusal: NOTHING_STAYS, NOT_FOUND for a record that is not the student's, INVALID_INPUT, and those of
    `lock_students`.
    """
    permit.check("initiate_split")
    reason = kept_text(command.reason, "reason", LONGEST_REASON)
    versions = {} if command.expected_version is None else {command.student: command.expected_version}
    (student,) = await lock_students(connection, [command.student], versions, "student")
    leaving = set(command.state_records)
    if leaving - student.records.keys():
        raise Refusal(RefusalCode.NOT_FOUND, field="stateRecords")
    if not leaving & student.active or student.active <= leaving:
        raise Refusal(RefusalCode.NOTHING_STAYS, field="stateRecords")
    request_id = await open_request(
        connection,
        permit.viewer,
        "SPLIT",
        student=student.student_id,
        leaving=sorted(leaving),
        sides={record: 1 if record in leaving else 2 for record in student.records},
        states=student.records,
        reason=reason,
    )
    return Outcome(records={"request": request_id})
