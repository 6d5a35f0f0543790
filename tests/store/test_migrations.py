"""The migrations make what the models say, take it all back, and make it again."""

import asyncio
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from hub.errors import Code, HubError
from hub.store import migrate
from hub.store.engine import write_engine
from hub.tables import Base

LEFT = """
    SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND relkind IN ('r', 'p', 'v', 'm', 'S')
      AND relname <> 'alembic_version'
"""


def differences(connection: Connection) -> list[Any]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


def compared(url: str) -> list[Any]:
    async def run() -> list[Any]:
        engine = write_engine(url)
        async with engine.connect() as connection:
            found = await connection.run_sync(differences)
        await engine.dispose()
        return found

    return asyncio.run(run())


def left(url: str) -> list[str]:
    async def run() -> list[str]:
        connection = await asyncpg.connect(url)
        rows = await connection.fetch(LEFT)
        await connection.close()
        return [row["relname"] for row in rows]

    return asyncio.run(run())


def test_the_migrations_go_up_and_down_and_up_again(empty_database_url: str) -> None:
    told: list[str] = []
    assert migrate.pending(empty_database_url)
    migrate.upgrade(empty_database_url, told.append)
    assert told and all(line.startswith("applied ") for line in told)
    assert not migrate.pending(empty_database_url)
    applied = len(told)
    migrate.downgrade(empty_database_url, "base", told.append)
    assert len(told) == 2 * applied and told[-1].startswith("took back ")
    assert left(empty_database_url) == []
    migrate.upgrade(empty_database_url)
    assert not migrate.pending(empty_database_url)


def test_a_migrated_database_is_what_the_models_say(database_url: str) -> None:
    assert compared(database_url) == []


def test_migrating_a_migrated_database_does_nothing(database_url: str) -> None:
    told: list[str] = []
    migrate.upgrade(database_url, told.append)
    assert told == []


async def _after_a_new_column(url: str, step: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        if step == "add":
            await connection.execute("ANALYZE jurisdictions; ALTER TABLE jurisdictions ADD COLUMN new text")
        return await connection.fetchval(
            "SELECT null_frac FROM pg_stats WHERE tablename = 'jurisdictions' AND attname = 'new'"
        )
    finally:
        await connection.close()


def test_a_new_column_of_a_filled_table_is_known_to_the_planner_at_once(database_url: str) -> None:
    assert asyncio.run(_after_a_new_column(database_url, "add")) is None
    migrate.upgrade(database_url)
    assert asyncio.run(_after_a_new_column(database_url, "look")) == 1.0


def test_an_unknown_revision_is_refused(database_url: str) -> None:
    with pytest.raises(HubError) as refused:
        migrate.downgrade(database_url, "nonsense")
    assert refused.value.code is Code.DATABASE
