"""`clocks`: a million children with their clocks, and the clocks of a night's 20,000 changes computed anew.

Children and clocks are made by SQL: a move, an enrollment that goes on, and for every fourth child one that ended in
the school year. First as many children are looked at of whom nothing changed: if the clocks that were made were not
those that the hub computes, it would write. Of the night's children half are sent again as they were, a quarter has
left since, a quarter comes from another state. What is written is counted by PostgreSQL (`n_tup_…` of the table).
"""

from __future__ import annotations

import asyncio
import datetime
import shutil
import time
from typing import Any

import asyncpg

from hub import clock
from hub.clocks import compute_changed
from hub.states import keep_working_days
from hub.store import migrate
from hub.store.embedded import embedded_server
from hub.store.engine import connect
from tests.benchmarks.data import HUB
from tests.benchmarks.report import keep, say, table

CHILDREN, NIGHT = 1_000_000, 20_000
NOW = datetime.datetime(2026, 11, 20, 3, tzinfo=datetime.UTC)
Counts = dict[str, int]


def clocks(*, quick: bool) -> None:
    """Seconds a night, and the rows that it touches."""
    children, night = (20_000, 2_000) if quick else (CHILDREN, NIGHT)
    folder = HUB / "bench-clocks"
    shutil.rmtree(folder, ignore_errors=True)
    with embedded_server(folder, durable=False) as url:
        migrate.upgrade(url)
        found = asyncio.run(_measured(url, children, night))
    shutil.rmtree(folder)
    rows = [
        (name, each["seconds"], each["made"], each["changed"], each["gone"]) for name, each in found["turns"].items()
    ]
    table(
        f"clocks: {children:,} children with {found['clocks']:,} clocks",
        ("what is computed", "seconds", "made", "changed", "gone"),
        rows,
    )
    say("rows that PostgreSQL wrote are those that changed, and no others: " + str(found["exact"]))
    keep("clocks", found)


async def _measured(url: str, children: int, night: int) -> dict[str, Any]:
    connection = await connect(url)
    try:
        states = await connection.fetch("SELECT code FROM jurisdictions")
        await keep_working_days(connection, [(row["code"], year) for row in states for year in (2026, 2027)])
        for statement in _MADE:
            await connection.execute(statement, *([children] if "$1" in statement else []))
        await connection.execute("VACUUM (ANALYZE)")
        before = await connection.fetchval("SELECT count(*) FROM clocks")
        await connection.execute(_NOTHING, night)
        turns = {f"{night:,} children of whom nothing changed": await _turn(connection)}
        await connection.execute(
            "SELECT setval(pg_get_serial_sequence('state_records', 'state_record_id'), $1)", children
        )
        for statement in _SENT:
            await connection.execute(statement, *([night] if "$1" in statement else []))
        turns[f"a night's {night:,} changes"] = await _turn(connection)
        await connection.execute(_NOTHING, night)
        turns["the same again"] = await _turn(connection)
        exact = all(each["written"] == each["made"] + each["changed"] + each["gone"] for each in turns.values())
        return {"turns": turns, "clocks": before, "exact": exact}
    finally:
        await connection.close()


async def _turn(connection: asyncpg.Connection) -> dict[str, Any]:
    """Everything that is noted, as the worker does it: seconds, clocks, and the rows of them that were written."""
    done: Counts = {"made": 0, "changed": 0, "gone": 0}
    before = await _written(connection)
    started = time.perf_counter()
    with clock.frozen(NOW):
        while (computed := await compute_changed(connection)).changes:
            done = {name: count + getattr(computed, name) for name, count in done.items()}
    seconds = time.perf_counter() - started
    return {"seconds": seconds, **done, "written": await _written(connection) - before}


async def _written(connection: asyncpg.Connection) -> int:
    await connection.execute("SELECT pg_stat_force_next_flush()")
    await connection.execute("SELECT 1")
    written: int = await connection.fetchval(
        "SELECT n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE relname = 'clocks'"
    )
    return written


