"""Opens a session in the caller's transaction, whichever way somebody proved who they are.

Every sign-in makes a session and a token of its own; none that a client brought along is ever taken over.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import asyncpg

from hub import clock
from hub.accounts.account import Account, GrantsOf
from hub.accounts.tokens import hash_token, new_token
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.settings import Settings
from hub.store.text import storable
from hub.viewer import Viewer

MAX_USER_AGENT = 500  # characters kept


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session. `token` is shown to the client and not stored; `expires_at` is the latest end (UTC)."""

    token: str
    expires_at: datetime.datetime
    viewer: Viewer


async def open_session(
    connection: asyncpg.Connection,
    account: Account,
    *,
    settings: Settings,
    grants_of: GrantsOf,
    address: str | None,
    user_agent: str | None,
    detail: dict[str, Any] | None = None,
    factor_vouched: bool = False,
) -> SignedIn:
    """The session of an account that may sign in, recorded with `detail`. The account's row is locked by the caller.

    `factor_vouched`: the provider of single sign-on vouched for a second factor.
    """
    now = clock.now()
    token, expires_at = new_token(), now + datetime.timedelta(hours=settings.session_max_hours)
    await connection.execute(
        "UPDATE accounts SET failed_tries = 0, last_sign_in_at = $2 WHERE account_id = $1", account.account_id, now
    )
    session_id: int = await connection.fetchval(
        """
        INSERT INTO sessions (token_hash, account_id, created_at, last_used_at, expires_at, address, user_agent,
            factor_vouched)
        VALUES ($1, $2, $3, $3, $4, $5::text::inet, $6, $7) RETURNING session_id
        """,
        hash_token(token),
        account.account_id,
        now,
        expires_at,
        address,
        None if user_agent is None else storable(user_agent)[:MAX_USER_AGENT],
        factor_vouched,
    )
    viewer = account.viewer(session_id, grants_of, now, settings, factor_vouched=factor_vouched)
    facts: dict[str, Any] = {"address": address, "detail": detail}
    await record_in(connection, Event.by(viewer, Tag.LOGIN_SUCCESS, **facts))
    return SignedIn(token, expires_at, viewer)
