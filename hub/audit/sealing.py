"""Seals committed events into the hash chain, behind the requests that wrote them: they never wait for it.

One process at a time seals, by an advisory lock that a crash frees with its connection. A seal is one row, written
whole or not at all, so whoever comes next goes on where the chain ends: no event is left out, and none is sealed twice.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import astuple, dataclass, fields, replace
from types import TracebackType

import asyncpg
import structlog

from hub import clock
from hub.audit.chain import CANONICAL, FORM, GENESIS, Seal, body, linked, signed_text
from hub.audit.signing import AuditKey
from hub.audit.unsealed import Ranges, Settling, holes, without
from hub.errors import Code, HubError
from hub.store.engine import AT_FAULT, connect

ONE_AT_A_TIME = 7_205_759_403_792_795_002  # an advisory lock, any number that nobody else takes
MOST = 500  # events in a seal: a few milliseconds of hashing
LONGEST_WAIT_SECONDS = 60.0
STOP_SECONDS = 5.0

SEAL_COLUMNS = ", ".join(each.name for each in fields(Seal))
NEWEST_SEAL = f"SELECT {SEAL_COLUMNS} FROM audit_seals ORDER BY seal_id DESC LIMIT 1"  # noqa: S608
_INSERT = f"""
INSERT INTO audit_seals ({SEAL_COLUMNS}) VALUES ({", ".join(f"${n}" for n in range(1, len(fields(Seal)) + 1))})
"""  # noqa: S608
_UNSEALED = f"""
SELECT event_id, body FROM unnest($1::bigint[], $2::bigint[]) AS hole (first, last), LATERAL (
    SELECT event_id, {body(FORM)} AS body FROM audit_events WHERE event_id BETWEEN first AND last
    ORDER BY event_id LIMIT $3
) AS event
ORDER BY event_id LIMIT $3
"""  # noqa: S608


_log = structlog.get_logger("hub.audit")


@dataclass
class _Tip:
    """Where the chain ends, and the ids that are still to come."""

    seal_id: int
    position: int
    settled_id: int
    highest_id: int
    carry: bytes
    holes: Ranges


class Sealer:
    """Seals over one connection, which is its own. Keeps in memory where the chain ends; the database decides."""

    def __init__(self, connection: asyncpg.Connection, key: AuditKey, most: int = MOST) -> None:
        self._connection = connection
        self._key = key
        self._most = most
        self._settling = Settling()
        self._tip: _Tip | None = None

    async def seal_some(self) -> int:
        """Write one seal where there is something to seal. How many events were found: `most` says that more wait.

        Does nothing while another process seals. Raises `DATABASE` where the newest seal was not signed by a trusted
        key (nothing is ever added to a chain that somebody else went on with), and asyncpg's errors.
        """
        async with self._connection.transaction():
            if not await self._connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", ONE_AT_A_TIME):
                return 0
            await self._connection.execute(CANONICAL)
            tip = await self._find_tip()
            settled_id = max(tip.settled_id, await self._settling.settled(self._connection))
            firsts, lasts = zip(*tip.holes, strict=True)
            found = await self._connection.fetch(_UNSEALED, firsts, lasts, self._most)
            ids = [row["event_id"] for row in found]
            if len(found) == self._most:  # the rest of what is settled may be among those left for the next seal
                settled_id = max(tip.settled_id, min(settled_id, ids[-1]))
            if not found and settled_id == tip.settled_id:
                return 0
            links = linked(tip.carry, ((row["event_id"], row["body"]) for row in found))
            seal = self._signed(tip, settled_id, ids, b"".join(links))
            await self._connection.execute(_INSERT, *astuple(seal))
        left = without(tip.holes, ids, settled_id)
        self._tip = _Tip(seal.seal_id, seal.position, settled_id, seal.highest_id, seal.carry(), left)
        return len(found)

    async def seal_all(self) -> int:
        """Seal everything that has committed by now. How many events were sealed.

        A seal that is not full found all there was: what commits meanwhile waits for the next turn, else one seal
        would follow another for as long as requests come.
        """
        count = found = await self.seal_some()
        while found == self._most:
            found = await self.seal_some()
            count += found
        return count

    async def _find_tip(self) -> _Tip:
        newest_id = await self._connection.fetchval("SELECT coalesce(max(seal_id), 0) FROM audit_seals")
        if self._tip is not None and self._tip.seal_id == newest_id:
            return self._tip
        newest = await self._connection.fetchrow(NEWEST_SEAL)
        if newest is None:
            return _Tip(0, 0, 0, 0, GENESIS, holes(0, ()))
        seal = Seal(**dict(newest))
        if not self._key.trusted.good(seal.key_id, seal.signature, signed_text(seal.head)):
            raise HubError(Code.DATABASE, "the newest seal is not signed by a key of the hub; see `hub audit verify`")
        left = holes(seal.settled_id, await self._sealed_above(seal.settled_id))
        return _Tip(seal.seal_id, seal.position, seal.settled_id, seal.highest_id, seal.carry(), left)

    async def _sealed_above(self, settled_id: int) -> list[int]:
        """The ids above the settled ones that are sealed: those of the newest seals."""
        ids: list[int] = []
        query = "SELECT event_ids, highest_id FROM audit_seals ORDER BY seal_id DESC"
        async for seal in self._connection.cursor(query, prefetch=10):
            if seal["highest_id"] <= settled_id:
                break
            ids += [event_id for event_id in seal["event_ids"] if event_id > settled_id]
        return ids

    def _signed(self, tip: _Tip, settled_id: int, ids: list[int], links: bytes) -> Seal:
        seal = Seal(
            tip.seal_id + 1,
            clock.now(),
            FORM,
            tip.position + len(ids),
            settled_id,
            max(tip.highest_id, *ids) if ids else tip.highest_id,
            ids,
            links,
            b"",
            self._key.key_id,
            b"",
        )
        head = seal.reckoned_head(tip.carry)
        return replace(seal, head=head, signature=self._key.sign(signed_text(head)))


async def seal(connection: asyncpg.Connection, key: AuditKey) -> int:
    """Seal everything that has committed, and say how many events that were; 0 while another process seals."""
    return await Sealer(connection, key).seal_all()


class Sealing:
    """Seals in the background of a process: `async with Sealing(url, key, seconds, role=…):`.

    Leaving seals once more. A fault is logged and tried again, later and later: events stay unsealed meanwhile, which
    `hub audit verify` shows, and requests go on.
    """

    def __init__(self, url: str, key: AuditKey, seconds: float, *, role: str | None = None) -> None:
        self._url = url
        self._key = key
        self._seconds = seconds
        self._role = role
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Sealing:
        self._task = asyncio.create_task(self._keep_sealing(), name="audit sealing")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        assert self._task is not None
        await asyncio.wait([self._task], timeout=STOP_SECONDS)
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _keep_sealing(self) -> None:
        wait = self._seconds
        while not self._stopping.is_set():
            try:
                await self._seal_until_stopped()
            except (*AT_FAULT, HubError) as error:
                reason = error.message if isinstance(error, HubError) else type(error).__name__
                _log.error("audit trail not sealed", error=reason)
                wait = min(max(wait, 1.0) * 2, LONGEST_WAIT_SECONDS)
                await self._pause(wait)

    async def _seal_until_stopped(self) -> None:
        connection = await connect(self._url, role=self._role)
        try:
            sealer = Sealer(connection, self._key)
            while True:
                last = self._stopping.is_set()
                await sealer.seal_all()
                if last:
                    return
                await self._pause(self._seconds)
        finally:
            connection.terminate()

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
