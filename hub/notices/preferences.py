"""How an account wants its digest: daily or never, in which language."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outcome import Outcome
from hub.permit import Permit

DEFAULT_DIGEST = "DAILY"
DEFAULT_LANGUAGE = "EN"


@dataclass(frozen=True, slots=True)
class SetPreferences:
    """`digest` is one of DIGESTS, `language` of LANGUAGES (hub.tables)."""

    digest: str
    language: str


async def set_preferences(connection: asyncpg.Connection, permit: Permit, command: SetPreferences) -> Outcome:
    """Set both for the viewer's account."""
    permit.check("set_preferences")
    await connection.execute(_SET, permit.viewer.account_id, command.digest, command.language, clock.now())
    detail = {"digest": command.digest, "language": command.language}
    await record_in(connection, Event.by(permit.viewer, Tag.NOTIFICATION_PREFERENCES, detail=detail))
    return Outcome(values=detail)


async def preferences_of(pool: asyncpg.Pool, account_id: int) -> SetPreferences:
    """What an account chose, or what holds unless it did."""
    row = await pool.fetchrow("SELECT digest, language FROM notification_preferences WHERE account_id = $1", account_id)
    if row is None:
        return SetPreferences(DEFAULT_DIGEST, DEFAULT_LANGUAGE)
    return SetPreferences(row["digest"], row["language"])


_SET = """
INSERT INTO notification_preferences (account_id, digest, language, changed_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (account_id) DO UPDATE SET digest = excluded.digest, language = excluded.language,
    changed_at = excluded.changed_at
"""
