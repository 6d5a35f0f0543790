"""An administrator resets a password: it is void at once, sessions end, and a one-time code goes to the owner by mail.

The administrator learns neither password nor code.
"""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass

import asyncpg

from hub.accounts.end_sessions import EndReason, end_all_sessions
from hub.accounts.one_time_code import Reason, send_one_time_code
from hub.accounts.passwords import Passwords
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode


@dataclass(frozen=True, slots=True)
class ResetPassword:
    """Whose password. A closed account is reinstated first."""

    user_id: str


async def reset_password(
    connection: asyncpg.Connection,
    permit: Permit,
    command: ResetPassword,
    *,
    passwords: Passwords,
    lifetime: datetime.timedelta,
) -> Outcome:
    """Void the password and mail a code that is good for `lifetime`. Raises Refusal (NOT_ACTIVE, UNREACHABLE)."""
    permit.check("reset_password")
    account = await connection.fetchrow(
        "SELECT account_id, status, state FROM accounts WHERE lower(user_id) = lower($1) FOR NO KEY UPDATE",
        command.user_id,
    )
    if account is None:
        raise Refusal(RefusalCode.NOT_FOUND, field="userId")
    if account["status"] != "ACTIVE":
        raise Refusal(RefusalCode.NOT_ACTIVE, field="userId")
    account_id: int = account["account_id"]
    # A hash like any other, so that trying this account takes as long as before.
    await connection.execute(
        "UPDATE accounts SET password_hash = $2, must_change_password = true, failed_tries = 0 WHERE account_id = $1",
        account_id,
        await passwords.hash_password(secrets.token_urlsafe()),
    )
    await end_all_sessions(connection, account_id, EndReason.PASSWORD_CHANGED)
    detail = {"account": account_id}
    await record_in(connection, Event.by(permit.viewer, Tag.PASSWORD_RESET, state=account["state"], detail=detail))
    await send_one_time_code(connection, account_id, Reason.RESET, lifetime, by=permit.viewer)
    return Outcome()
