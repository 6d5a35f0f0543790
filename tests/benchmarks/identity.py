"""`identity`: merges of students with large records beside merges of small ones, and near matches decided in bulk.

Each merge is the whole decision on a near match in a transaction of its own, commit and audit included: items and
students are locked, the records linked, the ledger, the pair memory, the lock and the feed written. Large and small
take turns. The bulk is what one call of `resolveWorklistItems` does, by halves the same child and not the same.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import time

import asyncpg

from hub.identity import NewItem, issue_students, raise_items
from hub.identity.deciding import decide
from hub.identity.open_items import lock_items
from hub.store import migrate
from hub.store.embedded import embedded_server
from hub.store.engine import connect
from hub.viewer import ANONYMOUS
from tests.benchmarks.data import HUB
from tests.benchmarks.report import keep, say, table

SMALL, LARGE = 10, 10_000
"""Courses of each record."""
PROMISED = 1.2
BULK = 1000


def identity(*, quick: bool) -> None:
    """Milliseconds a merge by the size of its records, and seconds for many near matches."""
    merges, many = (5, 100) if quick else (60, BULK)
    folder = HUB / "bench-identity"
    shutil.rmtree(folder, ignore_errors=True)
    with embedded_server(folder) as url:
        migrate.upgrade(url)
        taken, seconds = asyncio.run(_measured(url, merges, many))
    shutil.rmtree(folder)
    medians = {size: statistics.median(times) * 1000 for size, times in taken.items()}
    ratio = medians[LARGE] / medians[SMALL]
    rows = [(f"{size:,} courses in each of the two", medians[size], max(taken[size]) * 1000) for size in taken]
    table(f"identity: {merges} merges of each kind", ("merge", "median ms", "longest ms"), rows)
    say(f"merging the large takes {ratio:.2f} times as long; promised: at most {PROMISED}")
    say(f"{many:,} near matches decided in bulk: {seconds:.1f} s")
    keep("identity", {"merge_ms": {str(size): medians[size] for size in medians}, "ratio": ratio, "bulk_s": seconds})


async def _measured(url: str, merges: int, many: int) -> tuple[dict[int, list[float]], float]:
    connection = await connect(url)
    try:
        upload = await connection.fetchval(_UPLOAD)
        pairs = {size: await _near_matches(connection, upload, merges, size) for size in (SMALL, LARGE)}
        bulk = await _near_matches(connection, upload, many, SMALL)
        await connection.execute("VACUUM (ANALYZE)")
        await connection.execute("CHECKPOINT")
        taken: dict[int, list[float]] = {size: [] for size in pairs}
        for turn in range(merges):
            for size in (SMALL, LARGE) if turn % 2 else (LARGE, SMALL):
                taken[size].append(await _decided(connection, [pairs[size][turn]], "SAME"))
        half = len(bulk) // 2
        seconds = await _decided(connection, bulk[:half], "SAME") + await _decided(connection, bulk[half:], "NOT_SAME")
        return taken, seconds
    finally:
        await connection.close()


async def _decided(connection: asyncpg.Connection, items: list[int], decision: str) -> float:
    begun = time.perf_counter()
    async with connection.transaction():
        await decide(connection, await lock_items(connection, items), decision, "Measured", ANONYMOUS)
    return time.perf_counter() - begun


async def _near_matches(connection: asyncpg.Connection, upload: int, count: int, courses: int) -> list[int]:
    """Open near matches, each of two new students with one record that has this many courses."""
    async with connection.transaction():
        students = await issue_students(connection, 2 * count)
        found = await connection.fetch(_RECORDS, students, upload)
        records = [row["state_record_id"] for row in found]
        await connection.execute(_ENROLLMENTS, records)
        await connection.execute(_COURSES, records, courses)
        pairs = zip(records[::2], records[1::2], strict=True)
        return await raise_items(connection, [NewItem("NEAR_MATCH", "TN", {one: 1, two: 2}) for one, two in pairs])


_UPLOAD = """
INSERT INTO uploads (state, sequence, mode, encoding, file_name, sha256, submitted_at, status, finished_at)
SELECT 'TN', coalesce(max(sequence), 0) + 1, 'INCREMENTAL', 'JSONL', 'bench', sha256(random()::text::bytea), now(),
    'ACCEPTED', now() FROM uploads RETURNING upload_id
"""
_RECORDS = """
WITH made AS (
    INSERT INTO state_records (student_id, state, state_student_id, state_student_id_type, upload_id, submitted_at,
        latest_activity, content_hash)
    SELECT student_id, 'TN', 'B' || student_id, 'STATE', $2, now(), current_date, '' FROM unnest($1::bigint[])
        AS student_id RETURNING state_record_id, student_id
), linked AS (
    INSERT INTO links (state_record_id, student_id, how) SELECT state_record_id, student_id, 'NEW_STUDENT' FROM made
)
SELECT state_record_id FROM made ORDER BY state_record_id
"""
_ENROLLMENTS = """
INSERT INTO enrollments (state_record_id, position, enrollment_date, enrollment_type, district_id)
SELECT record, 0, current_date, 'BASIC', '4700012' FROM unnest($1::bigint[]) AS record
"""
_COURSES = """
INSERT INTO courses (state_record_id, enrollment_position, position, title)
SELECT record, 0, place, 'Algebra I' FROM unnest($1::bigint[]) AS record, generate_series(0, $2::int - 1) AS place
"""
