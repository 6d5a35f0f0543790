"""The country's upload files: one a state and night, in the format `mde-upload/1`.

Night one brings the home states' records; night two, once the hub has given MSIX IDs, the other states' records that
name them. Lines go to a part file first, since the header says how many follow; a finished file appears at once.
"""

import csv
import gzip
import io
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Protocol

import orjson

from hub.demo.bundle import TABLES, cell, rows
from hub.demo.country import CSV_STATES, Country, Links, StateRecord
from hub.demo.records import Body
from hub.demo.states import STATES

_GZIPPED = frozenset({"TX", "FL", "CA", "GA", "MI", "NC"})
_EPOCH = (1980, 1, 1, 0, 0, 0)


class _Part(Protocol):
    def add(self, body: Body) -> None: ...
    def finish(self, header: dict[str, Any], folder: Path) -> Path: ...


def write_uploads(country: Country, folder: Path) -> list[Path]:
    """Night one (sequence 1): write each state's file of home records into the folder, in the order of `STATES`."""
    return _write(country, country.first_records(), folder, 1)


def second_night(country: Country, links: Links, folder: Path) -> list[Path]:
    """Night two (sequence 2), with the MSIX IDs that the hub gave to the home records of night one."""
    return _write(country, country.later_records(links), folder, 2)


def _write(country: Country, records: Iterator[StateRecord], folder: Path, sequence: int) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    parts: dict[str, _Part] = {}
    counts: dict[str, int] = {}
    with TemporaryDirectory(dir=folder, prefix=".parts-") as scratch, ExitStack() as open_files:
        for record in records:
            part = parts.get(record.state)
            if part is None:
                kind = _Table if record.state in CSV_STATES else _Lines
                part = parts[record.state] = kind(record.state, Path(scratch), open_files)
            part.add(record.body)
            counts[record.state] = counts.get(record.state, 0) + 1
        sent = [state.code for state in STATES if state.code in parts]
        return [parts[code].finish(_header(country, code, sequence, counts[code]), folder) for code in sent]


def _header(country: Country, code: str, sequence: int, students: int) -> dict[str, Any]:
    night = datetime(country.as_of.year, country.as_of.month, country.as_of.day, 2, tzinfo=UTC)
    sent = night + timedelta(days=sequence - 2, minutes=[state.code for state in STATES].index(code))
    return {
        "format": "mde-upload/1",
        "state": code,
        "submittedAt": sent.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "sequence": sequence,
        "mode": "INCREMENTAL",
        "students": students,
    }


class _Lines:
    """JSON Lines, gzipped for the states with the largest files."""

    def __init__(self, state: str, scratch: Path, open_files: ExitStack) -> None:
        self._gzipped = state in _GZIPPED
        self._part: BinaryIO = open_files.enter_context((scratch / state).open("w+b"))

    def add(self, body: Body) -> None:
        self._part.write(orjson.dumps(body, option=orjson.OPT_APPEND_NEWLINE))

    def finish(self, header: dict[str, Any], folder: Path) -> Path:
        name = f"{header['state']}-{header['sequence']:04d}.jsonl"
        path = folder / (name + ".gz" if self._gzipped else name)
        part = path.with_name(f".{path.name}.part")
        with part.open("wb") as raw:
            if self._gzipped:
                with gzip.GzipFile("", "wb", 5, raw, mtime=0) as packed:
                    self._copy(header, packed)
            else:
                self._copy(header, raw)
        return part.replace(path)

    def _copy(self, header: dict[str, Any], to: gzip.GzipFile | BinaryIO) -> None:
        to.write(orjson.dumps(header, option=orjson.OPT_APPEND_NEWLINE))
        self._part.seek(0)
        while block := self._part.read(1 << 20):
            to.write(block)


class _Table:
    """A CSV bundle of the eight tables."""

    def __init__(self, state: str, scratch: Path, open_files: ExitStack) -> None:
        self._parts = {
            name: open_files.enter_context((scratch / f"{state}-{name}").open("w+", encoding="utf-8", newline=""))
            for name in TABLES
        }
        self._writers = {name: csv.writer(part, lineterminator="\n") for name, part in self._parts.items()}
        for name, fields in TABLES.items():
            self._writers[name].writerow(fields)

    def add(self, body: Body) -> None:
        for name, row in rows(body):
            self._writers[name].writerow(row)

    def finish(self, header: dict[str, Any], folder: Path) -> Path:
        path = folder / f"{header['state']}-{header['sequence']:04d}.zip"
        part = path.with_name(f".{path.name}.part")
        with zipfile.ZipFile(part, "w") as bundle:
            for name, rows_file in self._parts.items():
                if name == "header":
                    csv.writer(rows_file, lineterminator="\n").writerow([cell(value) for value in header.values()])
                rows_file.flush()
                rows_file.seek(0)
                member = zipfile.ZipInfo(f"{name}.csv", _EPOCH)
                member.compress_type = zipfile.ZIP_DEFLATED
                with bundle.open(member, "w") as packed, io.TextIOWrapper(packed, "utf-8", newline="") as target:
                    shutil.copyfileobj(rows_file, target, 1 << 20)
        return part.replace(path)
