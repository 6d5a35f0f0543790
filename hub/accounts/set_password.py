"""Gives an account the password that its owner chose: judged by the policy, none of the last ones, alone from now on.

Whoever calls has proved that the owner is there (current password, or one-time code), and holds the account's row.
"""

from __future__ import annotations

import asyncpg

from hub import clock
from hub.accounts.account import Account
from hub.accounts.end_sessions import EndReason, end_all_sessions
from hub.accounts.passwords import Passwords
from hub.refusal import Refusal, RefusalCode

REMEMBERED = 6
"""Passwords of an account, the current one among them, of which none may be taken again."""


async def set_password(
    connection: asyncpg.Connection,
    account: Account,
    password: str,
    passwords: Passwords,
    *,
    but_session: int | None = None,
) -> None:
    """Store the password in the connection's open transaction; sessions but one end, and a one-time code is void.

    Raises Refusal (INVALID_INPUT, PASSWORD_REUSED) about the input field `newPassword`.
    """
    if broken := passwords.policy.broken_rules(password, (account.user_id, account.name, account.email)):
        raise Refusal(RefusalCode.INVALID_INPUT, f"the password needs {', '.join(broken)}", "newPassword")
    if await _is_remembered(connection, account.account_id, password, passwords):
        raise Refusal(RefusalCode.PASSWORD_REUSED, f"the password was one of the last {REMEMBERED}", "newPassword")
    hashed = await passwords.hash_password(password)
    await connection.execute(
        """
        UPDATE accounts SET password_hash = $2, password_changed_at = $3, must_change_password = false, failed_tries = 0
        WHERE account_id = $1
        """,
        account.account_id,
        hashed,
        clock.now(),
    )
    await remember(connection, account.account_id, hashed)
    await connection.execute("DELETE FROM one_time_codes WHERE account_id = $1", account.account_id)
    await end_all_sessions(connection, account.account_id, EndReason.PASSWORD_CHANGED, but_session)


async def remember(connection: asyncpg.Connection, account_id: int, hashed: str) -> None:
    """Keep a password that the owner was given or chose, and forget those that are older than the last few."""
    await connection.execute(
        "INSERT INTO password_history (account_id, password_hash, set_at) VALUES ($1, $2, $3)",
        account_id,
        hashed,
        clock.now(),
    )
    await connection.execute(
        """
        DELETE FROM password_history WHERE account_id = $1 AND password_id NOT IN (
            SELECT password_id FROM password_history WHERE account_id = $1 ORDER BY password_id DESC LIMIT $2)
        """,
        account_id,
        REMEMBERED,
    )


async def _is_remembered(connection: asyncpg.Connection, account_id: int, password: str, passwords: Passwords) -> bool:
    """Whether the password is one of the last few. Each has a salt of its own, so each is tried."""
    rows = await connection.fetch("SELECT password_hash FROM password_history WHERE account_id = $1", account_id)
    for row in rows:
        if await passwords.verify_password(row["password_hash"], password):
            return True
    return False
