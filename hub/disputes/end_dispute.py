"""Ends a dispute: it was settled, or whoever stated it took it back. What was said about it is kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import asyncpg

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.disputes.entry import Entry, write_entry
from hub.disputes.standing import hold_standing
from hub.disputes.told import tell_states
from hub.outcome import Outcome
from hub.permit import Permit
from hub.words import LONGEST_REASON, kept_text


@dataclass(frozen=True, slots=True)
class EndDispute:
    reason: str
    dispute: int = field(metadata={"node": "Dispute"})
    expected_version: int | None = None


async def resolve_dispute(
    connection: asyncpg.Connection, permit: Permit, command: EndDispute, *, answering: Collection[str]
) -> Outcome:
    """Say that it was settled. Raises Refusal: INVALID_INPUT, those of `hold_standing`."""
    permit.check("resolve_dispute")
    return await _end(connection, permit, command, "RESOLVED", answering)


async def withdraw_dispute(
    connection: asyncpg.Connection, permit: Permit, command: EndDispute, *, answering: Collection[str]
) -> Outcome:
    """Take it back. Raises Refusal: INVALID_INPUT, those of `hold_standing`."""
    permit.check("withdraw_dispute")
    return await _end(connection, permit, command, "WITHDRAWN", answering)


async def _end(
    connection: asyncpg.Connection, permit: Permit, command: EndDispute, status: str, answering: Collection[str]
) -> Outcome:
    reason = kept_text(command.reason, "reason", LONGEST_REASON)
    standing = await hold_standing(connection, permit.viewer, command.dispute, command.expected_version)
    await write_entry(connection, permit.viewer, Entry(command.dispute, status, reason))
    await connection.execute(
        "UPDATE disputes SET status = $2, ended_at = $3, version = version + 1 WHERE dispute_id = $1",
        command.dispute,
        status,
        clock.now(),
    )
    await tell_states(connection, permit.viewer, command.dispute, "DISPUTE_CHANGED", answering)
    detail = {"dispute": command.dispute, "status": status}
    await record_in(connection, Event.by(permit.viewer, Tag.DISPUTE_END, students=standing.students, detail=detail))
    return Outcome(records={"dispute": command.dispute})
