"""A database for every test that asks: its own copy of one migrated template, on one server for the whole run."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from hub.store import migrate
from hub.store.embedded import embedded_server

ROOM = 4 << 30
"""Bytes that the databases of a run have room in."""

_numbers = count(1)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def server_dir() -> Iterator[Path]:
    """A data folder that any account may enter, unlike `tmp_path`, which root's tests keep to root."""
    with _open_dir() as folder:
        yield folder


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a server's maintenance database: HUB_TEST_DATABASE_URL, or the hub's own, made for this run."""
    if url := os.environ.get("HUB_TEST_DATABASE_URL"):
        yield url
        return
    with _open_dir(_memory()) as folder, embedded_server(folder, durable=False) as url:
        yield url


class Databases:
    """Makes and drops databases on the server, over one connection."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._connection: asyncpg.Connection = self._runner.run(asyncpg.connect(server))

    @contextmanager
    def new(self, template: str | None = None) -> Iterator[str]:
        """A new database's URL, empty or a copy of the database that `template` (a URL) names."""
        name = f"hub_test_{os.getpid()}_{next(_numbers)}"
        source = urlsplit(template).path[1:] if template else "template0"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')
        try:
            yield urlsplit(self._server)._replace(path=f"/{name}").geturl()
        finally:
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def close(self) -> None:
        self._runner.run(self._connection.close())
        self._runner.close()

    def _execute(self, statement: str) -> None:
        self._runner.run(self._connection.execute(statement))


@pytest.fixture(scope="session")
def databases(server: str) -> Iterator[Databases]:
    databases = Databases(server)
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def template_url(databases: Databases) -> Iterator[str]:
    """The migrated database that tests get copies of; nobody may be connected to it while one is made."""
    with databases.new() as url:
        migrate.upgrade(url)
        yield url


@pytest.fixture
def database_url(databases: Databases, template_url: str) -> Iterator[str]:
    """A migrated database of the test's own."""
    with databases.new(template_url) as url:
        yield url


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """A database of the test's own without any table."""
    with databases.new() as url:
        yield url


@contextmanager
def _open_dir(where: str | None = None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="hub-test-", dir=where))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _memory() -> str | None:
    """A folder in memory with room for databases, if there is one: each test's copy takes a third of the time there."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return str(memory) if roomy else None
