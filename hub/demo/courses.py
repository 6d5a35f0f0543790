"""The courses of one period, as the school reports them.

A full year carries its credit; who leaves in the second semester carries half and partial credits; who leaves
earlier, or is still there, carries partial credits only: clock hours and the grade to date, no final grade.
"""

from functools import lru_cache
from random import Random
from typing import Any

from hub.demo.dice import among, pick
from hub.demo.schooling import Period

Course = tuple[str, str, str]
"""Title, subject area, course type."""

_ENGLISH, _MATH, _SCIENCE, _SOCIAL = "English Language Arts", "Mathematics", "Science", "Social Studies"
_MIDDLE: tuple[Course, ...] = (
    ("English Language Arts", _ENGLISH, "REGULAR"),
    ("Mathematics", _MATH, "REGULAR"),
    ("Science", _SCIENCE, "REGULAR"),
    ("Social Studies", _SOCIAL, "REGULAR"),
    ("Reading Support", _ENGLISH, "REMEDIAL"),
    ("Physical Education", "Health and PE", "REGULAR"),
)
_EIGHTH: tuple[Course, ...] = (("Algebra I", _MATH, "HONORS"), *_MIDDLE)
_BY_GRADE: dict[str, tuple[Course, ...]] = {
    "06": _MIDDLE,
    "07": _MIDDLE,
    "08": _EIGHTH,
    "09": (
        ("English I", _ENGLISH, "REGULAR"),
        ("Algebra I", _MATH, "REGULAR"),
        ("Biology", _SCIENCE, "REGULAR"),
        ("World Geography", _SOCIAL, "REGULAR"),
        ("Spanish for Heritage Speakers I", "World Languages", "REGULAR"),
        ("Agricultural Mechanics", "Career and Technical", "CAREER_TECHNICAL"),
        ("Physical Education", "Health and PE", "REGULAR"),
        ("English Language Development", _ENGLISH, "OTHER"),
    ),
    "10": (
        ("English II", _ENGLISH, "REGULAR"),
        ("Geometry", _MATH, "REGULAR"),
        ("Chemistry", _SCIENCE, "REGULAR"),
        ("World History", _SOCIAL, "HONORS"),
        ("Spanish for Heritage Speakers II", "World Languages", "REGULAR"),
        ("Health", "Health and PE", "REGULAR"),
        ("Art I", "Fine Arts", "REGULAR"),
        ("Credit Recovery Mathematics", _MATH, "REMEDIAL"),
    ),
    "11": (
        ("English III", _ENGLISH, "REGULAR"),
        ("Algebra II", _MATH, "REGULAR"),
        ("Physics", _SCIENCE, "REGULAR"),
        ("US History", _SOCIAL, "AP"),
        ("Welding I", "Career and Technical", "CAREER_TECHNICAL"),
        ("Spanish Language and Culture", "World Languages", "AP"),
        ("Band", "Fine Arts", "REGULAR"),
    ),
    "12": (
        ("English IV", _ENGLISH, "REGULAR"),
        ("College Algebra", _MATH, "DUAL_CREDIT"),
        ("Environmental Science", _SCIENCE, "REGULAR"),
        ("Government", _SOCIAL, "REGULAR"),
        ("Economics", _SOCIAL, "REGULAR"),
        ("Culinary Arts II", "Career and Technical", "CAREER_TECHNICAL"),
        ("Theater", "Fine Arts", "IB"),
    ),
}
_SUMMER: tuple[Course, ...] = (
    ("Credit Recovery English", _ENGLISH, "REMEDIAL"),
    ("Credit Recovery Mathematics", _MATH, "REMEDIAL"),
)
_LETTERS = ("A", "B", "B", "C", "C", "D", "A", "B", "C", "F")


def titles(grade: str, summer: bool) -> tuple[Course, ...]:
    """What is taught in that grade; outside grades 06 to 12 what a benchmark may ask for."""
    if summer and grade not in {"06", "07", "08"}:
        return _SUMMER
    return _BY_GRADE.get(grade, _MIDDLE)


def usual_count(rng: Random, period: Period) -> int:
    """How many courses a school reports of that period: none below grade 06."""
    if period.grade not in _BY_GRADE or period.term is None:
        return 0
    return among(rng, 1, 2) if period.summer else among(rng, 5, 7)


@lru_cache(maxsize=4096)
def _shape(
    start: int, end: int | None, term_start: int, term_end: int, summer: bool
) -> tuple[str, str, float, int | None]:
    """Section, term type, credit as a share of a year, and clock hours where the course was not finished."""
    hours = max(4, int(((end or min(start + 60, term_end)) - start) * 0.68))
    finished = end is not None and end >= term_end - 7
    if summer:
        return "A", "0833", 0.5 if finished else 0.0, None if finished else min(hours * 2, 60)
    if finished:
        return ("FULL", "0827", 1.0, None) if start < term_start + 45 else ("B", "0828", 0.5, None)
    return "FULL", "0827", 0.0, min(hours, 130)


def courses(rng: Random, period: Period, count: int) -> list[dict[str, Any]]:
    """`count` courses of the period, in upload form."""
    term = period.term
    began = term.start if term else period.start
    ends = term.end if term else began + 280
    section, kind, credit, hours = _shape(period.start, period.end, began, ends, period.summer)
    year = term.year if term else int(began / 365.2425)
    offered = titles(period.grade, period.summer)
    two_semesters = hours is not None and not period.summer and period.end is not None and period.end > began + 165
    found: list[dict[str, Any]] = []
    for number in range(count):
        title, subject, course_type = offered[number % len(offered)]
        course: dict[str, Any] = {
            "title": title,
            "subjectArea": subject,
            "courseType": course_type,
            "academicYearBegin": year,
            "academicYearEnd": year + 1,
            "section": section,
            "termType": kind,
        }
        if two_semesters and number % 2 == 0 and period.start < began + 90:
            _grant(rng, course, period.grade, 0.5)
            course["section"], course["termType"] = "A", "0828"
        elif hours is None:
            _grant(rng, course, period.grade, credit)
        else:
            course["clockHours"] = max(1, hours - int(rng.random() * 5))
            course["gradeToDate"] = str(among(rng, 58, 98)) if rng.random() < 0.4 else pick(rng, _LETTERS)
        found.append(course)
    return found


def _grant(rng: Random, course: dict[str, Any], grade: str, credit: float) -> None:
    letter = pick(rng, _LETTERS)
    below = grade in {"06", "07", "08"} and course["title"] != "Algebra I"
    course["creditsGranted"] = 0.0 if below or letter == "F" else credit
    course["finalGrade"] = letter
