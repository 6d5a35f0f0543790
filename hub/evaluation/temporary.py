"""A database for one evaluation, on the server that the hub uses anyway."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from hub.store import migrate
from hub.store.engine import connect


@contextmanager
def temporary_database(url: str) -> Iterator[str]:
    """The URL of a migrated database beside that of `url`, dropped when the block ends. Whoever connects there must be
    allowed to make databases."""
    name = f"hub_evaluation_{secrets.token_hex(4)}"
    asyncio.run(_execute(url, f'CREATE DATABASE "{name}" TEMPLATE template0'))
    try:
        own = urlsplit(url)._replace(path=f"/{name}").geturl()
        migrate.upgrade(own)
        yield own
    finally:
        asyncio.run(_execute(url, f'DROP DATABASE "{name}" WITH (FORCE)'))


async def _execute(url: str, statement: str) -> None:
    connection = await connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
