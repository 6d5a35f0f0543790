"""When each session was last used: kept in memory, written back at most once a minute a session.

The first use after a minute is written before it is answered, later ones in the background and when the worker
stops. So the database is at most about a minute behind, and a session that one worker serves is not idle to another.
"""

from __future__ import annotations

import asyncio
import datetime
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

import asyncpg
import structlog

from hub import clock
from hub.store.engine import AT_FAULT

WRITE_BACK = datetime.timedelta(minutes=1)
LOOK_SECONDS = 15.0  # between two looks for uses that are due

_WRITE = """
UPDATE sessions SET last_used_at = used.at FROM unnest($1::bigint[], $2::timestamptz[]) AS used (session_id, at)
WHERE sessions.session_id = used.session_id AND last_used_at < used.at
"""

_log = structlog.get_logger("hub.accounts")


@dataclass(slots=True)
class _Use:
    at: datetime.datetime
    written: datetime.datetime


class LastUse:
    """Use as `async with LastUse(pool) as last_use:`; leaving writes what is unwritten."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._uses: dict[int, _Use] = {}
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> LastUse:
        self._task = asyncio.create_task(self._keep_writing(), name="session last use")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._write_or_log([session_id for session_id, use in self._uses.items() if use.at > use.written])

    def known(self, session_id: int, stored: datetime.datetime) -> datetime.datetime:
        """The newer of what this worker saw and of `stored`, what the database says."""
        use = self._uses.setdefault(session_id, _Use(stored, stored))
        use.written = max(use.written, stored)
        use.at = max(use.at, stored)
        return use.at

    def seen(self, session_id: int, now: datetime.datetime) -> None:
        """The session is used now."""
        use = self._uses.setdefault(session_id, _Use(now, now - WRITE_BACK))
        use.at = max(use.at, now)

    async def write_when_due(self, session_id: int, now: datetime.datetime) -> None:
        """The session is used now; write it where the last writing is a minute old. Raises asyncpg.PostgresError."""
        self.seen(session_id, now)
        if self._due(session_id, now):
            await self._write([session_id])

    def _due(self, session_id: int, now: datetime.datetime) -> bool:
        use = self._uses[session_id]
        return use.at > use.written and now - use.written >= WRITE_BACK

    async def _keep_writing(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = clock.now()
            await self._write_or_log([session_id for session_id in self._uses if self._due(session_id, now)])
            for session_id, use in list(self._uses.items()):
                if use.at <= use.written and now - use.at >= WRITE_BACK:
                    del self._uses[session_id]

    async def _write_or_log(self, session_ids: list[int]) -> None:
        try:
            await self._write(session_ids)
        except AT_FAULT as error:
            _log.error("last use of sessions not written", error=type(error).__name__, sessions=len(session_ids))

    async def _write(self, session_ids: list[int]) -> None:
        if not session_ids:
            return
        moments = {session_id: self._uses[session_id].at for session_id in session_ids}
        await self._pool.execute(_WRITE, list(moments), list(moments.values()))
        for session_id, at in moments.items():
            if (use := self._uses.get(session_id)) is not None:
                use.written = max(use.written, at)
