"""Wrong tries: counted on the account they were for, which the third in a row closes, and told to the audit trail."""

from __future__ import annotations

import asyncpg

from hub.accounts.account import MAX_FAILED_TRIES, Account
from hub.accounts.end_sessions import EndReason, end_all_sessions
from hub.audit.event import Event, Tag
from hub.audit.record import record_in


async def count_wrong(connection: asyncpg.Connection, account: Account, reason: str, *, address: str | None) -> None:
    """Count one wrong try (`reason` says of what) on an account that may sign in; its row is locked by the caller."""
    tries: int = await connection.fetchval(
        """
        UPDATE accounts SET failed_tries = failed_tries + 1,
            status = CASE WHEN failed_tries + 1 >= $2 THEN 'DISABLED' ELSE status END
        WHERE account_id = $1 RETURNING failed_tries
        """,
        account.account_id,
        MAX_FAILED_TRIES,
    )
    detail = {"reason": reason, "tries": tries}
    await record_in(connection, event_about(Tag.LOGIN_FAILURE, account, address, detail))
    if tries >= MAX_FAILED_TRIES:
        await record_in(connection, event_about(Tag.ACCOUNT_DISABLE, account, address, {"tries": tries}))
        await end_all_sessions(connection, account.account_id, EndReason.ACCOUNT_DISABLED)


def event_about(tag: Tag, account: Account, address: str | None, detail: dict[str, object] | None = None) -> Event:
    """An event of somebody who is not signed in, about an account."""
    return Event(
        tag,
        account_id=account.account_id,
        user_id=account.user_id,
        state=account.state,
        address=address,
        detail=detail,
    )
