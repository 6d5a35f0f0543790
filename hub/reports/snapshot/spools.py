"""What a snapshot copies out of PostgreSQL, a state at a time: the rows behind its facts, without a name.

Each spool is a query that is COPYed as CSV into a file which lives only until the state's facts are made of it.
`record` ties the spools of one state together; it goes into no fact. Records that count are active, and their student
is not under review: a record that waits for a decision about who the child is counts once that is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hub.reports.elements import elements_of

COUNTS = "record.status = 'ACTIVE' AND record.review_scopes IS NULL"

_DATE, _TEXT, _BOOL, _INT, _BIG, _AMOUNT = "DATE", "VARCHAR", "BOOLEAN", "INTEGER", "BIGINT", "DECIMAL(9, 2)"


@dataclass(frozen=True, eq=False)
class Spool:
    """One query over one state ($1), and the DuckDB types of what it answers, in its order."""

    name: str
    columns: Mapping[str, str]
    query: str


def _present(fact: str, alias: str) -> str:
    """Which elements were sent, a bit each."""
    return " | ".join(f"(({alias}.{each.column} IS NOT NULL)::int::bigint << {each.bit})" for each in elements_of(fact))


def _key(of: str, id_: str) -> str:
    """A uniform 64-bit number of an id, by the hub's secret: the same whenever it is reckoned, not to be guessed."""
    hashed = f"sha256(secret.secret || '{of}'::bytea || int8send({id_}))"
    return f"('x' || encode(substring({hashed} FROM 1 FOR 8), 'hex'))::bit(64)::bigint"


def _of_records(
    table: str, columns: Mapping[str, str], made: Mapping[str, str] | None = None, *, fact: str | None = None
) -> Spool:
    """The rows of a table that hangs on the state record; `made` is the SQL of columns that are not the table's own."""
    sql = {"record": "t.state_record_id", "present": _present(fact or table, "t"), **(made or {})}
    every = {"record": _BIG, **columns, "present": _BIG}
    chosen = ", ".join(sql.get(name, f"t.{name}") for name in every)
    query = (
        f"SELECT {chosen} FROM {table} AS t JOIN state_records AS record USING (state_record_id) "  # noqa: S608
        f"WHERE record.state = $1 AND {COUNTS}"
    )
    return Spool(table, every, query)


RECORDS = Spool(
    "records",
    {
        "record": _BIG,
        "child": _BIG,
        "record_key": _BIG,
        "birth_date": _DATE,
        "sex": _TEXT,
        "siblings": _INT,
        "states": _INT,
        "immunization_alert": _BOOL,
        "present": _BIG,
    },
    f"""
SELECT record.state_record_id, {_key("child", "record.student_id")}, {_key("record", "record.state_record_id")},
    demographics.birth_date, demographics.sex, beside.records, beside.states,
    EXISTS (SELECT FROM health_alerts WHERE state_record_id = record.state_record_id AND kind = 'IMMUNIZATION'),
    {_present("students", "demographics")}
FROM state_records AS record
JOIN demographics USING (state_record_id)
JOIN LATERAL (
    SELECT count(*) AS records, count(DISTINCT other.state) AS states FROM state_records AS other
    WHERE other.student_id = record.student_id AND {COUNTS.replace("record.", "other.")}
) AS beside ON true
CROSS JOIN report_secrets AS secret
WHERE record.state = $1 AND {COUNTS}
""",  # noqa: S608
)
"""One row a state record, with its child's key; it is the only one of its child where `siblings` is 1."""

ENROLLMENTS = _of_records(
    "enrollments",
    {
        "position": _INT,
        "enrollment_date": _DATE,
        "withdrawal_date": _DATE,
        "enrollment_type": _TEXT,
        "district_id": _TEXT,
        "residency_verification_date": _DATE,
        "grade_level": _TEXT,
        "english_learner": _BOOL,
        "individual_education_program": _BOOL,
        "medical_alert": _TEXT,
        "priority_for_services": _BOOL,
        "immunization_record": _BOOL,
        "out_of_state_transcript": _BOOL,
        "graduation": _TEXT,
        "graduation_date": _DATE,
    },
)

