"""What all pictures are made of: colours, and an answer's rows as the values that marks are drawn from."""

from __future__ import annotations

import textwrap
from typing import Any

from hub.reports.output.words import dimensions, heading, measures, named, number
from hub.reports.table import Answer, Column, Coordinate, Mark, Row

INK, SOFT, GRID, HUE = "#1F2937", "#6B7280", "#E5E7EB", "#0072B2"

WIDTH = 640
LONG = 56
"""Letters of a label after which it goes on in the next line."""

LINES = "split(datum.label, '\\n')"
"""A label's lines, as Vega takes them."""

Spec = dict[str, Any]


def values_of(answer: Answer, rows: list[Row], place: int) -> list[Spec]:
    """One object a row of one measure: x the last dimension's value, y the others', v the number, t as text."""
    columns, column = dimensions(answer), measures(answer)[place]
    found = []
    for row in rows:
        places = zip(row.coordinates, columns, strict=True)
        words = [labelled(coordinate, each) for coordinate, each in places]
        cell = row.cells[place]
        value = None if cell.value is None or isinstance(cell.value, str) else float(cell.value)
        shown = {"v": value, "t": number(cell, column), "hidden": cell.mark is Mark.SUPPRESSED, "m": heading(column)}
        found.append({"x": words[-1] if words else heading(column), "y": " \u00b7 ".join(words[:-1]), **shown})
    return found


def labelled(coordinate: Coordinate, column: Column) -> str:
    """A dimension's value in words, in lines."""
    return "\n".join(textwrap.wrap(named(coordinate, column), LONG))


def order_of(values: list[Spec], name: str) -> list[str]:
    return list(dict.fromkeys(value[name] for value in values))


def step_of(labels: list[str]) -> int:
    """The height of a row."""
    return max([26, *(12 + 15 * (label.count("\n") + 1) for label in labels)])
