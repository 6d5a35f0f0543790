"""What the parts of an answer are called where people read them: headings, values, hidden cells, the notes beneath."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from hub.reports.table import TOTAL, Answer, Cell, Column, Coordinate, Mark, Mode

HIDDEN = "*"
NONE = "\N{EN DASH}"
"""What stands for a number that is suppressed, and where there is nothing to show."""

_SHORT = {"Pfs": "PFS", "Iep": "IEP", "Mdes": "MDEs", "Mde": "MDE", "Qad": "QAD", "Coe": "COE", "Id": "ID"}


def heading(column: Column) -> str:
    """A column's name in words, with its unit: "Days to first MDEs", "In time (%)"."""
    words = column.name.replace("_", " ").capitalize()
    for word, short in _SHORT.items():
        words = " ".join(short if each.capitalize() == word else each for each in words.split(" "))
    return f"{words} ({column.unit})" if column.unit and column.unit.lower() not in words.lower() else words


def named(coordinate: Coordinate, column: Column) -> str:
    """A dimension's value in words."""
    if coordinate is TOTAL:
        return "Total"
    if (label := column.labels.get(coordinate)) is not None:
        return label
    if coordinate is None:
        return "Not reported"
    return (
        {True: "Yes", False: "No"}.get(coordinate, str(coordinate)) if isinstance(coordinate, bool) else str(coordinate)
    )


def number(cell: Cell, column: Column) -> str:
    """A number as it is read: "1,234", "56.7", "*"."""
    if cell.mark is Mark.SUPPRESSED:
        return HIDDEN
    if cell.value is None:
        return NONE
    return str(cell.value) if isinstance(cell.value, str | bool) else f"{cell.value:,.{column.decimals}f}"


def dimensions(answer: Answer) -> Sequence[Column]:
    return [column for column in answer.columns if column.kind == "dimension"]


def measures(answer: Answer) -> Sequence[Column]:
    return [column for column in answer.columns if column.kind == "measure"]


def day(moment: datetime.datetime) -> str:
    """Such as "1 March 2026, 04:00 UTC"."""
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def as_of(answer: Answer) -> str:
    """Of which day the numbers are."""
    text = f"As of {day(answer.as_of)}"
    return text if answer.compared_as_of is None else f"{text}, compared with {day(answer.compared_as_of)}"


def notes(answer: Answer) -> list[str]:
    """All that is to be read with the numbers."""
    said = list(answer.notes)
    if answer.disclosure.mode is not Mode.EXACT:
        said.append(answer.disclosure.note)
    if answer.disclosure.suppressed:
        said.append(f"{HIDDEN} Suppressed, so that nobody can be learnt about.")
    return said
