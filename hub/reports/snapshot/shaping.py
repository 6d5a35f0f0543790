"""Makes a state's facts of its spools: SQL of DuckDB, a query a fact. The rules of counting stand where they count."""

from __future__ import annotations

DAY_ZERO = "DATE '1970-01-01'"


def _day(of: str) -> str:
    return f"({of} - {DAY_ZERO})::INTEGER"


def _school_year(of: str) -> str:
    """The year in which the school year began, on 1 July."""
    return f"(year({of}) - (month({of}) < 7)::INTEGER)::INTEGER"


def _program_year(of: str) -> str:
    """The year in which the program year began, on 1 September."""
    return f"(year({of}) - (month({of}) < 9)::INTEGER)::INTEGER"


def _row_key(kind: str, *places: str) -> str:
    """A row's own key, by that of its record and its place there."""
    parts = " || '/' || ".join(["r.record_key", f"'{kind}'", *places])
    return f"(md5_number_lower({parts})::HUGEINT - 9223372036854775808)::BIGINT"


NEWEST = """
CREATE OR REPLACE TABLE newest AS
SELECT DISTINCT ON (record) * FROM enrollments ORDER BY record, enrollment_date DESC NULLS LAST, position DESC
"""
"""What a state says of a child now: its newest enrollment; of two on one day the later in the file."""

ELIGIBLE = """
CREATE OR REPLACE TABLE eligible AS
SELECT m.record, m.qualifying_arrival_date AS starts,
    least(
        m.eligibility_end, r.birth_date + INTERVAL 22 YEAR - INTERVAL 1 DAY, g.graduated - INTERVAL 1 DAY
    )::DATE AS ends
FROM qualifying_moves AS m JOIN records AS r USING (record)
LEFT JOIN (
    SELECT record, min(graduation_date) AS graduated FROM enrollments WHERE graduation IS NOT NULL GROUP BY record
) AS g USING (record)
WHERE m.qualifying_arrival_date IS NOT NULL AND m.eligibility_end IS NOT NULL
"""
"""Eligibility by each move: from the QAD to its third anniversary, the 22nd birthday or graduation, the day before."""


def _facts(own: str, rows: str, *, key: str, at: str = "n") -> str:
    """A query of facts: where, whose, what the child was like by the enrollment `at`, and the fact's `own` columns."""
    return f"""
SELECT $state AS state, $region AS region, d.region AS state_region, {at}.district_id AS district, r.child,
    {key} AS row_key, r.sex, strftime(r.birth_date, '%Y%m%d')::INTEGER AS birth, {at}.grade_level AS grade,
    {at}.english_learner, {at}.individual_education_program AS iep, {at}.priority_for_services AS pfs,
    {at}.medical_alert, {at}.enrollment_type, {own}
FROM {rows} LEFT JOIN district_regions AS d ON d.district_id = {at}.district_id
"""  # noqa: S608


STUDENTS = _facts(
    f"""r.siblings = 1 AS single, r.immunization_alert, r.states::INTEGER AS states,
    {_day("e.newest")} AS qualifying_day, {_day("e.ends")} AS eligible_until_day,
    {_program_year("e.newest")} AS eligibility_year, coalesce(g.graduated, false) AS graduated, r.present""",
    """records AS r LEFT JOIN newest AS n USING (record)
LEFT JOIN (SELECT record, max(starts) AS newest, max(ends) AS ends FROM eligible GROUP BY record) AS e USING (record)
LEFT JOIN (
    SELECT record, bool_or(graduation IS NOT NULL) AS graduated FROM enrollments GROUP BY record
) AS g USING (record)""",
    key="r.record_key",
)

ENROLLMENTS = _facts(
    f"""{_school_year("n.enrollment_date")} AS school_year, month(n.enrollment_date)::INTEGER AS month,
    {_day("n.enrollment_date")} AS enrolled_day, {_day("n.withdrawal_date")} AS withdrawn_day,
    n.immunization_record IS FALSE AS immunization_alert,
    n.residency_verification_date IS NOT NULL AS residency_verified, n.graduation IS NOT NULL AS graduated,
    n.out_of_state_transcript AS transcript, n.present""",
    "enrollments AS n JOIN records AS r USING (record)",
    key=_row_key("e", "n.position"),
)

COURSES = _facts(
    f"""coalesce(c.academic_year_begin::INTEGER, {_school_year("n.enrollment_date")}) AS school_year,
    c.course_type, c.section, c.term_type, (c.credits_granted * 100)::INTEGER AS credits,
    (c.clock_hours * 100)::INTEGER AS clock_hours, c.partial, c.present""",
    """courses AS c JOIN records AS r USING (record)
JOIN enrollments AS n ON n.record = c.record AND n.position = c.enrollment_position""",
    key=_row_key("c", "c.enrollment_position", "c.position"),
)

_MONTH = "try_strptime(a.administration_month || '-01', '%Y-%m-%d')::DATE"

ASSESSMENTS = _facts(
    f"""{_school_year(_MONTH)} AS school_year, month({_MONTH})::INTEGER AS month, a.assessment_type,
    a.reporting_method, a.proficient, a.present""",
    "assessments AS a JOIN records AS r USING (record) LEFT JOIN newest AS n USING (record)",
    key=_row_key("a", "a.position"),
)

MOVES = _facts(
    f"""{_school_year("m.qualifying_arrival_date")} AS school_year,
    month(m.qualifying_arrival_date)::INTEGER AS month, m.from_state,
    coalesce(m.from_country, CASE WHEN m.from_state IS NOT NULL THEN 'US' END) AS from_country, m.to_state,
    coalesce(m.from_state <> m.to_state, false) AS interstate, m.present""",
    "qualifying_moves AS m JOIN records AS r USING (record) LEFT JOIN newest AS n USING (record)",
    key=_row_key("m", "m.position"),
)

