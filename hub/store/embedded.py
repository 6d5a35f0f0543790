"""The hub's own PostgreSQL server, shared by every process that uses one data folder.

The first process starts it, the last to leave stops it. Three locks (flock, so the kernel frees them however a
process ends) hold what is true; no pid file is believed:

- `users.lock`, shared: held by everyone who uses the server; who can take it alone is the last;
- `start.lock`, exclusive: held while starting or stopping;
- `server.lock`, exclusive: inherited by the server's own processes; while it is taken, one of them lives.

A program that a process starts (uvicorn's workers too) does not inherit the locks; a bare fork does, and counts as
a user. Where all users were killed, the server runs on until the next user adopts it and, leaving, stops it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from hub.store.postgres import DATABASE, Server


@contextmanager
def embedded_server(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """The URL of the running server's database `hub`, as its superuser, until the block ends.

    `durable=False` gives up safety against a crash of the machine for speed; whoever starts the server decides.
    Raises hub.store.postgres.EmbeddedServerError.
    """
    data_dir = data_dir.absolute()
    data_dir.mkdir(parents=True, exist_ok=True)
    with _open(data_dir / "users.lock") as users:
        with _only_one(data_dir):
            fcntl.flock(users, fcntl.LOCK_SH)
            server = Server.at(data_dir)
            host = server.running() or server.start(durable=durable)
        try:
            yield f"postgresql://{DATABASE}@/{DATABASE}?host={quote(str(host), safe='')}"
        finally:
            with _only_one(data_dir):
                if _is_last(users):
                    server.stop()


@contextmanager
def _only_one(data_dir: Path) -> Iterator[None]:
    with _open(data_dir / "start.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_last(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _open(lock: Path) -> Iterator[int]:
    descriptor = os.open(lock, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
