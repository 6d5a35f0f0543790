"""`verify`: a million events of the audit trail sealed and verified through the command line, as an auditor would.

Then one row in the middle is changed, and `hub audit verify` has to name it, which takes a second look at all.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

from hub.store import migrate
from hub.store.embedded import embedded_server
from hub.store.engine import connect
from tests.benchmarks.data import HUB
from tests.benchmarks.machine import cpu_seconds, postmaster_of
from tests.benchmarks.report import keep, say, table

FULL, SMALL = 1_000_000, 20_000
WANTED_SECONDS = 60.0
BATCH = 100_000

_EVENTS = """
INSERT INTO audit_events (tag, account_id, user_id, session_id, state, purpose, operation, students, fields,
    result_bytes, address)
SELECT 'student:view', n % 500, 'registrar.' || n % 500, n / 40, 'TX', 'ENROLLMENT', 'Record', ARRAY[n % 20000],
    ARRAY['Query.student', 'Student.firstName', 'Student.lastName1', 'Student.birthDate', 'Student.enrollments',
        'Enrollment.schoolName', 'Enrollment.gradeLevel', 'Enrollment.courses', 'Course.courseName'],
    5000 + n % 900, '10.20.30.40'
FROM generate_series($1::int, $2::int) AS n
"""


def verify(*, quick: bool) -> None:
    """Events a second of `hub audit seal` and `hub audit verify`, and seconds until a changed row is named."""
    events = SMALL if quick else FULL
    folder = HUB / f"bench-audit-{events}"
    shutil.rmtree(folder, ignore_errors=True)
    with embedded_server(folder) as url:
        migrate.upgrade(url)
        asyncio.run(_write(url, events))
        where = {"HUB_DATABASE_URL": url, "HUB_AUDIT_KEY": str(folder / "audit.key")}
        postmaster = postmaster_of(folder)
        _hub(where, postmaster, "key")
        sealing = _hub(where, postmaster, "seal")
        whole = _hub(where, postmaster, "verify", "--json")
        changed = events // 2
        asyncio.run(_change(url, changed))
        broken = _hub(where, postmaster, "verify", "--json", status=1)
    shutil.rmtree(folder)
    assert json.loads(whole.said)["events"] == events, whole
    fault = json.loads(broken.said)["fault"]
    assert (fault["kind"], fault["position"]) == ("CHANGED", changed), broken
    ran = {"hub audit seal": sealing, "hub audit verify, whole": whole, "… a changed row named": broken}
    rows = [(name, each.seconds, events / each.seconds, each.cpu, events / each.cpu) for name, each in ran.items()]
    columns = ("command", "seconds", "events/s", "CPU seconds with PostgreSQL's", "events a CPU second")
    table(f"audit trail: {events:,} events", columns, rows)
    say(f"promised: a million verified in under {WANTED_SECONDS:.0f} s")
    found: dict[str, Any] = {
        name: {"seconds": round(each.seconds, 2), "cpu": round(each.cpu, 2)} for name, each in ran.items()
    }
    keep("verify", {"events": events, "found": found})


async def _write(url: str, events: int) -> None:
    connection = await connect(url)
    try:
        for start in range(1, events + 1, BATCH):
            await connection.execute(_EVENTS, start, min(start + BATCH - 1, events))
        await connection.execute("VACUUM (ANALYZE) audit_events")
    finally:
        await connection.close()


async def _change(url: str, event_id: int) -> None:
    """As a superuser can who takes the trigger away."""
    connection = await connect(url)
    try:
        await connection.execute("ALTER TABLE audit_events DISABLE TRIGGER ALL")
        await connection.execute("UPDATE audit_events SET user_id = 'nobody' WHERE event_id = $1", event_id)
    finally:
        await connection.close()


@dataclass(frozen=True)
class _Ran:
    """A command: seconds by the clock, seconds of CPU with PostgreSQL's (what a busy machine changes least)."""

    seconds: float
    cpu: float
    said: str


def _hub(where: dict[str, str], postmaster: int, *arguments: str, status: int = 0) -> _Ran:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    command = [sys.executable, "-c", "from hub.cli import main; main()", "audit", *arguments]
    start, used = time.perf_counter(), _used(postmaster)
    done = subprocess.run(command, check=False, env={**kept, **where}, capture_output=True, text=True)
    if done.returncode != status:
        raise SystemExit(f"hub audit {arguments[0]} ended with {done.returncode}: {done.stderr}")
    return _Ran(time.perf_counter() - start, _used(postmaster) - used, done.stdout)


def _used(postmaster: int) -> float:
    """Seconds of CPU of the commands that ended and of PostgreSQL, its ended sessions included."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime + cpu_seconds(postmaster)