ELIGIBLE_YEARS = """
CREATE OR REPLACE TABLE eligible_years AS
SELECT e.record, r.child, t.program_year::INTEGER AS program_year, e.starts, e.ends,
    make_date(t.program_year, 9, 1) AS year_begins, make_date(t.program_year + 1, 8, 31) AS year_ends,
    (r.birth_date + INTERVAL 3 YEAR)::DATE AS third_birthday,
    (r.birth_date + INTERVAL 22 YEAR)::DATE AS twenty_second_birthday
FROM eligible AS e JOIN records AS r USING (record),
    unnest(generate_series(
        year(e.starts) - (month(e.starts) < 9)::INTEGER, year(e.ends) - (month(e.ends) < 9)::INTEGER
    )) AS t (program_year)
WHERE e.ends >= e.starts
"""
"""Each program year, 1 September to 31 August, in which a move makes a child eligible on at least one day."""

CHILD_YEARS = """
CREATE OR REPLACE TABLE child_years AS
SELECT record, child, program_year, year_begins, year_ends, third_birthday,
    bool_or(least(ends, year_ends) >= third_birthday
        AND greatest(starts, year_begins) < twenty_second_birthday) AS of_age,
    bool_or(third_birthday BETWEEN year_begins AND year_ends AND ends >= third_birthday) AS turns_three
FROM eligible_years GROUP BY ALL
"""
"""The same by all moves of a record: whether the child was 3 to 21 on an eligible day, and whether it turned three."""

# The child count: a child counts once in a state for a program year when it was eligible on at least one day of it
# while 3 to 21 years old. Who turned three in that year counts only if residency was verified on or after that
# birthday, and in that year: before it, the child may have moved on as an infant. The second count is of those among
# them whom a summer (or year-round) migrant program served in that year.
ELIGIBILITY = _facts(
    """w.program_year, w.of_age AND (NOT w.turns_three OR w.verified) AS counted,
    w.of_age AND (NOT w.turns_three OR w.verified) AND w.summer AS summer,
    w.turns_three AS two_turning_three, w.verified AS verified_after_three""",
    """(
    SELECT DISTINCT ON (y.child, y.program_year) y.record, y.program_year, y.of_age, y.turns_three,
        y.turns_three AND EXISTS (
            SELECT 1 FROM enrollments AS v WHERE v.record = y.record
                AND v.residency_verification_date BETWEEN y.third_birthday AND y.year_ends
        ) AS verified,
        EXISTS (
            SELECT 1 FROM enrollments AS s WHERE s.record = y.record
                AND s.enrollment_type IN ('SUMMER_MEP', 'YEAR_ROUND_MEP') AND s.enrollment_date <= y.year_ends
                AND coalesce(s.withdrawal_date, s.enrollment_date) >= y.year_begins
        ) AS summer
    FROM child_years AS y
    ORDER BY y.child, y.program_year, y.of_age DESC, verified DESC, y.record
) AS w JOIN records AS r USING (record) LEFT JOIN newest AS n USING (record)""",
    key=_row_key("y", "w.program_year"),
)

WORKLIST = f"""
SELECT $state AS state, $region AS region, coalesce(w.state_region, d.region) AS state_region,
    coalesce(w.district, n.district_id) AS district, w.child, w.record_key AS row_key, r.sex,
    strftime(r.birth_date, '%Y%m%d')::INTEGER AS birth, n.grade_level AS grade, n.english_learner,
    n.individual_education_program AS iep, n.priority_for_services AS pfs, n.medical_alert, n.enrollment_type,
    w.kind, w.status, w.level, {_school_year("w.raised")} AS school_year, month(w.raised)::INTEGER AS month,
    {_day("w.raised")} AS raised_day, {_day("w.due")} AS due_day,
    (w.settled - w.raised)::INTEGER AS days, w.in_time
FROM worklist_items AS w LEFT JOIN records AS r USING (record) LEFT JOIN newest AS n USING (record)
LEFT JOIN district_regions AS d ON d.district_id = coalesce(w.district, n.district_id)
"""  # noqa: S608

PREPARATIONS = (NEWEST, ELIGIBLE, ELIGIBLE_YEARS, CHILD_YEARS)

CLOCKS = f"""
SELECT $state AS state, $region AS region, d.region AS state_region, coalesce(c.district, n.district_id) AS district,
    c.child, {_row_key("k", "c.kind").replace("r.record_key", "c.clock_key")} AS row_key, r.sex,
    strftime(r.birth_date, '%Y%m%d')::INTEGER AS birth, n.grade_level AS grade, n.english_learner,
    n.individual_education_program AS iep, n.priority_for_services AS pfs, n.medical_alert, n.enrollment_type,
    c.kind AS clock, {_school_year("c.started")} AS school_year, month(c.started)::INTEGER AS month,
    {_day("c.started")} AS started_day, {_day("c.due")} AS due_day, (c.met - c.started)::INTEGER AS days, c.in_time
FROM all_clocks AS c LEFT JOIN records AS r USING (record) LEFT JOIN newest AS n USING (record)
LEFT JOIN district_regions AS d ON d.district_id = coalesce(c.district, n.district_id)
"""  # noqa: S608

QUERIES = {
    "students": STUDENTS,
    "enrollments": ENROLLMENTS,
    "courses": COURSES,
    "assessments": ASSESSMENTS,
    "moves": MOVES,
    "eligibility": ELIGIBILITY,
    "worklist": WORKLIST,
    "clocks": CLOCKS,
}
"""The query of each fact, its columns in the order of `hub.reports.facts`."""
