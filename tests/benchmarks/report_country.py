"""The country that reports are measured on: made inside PostgreSQL, row by row drawn from a hash of its number.

Every tenth child has a record in a second state; a record has about 4.5 enrollments of five school years, each with two
courses, two assessments, a move or two, and clocks. States are as unequal as they are: three of ten records are of
California. Indexes that only searches use are left out. It is built once and kept in `.hub/bench-reports-…`.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from hub.store import migrate
from hub.store.embedded import embedded_server
from hub.store.engine import connect
from tests.benchmarks.data import EVENTS_OFF, HUB
from tests.benchmarks.report import say


@dataclass(frozen=True)
class Country:
    """How many children it has, and where it is kept."""

    students: int

    @property
    def folder(self) -> Path:
        return HUB / f"bench-reports-{self.students}"

    @property
    def shelf(self) -> Path:
        """The folder of its snapshots."""
        return self.folder / "snapshots"


@contextmanager
def country(of: Country) -> Iterator[str]:
    """The URL of the running database, made first where it is missing."""
    built = of.folder / "built"
    if not built.exists():
        shutil.rmtree(of.folder, ignore_errors=True)
    with embedded_server(of.folder, durable=False) as url:
        migrate.upgrade(url)
        if not built.exists():
            asyncio.run(_fill(url, of.students))
            built.touch()
        yield url


async def _fill(url: str, students: int) -> None:
    begun = time.perf_counter()
    connection = await connect(url)
    try:
        await connection.execute(EVENTS_OFF)
        await connection.execute(
            "SET synchronous_commit = off; SET work_mem = '256MB'; SET maintenance_work_mem = '1GB'"
        )
        await connection.execute(_DICE)
        indexes = await _drop_indexes(connection)
        for what, statement in _MADE.items():
            done = await connection.execute(statement, *([students] if "$1" in statement else []))
            say(f"  {what}: {int(done.split()[-1]):,} rows, {time.perf_counter() - begun:.0f} s")
        for definition in indexes:
            await connection.execute(definition)
        await connection.execute("DROP FUNCTION bench_dice; DROP TABLE bench_states")
        await connection.execute("VACUUM (ANALYZE)")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
    say(f"filled in {time.perf_counter() - begun:.0f} s")


_INDEXES = """
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition, relname
FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
WHERE relnamespace = 'public'::regnamespace AND NOT indisunique AND relname = ANY($1)
"""
_SEARCHED = ["demographics", "enrollments", "students", "qualifying_moves"]
_READ = ["state_records", "clocks"]


async def _drop_indexes(connection: asyncpg.Connection) -> list[str]:
    """Drops what would slow filling down; the definitions of those that a snapshot reads by."""
    found = await connection.fetch(_INDEXES, [*_SEARCHED, *_READ])
    for index in found:
        await connection.execute(f"DROP INDEX {index['name']}")
    return [index["definition"] for index in found if index["relname"] in _READ]


_DICE = """
CREATE FUNCTION bench_dice(number bigint, salt bigint, sides int) RETURNS int LANGUAGE sql IMMUTABLE
AS 'SELECT ((hashint8extended(number, salt) & 2147483647) % sides)::int';
CREATE TABLE bench_states AS
SELECT (row_number() OVER (ORDER BY code, nth) - 1)::int AS slot, code, fips
FROM jurisdictions CROSS JOIN LATERAL generate_series(
    1, CASE code WHEN 'CA' THEN 60 WHEN 'TX' THEN 30 WHEN 'FL' THEN 20 WHEN 'WA' THEN 15 WHEN 'GA' THEN 8 ELSE 1 END
) AS nth;
"""
_STATE = "slot = bench_dice({number}, {salt}, (SELECT count(*)::int FROM bench_states))"
_MADE = {
    "uploads": """
INSERT INTO uploads (state, sequence, mode, encoding, file_name, submitted_at, status, finished_at)
SELECT code, 1, 'INCREMENTAL', 'JSONL', 'bench', '2026-11-20T02:00Z', 'ACCEPTED', now() FROM jurisdictions
""",
    "district regions": """
