"""`verify`: a million events of the audit trail sealed and verified through the command line, as an auditor would.

Then one row in the middle is changed, and `hub audit verify` has to name it, which takes a second look at all.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from typing import Any

from hub.store import migrate
from hub.store.embedded import embedded_server
from hub.store.engine import connect
from tests.benchmarks.data import HUB
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
        _hub(where, "key")
        sealing, _ = _hub(where, "seal")
        verifying, whole = _hub(where, "verify", "--json")
        changed = events // 2
        asyncio.run(_change(url, changed))
        naming, broken = _hub(where, "verify", "--json", status=1)
    shutil.rmtree(folder)
    assert json.loads(whole)["events"] == events, whole
    fault = json.loads(broken)["fault"]
    assert (fault["kind"], fault["position"]) == ("CHANGED", changed), broken
    named = [("hub audit seal", sealing), ("hub audit verify, whole", verifying), ("… a changed row named", naming)]
    rows = [(name, seconds, events / seconds) for name, seconds in named]
    table(f"audit trail: {events:,} events", ("command", "seconds", "events/s"), rows)
    say(f"promised: a million verified in under {WANTED_SECONDS:.0f} s")
    found: dict[str, Any] = {name: round(seconds, 2) for name, seconds in named}
    keep("verify", {"events": events, "seconds": found, "events_per_second": round(events / verifying)})


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


def _hub(where: dict[str, str], *arguments: str, status: int = 0) -> tuple[float, str]:
    """Seconds of the whole command, and what it says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    command = [sys.executable, "-c", "from hub.cli import main; main()", "audit", *arguments]
    start = time.perf_counter()
    done = subprocess.run(command, check=False, env={**kept, **where}, capture_output=True, text=True)
    if done.returncode != status:
        raise SystemExit(f"hub audit {arguments[0]} ended with {done.returncode}: {done.stderr}")
    return time.perf_counter() - start, done.stdout
