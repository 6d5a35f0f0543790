"""An answer as a workbook: a sheet to read and print, and a sheet of notes. Rows are written as they come."""

from __future__ import annotations

import io
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from hub.reports.output.words import HIDDEN, NONE, as_of, dimensions, heading, measures, named, notes, number
from hub.reports.table import Answer, Cell, Column, Mark, Row

INK, PALE, RULE, GREY = "#1F3A5F", "#EEF3F8", "#B8C4D2", "#6B7280"
HEADER = 3
"""The row of the headings; title, as-of and an empty row stand above."""

_SAFE = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "use_zip64": True,
}


def xlsx_file(answer: Answer) -> bytes:
    """The workbook's bytes. No text in it is a formula or a link."""
    content = io.BytesIO()
    with Workbook(content, _SAFE) as book:
        book.set_properties(
            {"title": answer.title, "comments": as_of(answer), "created": answer.as_of.replace(tzinfo=None)}
        )
        _Report(book, answer).write()
        _notes(book, answer)
    return content.getvalue()


class _Report:
    """The sheet of the numbers."""

    def __init__(self, book: Workbook, answer: Answer) -> None:
        self.answer = answer
        self.sheet: Worksheet = book.add_worksheet("Report")
        self.book = book
        self.dimensions, self.measures = dimensions(answer), measures(answer)
        self._formats: dict[tuple[Any, ...], Any] = {}

    def write(self) -> None:
        rows = self.answer.rows
        last = HEADER + len(rows)
        self._page(last)
        self.sheet.set_row(0, 24)
        self.sheet.write_string(0, 0, self.answer.title, self._format(bold=True, font_size=16, font_color=INK))
        self.sheet.write_string(1, 0, as_of(self.answer), self._format(font_color=GREY))
        self.sheet.set_row(HEADER, 32)
        for place, column in enumerate(self.answer.columns):
            align = "left" if column.kind == "dimension" else "right"
            self.sheet.write_string(HEADER, place, heading(column), self._heading(align))
        for at, row in enumerate(rows):
            self._row(HEADER + 1 + at, row, shaded=at % 2 == 1)
        if self.answer.totals is not None:
            self._row(last + 1, self.answer.totals, total=True)
        if self.answer.disclosure.suppressed:
            legend = f"{HIDDEN} Suppressed. What was done to the numbers is on the sheet Notes."
            self.sheet.write_string(last + 3, 0, legend, self._format(italic=True, font_color=GREY))

    def _page(self, last: int) -> None:
        sheet = self.sheet
        for place, column in enumerate(self.answer.columns):
            sheet.set_column(place, place, self._width(place, column))
        sheet.freeze_panes(HEADER + 1, len(self.dimensions))
        sheet.autofilter(HEADER, 0, max(last, HEADER + 1), len(self.answer.columns) - 1)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADER)
        sheet.set_footer("&L&A, " + as_of(self.answer).replace("&", "&&") + "&R&P / &N")

    def _width(self, place: int, column: Column) -> float:
        words = heading(column).split(" ")
        count = len(self.dimensions)
        if column.kind == "dimension":
            content = max((len(named(row.coordinates[place], column)) for row in self.answer.rows), default=0)
        else:
            content = max((len(number(row.cells[place - count], column)) for row in self.answer.rows), default=0)
        return min(48.0, max(content + 3, max(len(word) for word in words) + 4, len(heading(column)) / 2 + 4, 10))

    def _row(self, at: int, row: Row, *, shaded: bool = False, total: bool = False) -> None:
        look: dict[str, Any] = {"bg_color": PALE} if shaded else {}
        if total:
            look = {"bold": True, "top": 1, "top_color": INK, "bottom": 6, "bottom_color": INK}
        for place, (coordinate, column) in enumerate(zip(row.coordinates, self.dimensions, strict=True)):
            self.sheet.write_string(at, place, named(coordinate, column), self._format(**look))
        for place, (cell, column) in enumerate(zip(row.cells, self.measures, strict=True), start=len(self.dimensions)):
            self._cell(at, place, cell, column, look)

    def _cell(self, at: int, place: int, cell: Cell, column: Column, look: dict[str, Any]) -> None:
        if cell.mark is Mark.SUPPRESSED or cell.value is None:
            text = HIDDEN if cell.mark is Mark.SUPPRESSED else NONE
            self.sheet.write_string(at, place, text, self._format(**look, align="right", font_color=GREY))
        elif isinstance(cell.value, str | bool):
            self.sheet.write_string(at, place, str(cell.value), self._format(**look, align="right"))
        else:
            shape = "#,##0" + ("." + "0" * column.decimals if column.decimals else "")
            self.sheet.write_number(at, place, cell.value, self._format(**look, num_format=shape))

    def _heading(self, align: str) -> Any:
        look = {"bold": True, "font_color": "#FFFFFF", "bg_color": INK, "text_wrap": True, "valign": "vcenter"}
        return self._format(**look, align=align, border=1, border_color=RULE)

    def _format(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"font_name": "Calibri", **look})
        return self._formats[key]


def _notes(book: Workbook, answer: Answer) -> None:
    sheet = book.add_worksheet("Notes")
    name = book.add_format({"bold": True, "font_color": INK, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    sheet.hide_gridlines(2)
    lines = [("Report", answer.title), ("As of", as_of(answer).removeprefix("As of "))]
    lines += [("Protection", answer.disclosure.mode.description)]
    lines += [("Note", note) for note in notes(answer)]
    lines += [(heading(column), column.label) for column in answer.columns]
    for at, (what, said) in enumerate(lines):
        sheet.write_string(at, 0, what, name)
        sheet.write_string(at, 1, said, text)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