INSERT INTO district_regions (district_id, state, region)
SELECT fips || lpad(nth::text, 5, '0'), code, CASE nth % 3 WHEN 0 THEN 'North' WHEN 1 THEN 'South' ELSE 'West' END
FROM jurisdictions CROSS JOIN generate_series(1, 60) AS nth
""",
    "students": """
INSERT INTO students (student_id, msix_id, current_id) OVERRIDING SYSTEM VALUE
SELECT number, lpad(number::text, 12, '0'), number FROM generate_series(1, $1::bigint) AS number
""",
    "records": f"""
INSERT INTO state_records (state_record_id, student_id, state, state_student_id, state_student_id_type, upload_id,
    submitted_at, latest_enrollment, latest_activity, content_hash) OVERRIDING SYSTEM VALUE
SELECT number, student, code, 'B' || number, 'STATE', upload_id, '2026-11-20T02:00Z', '2026-08-17', '2026-08-24',
    int8send(number)
FROM generate_series(1, $1::bigint + $1 / 10) AS number
CROSS JOIN LATERAL (SELECT CASE WHEN number > $1 THEN 10 * (number - $1) ELSE number END AS student) AS of_child
JOIN bench_states ON {_STATE.format(number="number", salt=1)}
JOIN uploads ON uploads.state = code
""",
    "demographics": """
INSERT INTO demographics (state_record_id, first_name, last_name1, last_name2, sex, birth_date, birth_country,
    birth_state, parent1_first_name, parent1_last_name, first_name_key, middle_name_key, last_name1_key, last_name2_key)
SELECT state_record_id, 'Name', 'Surname' || student_id, 'Second', CASE bench_dice(student_id, 2, 40) WHEN 0 THEN NULL
    ELSE (ARRAY['FEMALE', 'MALE'])[1 + bench_dice(student_id, 3, 2)] END,
    date '2004-12-01' + bench_dice(student_id, 4, 8000), 'US', 'TX', 'Parent', 'Surname' || student_id, 'name', '',
    'surname', 'second'
FROM state_records ORDER BY state_record_id
""",
    "moves": f"""
INSERT INTO qualifying_moves (state_record_id, position, qualifying_arrival_date, from_state, from_country, to_state,
    eligibility_end)
SELECT state_record_id, place, arrival, CASE WHEN abroad THEN NULL ELSE code END, CASE WHEN abroad THEN 'MX' END, state,
    arrival + interval '3 years' - interval '1 day'
FROM state_records
CROSS JOIN generate_series(0, 1) AS place
CROSS JOIN LATERAL (
    SELECT date '2021-09-01' + bench_dice(state_record_id * 2 + place, 5, 1900) AS arrival,
        bench_dice(state_record_id * 2 + place, 6, 5) = 0 AS abroad
) AS drawn
JOIN bench_states ON {_STATE.format(number="state_record_id * 2 + place", salt=7)}
WHERE place = 0 OR state_record_id % 3 = 0
""",
    "enrollments": """
INSERT INTO enrollments (state_record_id, position, enrollment_date, withdrawal_date, enrollment_type, school_name,
    school_id, city, state, district_id, residency_date, residency_verification_date, grade_level, english_learner,
    individual_education_program, medical_alert, priority_for_services, immunization_record, out_of_state_transcript)
SELECT state_record_id, place, begun, CASE WHEN place > 0 THEN begun + 60 + bench_dice(key, 11, 200) END,
    (ARRAY['BASIC', 'BASIC', 'BASIC', 'REGULAR_MEP', 'SUMMER_MEP', 'SUMMER_MEP', 'RESIDENCY_ONLY'])[
        1 + bench_dice(key, 12, 7)],
    'School ' || bench_dice(key, 13, 5000), fips || lpad(district::text, 5, '0') || '00001', 'Town', state,
    fips || lpad(district::text, 5, '0'), begun, CASE WHEN bench_dice(key, 14, 3) > 0 THEN begun + 10 END,
    CASE WHEN age < 5 THEN 'P' || greatest(age, 0) WHEN age = 5 THEN 'KG' WHEN age > 17 THEN 'OS'
        ELSE lpad((age - 5)::text, 2, '0') END,
    bench_dice(student_id, 15, 10) < 4, bench_dice(student_id, 16, 10) = 0,
    (ARRAY['NONE', 'NONE', 'NONE', 'NONE', 'NONE', 'NONE', 'NONE', 'NONE', 'CHRONIC', 'ACUTE'])[
        1 + bench_dice(student_id, 17, 10)],
    bench_dice(student_id, 18, 10) < 3, bench_dice(student_id, 19, 20) > 0, bench_dice(key, 20, 8) = 0
