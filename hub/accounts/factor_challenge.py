"""Challenges under way: a sign-in that waits for its second factor, a passkey that is being added.

The client holds a token, the database its hash and what a passkey must sign. A challenge expires after minutes, and is
gone once it is taken or the account's sessions are ended.
"""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass
from enum import StrEnum

import asyncpg

from hub import clock
from hub.accounts.tokens import hash_token

GOOD_FOR = datetime.timedelta(minutes=5)
_PREFIX = "hubc_"
_SIGNED_BYTES = 32


class Kind(StrEnum):
    """What a challenge is for."""

    SIGN_IN = "SIGN_IN"
    ADD_PASSKEY = "ADD_PASSKEY"


@dataclass(frozen=True, slots=True)
class Challenge:
    """`token` goes to the client, `signed` is what its passkey signs."""

    token: str
    signed: bytes
    expires_at: datetime.datetime


async def make_challenge(connection: asyncpg.Connection, account_id: int, kind: Kind) -> Challenge:
    """A new challenge; those that have expired are swept away."""
    now = clock.now()
    made = Challenge(_PREFIX + secrets.token_urlsafe(32), secrets.token_bytes(_SIGNED_BYTES), now + GOOD_FOR)
    await connection.execute(
        "DELETE FROM factor_challenges WHERE token_hash = ANY (ARRAY(SELECT token_hash FROM factor_challenges "
        "WHERE expires_at <= $1 LIMIT 10 FOR UPDATE SKIP LOCKED))",
        now,
    )
    await connection.execute(
        "INSERT INTO factor_challenges (token_hash, kind, account_id, challenge, expires_at) "
        "VALUES ($1, $2, $3, $4, $5)",
        hash_token(made.token),
        kind.value,
        account_id,
        made.signed,
        made.expires_at,
    )
    return made


async def account_challenged(connection: asyncpg.Connection, token: str, kind: Kind) -> int | None:
    """Whose challenge it is, where it is good; the caller locks the account and then takes it."""
    account_id: int | None = await connection.fetchval(
        "SELECT account_id FROM factor_challenges WHERE token_hash = $1 AND kind = $2 AND expires_at > $3",
        hash_token(token),
        kind.value,
        clock.now(),
    )
    return account_id


async def take_challenge(connection: asyncpg.Connection, token: str, kind: Kind, account_id: int) -> bytes | None:
    """What must be signed, once: the challenge is gone with the commit. None where it is not good (any more)."""
    signed: bytes | None = await connection.fetchval(
        "DELETE FROM factor_challenges WHERE token_hash = $1 AND kind = $2 AND account_id = $3 AND expires_at > $4 "
        "RETURNING challenge",
        hash_token(token),
        kind.value,
        account_id,
        clock.now(),
    )
    return signed
