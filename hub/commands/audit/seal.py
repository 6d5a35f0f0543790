"""`hub audit seal`: seals what has been written, now. The web server does it by itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hub.errors import Code, HubError
from hub.settings import settings
from hub.store import database
from hub.terminal import console

if TYPE_CHECKING:
    from hub.audit.signing import AuditKey


def command() -> None:
    """Seal every event that has been written, unless another process is sealing at this moment."""
    with database(settings()) as url:
        count = asyncio.run(sealed(url))
    console().print(f"{count} events sealed")


def own_key() -> AuditKey:
    """The key of the settings, made first where it is the data folder's own. Raises `USAGE` without one."""
    from hub.audit.signing import key_path, make_key, read_key

    path = key_path(settings())
    if path is None:
        raise HubError(Code.USAGE, "HUB_AUDIT_KEY must say where the private key is; `hub audit key` makes one")
    return read_key(path) if settings().audit_key is not None else make_key(path)


async def sealed(url: str) -> int:
    """Seal everything in the database at `url` with the key of the settings. Raises `USAGE` without a key."""
    import asyncpg

    from hub.audit.sealing import seal
    from hub.store.engine import connect

    key = own_key()
    connection = await connect(url)
    try:
        return await seal(connection, key)
    except asyncpg.UndefinedTableError as error:
        raise HubError(Code.DATABASE, "the database misses migrations; run `hub migrate` first") from error
    finally:
        await connection.close()
