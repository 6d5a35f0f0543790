"""A sign-in at the provider, from the moment the browser leaves until it comes back: the same browser, once, in time.

The browser keeps a secret in a cookie and the provider carries `state` around. What the two must prove to the provider
and be told by it (PKCE's verifier, the nonce) follows from both together, so the database holds nothing but hashes.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import secrets
from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.accounts.throttle import Throttle

GOOD_FOR = datetime.timedelta(minutes=10)
RANDOM_BYTES = 32
BEGINNINGS = Throttle("oidc_start", 100, GOOD_FOR)
"""A school's people may all come from one address; nobody fills the table."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """`browser` is for the cookie and nobody else, `state` goes by way of the provider."""

    browser: str
    state: str

    @property
    def nonce(self) -> str:
        """What the ID token must say."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """What proves to the provider that the code comes from where the sign-in began; 43 characters."""
        return self._derived("verifier")

    def _derived(self, what: str) -> str:
        key, message = self.browser.encode("utf-8", "replace"), f"{what} {self.state}".encode("utf-8", "replace")
        made = hmac.new(key, message, "sha256")
        return base64.urlsafe_b64encode(made.digest()).decode().rstrip("=")


async def begin_attempt(pool: asyncpg.Pool, address: str | None) -> Attempt | None:
    """A new attempt; those that have expired are swept away. None where the source address has begun too many."""
    attempt = Attempt(secrets.token_urlsafe(RANDOM_BYTES), secrets.token_urlsafe(RANDOM_BYTES))
    now = clock.now()
    async with pool.acquire() as connection, connection.transaction():
        if await BEGINNINGS.is_spent(connection, address):
            return None
        await connection.execute(
            """
            DELETE FROM oidc_attempts WHERE state_hash IN (
                SELECT state_hash FROM oidc_attempts WHERE expires_at <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED
            )
            """,
            now,
        )
        await connection.execute(
            "INSERT INTO oidc_attempts (state_hash, browser_hash, expires_at) VALUES ($1, $2, $3)",
            _hash(attempt.state),
            _hash(attempt.browser),
            now + GOOD_FOR,
        )
        await BEGINNINGS.count(connection, address)
    return attempt


async def take_attempt(pool: asyncpg.Pool, browser: str, state: str) -> Attempt | None:
    """The attempt that this browser began, once; None for another browser's, a used or an expired one."""
    taken = await pool.fetchval(
        "DELETE FROM oidc_attempts WHERE state_hash = $1 AND browser_hash = $2 AND expires_at > $3 RETURNING true",
        _hash(state),
        _hash(browser),
        clock.now(),
    )
    return Attempt(browser, state) if taken else None


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
