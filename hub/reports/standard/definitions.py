"""Which standard reports there are."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from hub.errors import Code, HubError
from hub.reports.asking import Request, ask, date_of
from hub.reports.catalog import DIMENSIONS, MEASURES
from hub.reports.elements import ELEMENTS
from hub.reports.question import Question


@dataclass(frozen=True)
class Whole:
    """A table of the nation that is protected as a whole. Reports that are cut from it tell nothing of each other."""

    measures: tuple[str, ...]
    dimensions: tuple[str, ...]


@dataclass(frozen=True)
class Standard:
    """One standard report. `year` says which dimension its parameter of a year goes by: none, if it takes none.

    By default it is of the newest year that has begun. `notes` are the rules that a reader must know. `whole` is what
    it is cut from, where other reports show some of the same numbers.
    """

    name: str
    description: str
    measures: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()
    year: Literal["SCHOOL_YEAR", "PROGRAM_YEAR"] | None = None
    filters: tuple[Mapping[str, Any], ...] = ()
    elements: tuple[str, ...] = ()
    margins: Literal["NONE", "NESTED", "CROSSED"] = "NONE"
    pivot: str | None = None
    notes: tuple[str, ...] = ()
    whole: Whole | None = None


@dataclass(frozen=True)
class Parameters:
    """What a standard report may be given: the year by its beginning, the scope, and the snapshots."""

    year: int | None = None
    scope: Mapping[str, Any] | None = None
    as_of: datetime.date | str | None = None
    compare_as_of: datetime.date | str | None = None


_CHILD_COUNT_RULES = (
    "A child counts once in each state in which it was eligible on at least one day from 1 September to 31 August "
    "while 3 to 21 years old.",
    "A child that turned three in that time counts when residency was verified on or after that birthday, and in that "
    "time.",
    "Eligibility ends the day before the third anniversary of the qualifying arrival, the 22nd birthday or graduation.",
)
_TIMELINESS = ("CLOCKS", "CLOCKS_OVERDUE", "CLOCK_IN_TIME_SHARE", "CLOCK_DAYS")
_IN_TIME_RULE = "Met in time, of those that were met or have run out; a clock that still runs in time says nothing yet."

_ALL_STUDENTS = Whole(("STUDENTS", "STATE_RECORDS", "PFS_STUDENTS"), ("STATE", "GRADE"))
_ALL_ELIGIBLE = Whole(
    ("CHILD_COUNT", "SUMMER_CHILD_COUNT", "ELIGIBLE_CHILDREN", "TURNED_THREE", "TURNED_THREE_VERIFIED"), ("STATE",)
)
_ALL_CLOCKS = Whole(_TIMELINESS, ("STATE", "CLOCK"))

_REPORTS = (
    Standard(
        "STUDENT_COUNTS",
        "Students and state records by state and grade.",
        ("STUDENTS", "STATE_RECORDS"),
        ("STATE", "GRADE"),
        margins="CROSSED",
        whole=_ALL_STUDENTS,
    ),
    Standard(
        "CHILD_COUNT",
        "The official child count of a program year by state, and those served by summer programs.",
        ("CHILD_COUNT", "SUMMER_CHILD_COUNT", "ELIGIBLE_CHILDREN"),
        ("STATE",),
        "PROGRAM_YEAR",
        notes=_CHILD_COUNT_RULES,
        whole=_ALL_ELIGIBLE,
    ),
    Standard(
        "TWO_TURNING_THREE",
        "Eligible children who turned three in a program year, and those verified from that birthday on.",
        ("TURNED_THREE", "TURNED_THREE_VERIFIED"),
        ("STATE",),
        "PROGRAM_YEAR",
        notes=(_CHILD_COUNT_RULES[1],),
        whole=_ALL_ELIGIBLE,
    ),
    Standard(
        "ENROLLMENT",
        "Enrollments of a school year by state and type.",
        ("ENROLLMENTS", "ENROLLED_STUDENTS"),
        ("STATE", "ENROLLMENT_TYPE"),
        "SCHOOL_YEAR",
        margins="CROSSED",
    ),
    Standard(
        "CREDIT_ACCRUAL",
        "Course history of a school year by state: courses, credits granted, and partial credits still open.",
        ("COURSES", "CREDITS_GRANTED", "MEAN_CREDITS", "PARTIAL_CREDITS", "PARTIAL_HOURS"),
        ("STATE",),
        "SCHOOL_YEAR",
        notes=("A partial credit has clock hours and a grade to date, and no final grade.",),
    ),
    Standard(
        "ASSESSMENTS",
        "Assessments of a school year by state and type, and how many were proficient.",
        ("ASSESSMENTS", "PROFICIENT_SHARE"),
        ("STATE", "ASSESSMENT_TYPE"),
        "SCHOOL_YEAR",
        notes=("Proficient is what the state itself calls so; tests of different states are not of one scale.",),
    ),
    Standard(
        "MOBILITY",
        "Qualifying moves of a school year from state to state.",
        ("MOVES",),
        ("FROM_STATE", "TO_STATE"),
        "SCHOOL_YEAR",
        margins="CROSSED",
        notes=("A move without a state it was from came from another country.",),
    ),
    Standard(
        "PRIORITY_FOR_SERVICES",
        "Students by state, and those with priority for services.",
        ("STUDENTS", "PFS_STUDENTS"),
        ("STATE",),
        whole=_ALL_STUDENTS,
    ),
    Standard(
        "COMPLETENESS",
        "How completely each minimum data element is sent.",
        elements=tuple(ELEMENTS),
        pivot="COMPLETENESS",
        notes=("Of all rows of the element's noun, those in which it need not be sent among them.",),
    ),
    Standard(
        "TIMELINESS",
        "How each of the law's clocks is met.",
        _TIMELINESS,
        ("CLOCK",),
        notes=(_IN_TIME_RULE,),
        whole=_ALL_CLOCKS,
    ),
    Standard(
        "TIMELINESS_BY_STATE",
        "How the states meet each of the law's clocks.",
        ("CLOCKS", "CLOCK_IN_TIME_SHARE"),
        ("STATE", "CLOCK"),
        notes=(_IN_TIME_RULE,),
        whole=_ALL_CLOCKS,
    ),
    Standard(
        "WORKLISTS",
        "Worklist items by kind: how many, how old, and how many were settled in time.",
        (
            "WORKLIST_ITEMS",
            "WORKLIST_OPEN",
            "WORKLIST_OVERDUE",
            "WORKLIST_AGE",
            "WORKLIST_DAYS",
            "WORKLIST_IN_TIME_SHARE",
        ),
        ("ITEM_KIND",),
    ),
    Standard(
        "MOVE_NOTICES",
        "Move notices by the state they went to, and how fast they were answered.",
        _TIMELINESS,
        ("STATE",),
        filters=({"dimension": "CLOCK", "in": ["MOVE_NOTICE_ANSWER"]},),
        notes=(_IN_TIME_RULE,),
        whole=_ALL_CLOCKS,
    ),
    Standard(
        "MISSED_ENROLLMENT",
        "Children reported as moved to a state, and whether they were enrolled there in time.",
        _TIMELINESS,
        ("STATE",),
        filters=({"dimension": "CLOCK", "in": ["ENROLLMENT"]},),
        notes=(_IN_TIME_RULE,),
        whole=_ALL_CLOCKS,
    ),
)
STANDARD: Mapping[str, Standard] = {report.name: report for report in _REPORTS}


def standard_request(name: str, given: Parameters, today: datetime.date) -> Request:
    """A standard report as a request. Raises HubError (INVALID_ARGUMENT) for a parameter it does not take.

    The national table is the published one; the same of a part of the nation is protected like an ad hoc report.
    """
    report = STANDARD.get(name)
    if report is None:
        raise HubError(Code.INVALID_ARGUMENT, "There is no such standard report; reportCatalog lists them.")
    filters = [dict(each) for each in report.filters]
    if report.year is not None:
        year = _begun(report.year, date_of(given.as_of, "asOf") or today) if given.year is None else given.year
        filters.append({"dimension": report.year, "in": [str(year)]})
    elif given.year is not None:
        raise HubError(Code.INVALID_ARGUMENT, f"{name} takes no year.")
    plain = {
        "measures": list(report.measures),
        "elements": list(report.elements),
        "dimensions": list(report.dimensions),
        "filters": filters,
        "scope": given.scope,
        "asOf": given.as_of,
        "compareAsOf": given.compare_as_of,
        "margins": report.margins,
        "limit": 10_000,
    }
    request = ask(plain, title=report.description.rstrip("."))
    kept = {"standard": name, "year": given.year, "scope": given.scope, "asOf": _text(given.as_of)}
    return replace(
        request,
        plain={**kept, "compareAsOf": _text(given.compare_as_of)},
        published=_published(report, request),
        pivot=report.pivot,
        notes=report.notes,
    )


def _published(report: Standard, request: Request) -> Question:
    """What the report is cut from, of the same year; itself, if no other shows some of its numbers."""
    whole = report.whole
    if whole is None:
        return request.question
    filters = tuple(each for each in request.question.filters if each.dimension.name not in whole.dimensions)
    measures = tuple(MEASURES[name] for name in whole.measures)
    return Question(measures, tuple(DIMENSIONS[name] for name in whole.dimensions), filters)


def _begun(dimension: str, today: datetime.date) -> int:
    """The newest year that has begun."""
    return today.year - (today.month < (9 if dimension == "PROGRAM_YEAR" else 7))


def _text(day: datetime.date | str | None) -> str | None:
    return day.isoformat() if isinstance(day, datetime.date) else day
