"""An audit trail to tamper with: events, seals, and a superuser's hand."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from hub.audit.anchor import Anchor, make_anchor
from hub.audit.chain import Seal
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.audit.sealing import NEWEST_SEAL, Sealer
from hub.audit.signing import AuditKey, make_key
from hub.audit.verifying import Verified, verify
from hub.store.engine import connect

TABLES = ("audit_events", "audit_seals")


@dataclass
class Trail:
    """One database's trail, its key, and connections to it as its owner, whom triggers alone hold back."""

    url: str
    key: AuditKey
    owner: asyncpg.Connection
    stack: AsyncExitStack

    @classmethod
    async def opened(cls, url: str, folder: Path, stack: AsyncExitStack) -> Trail:
        trail = cls(url, make_key(folder / "audit.key"), await connect(url), stack)
        stack.push_async_callback(trail.owner.close)
        return trail

    async def another(self) -> asyncpg.Connection:
        """One more connection, closed with the test."""
        connection = await connect(self.url)
        self.stack.push_async_callback(connection.close)
        return connection

    async def write(self, number: int, *, user: str = "ann") -> None:
        """So many events that differ, in one transaction."""
        await record_in(self.owner, *(Event(Tag.STUDENT_VIEW, user_id=user, students=(n,)) for n in range(number)))

    async def seal(self, most: int = 500) -> int:
        return await Sealer(self.owner, self.key, most).seal_all()

    async def sealed(self, number: int, most: int = 500) -> None:
        """So many more events, sealed, `most` in a seal."""
        await self.write(number)
        assert await self.seal(most) == number

    async def verify(self, anchors: Sequence[Anchor] = ()) -> Verified:
        return await verify(self.owner, self.key.trusted, anchors)

    async def anchor(self) -> Anchor:
        row = await self.owner.fetchrow(NEWEST_SEAL)
        assert row is not None
        return make_anchor(Seal(**dict(row)), self.key)

    async def tamper(self, *statements: str) -> None:
        """Change what may not be changed, as a superuser can who takes the triggers away for a moment."""
        async with self.owner.transaction():
            for table in TABLES:
                await self.owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            for statement in statements:
                await self.owner.execute(statement)
            for table in TABLES:
                await self.owner.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")
                await self.owner.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate")
