"""An administrator records that an account's owner completed the training; every record is kept."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.accounts.end_sessions import announce
from hub.accounts.managed import locked, not_deactivated, tell
from hub.accounts.particulars import invalid
from hub.audit.event import Tag
from hub.outcome import Outcome
from hub.permit import Permit

OLDEST = datetime.date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class RecordTraining:
    """Whose training, and the day on which it was completed."""

    user_id: str
    completed_on: datetime.date


async def record_training(connection: asyncpg.Connection, permit: Permit, command: RecordTraining) -> Outcome:
    """Record it; the newest day counts for the account. Raises Refusal (INVALID_INPUT, DEACTIVATED)."""
    permit.check("record_training")
    if not OLDEST <= command.completed_on <= clock.today():
        raise invalid("completed_on", "the day of completion lies neither in the future nor before 2000")
    account = await locked(connection, command.user_id)
    not_deactivated(account)
    await connection.execute(
        "INSERT INTO trainings (account_id, completed_on, recorded_at, recorded_by) VALUES ($1, $2, $3, $4)",
        account.account_id,
        command.completed_on,
        clock.now(),
        permit.viewer.account_id,
    )
    at = datetime.datetime.combine(command.completed_on, datetime.time(), datetime.UTC)
    await connection.execute(
        "UPDATE accounts SET trained_at = greatest(trained_at, $2), version = version + 1 WHERE account_id = $1",
        account.account_id,
        at,
    )
    await announce(connection, account.account_id)
    detail = {"completedOn": command.completed_on.isoformat()}
    await tell(connection, permit.viewer, Tag.ACCOUNT_TRAINING, account, detail)
    return Outcome({"user": account.account_id})
