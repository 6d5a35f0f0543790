"""Makes a snapshot: one transaction that sees the database at one moment, a state at a time, in bounded memory.

Only states in which something changed are copied; while DuckDB shapes one state's files, PostgreSQL sends the next.
A kill at any moment leaves the snapshots as they were: files are named by what they hold, and the manifest comes last.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from hub import clock
from hub.errors import Code, HubError
from hub.reports.facts import FACTS
from hub.reports.snapshot.changes import Standing, standing
from hub.reports.snapshot.manifest import Extremes, FactFile, Manifest, Shelf, is_published
from hub.reports.snapshot.shape import Shaper
from hub.reports.snapshot.spools import CLOCKS, OF_RECORDS, WORKLIST, Spool
from hub.store.engine import connect

SPOOLS = (*OF_RECORDS, WORKLIST, CLOCKS)
DATABASE = "SELECT database::text FROM report_secrets"
_DISTRICTS = "SELECT district_id, region FROM district_regions WHERE state = $1"


@dataclass(frozen=True)
class Progress:
    """`done` of `total` states are made; `state` is the one being copied, None at the end."""

    done: int
    total: int
    state: str | None


@dataclass(frozen=True)
class Built:
    """A finished snapshot: its manifest, the states made anew, and the snapshots dropped since."""

    manifest: Manifest
    rebuilt: tuple[str, ...]
    dropped: tuple[Manifest, ...]
    shelf: Shelf


async def build_snapshot(
    url: str, reports_dir: Path, *, role: str | None = None, progress: Callable[[Progress], None] = lambda _: None
) -> Built:
    """Make a snapshot of the database at `url` as of now, and prune what need not be kept.

    Raises HubError: UNAVAILABLE where another process is making one, or the database cannot be reached.
    """
    connection = await connect(url, role=role)
    try:
        shelf = Shelf(reports_dir, await connection.fetchval(DATABASE))
        await asyncio.to_thread(shelf.make)
        with (
            _alone(shelf),
            tempfile.TemporaryDirectory(dir=shelf.folder, prefix="spool-") as spools,
            Shaper(Path(spools)) as shaper,
        ):
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                return await _Build(connection, shelf, shaper, Path(spools), progress).run()
    finally:
        await connection.close()


@contextmanager
def _alone(shelf: Shelf) -> Iterator[None]:
    """One build at a time; what a killed one left behind is cleared."""
    lock = os.open(shelf.folder / "build.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for left in shelf.folder.glob("spool-*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    except BlockingIOError:
        raise HubError(Code.UNAVAILABLE, "another process is making a snapshot") from None
    finally:
        os.close(lock)


class _Build:
    def __init__(
        self,
        connection: asyncpg.Connection,
        shelf: Shelf,
        shaper: Shaper,
        spools: Path,
        progress: Callable[[Progress], None],
    ) -> None:
        self._connection = connection
        self._shelf = shelf
        self._shaper = shaper
        self._spools = spools
        self._progress = progress

    async def run(self) -> Built:
        as_of = clock.now()
        now = await standing(self._connection)
        before = next(iter(self._shelf.kept()), None)
        facts = {fact: _unchanged(before, fact, now) for fact in FACTS.tables}
        todo = [state for state in now.states if any(_missing(facts, fact, now, state) for fact in facts)]
        shaping: asyncio.Task[dict[str, FactFile]] | None = None
        try:
            for done, state in enumerate(todo):
                self._progress(Progress(done, len(todo), state))
                folder = await self._copy(state)
                if shaping is not None:
                    _add(facts, todo[done - 1], await shaping)
                missing = [fact for fact in facts if _missing(facts, fact, now, state)]
                regions = await self._connection.fetch(_DISTRICTS, state)
                districts = [(row["district_id"], row["region"]) for row in regions]
                shaping = asyncio.create_task(asyncio.to_thread(self._shape, folder, state, missing, now, districts))
            if shaping is not None:
                _add(facts, todo[-1], await shaping)
        finally:
            if shaping is not None:  # its thread works in the folder that goes away now
                await asyncio.wait([shaping])
        extremes = await asyncio.to_thread(self._extremes, facts, before)
        filled = any(file.rows for files in facts.values() for file in files.values())
        published = filled and is_published(as_of, self._shelf.kept())
        manifest = Manifest(as_of, facts, extremes, now.regions, published)
        self._progress(Progress(len(todo), len(todo), None))
        self._shelf.put(manifest)
        return Built(manifest, tuple(todo), tuple(self._shelf.prune()), self._shelf)

    async def _copy(self, state: str) -> Path:
        """The state's spools, in a folder of their own."""
        folder = self._spools / state
        folder.mkdir(mode=0o700)
        for spool in SPOOLS:
            await self._connection.copy_from_query(
                spool.query, state, output=str(_spooled(folder, spool)), format="csv"
            )
        return folder

    def _shape(
        self, folder: Path, state: str, missing: list[str], now: Standing, districts: list[tuple[str, str]]
    ) -> dict[str, FactFile]:
        made: dict[str, FactFile] = {}
        try:
            spools = {spool: _spooled(folder, spool) for spool in SPOOLS}
            self._shaper.take(spools, districts)
            for fact in missing:
                fingerprint = now.of(fact, state)
                assert fingerprint is not None
                path = self._shelf.files / fact / f"{state}-{fingerprint}.parquet"
                path.parent.mkdir(mode=0o700, exist_ok=True)
                region = now.regions.get(state)
                made[fact] = self._shaper.write(fact, state, region, path, self._shelf.files, fingerprint)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return made

    def _extremes(self, facts: dict[str, dict[str, FactFile]], before: Manifest | None) -> dict[str, Extremes]:
        """Reckoned over all files of a fact, where one of them is new."""
        found: dict[str, Extremes] = {}
        for fact, files in facts.items():
            if before is not None and _paths(files) == _paths(before.facts.get(fact, {})):
                found[fact] = before.extremes[fact]
            else:
                paths = [self._shelf.files / path for path in sorted(_paths(files))]
                found[fact] = self._shaper.extremes(fact, paths)
        return found


def _unchanged(before: Manifest | None, fact: str, now: Standing) -> dict[str, FactFile]:
    files = {} if before is None else before.facts.get(fact, {})
    return {state: file for state, file in files.items() if file.fingerprint == now.of(fact, state)}


def _missing(facts: dict[str, dict[str, FactFile]], fact: str, now: Standing, state: str) -> bool:
    return now.of(fact, state) is not None and state not in facts[fact]


def _add(facts: dict[str, dict[str, FactFile]], state: str, made: dict[str, FactFile]) -> None:
    for fact, file in made.items():
        facts[fact][state] = file


def _paths(files: dict[str, FactFile] | object) -> set[str]:
    return {file.path for file in files.values()} if isinstance(files, dict) else set()


def _spooled(folder: Path, spool: Spool) -> Path:
    return folder / f"{spool.name}.csv"
