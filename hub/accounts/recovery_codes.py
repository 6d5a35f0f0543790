"""Recovery codes: shown once when an account gets its first second factor, kept as hashes, good once each."""

from __future__ import annotations

import asyncpg

from hub.accounts.one_time_code import hash_code, new_code

HOW_MANY = 10


async def give_recovery_codes(connection: asyncpg.Connection, account_id: int) -> list[str] | None:
    """New codes for an account that has none, to be shown now and never again; None where it has some."""
    if await connection.fetchval("SELECT EXISTS (SELECT FROM recovery_codes WHERE account_id = $1)", account_id):
        return None
    codes = [new_code() for _ in range(HOW_MANY)]
    await connection.executemany(
        "INSERT INTO recovery_codes (account_id, code_hash) VALUES ($1, $2)",
        [(account_id, hash_code(code)) for code in codes],
    )
    return codes


async def use_recovery_code(connection: asyncpg.Connection, account_id: int, code: str) -> bool:
    """Whether it is a code of the account; it is none from then on."""
    used = await connection.execute(
        "DELETE FROM recovery_codes WHERE account_id = $1 AND code_hash = $2", account_id, hash_code(code)
    )
    return bool(used.endswith(" 1"))


async def forget_unless_needed(connection: asyncpg.Connection, account_id: int) -> None:
    """Remove the codes of an account that has no second factor any more."""
    await connection.execute(
        """
        DELETE FROM recovery_codes WHERE account_id = $1
            AND NOT EXISTS (SELECT FROM totp_factors WHERE account_id = $1 AND confirmed_at IS NOT NULL)
            AND NOT EXISTS (SELECT FROM passkeys WHERE account_id = $1)
        """,
        account_id,
    )
