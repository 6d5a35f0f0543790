"""Whose account a provider's subject is: known from the first sign-in on, and nobody else's afterwards.

The claim that names an account (an e-mail address, a user id) may be given to another person at the provider; the
subject never is. Whoever changes the address of an account says that it may be another's, and forgets the subject.
"""

from __future__ import annotations

import asyncpg

from hub import clock

LONGEST = 255
"""Characters of a subject, by OpenID Connect Core."""


async def is_another(connection: asyncpg.Connection, issuer: str, subject: str, account_id: int) -> bool:
    """Whether the account is known to be another subject's, or the subject another account's owner."""
    other: bool = await connection.fetchval(
        """
        SELECT EXISTS (
            SELECT FROM oidc_subjects
            WHERE issuer = $1 AND (subject = $2) <> (account_id = $3) AND (subject = $2 OR account_id = $3)
        )
        """,
        issuer,
        subject,
        account_id,
    )
    return other


async def know(connection: asyncpg.Connection, issuer: str, subject: str, account_id: int) -> None:
    """Keep that the subject is the account's owner; the caller holds the account's row and has asked `is_another`."""
    await connection.execute(
        "INSERT INTO oidc_subjects (issuer, subject, account_id, known_since) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT DO NOTHING",
        issuer,
        subject,
        account_id,
        clock.now(),
    )


async def forget(connection: asyncpg.Connection, account_id: int) -> None:
    """The account may be another person's from now on."""
    await connection.execute("DELETE FROM oidc_subjects WHERE account_id = $1", account_id)
