"""School years and summer terms as day numbers, and day numbers as text.

The generator counts in ordinal days (`date.toordinal`): a record holds forty dates, and looking a text up is much
faster than making a date and printing it.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_FIRST_YEAR, _LAST_YEAR = 1985, 2080
_BASE = date(_FIRST_YEAR, 1, 1).toordinal()
_TEXTS = tuple(date.fromordinal(day).isoformat() for day in range(_BASE, date(_LAST_YEAR, 12, 31).toordinal() + 1))


@dataclass(frozen=True, slots=True)
class Term:
    """A school year or a summer term: first day, last day, the school year's first calendar year."""

    start: int
    end: int
    year: int
    summer: bool


def text(day: int) -> str:
    """An ordinal day as YYYY-MM-DD; days from 1985 to 2080."""
    return _TEXTS[day - _BASE]


@lru_cache(maxsize=256)
def terms(year: int, late: bool) -> tuple[Term, Term]:
    """The school year that begins in that calendar year, and the summer term after it."""
    if late:
        days = (date(year, 9, 3), date(year + 1, 6, 16), date(year + 1, 6, 24), date(year + 1, 8, 2))
    else:
        days = (date(year, 8, 14), date(year + 1, 5, 25), date(year + 1, 6, 5), date(year + 1, 7, 18))
    start, end, summer_start, summer_end = (day.toordinal() for day in days)
    return Term(start, end, year, False), Term(summer_start, summer_end, year, True)


@lru_cache(maxsize=65536)
def terms_during(arrive: int, leave: int, late: bool) -> tuple[Term, ...]:
    """The terms that a stay touches, in order. Families of one stream stay alike, so most answers are known."""
    years = range(int(arrive / 365.2425), int(leave / 365.2425) + 2)
    both = (term for year in years for term in terms(year, late))
    return tuple(term for term in both if term.start < leave and arrive < term.end)


def years_on(birth_date: date, years: int) -> date | None:
    """The same day so many years later; None for 29 February, where a state may mean either neighbour."""
    if (birth_date.month, birth_date.day) == (2, 29):
        return None
    return birth_date.replace(year=birth_date.year + years)
