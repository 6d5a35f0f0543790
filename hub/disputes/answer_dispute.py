"""A state answers a dispute of its record. The record changes by the state's uploads alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import asyncpg

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.disputes.entry import Entry, write_entry
from hub.disputes.standing import hold_standing
from hub.disputes.told import tell_filers
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.words import kept_text


@dataclass(frozen=True, slots=True)
class AnswerDispute:
    """`answer` is one of DISPUTE_ANSWERS (hub.tables.dispute)."""

    answer: str
    words: str
    dispute: int = field(metadata={"node": "Dispute"})
    expected_version: int | None = None


async def answer_dispute(
    connection: asyncpg.Connection, permit: Permit, command: AnswerDispute, *, filing: Collection[str]
) -> Outcome:
    """Add the answer of the viewer's state and tell the roles `filing`. A state may answer again while it stands.

    Raises Refusal: INVALID_INPUT, NOT_FOUND where no record of the state is disputed, those of `hold_standing`.
    """
    permit.check("answer_dispute")
    words = kept_text(command.words, "words")
    state = permit.viewer.state
    standing = await hold_standing(connection, permit.viewer, command.dispute, command.expected_version)
    if state is None or state not in standing.states:
        raise Refusal(RefusalCode.NOT_FOUND, field="dispute")
    await write_entry(connection, permit.viewer, Entry(command.dispute, "ANSWERED", words, state, command.answer))
    complete = standing.states <= standing.answered | {state}
    await connection.execute(
        "UPDATE disputes SET status = $2, version = version + 1 WHERE dispute_id = $1",
        command.dispute,
        "ANSWERED" if complete else "OPEN",
    )
    await tell_filers(connection, permit.viewer, command.dispute, state, filing)
    detail = {"dispute": command.dispute, "answer": command.answer}
    await record_in(connection, Event.by(permit.viewer, Tag.DISPUTE_ANSWER, students=standing.students, detail=detail))
    return Outcome(records={"dispute": command.dispute})
