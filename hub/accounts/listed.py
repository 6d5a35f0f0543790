"""What an account is shown of its own doors: the sessions that go on, and its service tokens."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import asyncpg

from hub import clock

MOST_LISTED = 200
"""The newest; whoever has more sees the rest once these are ended."""


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session that goes on. Times are aware; `address` and `user_agent` are what it was opened from."""

    session_id: int
    created_at: datetime.datetime
    last_used_at: datetime.datetime
    expires_at: datetime.datetime
    address: str | None
    user_agent: str | None


@dataclass(frozen=True, slots=True)
class ListedToken:
    """A service token, without what would let anybody in. `addresses` are networks."""

    token_id: int
    name: str
    grants: list[str]
    addresses: list[str]
    purpose: str | None
    created_at: datetime.datetime
    expires_at: datetime.datetime
    last_used_at: datetime.datetime | None
    revoked_at: datetime.datetime | None
    revoke_reason: str | None


async def sessions_of(pool: asyncpg.Pool, account_id: int, idle: datetime.timedelta) -> list[ListedSession]:
    """The sessions of an account that go on, the newest first. `idle` is how long one lasts without a request."""
    now = clock.now()
    rows = await pool.fetch(
        """
        SELECT session_id, created_at, last_used_at, expires_at, host(address) AS address, user_agent FROM sessions
        WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2 AND last_used_at > $3
        ORDER BY session_id DESC LIMIT $4
        """,
        account_id,
        now,
        now - idle,
        MOST_LISTED,
    )
    return [ListedSession(**dict(row)) for row in rows]


async def service_tokens_of(pool: asyncpg.Pool, account_id: int) -> list[ListedToken]:
    """The service tokens of an account, revoked and expired ones too, the newest first."""
    rows = await pool.fetch(
        """
        SELECT token_id, name, grants, addresses::text[] AS addresses, purpose, created_at, expires_at, last_used_at,
            revoked_at, revoke_reason
        FROM service_tokens WHERE account_id = $1 ORDER BY revoked_at IS NOT NULL, token_id DESC LIMIT $2
        """,
        account_id,
        MOST_LISTED,
    )
    return [ListedToken(**dict(row)) for row in rows]
