"""Somebody agrees to the rules of behavior, or completes the security refresher: kept for ever, with its version."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.accounts.end_sessions import announce
from hub.accounts.rules import RULES_VERSION, Language
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode


@dataclass(frozen=True, slots=True)
class Agree:
    """The version that was read, and in which language."""

    version: str
    language: str


async def accept_rules(connection: asyncpg.Connection, permit: Permit, command: Agree) -> Outcome:
    """Keep the viewer's agreement. Raises Refusal (CONFLICT) for a version that is not in force."""
    permit.check("accept_rules")
    await _keep(connection, permit, command, "RULES")
    await connection.execute(
        "UPDATE accounts SET rules_version = $2, rules_agreed_at = $3 WHERE account_id = $1",
        permit.viewer.account_id,
        command.version,
        clock.now(),
    )
    await record_in(connection, Event.by(permit.viewer, Tag.RULES_AGREE, detail=_detail(command)))
    return Outcome()


async def complete_refresher(connection: asyncpg.Connection, permit: Permit, command: Agree) -> Outcome:
    """Keep that the viewer completed the refresher. Raises Refusal (CONFLICT) for a version that is not in force."""
    permit.check("complete_refresher")
    await _keep(connection, permit, command, "REFRESHER")
    await connection.execute(
        "UPDATE accounts SET refreshed_at = $2 WHERE account_id = $1", permit.viewer.account_id, clock.now()
    )
    await record_in(connection, Event.by(permit.viewer, Tag.REFRESHER, detail=_detail(command)))
    return Outcome()


async def _keep(connection: asyncpg.Connection, permit: Permit, command: Agree, kind: str) -> None:
    if command.version != RULES_VERSION:
        raise Refusal(RefusalCode.CONFLICT, "the version in force is another; read it first", "version")
    assert permit.viewer.account_id is not None
    await connection.execute(
        """
        INSERT INTO agreements (account_id, kind, version, language, agreed_at, address)
        VALUES ($1, $2, $3, $4, $5, $6::text::inet)
        """,
        permit.viewer.account_id,
        kind,
        command.version,
        Language(command.language).value,
        clock.now(),
        permit.viewer.address,
    )
    await announce(connection, permit.viewer.account_id)


def _detail(command: Agree) -> dict[str, str]:
    return {"version": command.version, "language": command.language}
