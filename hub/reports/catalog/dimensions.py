"""What a report may be split and filtered by."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Integer, Table, bindparam, case, cast, func, literal

from hub.reports.catalog.shapes import AS_OF_DATE, AS_OF_DAY, Dimension
from hub.reports.facts import CLOCKS
from hub.reports.table import Value
from hub.tables import CODE_LISTS, ITEM_KINDS, ITEM_LEVELS, ITEM_STATUSES, JURISDICTIONS


def _age(table: Table) -> ColumnElement[int]:
    """Whole years on the snapshot's day; 22 stands for 22 and more."""
    years = func.floor((bindparam(AS_OF_DATE, type_=Integer, required=False) - table.c.birth) / literal(10_000.0))
    return cast(func.least(years, 22), Integer)


_AGE_GROUPS: Mapping[Value, str] = {
    "0-2": "Birth to 2",
    "3-5": "3 to 5",
    "6-11": "6 to 11",
    "12-14": "12 to 14",
    "15-17": "15 to 17",
    "18-21": "18 to 21",
    "22+": "22 and older",
}


def _age_group(table: Table) -> ColumnElement[str]:
    age = _age(table)
    upper = ((2, "0-2"), (5, "3-5"), (11, "6-11"), (14, "12-14"), (17, "15-17"), (21, "18-21"))
    return case(*((age <= top, literal(name)) for top, name in upper), (table.c.birth.is_not(None), literal("22+")))


def _eligible(table: Table) -> ColumnElement[bool]:
    return func.coalesce(
        table.c.eligible_until_day >= bindparam(AS_OF_DAY, type_=Integer, required=False), literal(False)
    )


_YES_NO: Mapping[Value, str] = {True: "Yes", False: "No"}
_YES_NO_NONE: Mapping[Value, str] = {**_YES_NO, None: "Not reported"}
_STATES: dict[Value, str] = {each["code"]: each["name"] for each in sorted(JURISDICTIONS, key=lambda one: one["name"])}
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS: dict[Value, str] = dict(enumerate(_NAMES, start=1))


def _words(values: Mapping[str, str]) -> dict[Value, str]:
    return {code: words.removesuffix(".") for code, words in values.items()}


def _codes(name: str) -> dict[Value, str]:
    return {**_words(CODE_LISTS[name]), None: "Not reported"}


_KINDS: Mapping[Value, str] = {kind: kind.replace("_", " ").capitalize() for kind in ITEM_KINDS}
_AGES: Mapping[Value, str] = {**{age: str(age) for age in range(22)}, 22: "22 and older"}


def _plain(column: str, description: str, labels: Mapping[Value, str] | None = None, number: bool = False) -> Dimension:
    return Dimension(column.upper(), description, column, "integer" if number else "text", labels=labels)


def _yes(column: str, description: str, values: Mapping[Value, str] = _YES_NO) -> Dimension:
    return Dimension(column.upper(), description, column, "boolean", values)


_DIMENSIONS = (
    _plain("state", "The state that reports.", _STATES),
    _plain("region", "The national region of that state."),
    _plain("state_region", "The region of its state that the child's district belongs to."),
    _plain("district", "The school district, by its NCES id: of the enrollment, else of the newest one."),
    _plain("school_year", "The school year of the fact, by the year in which it began, on 1 July.", number=True),
    _plain("program_year", "The program year of the child count, by the year of its 1 September.", number=True),
    Dimension("MONTH", "The month of the fact, 1 to 12.", "month", "integer", {**_MONTHS, None: "Not reported"}),
    _plain("grade", "The grade level: of the enrollment, else of the newest one.", _codes("gradeLevel")),
    _plain("sex", "Sex.", _codes("sex")),
    Dimension(
        "AGE",
        "Age in years on the day of the snapshot; 22 stands for 22 and older.",
        "birth",
        "integer",
        _AGES,
        expression=_age,
    ),
    Dimension(
        "AGE_GROUP", "Age on the day of the snapshot, in groups.", "birth", values=_AGE_GROUPS, expression=_age_group
    ),
    _yes("english_learner", "Whether the child is an English learner (EL).", _YES_NO_NONE),
    _yes("iep", "Whether the child has an individualized education program (IEP).", _YES_NO_NONE),
    _yes("pfs", "Whether the child has priority for services (PFS).", _YES_NO_NONE),
    _plain("medical_alert", "The medical alert, if any; never a diagnosis.", _codes("medicalAlert")),
    _yes("immunization_alert", "Whether no immunization record is held."),
    _plain("enrollment_type", "What kind of program the enrollment is in.", _codes("enrollmentType")),
    _plain("states", "Mobility: how many states hold a record of the child.", number=True),
    _plain("eligibility_year", "Program year (from 1 September) of the newest qualifying arrival.", number=True),
    Dimension(
        "ELIGIBLE",
        "Whether the child is eligible on the day of the snapshot.",
        "eligible_until_day",
        "boolean",
        _YES_NO,
        expression=_eligible,
    ),
    _yes("graduated", "Whether a diploma or its equivalent is reported."),
    _yes("residency_verified", "Whether residency was verified."),
    _plain("from_state", "The state a move was from; none: another country.", _STATES | {None: "Outside"}),
    _plain("from_country", "The country a move was from."),
    _plain("to_state", "The state a move was to.", _STATES | {None: "Not reported"}),
    _yes("interstate", "Whether a move was from another state of the country."),
    _plain("course_type", "The type of a course.", _codes("courseType")),
    _plain("section", "Whether the full course or a half of it.", _codes("section")),
    _plain("term_type", "The type of a course's term.", _codes("termType")),
    _plain("assessment_type", "The type of an assessment.", _codes("assessmentType")),
    _plain("reporting_method", "How an assessment's score is expressed.", _codes("reportingMethod")),
    _yes("two_turning_three", "Whether the child turned three in the program year."),
    _yes("verified_after_three", "Whether residency was verified from the third birthday on in that year."),
    Dimension("CLOCK", "Which of the law's clocks ran.", "clock", values=_words(CLOCKS)),
    Dimension("ITEM_KIND", "The kind of a worklist item.", "kind", values=_KINDS),
    Dimension("ITEM_STATUS", "How far a worklist item is.", "status", values=_words(ITEM_STATUSES)),
    Dimension("ITEM_LEVEL", "With whom a worklist item lies.", "level", values=_words(ITEM_LEVELS)),
)
DIMENSIONS: Mapping[str, Dimension] = {dimension.name: dimension for dimension in _DIMENSIONS}
