"""What runs the statements: DuckDB over the Parquet files, or a PostgreSQL that holds the same facts."""

from __future__ import annotations

from typing import Any, Protocol

from hub.reports.snapshot.manifest import Manifest

Rows = list[tuple[Any, ...]]


class Engine(Protocol):
    """Runs statements over one snapshot's facts, without blocking the event loop, and gives up in time."""

    async def fetch(self, manifest: Manifest, sql: str, parameters: list[Any]) -> Rows:
        """Every row. Raises HubError: TIMEOUT when it took too long, UNAVAILABLE when the facts are not there."""
        ...

    async def close(self) -> None: ...
