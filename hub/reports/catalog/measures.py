"""What a report may count, add up, average and compare; the rules of counting that are not in the facts stand here."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import BigInteger, ColumnElement, Integer, Table, and_, bindparam, literal, true

from hub.reports.catalog.shapes import AS_OF_DATE, AS_OF_DAY, Condition, Expression, Measure
from hub.reports.elements import Element
from hub.reports.facts import (
    ASSESSMENTS,
    CLOCK_RUNS,
    COURSES,
    ELIGIBILITY,
    ENROLLMENTS,
    FACTS,
    MOVES,
    STUDENTS,
    WORKLIST,
)
from hub.reports.table import Aggregate


def _true(column: str) -> Condition:
    return lambda table: table.c[column].is_(True)


def counted_rows(fact: Table) -> ColumnElement[bool]:
    """Which rows of a fact reports are about at all: program years that have begun, of the eligibility; else all."""
    if fact is not ELIGIBILITY:
        return true()
    begins: ColumnElement[bool] = fact.c.program_year * 10_000 + 901 <= bindparam(
        AS_OF_DATE, type_=Integer, required=False
    )
    return begins


def _column(name: str) -> Expression:
    return lambda table: table.c[name]


def _age_of_item(table: Table) -> ColumnElement[int]:
    return bindparam(AS_OF_DAY, type_=Integer, required=False) - table.c.raised_day


def _open(table: Table) -> ColumnElement[bool]:
    return table.c.days.is_(None)


def _overdue(table: Table) -> ColumnElement[bool]:
    return and_(table.c.days.is_(None), table.c.due_day < bindparam(AS_OF_DAY, type_=Integer, required=False))


def _settled_or_late(table: Table) -> ColumnElement[bool]:
    """A clock that is still running in time says nothing yet; one that ran out says that it was not met."""
    return table.c.in_time.is_not(None) | (table.c.due_day < bindparam(AS_OF_DAY, type_=Integer, required=False))


_SHARE, _SUM, _MEDIAN, _MEAN = Aggregate.SHARE, Aggregate.SUM, Aggregate.MEDIAN, Aggregate.MEAN

_MEASURES = (
    Measure("STUDENTS", "Different children with a record that counts.", STUDENTS, unit="students", children=True),
    Measure("STATE_RECORDS", "State records that count.", STUDENTS, unit="records", beside="STUDENTS"),
    Measure(
        "PFS_STUDENTS",
        "Different children with priority for services (PFS).",
        STUDENTS,
        unit="students",
        where=_true("pfs"),
        children=True,
        beside="STUDENTS",
    ),
    Measure("ENROLLMENTS", "Enrollments.", ENROLLMENTS, unit="enrollments"),
    Measure(
        "ENROLLED_STUDENTS",
        "Different children with an enrollment.",
        ENROLLMENTS,
        unit="students",
        children=True,
        beside="ENROLLMENTS",
    ),
    Measure("COURSES", "Courses.", COURSES, unit="courses"),
    Measure(
        "CREDITS_GRANTED",
        "Credits granted.",
        COURSES,
        _SUM,
        "credits",
        amount=_column("credits"),
        scale=100,
        decimals=2,
    ),
    Measure(
        "MEAN_CREDITS",
        "Mean credits of a course that grants any.",
        COURSES,
        _MEAN,
        "credits",
        amount=_column("credits"),
        scale=100,
        decimals=2,
    ),
    Measure(
        "PARTIAL_CREDITS",
        "Courses with a partial credit still open.",
        COURSES,
        unit="courses",
        where=_true("partial"),
        beside="COURSES",
    ),
    Measure(
        "PARTIAL_HOURS",
        "Clock hours of courses with a partial credit still open.",
        COURSES,
        _SUM,
        "hours",
        _true("partial"),
        amount=_column("clock_hours"),
        scale=100,
        decimals=2,
    ),
    Measure("ASSESSMENTS", "Assessments.", ASSESSMENTS, unit="assessments"),
    Measure(
        "PROFICIENT_SHARE",
        "Share of assessments that the state calls proficient or better, of those it calls anything.",
        ASSESSMENTS,
        _SHARE,
        "%",
        lambda table: table.c.proficient.is_not(None),
        _true("proficient"),
        decimals=1,
    ),
    Measure("MOVES", "Qualifying moves.", MOVES, unit="moves"),
    Measure(
        "INTERSTATE_SHARE",
        "Share of moves that were from another state.",
        MOVES,
        _SHARE,
        "%",
        part=_true("interstate"),
        decimals=1,
    ),
    Measure(
        "ELIGIBLE_CHILDREN",
        "Children eligible in a program year, one a child and state.",
        ELIGIBILITY,
        unit="children",
        beside="CHILD_COUNT",
    ),
    Measure(
        "CHILD_COUNT",
        "The child count: eligible and 3 to 21 years old in a program year, one a child and state.",
        ELIGIBILITY,
        unit="children",
        where=_true("counted"),
    ),
    Measure(
        "SUMMER_CHILD_COUNT",
        "Those of the child count whom a summer migrant program served.",
        ELIGIBILITY,
        unit="children",
        where=_true("summer"),
        beside="CHILD_COUNT",
    ),
    Measure(
        "TURNED_THREE",
        "Eligible children who turned three in the program year.",
        ELIGIBILITY,
        unit="children",
        where=_true("two_turning_three"),
        beside="ELIGIBLE_CHILDREN",
    ),
    Measure(
        "TURNED_THREE_VERIFIED",
        "Those of them whose residency was verified from that birthday on.",
        ELIGIBILITY,
        unit="children",
        where=_true("verified_after_three"),
        beside="TURNED_THREE",
    ),
    Measure("CLOCKS", "Times that a clock ran.", CLOCK_RUNS, unit="clocks"),
    Measure(
        "CLOCKS_OVERDUE",
        "Clocks that ran out and are not met yet.",
        CLOCK_RUNS,
        unit="clocks",
        where=_overdue,
        beside="CLOCKS",
    ),
    Measure(
        "CLOCK_IN_TIME_SHARE",
        "Share of clocks met in time, of those met or run out.",
        CLOCK_RUNS,
        _SHARE,
        "%",
        _settled_or_late,
        _true("in_time"),
        decimals=1,
    ),
    Measure("CLOCK_DAYS", "Median days until a clock was met.", CLOCK_RUNS, _MEDIAN, "days", amount=_column("days")),
    Measure("WORKLIST_ITEMS", "Worklist items.", WORKLIST, unit="items"),
    Measure(
        "WORKLIST_OPEN", "Worklist items still open.", WORKLIST, unit="items", where=_open, beside="WORKLIST_ITEMS"
    ),
    Measure(
        "WORKLIST_OVERDUE",
        "Open worklist items past their due day.",
        WORKLIST,
        unit="items",
        where=_overdue,
        beside="WORKLIST_OPEN",
    ),
    Measure(
        "WORKLIST_DAYS",
        "Median days until a worklist item was settled.",
        WORKLIST,
        _MEDIAN,
        "days",
        amount=_column("days"),
    ),
    Measure(
        "WORKLIST_AGE",
        "Median days that open worklist items have waited.",
        WORKLIST,
        _MEDIAN,
        "days",
        _open,
        amount=_age_of_item,
    ),
    Measure(
        "WORKLIST_IN_TIME_SHARE",
        "Share of worklist items settled in time, of those settled or run out.",
        WORKLIST,
        _SHARE,
        "%",
        _settled_or_late,
        _true("in_time"),
        decimals=1,
    ),
)
MEASURES: Mapping[str, Measure] = {measure.name: measure for measure in _MEASURES}


COMPLETENESS = "Completeness: "


def completeness(element: Element) -> Measure:
    """The share of an element's rows in which it was sent. Rows in which it need not be sent count, too."""

    def sent(table: Table) -> ColumnElement[bool]:
        bit: ColumnElement[bool] = table.c.present.bitwise_and(literal(1 << element.bit, BigInteger)) != 0
        return bit

    return Measure(
        element.name,
        COMPLETENESS + element.description,
        FACTS.tables[element.fact],
        _SHARE,
        "%",
        part=sent,
        decimals=1,
    )
