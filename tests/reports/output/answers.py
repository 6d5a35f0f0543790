"""Finished reports to be written to files."""

from __future__ import annotations

import datetime
import random
from dataclasses import replace
from decimal import Decimal

from hub.reports.table import TOTAL, Aggregate, Answer, Cell, Column, Coordinates, Disclosure, Mark, Mode, Row, Value

AS_OF = datetime.datetime(2026, 3, 1, 4, 0, tzinfo=datetime.UTC)
STATES: dict[Value, str] = {
    "CA": "California",
    "FL": "Florida",
    "GA": "Georgia",
    "TX": "Texas",
    "WA": "Washington",
    "MI": "Michigan",
}
STATE = Column("STATE", "dimension", "The state that reports.", labels=STATES)
FROM = Column("FROM_STATE", "dimension", "The state a move was from.", labels=STATES)
TO = Column("TO_STATE", "dimension", "The state a move was to.", labels=STATES)
YEAR = Column("SCHOOL_YEAR", "dimension", "The school year of the fact.", type="integer")
SEX = Column("SEX", "dimension", "Sex.", labels={"F": "Female", "M": "Male", None: "Not reported"})
STUDENTS = Column("STUDENTS", "measure", "Children with a record.", "students", "integer", Aggregate.COUNT)
SHARE = Column("IN_TIME", "measure", "Clocks met when due.", "%", "decimal", Aggregate.SHARE, decimals=1)
PROTECTED = Disclosure(
    Mode.STANDARD,
    "Numbers that fewer than 10 children are behind are not shown, zero included, nor are others from which they would "
    "follow. What is shown is exact; medians are taken near the middle.",
    2,
)
NOTES = ("Scope: the nation.", "Records of students under review are not counted; they count once that is decided.")
HIDDEN = Cell(None, Mark.SUPPRESSED)


def shown(value: int | Decimal) -> Cell:
    return Cell(value, Mark.EXACT)


def by_state() -> Answer:
    """One dimension, two measures, a hidden row, a row without anything, totals."""
    numbers = [("CA", 48210, "91.2"), ("FL", 21904, "84.0"), ("TX", 33007, "77.5"), ("WA", 12870, "95.1")]
    rows = [Row((state,), (shown(count), shown(Decimal(share)))) for state, count, share in numbers]
    rows.insert(2, Row(("GA",), (HIDDEN, HIDDEN)))
    rows.append(Row(("MI",), (shown(3120), Cell(None, Mark.EMPTY))))
    total = Row((TOTAL,), (shown(124_311), shown(Decimal("86.3"))))
    return Answer("Students by state", (STATE, STUDENTS, SHARE), tuple(rows), total, NOTES, PROTECTED, AS_OF)


def one_measure() -> Answer:
    answer = by_state()
    rows = tuple(Row(row.coordinates, row.cells[:1]) for row in answer.rows)
    return replace(answer, columns=answer.columns[:2], rows=rows, totals=None)


def mobility() -> Answer:
    """Two dimensions: from state by to state."""
    chance = random.Random(2)
    rows = []
    for here in STATES:
        for there in STATES:
            count = 0 if here == there else int(1800 * chance.random() ** 3)
            rows.append(Row((here, there), (HIDDEN if count < 10 else shown(count),)))
    return Answer(
        "Moves between states",
        (FROM, TO, replace(STUDENTS, name="MOVES", unit="moves")),
        tuple(rows),
        None,
        NOTES,
        PROTECTED,
        AS_OF,
    )


def over_time() -> Answer:
    """A line a sex over school years, one number hidden."""
    places: list[Coordinates] = [(sex, year) for sex in ("F", "M") for year in range(2019, 2026)]
    rows = [
        Row(place, (HIDDEN if place == ("F", 2021) else shown(9000 + 400 * number + 1700 * (number % 3)),))
        for number, place in enumerate(places)
    ]
    return Answer("Students by sex and school year", (SEX, YEAR, STUDENTS), tuple(rows), None, NOTES, PROTECTED, AS_OF)


def hostile() -> Answer:
    """Values and a title that a spreadsheet might take for formulas."""
    labels: dict[Value, str] = {
        "A": '=HYPERLINK("http://x","y")',
        "B": "@SUM(1)",
        "C": "-2+3",
        "D": "+1",
        "E": "\t=1",
        "F": 'plain, "text"',
    }
    column = replace(STATE, labels=labels)
    rows = tuple(Row((code,), (shown(number + 10),)) for number, code in enumerate(labels))
    return Answer("=cmd|' /C calc'!A0", (column, STUDENTS), rows, None, ("=1+1",), PROTECTED, AS_OF)
