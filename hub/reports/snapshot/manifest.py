"""The manifest of a snapshot: as of when it is, and of which files it is made.

    <HUB_REPORTS_DIR>/<database>/snapshots/<as of>.json     one manifest a snapshot; appears whole, by a rename
    <HUB_REPORTS_DIR>/<database>/files/<fact>/<state>-<fingerprint>.parquet

A file is named by what it was made of and never changes, so snapshots share the files of the states in which nothing
did. A manifest that is of other facts than this version's is passed over.

One snapshot a month is *published*: its tables of the nation may be exact, since the next come weeks later. Those of
two days one after the other would tell of each child that came between them.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import orjson

from hub.reports.facts import VERSION

KEPT_MONTHS = 13
KEPT_NEWEST = 2
APART = datetime.timedelta(days=20)
"""How long after the last published snapshot the next may be."""
_STAMP = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True)
class FactFile:
    """One state's rows of one fact."""

    path: str
    rows: int
    fingerprint: str


@dataclass(frozen=True)
class Extremes:
    """Of one fact in the whole snapshot: the most `rows` of one child, and the largest `sums` of its amounts."""

    rows: int = 0
    sums: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """A snapshot. `facts` are files by fact and state; `regions` the national region of each state, as it was then;
    `published`: whether it is its month's whose tables of the nation are exact.

    `known` is what this process has found out about it; it never changes, and is not written.
    """

    as_of: datetime.datetime
    facts: Mapping[str, Mapping[str, FactFile]]
    extremes: Mapping[str, Extremes]
    regions: Mapping[str, str]
    published: bool = False
    version: int = VERSION
    known: dict[tuple[str, ...], list[Any]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The snapshot's name: when it is of."""
        return self.as_of.strftime(_STAMP)

    @property
    def rows(self) -> int:
        return sum(file.rows for files in self.facts.values() for file in files.values())


class Shelf:
    """The kept snapshots of one database, in a folder. Reading never changes it."""

    def __init__(self, reports_dir: Path, database: str) -> None:
        self.folder = reports_dir.resolve() / database
        self.files = self.folder / "files"
        self._snapshots = self.folder / "snapshots"
        self._read: dict[str, Manifest | None] = {}

    def make(self) -> None:
        """Make the folders, open to nobody else."""
        for folder in (self.folder, self.files, self._snapshots):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def kept(self) -> list[Manifest]:
        """Every snapshot that can be asked, the newest first."""
        if not self._snapshots.is_dir():
            return []
        names = sorted((path.stem for path in self._snapshots.glob("*.json")), reverse=True)
        self._read = {name: self._read[name] if name in self._read else self._load(name) for name in names}
        return [manifest for manifest in self._read.values() if manifest is not None]

    def as_of(self, day: datetime.date | None) -> Manifest | None:
        """The newest snapshot, or the newest of that day (UTC) or before."""
        return next((each for each in self.kept() if day is None or each.as_of.date() <= day), None)

    def published(self, day: datetime.date | None) -> Manifest | None:
        """The newest published snapshot, or the newest of that day (UTC) or before."""
        fitting = (each for each in self.kept() if day is None or each.as_of.date() <= day)
        return next((each for each in fitting if each.published), None)

    def put(self, manifest: Manifest) -> None:
        """Make a snapshot the newest, at once and whole."""
        path = self._snapshots / f"{manifest.name}.json"
        draft = path.with_suffix(".new")
        with draft.open("wb") as file:
            file.write(orjson.dumps(_plain(manifest), option=orjson.OPT_NON_STR_KEYS))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)

    def prune(self) -> list[Manifest]:
        """Drop the snapshots that need not be kept, and the files that none is made of; what was dropped."""
        kept = self.kept()
        staying = {manifest.name for manifest in to_keep(kept)}
        dropped = [manifest for manifest in kept if manifest.name not in staying]
        for path in self._snapshots.glob("*.json"):
            if path.stem not in staying:
                path.unlink(missing_ok=True)
        used = {
            file.path
            for each in kept
            if each.name in staying
            for files in each.facts.values()
            for file in files.values()
        }
        for path in self.files.rglob("*.parquet"):
            if str(path.relative_to(self.files)) not in used:
                path.unlink(missing_ok=True)
        return dropped

    def _load(self, name: str) -> Manifest | None:
        try:
            read = orjson.loads((self._snapshots / f"{name}.json").read_bytes())
        except (OSError, ValueError):
            return None
        return _manifest(read) if read.get("version") == VERSION else None


def is_published(as_of: datetime.datetime, before: list[Manifest]) -> bool:
    """Whether a new snapshot is: the first ever, then the first of each month that comes late enough after the last.
    `before`: the others, the newest first."""
    last = next((each.as_of for each in before if each.published), None)
    if last is None:
        return True
    return (last.year, last.month) != (as_of.year, as_of.month) and as_of - last >= APART


def to_keep(snapshots: list[Manifest]) -> list[Manifest]:
    """Of snapshots, the newest first: the newest few, the last of this month and of each of the 13 before, and as many
    published ones."""
    ends: dict[tuple[int, int], Manifest] = {}
    for manifest in snapshots:
        ends.setdefault((manifest.as_of.year, manifest.as_of.month), manifest)
    published = [manifest for manifest in snapshots if manifest.published]
    months = (*list(ends.values())[: KEPT_MONTHS + 1], *published[: KEPT_MONTHS + 1])
    kept = {manifest.name: manifest for manifest in (*snapshots[:KEPT_NEWEST], *months)}
    return sorted(kept.values(), key=lambda manifest: manifest.as_of, reverse=True)


def _manifest(read: Mapping[str, Any]) -> Manifest:
    return Manifest(
        datetime.datetime.fromisoformat(read["as_of"]),
        {fact: {state: FactFile(**file) for state, file in files.items()} for fact, files in read["facts"].items()},
        {fact: Extremes(**found) for fact, found in read["extremes"].items()},
        read["regions"],
        read.get("published", False),
    )


def _plain(manifest: Manifest) -> dict[str, Any]:
    return {each.name: getattr(manifest, each.name) for each in fields(manifest) if each.name != "known"}
