"""Days, months and years as they are said, in English and Spanish: `fourth`, `veintiuno`, `Sept`, `dos mil once`."""

from __future__ import annotations

from collections.abc import Sequence

_UNITS_EN = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
""".split()
_ORDINALS_EN = """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
""".split()
_UNITS_ES = """
uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete
dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete
veintiocho veintinueve treinta
""".split()


def _days() -> dict[str, int]:
    days = {word: number for number, word in enumerate(_UNITS_EN, 1)}
    days |= {word: number for number, word in enumerate(_ORDINALS_EN, 1)}
    days |= {word: number for number, word in enumerate(_UNITS_ES, 1)}
    days |= {"twenty": 20, "thirty": 30, "thirtieth": 30, "primero": 1, "un": 1}
    for unit in range(1, 10):
        days[f"twenty {_UNITS_EN[unit - 1]}"] = days[f"twenty {_ORDINALS_EN[unit - 1]}"] = 20 + unit
    days |= {"thirty one": 31, "thirty first": 31, "treinta y uno": 31, "treinta y un": 31, "veintiun": 21}
    return days


DAYS = _days()
"""Days of the month in words of one to three."""

_MONTH_WORDS = (
    "january jan enero ene",
    "february feb febrero febr",
    "march mar marzo",
    "april apr abril abr",
    "may mayo",
    "june jun junio",
    "july jul julio",
    "august aug agosto ago",
    "september sept sep septiembre setiembre",
    "october oct octubre",
    "november nov noviembre",
    "december dec diciembre dic",
)
MONTHS = {word: number for number, words in enumerate(_MONTH_WORDS, 1) for word in words.split()}
ROMAN_MONTHS = {word: number for number, word in enumerate("i ii iii iv v vi vii viii ix x xi xii".split(), 1)}


def _years() -> dict[tuple[str, ...], int]:
    years: dict[tuple[str, ...], int] = {}
    units_en = {number: word for word, number in DAYS.items() if word in (*_UNITS_EN, "twenty", "thirty")}
    for number in range(1, 31):
        words = units_en.get(number, f"twenty {_UNITS_EN[number - 21]}" if 20 < number < 30 else "").split()
        year = 2000 + number
        years[("two", "thousand", *words)] = years[("two", "thousand", "and", *words)] = year
        years[("twenty", *(("oh", *words) if number < 10 else words))] = year
        years[("dos", "mil", _UNITS_ES[number - 1])] = year
    return {**years, ("two", "thousand"): 2000, ("dos", "mil"): 2000}


_YEARS = _years()


def year_in_words(words: Sequence[str]) -> tuple[int, int] | None:
    """How many of the words name a year of this century, and which; the longest that do."""
    for length in range(min(len(words), 5), 1, -1):
        if (year := _YEARS.get(tuple(words[:length]))) is not None:
            return length, year
    return None
