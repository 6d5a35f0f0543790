"""From a token to its viewer, fast, and never after the session's end.

A session ends after idle minutes without a request, after its hours at the latest, or when somebody ends it. Viewers
are cached for a minute at most. `end_sessions` has every worker forget at once; while this worker cannot hear that,
it asks the database at each request.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.accounts.account import ACCOUNT_COLUMNS, GrantsOf, account_of
from hub.accounts.end_sessions import EndReason, end_all_sessions, end_session
from hub.accounts.held_viewers import HeldViewers
from hub.accounts.last_use import LastUse
from hub.accounts.tokens import PREFIX, hash_token
from hub.errors import Code, HubError
from hub.settings import Settings
from hub.store.engine import AT_FAULT
from hub.viewer import Viewer

HELD_FOR = datetime.timedelta(minutes=1)  # no longer than the shortest idle limit, so what is held is not idle
MAX_HELD = 50_000  # sessions; a worker that sees more starts afresh

_READ = f"""
SELECT session_id, expires_at, last_used_at, factor_vouched, {ACCOUNT_COLUMNS}
FROM sessions JOIN accounts ON accounts.account_id = sessions.account_id
WHERE token_hash = $1 AND ended_at IS NULL AND status = 'ACTIVE'
"""  # noqa: S608 (names of columns only)


@dataclass(frozen=True, slots=True)
class _Held:
    """What the database said at `read_at`."""

    viewer: Viewer
    session_id: int
    expires_at: datetime.datetime
    read_at: datetime.datetime


class SessionStore:
    """One a worker. `last_use` is entered and left by whoever made it. `is_listening`: as HeldViewers asks."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        is_listening: Callable[[], bool],
        last_use: LastUse,
        *,
        grants_of: GrantsOf,
        settings: Settings,
    ) -> None:
        self._pool = pool
        self._last_use = last_use
        self._grants_of = grants_of
        self._settings = settings
        self._idle = datetime.timedelta(minutes=settings.session_idle_minutes)
        self.held: HeldViewers[_Held] = HeldViewers(is_listening, MAX_HELD)

    async def resolve(self, token: str) -> Viewer | None:
        """The viewer (without purpose and address) of a token whose session goes on, else None.

        Raises HubError(UNAVAILABLE) when the database cannot be asked.
        """
        if not token.startswith(PREFIX):
            return None
        now, key = clock.now(), hash_token(token)
        held = self.held.get(key)
        if held is None or now - held.read_at >= HELD_FOR or now >= held.expires_at:
            try:
                held = await self._read(key, now)
            except AT_FAULT as error:
                raise HubError(Code.UNAVAILABLE, "the session cannot be looked up now; try again") from error
        if held is None:
            return None
        self._last_use.seen(held.session_id, now)
        return held.viewer

    async def look(self, token: str) -> tuple[Viewer, datetime.datetime] | None:
        """Whose session goes on now, and until when that holds unless the account is announced as changed; else None.

        To look is no use of the session: whoever only listens is idle. Raises HubError(UNAVAILABLE).
        """
        now = clock.now()
        try:
            found = await self._stored(hash_token(token), now)
        except AT_FAULT as error:
            raise HubError(Code.UNAVAILABLE, "the session cannot be looked up now; try again") from error
        if found is None:
            return None
        record, last_used_at = found
        until = min(now + HELD_FOR, record["expires_at"], last_used_at + self._idle)
        return self._viewer(record, now), until

    async def end(self, session_id: int, reason: EndReason) -> bool:
        """End one session in a transaction of its own; False when it had ended before."""
        async with self._pool.acquire() as connection, connection.transaction():
            account_id = await end_session(connection, session_id, reason)
        if account_id is not None:
            self.held.forget(str(account_id))
        return account_id is not None

    async def end_all(self, account_id: int, reason: EndReason) -> None:
        """End every session of an account in a transaction of its own."""
        async with self._pool.acquire() as connection, connection.transaction():
            await end_all_sessions(connection, account_id, reason)
        self.held.forget(str(account_id))

    async def _read(self, key: bytes, now: datetime.datetime) -> _Held | None:
        reading = self.held.reading()
        found = await self._stored(key, now)
        if found is None:
            self.held.drop(key)
            return None
        record, _ = found
        session_id = record["session_id"]
        await self._last_use.write_when_due(session_id, now)
        held = _Held(self._viewer(record, now), session_id, record["expires_at"], read_at=now)
        self.held.keep(key, held, reading)
        return held

    async def _stored(self, key: bytes, now: datetime.datetime) -> tuple[asyncpg.Record, datetime.datetime] | None:
        """The row of a session that goes on, and when it was last used."""
        record = await self._pool.fetchrow(_READ, key)
        if record is None:
            return None
        last_used_at = self._last_use.known(record["session_id"], record["last_used_at"])
        if now >= record["expires_at"] or now - last_used_at >= self._idle:
            return None
        return record, last_used_at

    def _viewer(self, record: asyncpg.Record, now: datetime.datetime) -> Viewer:
        return account_of(record).viewer(
            record["session_id"], self._grants_of, now, self._settings, factor_vouched=record["factor_vouched"]
        )
