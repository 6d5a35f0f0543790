"""Whoever is signed in proves again that they are there, by the password; a wrong one counts as a wrong sign-in."""

from __future__ import annotations

import asyncpg

from hub.accounts.account import ACCOUNT_COLUMNS, Account, account_of
from hub.accounts.passwords import Passwords
from hub.accounts.wrong_tries import count_wrong
from hub.viewer import Viewer


async def prove_password(
    connection: asyncpg.Connection, viewer: Viewer, password: str, passwords: Passwords
) -> Account | None:
    """The viewer's account, its row locked; None where the password is wrong, which the caller commits as counted."""
    row = await connection.fetchrow(
        f"SELECT {ACCOUNT_COLUMNS}, password_hash FROM accounts WHERE account_id = $1 FOR NO KEY UPDATE",  # noqa: S608
        viewer.account_id,
    )
    assert row is not None
    account = account_of(row)
    may = account.status == "ACTIVE"  # it may have been closed while this waited for the row
    if await passwords.verify_password(row["password_hash"] if may else None, password):
        return account
    if may:
        await count_wrong(connection, account, "WRONG_CURRENT_PASSWORD", address=viewer.address)
    return None