COURSES = _of_records(
    "courses",
    {
        "enrollment_position": _INT,
        "position": _INT,
        "course_type": _TEXT,
        "academic_year_begin": _INT,
        "section": _TEXT,
        "term_type": _TEXT,
        "clock_hours": _AMOUNT,
        "credits_granted": _AMOUNT,
        "partial": _BOOL,
    },
    {"partial": "t.clock_hours IS NOT NULL AND t.grade_to_date IS NOT NULL AND t.final_grade IS NULL"},
)

_PROFICIENT = "(proficient|advanced|meets|met|exceeds|exceeded|satisfactory|mastered|pass|passed)"
_NOT_YET = (
    "(below|basic|partial|partially|approaching|nearly|not|does not|did not|unsatisfactory|fail|failed|novice|minimal|"
    "limited|beginning|developing)"
)

ASSESSMENTS = _of_records(
    "assessments",
    {
        "position": _INT,
        "administration_month": _TEXT,
        "assessment_type": _TEXT,
        "reporting_method": _TEXT,
        "proficient": _BOOL,
    },
    {
        "proficient": rf"CASE WHEN t.interpretation ~* '^\s*{_NOT_YET}\M' THEN false "
        rf"WHEN t.interpretation ~* '^\s*{_PROFICIENT}\M' THEN true END"
    },
)
"""Proficient is what the state says so of in words; a score alone says nothing, since every test has its own scale."""

MOVES = _of_records(
    "qualifying_moves",
    {
        "position": _INT,
        "qualifying_arrival_date": _DATE,
        "from_state": _TEXT,
        "from_country": _TEXT,
        "to_state": _TEXT,
        "eligibility_end": _DATE,
    },
    {
        "from_state": "(SELECT code FROM jurisdictions WHERE upper(t.from_state) IN (code, upper(name)))",
    },
    fact="moves",
)
"""`from_state` is a code, or null where it is no state of this country."""

OF_RECORDS = (RECORDS, ENROLLMENTS, COURSES, ASSESSMENTS, MOVES)

WORKLIST = Spool(
    "worklist_items",
    {
        "child": _BIG,
        "record_key": _BIG,
        "item": _BIG,
        "record": _BIG,
        "kind": _TEXT,
        "status": _TEXT,
        "level": _TEXT,
        "state_region": _TEXT,
        "district": _TEXT,
        "raised": _DATE,
        "due": _DATE,
        "settled": _DATE,
        "in_time": _BOOL,
    },
    f"""
SELECT {_key("child", "coalesce(record.student_id, -item.item_id)")}, {_key("item", "item.item_id")}, item.item_id,
    about.state_record_id, item.kind, item.status, item.level, item.region, item.district_id,
    (item.raised_at AT TIME ZONE 'UTC')::date, (item.due_at AT TIME ZONE 'UTC')::date,
    (item.decided_at AT TIME ZONE 'UTC')::date, item.decided_at <= item.due_at
FROM worklist_items AS item
LEFT JOIN LATERAL (
    SELECT state_record_id FROM worklist_item_records WHERE item_id = item.item_id
    ORDER BY side, state_record_id LIMIT 1
) AS about ON true
LEFT JOIN state_records AS record USING (state_record_id)
CROSS JOIN report_secrets AS secret
WHERE item.state = $1
""",  # noqa: S608
)
"""Every item; one that is about no record (an escalation) stands for itself."""

BEGUN = "clock.start_at <= now() AND (record.review_scopes IS NULL OR clock.kind = 'WORKLIST_ITEM')"
"""Which rows of `all_clocks` count: a clock may begin in the future, such as at a term's end; and what is about a child
under review counts once that is decided, but for the decision itself."""

CLOCKS = Spool(
    "all_clocks",
    {
        "child": _BIG,
        "clock_key": _BIG,
        "record": _BIG,
        "kind": _TEXT,
        "district": _TEXT,
        "started": _DATE,
        "due": _DATE,
        "met": _DATE,
        "in_time": _BOOL,
    },
    f"""
SELECT {_key("child", "coalesce(clock.student_id, -clock.key)")}, {_key("clock", "clock.key")}, clock.state_record_id,
    clock.kind, clock.district_id, (clock.start_at AT TIME ZONE 'UTC')::date, (clock.due_at AT TIME ZONE 'UTC')::date,
    (clock.met_at AT TIME ZONE 'UTC')::date, clock.met_at <= clock.due_at
FROM all_clocks AS clock LEFT JOIN state_records AS record USING (state_record_id)
CROSS JOIN report_secrets AS secret
WHERE clock.state = $1 AND {BEGUN}
""",  # noqa: S608
)
