"""A database connection for one command's work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from hub.errors import Code, HubError
from hub.settings import settings
from hub.store import database

if TYPE_CHECKING:
    import asyncpg

Answer = TypeVar("Answer")


def with_connection(work: Callable[[asyncpg.Connection], Awaitable[Answer]]) -> Answer:
    """Do the work on a connection of its own. Raises HubError (DATABASE) before migrations."""

    async def connected(url: str) -> Answer:
        import asyncpg

        from hub.store.engine import connect

        connection = await connect(url)
        try:
            return await work(connection)
        except asyncpg.UndefinedTableError as error:
            raise HubError(Code.DATABASE, "the database has no tables yet; run `hub migrate` first") from error
        finally:
            await connection.close()

    with database(settings()) as url:
        return asyncio.run(connected(url))
