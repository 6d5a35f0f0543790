"""DuckDB over the Parquet files of a snapshot, in this process: the engine that needs no setting up.

It runs in threads of its own, so many at a time, each with a cursor; a statement that takes too long is interrupted.
The database is locked down before the first question: it can read the snapshots' folder and nothing else.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock, Timer
from typing import Any

import duckdb

from hub.errors import Code, HubError
from hub.reports.engine.engine import Rows
from hub.reports.facts import FACTS
from hub.reports.snapshot.manifest import Manifest, Shelf


class DuckEngine:
    """One DuckDB in memory, over a shelf of snapshots. `at_once` questions run; others wait for their turn."""

    def __init__(self, shelf: Shelf, *, at_once: int, timeout: float, memory: str, threads: int) -> None:
        self._shelf = shelf
        self._timeout = timeout
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="reports")
        self._known: dict[str, str] = {}
        self._lock = Lock()
        self._database = duckdb.connect(config={"memory_limit": memory, "threads": threads})
        self._database.execute("SET parquet_metadata_cache = true")
        self._database.execute("SET temp_directory = ''")
        self._database.execute(f"SET allowed_directories = ['{str(shelf.files).replace(chr(39), chr(39) * 2)}']")
        self._database.execute("SET enable_external_access = false")
        self._database.execute("SET lock_configuration = true")

    async def fetch(self, manifest: Manifest, sql: str, parameters: list[Any]) -> Rows:
        """Every row of one statement. Raises HubError (TIMEOUT, UNAVAILABLE)."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, manifest, sql, parameters)

    async def close(self) -> None:
        """Wait for what runs, then let go of everything."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
        self._database.close()

    def _run(self, manifest: Manifest, sql: str, parameters: list[Any]) -> Rows:
        schema = self._schema(manifest)
        with self._database.cursor() as cursor:
            cursor.execute(f"USE memory.{schema}")
            given_up = Event()

            def give_up() -> None:
                given_up.set()
                cursor.interrupt()

            giving_up = Timer(self._timeout, give_up)
            giving_up.start()
            try:
                rows: Rows = cursor.execute(sql, parameters).fetchall()
                if given_up.is_set():  # before there was anything to interrupt
                    raise duckdb.InterruptException
            except duckdb.InterruptException:
                raise HubError(Code.TIMEOUT, "The report took longer than the limit; ask for less.") from None
            except duckdb.OutOfMemoryException:
                raise HubError(Code.TOO_COSTLY, "The report takes more memory than the limit; ask for less.") from None
            except duckdb.IOException:
                raise HubError(Code.UNAVAILABLE, "The snapshot is not there any more; ask again.") from None
            finally:
                giving_up.cancel()
        return rows

    def _schema(self, manifest: Manifest) -> str:
        """The schema whose views are the facts of a snapshot, made when it is first asked for."""
        with self._lock:
            if (known := self._known.get(manifest.name)) is not None:
                return known
            schema = f"s{len(self._known)}"
            self._database.execute(f"CREATE SCHEMA {schema}")
            for fact in FACTS.tables:
                self._database.execute(f"CREATE VIEW {schema}.{fact} AS {self._rows(manifest, fact)}")
            self._known[manifest.name] = schema
            return schema

    def _rows(self, manifest: Manifest, fact: str) -> str:
        paths = [str(self._shelf.files / file.path) for file in manifest.facts[fact].values()]
        if not paths:
            columns = (f"NULL::{column.type.compile()} AS {column.name}" for column in FACTS.tables[fact].columns)
            return f"SELECT {', '.join(columns)} WHERE false"
        listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
        return f"SELECT * FROM read_parquet([{listed}])"  # noqa: S608 (file names of the manifest)
