"""Tells every worker, at the caller's commit, that something of an account has changed."""

from __future__ import annotations

import asyncpg

CHANNEL = "session_ended"
"""Carries an account id: something about this account's sessions or tokens has changed, read them anew."""


async def announce(connection: asyncpg.Connection, account_id: int) -> None:
    """Have every worker read the account anew at its next request, its sessions and tokens unharmed."""
    await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, str(account_id))
