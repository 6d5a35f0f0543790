"""The formats that an answer can be written in, and how each is chosen.

Every format says what the answer does: title, as of when, notes, what was done to the numbers, and which are hidden.
A hidden number is never in the file: there is nothing of it in an `Answer`.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hub.described import Described
from hub.errors import Code, HubError
from hub.reports.table import Answer


class Format(Described):
    """What a report can be downloaded as."""

    CSV = "CSV", "Comma-separated text in UTF-8, with the notes behind the rows."
    XLSX = "XLSX", "A workbook of two sheets: the report, and its notes."
    PARQUET = "PARQUET", "Columns for programs, each measure with what was done to it; the notes are metadata."
    SVG = "SVG", "A chart, as a drawing."
    PNG = "PNG", "A chart, as a picture."

    @property
    def ending(self) -> str:
        """Of a file name, with the dot."""
        return f".{self.value.lower()}"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.SVG: "image/svg+xml",
    Format.PNG: "image/png",
}


def format_of(path: Path) -> Format:
    """The format that a file's ending asks for. Raises HubError (USAGE)."""
    for each in Format:
        if path.suffix.lower() == each.ending:
            return each
    endings = ", ".join(each.ending for each in Format)
    raise HubError(Code.USAGE, f"Expected a file name that ends in one of {endings}.")


def rendered(answer: Answer, format_: Format) -> bytes:
    """The answer as the bytes of a file. It takes its time: not for the event loop's thread. What a format needs is
    imported when it is asked for, so that a server that writes none is not larger for it."""
    if format_ is Format.CSV:
        from hub.reports.output.csv_file import csv_file

        return csv_file(answer)
    if format_ is Format.XLSX:
        from hub.reports.output.xlsx_file import xlsx_file

        return xlsx_file(answer)
    if format_ is Format.PARQUET:
        from hub.reports.output.parquet_file import parquet_file

        return parquet_file(answer)
    from hub.reports.output.chart import picture

    return picture(answer, as_png=format_ is Format.PNG)


def write(answer: Answer, path: Path) -> Format:
    """Write the answer to a file, whole or not at all; the ending says in which format. Raises HubError (USAGE)."""
    format_ = format_of(path)
    content = rendered(answer, format_)
    try:
        handle, beside = tempfile.mkstemp(prefix=".hub-report-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except OSError as error:
        raise HubError(Code.USAGE, f"Expected a file that can be written: {error.strerror}.") from None
    return format_
