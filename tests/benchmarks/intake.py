"""`intake`: one state's file of 50,000 students through `hub load`, and a bare COPY of the very rows that it left.

The COPY goes, in PostgreSQL's binary format and in one transaction, into empty copies of the tables with all their
indexes, checks and defaults but without foreign keys: the least that storing these rows can cost. Reading, checking,
staging, linking and auditing are what the load does beside. Both end with a durable commit.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import asyncpg

from hub.demo import make_country, write_uploads
from hub.intake import records
from hub.store import migrate
from hub.store.embedded import embedded_server
from hub.store.engine import connect
from tests.benchmarks.data import HUB
from tests.benchmarks.report import keep, say, table

FULL, SMALL = 50_000, 1_000
STATE = "TX"
TABLES = (
    "students",
    "state_records",
    *(rows.__tablename__ for rows in records.CHILD_COLUMNS),
    "links",
    "districts",
    "schools",
)


def intake(*, quick: bool) -> None:
    """Students a second and peak memory of `hub load`, and its time as a multiple of the COPY's."""
    students = SMALL if quick else FULL
    folder = HUB / f"bench-intake-{students}"
    file = _file(folder, students)
    shutil.rmtree(folder / "data", ignore_errors=True)
    with embedded_server(folder / "data") as url:
        migrate.upgrade(url)
        seconds, peak = load(url, file)
        rows, copying = asyncio.run(_copied(url))
    shutil.rmtree(folder / "data")
    columns = ("what", "seconds", "students/s", "rows/s", "peak MB")
    loaded = ("hub load", seconds, students / seconds, rows / seconds, peak / 1024)
    copied = ("bare COPY", copying, students / copying, rows / copying, "")
    table(
        f"intake: {students:,} students, {rows:,} rows, {file.stat().st_size >> 20:,} MB gzipped",
        columns,
        [loaded, copied],
    )
    say(f"hub load takes {seconds / copying:.2f} times as long as the bare COPY")
    keep(
        "intake",
        {
            "students": students,
            "rows": rows,
            "seconds": round(seconds, 2),
            "students_per_second": round(students / seconds),
            "peak_kib": peak,
            "copy_seconds": round(copying, 2),
            "ratio": round(seconds / copying, 2),
        },
    )


def _file(folder: Path, students: int) -> Path:
    path = folder / f"{STATE}-0001.jsonl.gz"
    if not path.exists():
        say(f"writing a file of {students:,} students")
        (written,) = write_uploads(make_country(students, home_state=STATE), folder)
        assert written == path, written
    return path


def load(url: str, file: Path) -> tuple[float, int]:
    """Wall-clock seconds of the whole command, and its largest resident set in KiB (VmHWM)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    command = [sys.executable, "-c", "from hub.cli import main; main()", "load", str(file), "--json"]
    start = time.perf_counter()
    process = subprocess.Popen(command, env={**kept, "HUB_DATABASE_URL": url}, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"hub load ended with {process.returncode}")
    return seconds, usage.ru_maxrss


async def _copied(url: str) -> tuple[int, float]:
    """The rows that the load left in all tables, and the seconds that a COPY of them takes."""
    connection = await connect(url)
    try:
        await connection.execute("CHECKPOINT")
        await connection.execute("CREATE SCHEMA bare")
        sources = [(name, await _rows_of(connection, name)) for name in TABLES]
        for name in TABLES:
            like = f"CREATE TABLE bare.{name} (LIKE public.{name} INCLUDING ALL EXCLUDING IDENTITY)"
            await connection.execute(like)
        start = time.perf_counter()
        async with connection.transaction():
            for name, source in sources:
                await connection.copy_to_table(name, schema_name="bare", source=source, format="binary")
        seconds = time.perf_counter() - start
        counts = [await connection.fetchval(f"SELECT count(*) FROM bare.{name}") for name in TABLES]
    finally:
        await connection.close()
    return sum(counts), seconds


async def _rows_of(connection: asyncpg.Connection, name: str) -> BytesIO:
    rows = BytesIO()
    await connection.copy_from_table(name, schema_name="public", output=rows, format="binary")
    rows.seek(0)
    return rows
