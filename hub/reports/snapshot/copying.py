"""Copies a snapshot's facts into the PostgreSQL that HUB_REPORTS_URL names: a schema a snapshot, there whole or not.

For those whom one machine's DuckDB does not suffice. The files stay what a snapshot is; the copy is made of them.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import duckdb
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from hub.reports.facts import FACTS
from hub.reports.snapshot.manifest import Manifest, Shelf
from hub.store.engine import connect

_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'facts\\_%'"


def schema_of(manifest: Manifest) -> str:
    """The schema that holds a snapshot's facts."""
    return f"facts_{manifest.name.lower()}"


async def copy_snapshot(url: str, shelf: Shelf, manifest: Manifest) -> None:
    """Put a snapshot into the database, and drop from it what is not on the shelf any more.

    Raises HubError where the database cannot be reached, asyncpg.PostgresError where it refuses.
    """
    connection = await connect(url)
    try:
        there = {row["nspname"] for row in await connection.fetch(_SCHEMAS)}
        if schema_of(manifest) not in there:
            async with connection.transaction():
                await _fill(connection, shelf, manifest)
            await connection.execute("ANALYZE")
        for gone in there - {schema_of(kept) for kept in shelf.kept()}:
            await connection.execute(f'DROP SCHEMA "{gone}" CASCADE')
    finally:
        await connection.close()


async def _fill(connection: asyncpg.Connection, shelf: Shelf, manifest: Manifest) -> None:
    schema = schema_of(manifest)
    await connection.execute(f'CREATE SCHEMA "{schema}"')
    await connection.execute(f'SET LOCAL search_path = "{schema}"')
    with tempfile.TemporaryDirectory(dir=shelf.folder, prefix="spool-") as folder:
        spool = Path(folder) / "fact.csv"
        for name, table in FACTS.tables.items():
            await connection.execute(str(CreateTable(table).compile(dialect=postgresql.dialect())))  # type: ignore[no-untyped-call]
            columns = [str(column.name) for column in table.columns]
            for file in manifest.facts[name].values():
                await asyncio.to_thread(_spool, shelf.files / file.path, spool, columns)
                await connection.copy_to_table(
                    name, schema_name=schema, source=str(spool), columns=columns, format="csv"
                )


def _spool(path: Path, spool: Path, columns: Sequence[str]) -> None:
    with duckdb.connect() as database:
        target = str(spool).replace("'", "''")
        database.execute(
            f"COPY (SELECT {', '.join(columns)} FROM read_parquet($1)) TO '{target}' (FORMAT csv, HEADER false)",  # noqa: S608
            [str(path)],
        )
