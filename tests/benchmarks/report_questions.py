"""Eight typical questions of analysts: as the hub is asked, in DuckDB's SQL over the facts as one would type it, and in
PostgreSQL's over the hub's own tables, where every rule of counting is written out anew. All three answer the same.

Rows are the dimensions' values, then the measures' numbers, as exact answers show them. What is typed asks for the row
over everything too, as each answer of the hub has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

YEAR = 2025
"""Of the questions that are of one year; it is typed in their SQL."""
_COUNTED = "status = 'ACTIVE' AND review_scopes IS NULL"


@dataclass(frozen=True)
class Question:
    """`typed`: over the views of the facts. `plain`: over the hub's tables. Both round as the hub does."""

    title: str
    measures: Sequence[str]
    dimensions: Sequence[str]
    typed: str
    plain: str
    filters: Sequence[Mapping[str, Any]] = field(default_factory=tuple)

    def asked(self) -> dict[str, Any]:
        """The input of `report`."""
        return {
            "measures": list(self.measures),
            "dimensions": list(self.dimensions),
            "filters": [dict(each) for each in self.filters],
            "scope": {"nation": True},
            "limit": 10_000,
        }


def _only(dimension: str, value: object) -> dict[str, Any]:
    return {"dimension": dimension, "in": [str(value)]}


_NEWEST = f"""
newest AS (
    SELECT DISTINCT ON (state_record_id) state_record_id, grade_level, english_learner, priority_for_services
    FROM enrollments ORDER BY state_record_id, enrollment_date DESC NULLS LAST, position DESC
), counted AS (SELECT * FROM state_records WHERE {_COUNTED})
"""
_SCHOOL_YEAR = "extract(year FROM {0})::int - (extract(month FROM {0}) < 7)::int"
_MONTH = "to_date(administration_month || '-01', 'YYYY-MM-DD')"

QUESTIONS = (
    Question(
        "students by state",
        ["STUDENTS"],
        ["STATE"],
        "SELECT state, count(DISTINCT child) FROM students GROUP BY GROUPING SETS ((state), ())",
        f"SELECT state::text, count(DISTINCT student_id) FROM state_records WHERE {_COUNTED} GROUP BY 1",
    ),
    Question(
        "students and records by grade and sex",
        ["STUDENTS", "STATE_RECORDS"],
        ["GRADE", "SEX"],
        "SELECT grade, sex, count(DISTINCT child), count(*) FROM students GROUP BY GROUPING SETS ((grade, sex), ())",
        f"""
WITH {_NEWEST}
SELECT grade_level, sex, count(DISTINCT student_id), count(*)
FROM counted JOIN demographics USING (state_record_id) LEFT JOIN newest USING (state_record_id) GROUP BY 1, 2
""",
    ),
    Question(
        "enrollments by school year and type",
        ["ENROLLMENTS"],
        ["SCHOOL_YEAR", "ENROLLMENT_TYPE"],
        "SELECT school_year, enrollment_type, count(*) FROM enrollments "
        "GROUP BY GROUPING SETS ((school_year, enrollment_type), ())",
        f"""
SELECT {_SCHOOL_YEAR.format("enrollment_date")}, enrollment_type, count(*)
FROM enrollments JOIN state_records USING (state_record_id) WHERE {_COUNTED} GROUP BY 1, 2
""",
    ),
    Question(
        "children enrolled in summer programs by state, one year",
        ["ENROLLED_STUDENTS"],
        ["STATE"],
        "SELECT state, count(DISTINCT child) FROM enrollments WHERE enrollment_type = 'SUMMER_MEP' "
        "AND school_year = 2025 GROUP BY GROUPING SETS ((state), ())",
        f"""
SELECT record.state::text, count(DISTINCT student_id)
FROM enrollments JOIN state_records AS record USING (state_record_id)
WHERE {_COUNTED} AND enrollment_type = 'SUMMER_MEP' AND {_SCHOOL_YEAR.format("enrollment_date")} = 2025 GROUP BY 1
""",
        [_only("ENROLLMENT_TYPE", "SUMMER_MEP"), _only("SCHOOL_YEAR", YEAR)],
    ),
    Question(
        "credits granted and open by course type",
        ["COURSES", "CREDITS_GRANTED", "PARTIAL_CREDITS"],
        ["COURSE_TYPE"],
        "SELECT course_type, count(*), sum(credits) / 100, count(*) FILTER (WHERE partial) FROM courses "
        "GROUP BY GROUPING SETS ((course_type), ())",
        f"""
SELECT course_type, count(*), sum(credits_granted),
    count(*) FILTER (WHERE clock_hours IS NOT NULL AND grade_to_date IS NOT NULL AND final_grade IS NULL)
FROM courses JOIN state_records USING (state_record_id) WHERE {_COUNTED} GROUP BY 1
""",
    ),
    Question(
        "proficiency by grade and English learners, one year",
        ["ASSESSMENTS", "PROFICIENT_SHARE"],
        ["GRADE", "ENGLISH_LEARNER"],
        """
SELECT grade, english_learner, count(*), round(100.0 * count(*) FILTER (WHERE proficient) / count(proficient), 1)
FROM assessments WHERE school_year = 2025 GROUP BY GROUPING SETS ((grade, english_learner), ())
""",
        f"""
WITH {_NEWEST}
SELECT grade_level, english_learner, count(*),
    round(100.0 * count(*) FILTER (WHERE interpretation IN ('Proficient', 'Advanced')) / count(interpretation), 1)
FROM assessments JOIN counted USING (state_record_id) LEFT JOIN newest USING (state_record_id)
WHERE {_SCHOOL_YEAR.format(_MONTH)} = 2025 GROUP BY 1, 2
""",
        [_only("SCHOOL_YEAR", YEAR)],
    ),
    Question(
        "moves from state to state, one year",
        ["MOVES"],
        ["FROM_STATE", "TO_STATE"],
        "SELECT from_state, to_state, count(*) FROM moves WHERE school_year = 2025 "
        "GROUP BY GROUPING SETS ((from_state, to_state), ())",
        f"""
SELECT from_state, to_state, count(*) FROM qualifying_moves JOIN state_records USING (state_record_id)
WHERE {_COUNTED} AND {_SCHOOL_YEAR.format("qualifying_arrival_date")} = 2025 GROUP BY 1, 2
""",
        [_only("SCHOOL_YEAR", YEAR)],
    ),
    Question(
        "each clock: how often, in time, median days",
        ["CLOCKS", "CLOCK_IN_TIME_SHARE", "CLOCK_DAYS"],
        ["CLOCK"],
        """
SELECT clock, count(*), round(100.0 * count(*) FILTER (WHERE in_time)
    / count(*) FILTER (WHERE in_time IS NOT NULL OR due_day < $day), 1), quantile_disc(days, 0.5)
FROM clocks GROUP BY GROUPING SETS ((clock), ())
""",
        f"""
SELECT kind, count(*), round(100.0 * count(*) FILTER (WHERE met_at <= due_at)
        / count(*) FILTER (WHERE met_at IS NOT NULL OR due_at::date < $1::timestamptz::date), 1),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY met_at::date - start_at::date)
FROM clocks JOIN state_records USING (state_record_id) WHERE {_COUNTED} AND start_at <= $1 GROUP BY 1
""",
    ),
)
