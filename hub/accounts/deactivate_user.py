"""An administrator closes an account for good. Its row stays, so that its user id and address go to nobody else."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.accounts.end_sessions import EndReason, end_all_sessions
from hub.accounts.last_administrator import keep_an_administrator
from hub.accounts.managed import locked, not_deactivated, tell
from hub.accounts.particulars import LONGEST_REASON, refuse_first, wrong_text
from hub.audit.event import Tag
from hub.outcome import Outcome
from hub.permit import Permit


@dataclass(frozen=True, slots=True)
class DeactivateUser:
    """Whose account, and why, in a sentence."""

    user_id: str
    reason: str


async def deactivate_user(connection: asyncpg.Connection, permit: Permit, command: DeactivateUser) -> Outcome:
    """Close the account and end its sessions. Raises Refusal (INVALID_INPUT, DEACTIVATED, LAST_ADMINISTRATOR)."""
    permit.check("deactivate_user")
    refuse_first(wrong_text("reason", "reason", command.reason, LONGEST_REASON))
    account = await locked(connection, command.user_id)
    not_deactivated(account)
    await keep_an_administrator(connection, account.account_id)
    await connection.execute(
        """
        UPDATE accounts SET status = 'DEACTIVATED', deactivated_at = $2, deactivated_by = $3, deactivation_reason = $4,
            version = version + 1
        WHERE account_id = $1
        """,
        account.account_id,
        clock.now(),
        permit.viewer.account_id,
        command.reason.strip(),
    )
    await connection.execute("DELETE FROM one_time_codes WHERE account_id = $1", account.account_id)
    await end_all_sessions(connection, account.account_id, EndReason.ACCOUNT_DEACTIVATED)
    await tell(connection, permit.viewer, Tag.ACCOUNT_DEACTIVATE, account, {"reason": command.reason.strip()})
    return Outcome({"user": account.account_id})
