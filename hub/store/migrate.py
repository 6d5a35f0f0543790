"""Brings a database's tables to what this version of the hub expects, with the Alembic migrations in `migrations/`.

The functions are synchronous and make a connection and an event loop of their own: call them outside any event loop.
A run is one transaction, whole or not at all, and one process at a time runs it.
"""

import asyncio
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from hub.errors import Code, HubError
from hub.settings import settings
from hub.store import database
from hub.store.engine import write_engine

Progress = Callable[[str], None]
Answer = TypeVar("Answer")

ONE_AT_A_TIME = 7_205_759_403_792_795_001  # an advisory lock, any number that nobody else takes

_NOT_LOOKED_AT = """
SELECT format('%I.%I', nspname, relname) FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace
WHERE relkind = 'r' AND nspname = current_schema() AND reltuples > 0 AND EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND NOT EXISTS (
        SELECT FROM pg_stats AS known
        WHERE schemaname = nspname AND tablename = relname AND known.attname = pg_attribute.attname
    )
)
"""


def upgrade(url: str, progress: Progress | None = None) -> None:
    """Applies every migration that is missing, telling `progress` each one. Raises HubError (DATABASE).

    Then PostgreSQL looks at every filled table that has a column it knows nothing of. It takes a new column for one
    that is hardly ever null, and plans a page of students nine times slower, until it has looked by itself, which it
    does only after a tenth of the rows have changed.
    """

    def apply(connection: Connection) -> None:
        command.upgrade(_config(connection, progress), "head")
        for table in connection.execute(text(_NOT_LOOKED_AT)).scalars().all():
            connection.execute(text(f"ANALYZE {table}"))

    _run(url, apply)


def downgrade(url: str, revision: str, progress: Progress | None = None) -> None:
    """Takes back every migration after `revision` (`base`: all of them; their data is lost). Raises HubError."""
    _run(url, lambda connection: command.downgrade(_config(connection, progress), revision))


def pending(url: str) -> bool:
    """Whether migrations are missing. Raises HubError when the database has some that this hub does not know."""

    def compare(connection: Connection) -> bool:
        scripts = ScriptDirectory.from_config(_config(connection))
        applied = MigrationContext.configure(connection).get_current_heads()
        for revision in applied:
            scripts.get_revision(revision)
        return set(applied) != set(scripts.get_heads())

    return _run(url, compare)


def draft(message: str) -> None:
    """Writes a migration from what differs between the models and the configured database, brought up first."""

    def write(connection: Connection) -> None:
        config = _config(connection)
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")

    with database(settings()) as url:
        upgrade(url)
        _run(url, write)


def _config(connection: Connection, progress: Progress | None = None) -> Config:
    spec = find_spec("migrations")
    if spec is None or not spec.submodule_search_locations:
        raise HubError(Code.DATABASE, "the package migrations, which belongs to the hub, is not installed")
    config = Config()
    config.set_main_option("script_location", str(Path(spec.submodule_search_locations[0])).replace("%", "%%"))
    config.attributes["connection"] = connection
    if progress is not None:
        config.attributes["applied"] = _telling(progress)
    return config


def _telling(progress: Progress) -> Callable[..., None]:
    def applied(*, step: Any, **_: Any) -> None:
        script = step.up_revision
        progress(f"{'applied' if step.is_upgrade else 'took back'} {script.revision} {script.doc}")

    return applied


def _run(url: str, work: Callable[[Connection], Answer]) -> Answer:
    async def connected() -> Answer:
        engine = write_engine(url, size=1)
        try:
            async with engine.connect() as connection:
                # Held by the session, so that Alembic opens and commits the transaction itself.
                await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ONE_AT_A_TIME})
                await connection.commit()
                answer = await connection.run_sync(work)
                await connection.commit()
                return answer
        finally:
            await engine.dispose()

    try:
        return asyncio.run(connected())
    except CommandError as error:
        raise HubError(Code.DATABASE, f"the migrations and the database do not fit: {error}") from error
    except DBAPIError as error:
        state = str(getattr(error.orig, "sqlstate", None))
        # Class 42 speaks of names and rights; other messages may quote a row.
        reason = str(error.orig) if state.startswith("42") else "see the database's log"
        raise HubError(Code.DATABASE, f"a migration failed, nothing was changed: SQLSTATE {state}, {reason}") from error
