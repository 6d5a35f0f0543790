"""PostgreSQL over the facts that the snapshot job copied there: for those whom DuckDB in this process does not suit."""

from __future__ import annotations

from typing import Any

import asyncpg

from hub.errors import Code, HubError
from hub.reports.engine.engine import Rows
from hub.reports.snapshot.copying import schema_of
from hub.reports.snapshot.manifest import Manifest
from hub.store.engine import connect


class PostgresEngine:
    """A pool of `at_once` connections, opened on first use; a schema a snapshot."""

    def __init__(self, url: str, *, at_once: int, timeout: float) -> None:
        self._url = url
        self._at_once = at_once
        self._timeout_ms = int(timeout * 1000)
        self._pool: asyncpg.Pool | None = None

    async def fetch(self, manifest: Manifest, sql: str, parameters: list[Any]) -> Rows:
        """Every row of one statement. Raises HubError (TIMEOUT, UNAVAILABLE)."""
        pool = await self._opened()
        try:
            async with pool.acquire() as connection, connection.transaction(readonly=True):
                await connection.execute(f'SET LOCAL search_path = "{schema_of(manifest)}"')
                return [tuple(row) for row in await connection.fetch(sql, *parameters)]
        except asyncpg.QueryCanceledError:
            raise HubError(Code.TIMEOUT, "The report took longer than the limit; ask for less.") from None
        except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
            raise HubError(Code.UNAVAILABLE, "The snapshot was not copied to HUB_REPORTS_URL (yet).") from None

    async def close(self) -> None:
        """Close the pool."""
        if self._pool is not None:
            await self._pool.close()

    async def _opened(self) -> asyncpg.Pool:
        if self._pool is None:

            async def opened(dsn: str, **options: Any) -> asyncpg.Connection:
                return await connect(dsn, statement_timeout_ms=self._timeout_ms, **options)

            # snapshots have the same statements in different schemas, so none is kept
            self._pool = await asyncpg.create_pool(
                self._url, min_size=0, max_size=self._at_once, statement_cache_size=0, connect=opened
            )
        return self._pool
