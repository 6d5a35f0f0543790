"""A disabled account is opened again, with the password that it has: whoever forgot it has it reset besides."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub.accounts.end_sessions import announce
from hub.accounts.managed import locked, not_deactivated, tell
from hub.audit.event import Tag
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode


@dataclass(frozen=True, slots=True)
class ReinstateUser:
    """Whose account."""

    user_id: str


async def reinstate_user(connection: asyncpg.Connection, permit: Permit, command: ReinstateUser) -> Outcome:
    """Open the account, its wrong tries forgotten. Raises Refusal (DEACTIVATED, NOT_DISABLED)."""
    permit.check("reinstate_user")
    account = await locked(connection, command.user_id)
    not_deactivated(account)
    if account.status != "DISABLED":
        raise Refusal(RefusalCode.NOT_DISABLED, field="userId")
    await connection.execute(
        "UPDATE accounts SET status = 'ACTIVE', failed_tries = 0, version = version + 1 WHERE account_id = $1",
        account.account_id,
    )
    await announce(connection, account.account_id)
    await tell(connection, permit.viewer, Tag.ACCOUNT_REINSTATE, account)
    return Outcome({"user": account.account_id})
