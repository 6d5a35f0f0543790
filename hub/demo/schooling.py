"""A child's periods: what it did during each stay, before any state writes it down.

A period is one enrollment to come: school in session, a summer term, or residency only. Periods stand in the order
of time. A graduate has none after graduation; a child whose eligibility ended has only those that a continuation of
services explains. Every child has at least one period at home.
"""

from dataclasses import dataclass
from random import Random

from hub.demo.calendars import Term, terms_during, years_on
from hub.demo.dice import dice
from hub.demo.families import Child, Family
from hub.demo.journeys import STILL_THERE, Stay

GRADES = ("KG", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12")
SECONDARY = frozenset(GRADES[7:])
_HIGH = frozenset(GRADES[9:])


@dataclass(frozen=True, slots=True)
class Traits:
    """What stays with the child wherever it goes; `alert` is its medical alert in a bad or in any year."""

    behind: int
    leaves_school_after: int
    graduates: bool
    preschool: bool
    english_learner: bool
    individual_program: bool
    alert: str
    immunized: bool


@dataclass(frozen=True, slots=True)
class Period:
    """`end` is an ordinal day or None while it lasts; `term` is None for residency only."""

    stay: Stay
    start: int
    end: int | None
    grade: str
    term: Term | None
    after_eligibility: bool = False
    graduation: bool = False

    @property
    def summer(self) -> bool:
        return self.term is not None and self.term.summer


def traits(rng: Random, family: Family, child: Child) -> Traits:
    """Roll a child's traits. Shares follow what states report of migrant children, roughly."""
    chance = rng.random
    drops = family.alone or chance() < 0.1
    return Traits(
        behind=1 if chance() < 0.22 else 0,
        leaves_school_after=(8 if family.alone else 9 + int(chance() * 3)) if drops else 99,
        graduates=chance() < 0.86,
        preschool=chance() < 0.5,
        english_learner=chance() < family.community.english_learners * (0.6 if child.birth_country == "US" else 1),
        individual_program=chance() < 0.09,
        alert=("CHRONIC" if chance() < 0.6 else "ACUTE") if chance() < 0.08 else "NONE",
        immunized=chance() < 0.95,
    )


def schooling(seed: int, family: Family, child: Child, stays: list[Stay], until: int) -> tuple[Traits, list[Period]]:
    """The child's traits, and its periods up to and with the day `until`."""
    rng = dice(seed, "child", child.index)
    about = traits(rng, family, child)
    mine = [stay for stay in stays if stay.arrive > child.birth_date.toordinal() + 14]
    periods = [period for stay in mine for period in _periods(rng, child, about, stay, until)]
    return about, _graduate(about, _while_eligible(rng, child, mine, periods), until)


def _periods(rng: Random, child: Child, about: Traits, stay: Stay, until: int) -> list[Period]:
    found = []
    settled_in = stay.arrive + int(rng.random() * 6)
    for term in terms_during(stay.arrive, min(stay.leave, until + 1), stay.town.state.late_year):
        start, end = max(settled_in, term.start), min(stay.leave, term.end)
        if min(end, until) - start < 9:
            continue
        grade = _grade(child, about, term.year)
        if grade == "OS" or (grade[0] == "P" and grade != "PS"):
            continue
        if term.summer and rng.random() > (0.15 if stay.at_home else 0.7):
            continue
        found.append(Period(stay, start, end if end <= until else None, grade, term))
    if not found:
        grade = _grade(child, about, _school_year(stay.arrive))
        gone = stay.leave if stay.leave <= until else None
        found.append(Period(stay, min(settled_in, stay.arrive + 1), gone, grade, None))
    return found


def _school_year(day: int) -> int:
    """The first calendar year of the school year that a day falls in, near enough for a grade."""
    return int((day - 213) / 365.2425) + 1


def _grade(child: Child, about: Traits, year: int) -> str:
    born = child.birth_date
    age = year - born.year - (1 if (born.month, born.day) > (9, 1) else 0)
    if age < 5:
        return "PS" if age >= 3 and about.preschool else f"P{max(age, 0)}"
    level = max(0, age - 5 - about.behind)
    return "OS" if level > min(12, about.leaves_school_after) else GRADES[level]


def _while_eligible(rng: Random, child: Child, stays: list[Stay], periods: list[Period]) -> list[Period]:
    last = max(stay.arrive for stay in stays) + 3 * 365
    birthday = years_on(child.birth_date, 22)
    ends = min(last, birthday.toordinal() - 1) if birthday else last
    kept = []
    for period in periods:
        if period.start <= ends:
            kept.append(period)
        elif period.grade in _HIGH and rng.random() < 0.6:
            kept.append(
                Period(period.stay, period.start, period.end, period.grade, period.term, after_eligibility=True)
            )
    return kept


def _graduate(about: Traits, periods: list[Period], until: int) -> list[Period]:
    """End the periods at the last one of a completed grade 12, if the child graduates and has been home by then."""
    if not about.graduates:
        return periods
    for number in range(len(periods) - 1, -1, -1):
        last = periods[number]
        if last.grade != "12" or last.term is None or last.summer or last.end is None or last.term.end > until:
            continue
        if last.stay.leave != STILL_THERE and last.end < last.term.end - 60:
            continue
        kept = [*periods[:number], Period(last.stay, last.start, last.end, "12", last.term, graduation=True)]
        return kept if any(period.stay.at_home for period in kept) else periods
    return periods