FROM state_records JOIN demographics USING (state_record_id) JOIN jurisdictions ON code = state::text
CROSS JOIN generate_series(0, 4) AS place
CROSS JOIN LATERAL (
    SELECT state_record_id * 5 + place AS key, 1 + bench_dice(state_record_id, 9, 60) AS district,
        date '2026-09-01' - 365 * place - bench_dice(state_record_id * 5 + place, 10, 60) AS begun
) AS drawn
CROSS JOIN LATERAL (SELECT (begun - birth_date) / 365 AS age) AS old
WHERE place < 4 OR state_record_id % 11 < 6
""",
    "courses": """
INSERT INTO courses (state_record_id, enrollment_position, position, title, subject_area, course_type,
    academic_year_begin, academic_year_end, section, term_type, clock_hours, grade_to_date, credits_granted,
    final_grade)
SELECT state_record_id, enrollment.position, place, 'Course ' || bench_dice(key, 21, 300), 'Mathematics',
    (ARRAY['REGULAR', 'REGULAR', 'REGULAR', 'HONORS', 'REMEDIAL', 'AP', 'CAREER_TECHNICAL', 'OTHER'])[
        1 + bench_dice(key, 22, 8)],
    extract(year FROM enrollment_date)::int - (extract(month FROM enrollment_date) < 7)::int,
    extract(year FROM enrollment_date)::int + 1 - (extract(month FROM enrollment_date) < 7)::int, 'FULL',
    (ARRAY['0827', '0828', '0829'])[1 + bench_dice(key, 23, 3)],
    CASE WHEN half THEN 20 + bench_dice(key, 24, 4000) / 100.0 END, CASE WHEN half THEN 'B' END,
    CASE WHEN NOT half THEN (ARRAY[0.25, 0.5, 1])[1 + bench_dice(key, 25, 3)] END, CASE WHEN NOT half THEN 'A' END
FROM enrollments AS enrollment CROSS JOIN generate_series(0, 1) AS place
CROSS JOIN LATERAL (
    SELECT (state_record_id * 5 + enrollment.position) * 2 + place AS key,
        bench_dice((state_record_id * 5 + enrollment.position) * 2 + place, 26, 4) = 0 AS half
) AS drawn
""",
    "assessments": """
INSERT INTO assessments (state_record_id, position, title, assessment_type, administration_month, reporting_method,
    score, interpretation)
SELECT state_record_id, place, 'State test', lpad((1 + bench_dice(key, 31, 6))::text, 2, '0'),
    to_char(date '2022-03-01' + 30 * bench_dice(key, 32, 50), 'YYYY-MM'), '0503', '310',
    (ARRAY['Proficient', 'Below basic', 'Advanced', NULL])[1 + bench_dice(key, 33, 4)]
FROM state_records CROSS JOIN generate_series(0, 1) AS place
CROSS JOIN LATERAL (SELECT state_record_id * 2 + place AS key) AS drawn
""",
    "clocks": """
INSERT INTO clocks (kind, state, state_record_id, occasion, start_at, due_at, met_at)
SELECT kind, state, state_record_id, '', begun, begun + days * interval '1 day',
    CASE WHEN bench_dice(state_record_id, salt, 10) > 0
        THEN begun + bench_dice(state_record_id, salt + 1, days + 6) * interval '1 day' END
FROM state_records
JOIN (VALUES ('FIRST_MDES', 14, 41), ('WITHDRAWAL_UPDATE', 14, 43), ('CHANGE_OF_RESIDENCE', 6, 45))
    AS clock (kind, days, salt) ON salt = 41 OR bench_dice(state_record_id, salt, 3) = 0
CROSS JOIN LATERAL (
    SELECT timestamptz '2023-09-01Z' + bench_dice(state_record_id, salt + 2, 1100) * interval '1 day' AS begun
) AS drawn
""",
}
