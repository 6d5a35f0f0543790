"""An answer as CSV, for whatever opens it. Nothing in it is taken for a formula by a spreadsheet."""

from __future__ import annotations

import csv
import io

from hub.reports.output.words import HIDDEN, as_of, dimensions, heading, measures, named, notes
from hub.reports.table import Answer, Cell, Mark, Row

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_file(answer: Answer) -> bytes:
    """UTF-8 with a mark that spreadsheets know it by, lines that end in CR LF (RFC 4180), and the notes behind."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow([safe(heading(column)) for column in answer.columns])
    for row in (*answer.rows, *([answer.totals] if answer.totals else [])):
        lines.writerow(_fields(answer, row))
    lines.writerow([])
    for note in (answer.title, as_of(answer), *notes(answer)):
        lines.writerow([safe(note)])
    return text.getvalue().encode("utf-8-sig")


def _fields(answer: Answer, row: Row) -> list[str]:
    places = zip(row.coordinates, dimensions(answer), strict=True)
    values = [safe(named(coordinate, column)) for coordinate, column in places]
    return values + [_value(cell) for cell, _ in zip(row.cells, measures(answer), strict=True)]


def _value(cell: Cell) -> str:
    if cell.mark is Mark.SUPPRESSED:
        return HIDDEN
    return "" if cell.value is None else safe(cell.value) if isinstance(cell.value, str) else str(cell.value)


def safe(text: str) -> str:
    """Text that a spreadsheet takes for text: with an apostrophe before what it would take for a formula."""
    return "'" + text if text.startswith(_FORMULA) else text
