"""A mail server, an outbox, and a worker's round of delivery from it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import anyio
import asyncpg
import pytest

from hub.outbox import Mail, post_mail
from hub.outbox.deliver import Delivery
from hub.outbox.server import MailServer as Target
from hub.settings import Settings
from hub.store.engine import connect, read_pool
from hub.tables.web_role import WEB_ROLE
from tests.outbox.mail_server import FROM, MailServer, mail_server


@pytest.fixture
def mailbox() -> Iterator[MailServer]:
    with mail_server() as started:
        yield started


async def until(holds: Callable[[], object]) -> None:
    """Wait for what happens on the mail server."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass in 30 s"
        await anyio.sleep(0.001)


class Outbox:
    """The outbox of one database, as the web process's role."""

    def __init__(self, url: str, pool: asyncpg.Pool) -> None:
        self.url = url
        self.pool = pool

    async def post(self, to: str = "ann@agency.gov", subject: str = "Welcome", **other: Any) -> int:
        async with self.pool.acquire() as connection, connection.transaction():
            return await post_mail(
                connection, Mail(**{"body": "Hello.\n", "kind": "welcome"} | other, to=to, subject=subject)
            )

    async def deliver(self, smtp_url: str, *, stopping: asyncio.Event | None = None, **settings: Any) -> None:
        """One round: whatever is due."""
        chosen = Settings.model_validate({"smtp_url": smtp_url, "mail_from": FROM, "mail_connections": 1, **settings})
        target = Target.of(chosen)
        assert target is not None
        await Delivery(self.pool, target, chosen, stopping or asyncio.Event()).deliver_due()

    async def row(self, outbox_id: int) -> asyncpg.Record:
        """The row, with the seconds until it is due as `wait`."""
        return await self.pool.fetchrow(
            "SELECT *, payload::text AS text, extract(epoch FROM due_at - now())::float AS wait "
            "FROM outbox_messages WHERE outbox_id = $1",
            outbox_id,
        )

    async def due_now(self) -> None:
        await self.pool.execute("UPDATE outbox_messages SET due_at = now() - interval '1 second'")


@pytest.fixture
async def outbox(database_url: str) -> AsyncIterator[Outbox]:
    pool = await read_pool(database_url, 8, role=WEB_ROLE)
    yield Outbox(database_url, pool)
    await pool.close()


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await connect(database_url)
    yield connection
    await connection.close()
