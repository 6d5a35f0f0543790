"""The facts that reports are made of: one columnar table a noun, the same in Parquet and in PostgreSQL.

No name, no id, no free text: a fact says of a child only codes, dates and amounts, and `child`, a random key (keyed
hash) that leads nowhere without the hub's secret. `row_key` is the row's own. Both are uniform over 64 bits and the
same in every snapshot: what disclosure control makes its noise of.

Days are counted from 1 January 1970 (`…_day`); a birth date is the number YYYYMMDD, so that an age is a difference
divided by 10,000. Amounts are whole hundredths. A school year is named by the year in which it begins, on 1 July; a
program year too, on 1 September: it is what the child count is of.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, Table, Text

FACTS = MetaData()

VERSION = 2
"""Of this file: a snapshot of other facts is not read, and files of other facts are not used again."""

CLOCKS = {
    "FIRST_MDES": "First data of a newly eligible child",
    "WITHDRAWAL_UPDATE": "Updates after a withdrawal",
    "TERM_END_UPDATE": "Updates after the end of a term",
    "CHANGE_OF_RESIDENCE": "Updates of a child that has left for another state",
    "ENROLLMENT": "Enrollment of a child reported as moved to the state",
    "DATA_REQUEST": "The answer to a request for what is missing of a child",
    "MOVE_NOTICE_ANSWER": "The answer to a move notice",
    "WORKLIST_ITEM": "A decision on a worklist item",
}


def _fact(name: str, rows_of_a_child: int, *own: Column[object]) -> Table:
    """A fact: where it is (the reporting state, its national region, the child's region of the state, and district),
    whose, what the state says of the child, and `own` columns.

    The child is as at the time of the fact where the fact has one (courses, enrollments), else as by its newest
    enrollment in that state. `rows_of_a_child`: about so many a child has, or would be hidden by so many; the noise of
    large cells is in units of it, and fixed, since the same cell has the same noise in every snapshot.
    """
    return Table(
        name,
        FACTS,
        Column("state", Text),
        Column("region", Text),
        Column("state_region", Text),
        Column("district", Text),
        Column("child", BigInteger),
        Column("row_key", BigInteger),
        Column("sex", Text),
        Column("birth", Integer),
        Column("grade", Text),
        Column("english_learner", Boolean),
        Column("iep", Boolean),
        Column("pfs", Boolean),
        Column("medical_alert", Text),
        Column("enrollment_type", Text),
        *own,
        info={"rows_of_a_child": rows_of_a_child},
    )


STUDENTS = _fact(
    "students",
    1,
    Column("single", Boolean, comment="it is the only record of its child: counting rows counts children"),
    Column("immunization_alert", Boolean),
    Column("states", Integer, comment="states that hold a record of the child"),
    Column("qualifying_day", Integer, comment="the newest qualifying arrival date"),
    Column("eligible_until_day", Integer, comment="the last day of eligibility, by all moves and the graduation"),
    Column("eligibility_year", Integer, comment="program year of the newest qualifying arrival date"),
    Column("graduated", Boolean),
    Column("present", BigInteger, comment="bit i: element i of the noun was sent"),
)
"""State records: one row a record that counts (active, its student not under review)."""

ENROLLMENTS = _fact(
    "enrollments",
    3,
    Column("school_year", Integer),
    Column("month", Integer),
    Column("enrolled_day", Integer),
    Column("withdrawn_day", Integer),
    Column("immunization_alert", Boolean),
    Column("residency_verified", Boolean),
    Column("graduated", Boolean),
    Column("transcript", Boolean, comment="a transcript from another state was received"),
    Column("present", BigInteger),
)

COURSES = _fact(
    "courses",
    10,
    Column("school_year", Integer),
    Column("course_type", Text),
    Column("section", Text),
    Column("term_type", Text),
    Column("credits", Integer, comment="hundredths of a credit granted"),
    Column("clock_hours", Integer, comment="hundredths of an hour"),
    Column("partial", Boolean, comment="clock hours and a grade to date without a final grade: a credit still open"),
    Column("present", BigInteger),
)

ASSESSMENTS = _fact(
    "assessments",
    4,
    Column("school_year", Integer),
    Column("month", Integer),
    Column("assessment_type", Text),
    Column("reporting_method", Text),
    Column("proficient", Boolean, comment="what the state says that the score means; null where it says neither"),
    Column("present", BigInteger),
)

MOVES = _fact(
    "moves",
    2,
    Column("school_year", Integer),
    Column("month", Integer),
    Column("from_state", Text),
    Column("from_country", Text),
    Column("to_state", Text),
    Column("interstate", Boolean, comment="from another state of the country"),
    Column("present", BigInteger),
)
"""Qualifying moves."""

ELIGIBILITY = _fact(
    "eligibility",
    2,
    Column("program_year", Integer),
    Column("counted", Boolean, comment="in the child count of that year"),
    Column("summer", Boolean, comment="counted, and served by a summer or year-round migrant program in that year"),
    Column("two_turning_three", Boolean, comment="turned three in that year while eligible"),
    Column("verified_after_three", Boolean, comment="residency was verified from the third birthday on in that year"),
)
"""One row a child, state and program year in which the child was eligible on at least one day."""

CLOCK_RUNS = _fact(
    "clocks",
    2,
    Column("clock", Text, comment=", ".join(CLOCKS)),
    Column("school_year", Integer, comment="in which it began"),
    Column("month", Integer),
    Column("started_day", Integer),
    Column("due_day", Integer),
    Column("days", Integer, comment="calendar days until it was met; null while open"),
    Column("in_time", Boolean, comment="met when due; null while open"),
)
"""One row each time that one of the law's clocks ran."""

WORKLIST = _fact(
    "worklist",
    1,
    Column("kind", Text),
    Column("status", Text),
    Column("level", Text),
    Column("school_year", Integer, comment="in which it was raised"),
    Column("month", Integer),
    Column("raised_day", Integer),
    Column("due_day", Integer),
    Column("days", Integer, comment="calendar days until it was settled; null while open"),
    Column("in_time", Boolean, comment="settled when due; null while open"),
)
"""Worklist items, by the first record that each is about."""