_UPLOAD = """
INSERT INTO uploads (state, sequence, mode, encoding, file_name, submitted_at, status, finished_at)
SELECT code, 1, 'INCREMENTAL', 'JSONL', 'bench', '2026-09-01T02:00Z', 'ACCEPTED', now() FROM jurisdictions
"""
_STUDENTS = """
INSERT INTO students (student_id, msix_id, current_id) OVERRIDING SYSTEM VALUE
SELECT number, lpad(number::text, 12, '0'), number FROM generate_series(1, $1::bigint) AS number
"""
# The triggers of the constraints would look each row up; the rows are right.
_RECORDS = """
INSERT INTO state_records (state_record_id, student_id, state, state_student_id, state_student_id_type, upload_id,
    submitted_at, latest_enrollment, latest_activity, content_hash) OVERRIDING SYSTEM VALUE
SELECT number, number, state, 'B' || number, 'STATE', upload_id, submitted_at, '2026-08-17', '2026-08-24', ''
FROM generate_series(1, $1::bigint) AS number
JOIN (SELECT *, row_number() OVER (ORDER BY state) AS nth, count(*) OVER () AS states FROM uploads) AS upload
    ON nth = 1 + number % states
"""
_LINKS = """
INSERT INTO links (state_record_id, student_id, how, upload_id)
SELECT state_record_id, student_id, 'NEW_STUDENT', upload_id FROM state_records
"""
_MOVES = """
INSERT INTO qualifying_moves (state_record_id, position, qualifying_arrival_date, from_state, to_state)
SELECT state_record_id, 0, date '2026-08-10' + (state_record_id % 14)::int, 'FL', state FROM state_records
"""
_ENROLLMENTS = """
INSERT INTO enrollments (state_record_id, position, enrollment_date, withdrawal_date, enrollment_type, district_id)
SELECT state_record_id, place, date '2026-08-24' - 7 * place, CASE place WHEN 1 THEN date '2026-08-20' END, 'BASIC',
    '0000012'
FROM state_records CROSS JOIN generate_series(0, 1) AS place WHERE place = 0 OR state_record_id % 4 = 0
"""
_CLOCKS = """
INSERT INTO clocks (kind, state, state_record_id, occasion, start_at, due_at, met_at, district_id)
SELECT kind, state, state_record_id, occasion, start_at, due_at, met_at, district_id
FROM state_records AS record JOIN qualifying_moves USING (state_record_id)
JOIN LATERAL (
    SELECT day FROM working_days AS works WHERE works.state = record.state AND works.day > qualifying_arrival_date
    ORDER BY day OFFSET 9 LIMIT 1
) AS tenth ON true
CROSS JOIN LATERAL (
    VALUES ('FIRST_MDES', '', qualifying_arrival_date + interval '0', day + interval '23:59:59', submitted_at, NULL),
        ('TERM_END_UPDATE', '2027-06-30', '2027-06-30', '2027-07-30 23:59:59', NULL, '0000012'),
        ('WITHDRAWAL_UPDATE', '2026-08-17', '2026-08-20', '2026-09-03 23:59:59', submitted_at, '0000012')
) AS clock (kind, occasion, start_at, due_at, met_at, district_id)
WHERE kind <> 'WITHDRAWAL_UPDATE' OR state_record_id % 4 = 0
"""
_MADE = (
    "SET session_replication_role = replica",
    "SET TimeZone = 'UTC'",
    _UPLOAD,
    _STUDENTS,
    _RECORDS,
    _LINKS,
    _MOVES,
    _ENROLLMENTS,
    _CLOCKS,
    "SET session_replication_role = origin",
)
_NOTHING = """
INSERT INTO clock_changes (state_record_id, submitted_at)
SELECT state_record_id, submitted_at FROM state_records WHERE state_record_id <= $1
"""
_ANOTHER_UPLOAD = """
INSERT INTO uploads (state, sequence, mode, encoding, file_name, submitted_at, status, finished_at)
SELECT code, 2, 'INCREMENTAL', 'JSONL', 'bench', '2026-11-20T02:00Z', 'ACCEPTED', now() FROM jurisdictions
"""
_SENT_AGAIN = "UPDATE state_records SET submitted_at = '2026-11-20T02:00Z' WHERE state_record_id <= $1 / 2"
_LEFT = """
WITH gone AS (
    UPDATE enrollments SET withdrawal_date = '2026-11-10'
    WHERE position = 0 AND state_record_id > $1 / 2 AND state_record_id <= $1 * 3 / 4 RETURNING state_record_id
)
UPDATE state_records AS record SET submitted_at = upload.submitted_at, upload_id = upload.upload_id, updated_at = now()
FROM gone, uploads AS upload
WHERE record.state_record_id = gone.state_record_id AND upload.state = record.state AND upload.sequence = 2
"""
_MOVED = """
WITH arrived AS (
    INSERT INTO state_records (student_id, state, state_student_id, state_student_id_type, upload_id, submitted_at,
        latest_enrollment, latest_activity, content_hash)
    SELECT student_id, upload.state, 'A' || student_id, 'STATE', upload.upload_id, upload.submitted_at, '2026-11-16',
        '2026-11-16', ''
    FROM state_records AS record
    JOIN uploads AS upload ON upload.sequence = 2 AND upload.state = CASE record.state WHEN 'TX' THEN 'TN' ELSE 'TX' END
    WHERE state_record_id > $1 * 3 / 4 AND state_record_id <= $1
    RETURNING state_record_id, student_id, state, upload_id
), enrolled AS (
    INSERT INTO enrollments (state_record_id, position, enrollment_date, enrollment_type, district_id)
    SELECT state_record_id, 0, '2026-11-16', 'BASIC', '4800012' FROM arrived
)
INSERT INTO links (state_record_id, student_id, how, upload_id)
SELECT state_record_id, student_id, 'MATCH', upload_id FROM arrived
"""
_SENT = (_ANOTHER_UPLOAD, _SENT_AGAIN, _LEFT, _MOVED)
