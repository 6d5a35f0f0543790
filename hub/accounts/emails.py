"""E-mail addresses are given to one account for ever: also after it changed its address, or was deactivated."""

from __future__ import annotations

import asyncpg

from hub import clock
from hub.accounts.particulars import invalid
from hub.refusal import RefusalCode


async def give_out(connection: asyncpg.Connection, account_id: int, email: str) -> None:
    """Note that the account has this address. It may have had it before.

    Raises Refusal (TAKEN) where another account has, or had, it. Two that want one address at once wait for each other.
    """
    await connection.execute(
        "INSERT INTO account_emails (email, account_id, given_at) VALUES (lower($1), $2, $3) ON CONFLICT DO NOTHING",
        email,
        account_id,
        clock.now(),
    )
    owner = await connection.fetchval("SELECT account_id FROM account_emails WHERE email = lower($1)", email)
    if owner != account_id:
        raise taken("email")


def taken(field: str) -> Exception:
    """The refusal of a user id or an address that was given out before."""
    said = "e-mail address" if field == "email" else "user id"
    return invalid(field, f"the {said} belongs to an account already, and is never given to another", RefusalCode.TAKEN)
