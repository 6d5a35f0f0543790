"""Accounts that nobody used for 90 days are listed for review, and disabled by the administrator who confirms it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.accounts.end_sessions import EndReason, end_all_sessions
from hub.accounts.last_administrator import keep_an_administrator
from hub.accounts.managed import locked, tell
from hub.audit.event import Tag
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode

UNUSED = datetime.timedelta(days=90)
"""Counted from the last sign-in, or from the making of the account where there was none."""


@dataclass(frozen=True, slots=True)
class ConfirmAccountReview:
    """Whose account."""

    user_id: str


async def confirm_account_review(
    connection: asyncpg.Connection, permit: Permit, command: ConfirmAccountReview
) -> Outcome:
    """Disable an unused account, and note who confirmed it. Raises Refusal (IN_USE, LAST_ADMINISTRATOR)."""
    permit.check("confirm_account_review")
    account, now = await locked(connection, command.user_id), clock.now()
    unused_since = await connection.fetchval(
        "SELECT unused_since FROM accounts WHERE account_id = $1", account.account_id
    )
    if account.status != "ACTIVE" or unused_since > now - UNUSED:
        raise Refusal(RefusalCode.IN_USE, field="userId")
    await keep_an_administrator(connection, account.account_id)
    await connection.execute(
        """
        UPDATE accounts SET status = 'DISABLED', reviewed_at = $2, reviewed_by = $3, version = version + 1
        WHERE account_id = $1
        """,
        account.account_id,
        now,
        permit.viewer.account_id,
    )
    await end_all_sessions(connection, account.account_id, EndReason.ACCOUNT_DISABLED)
    detail = {"unusedSince": unused_since.isoformat()}
    await tell(connection, permit.viewer, Tag.ACCOUNT_REVIEW, account, detail)
    return Outcome({"user": account.account_id})
