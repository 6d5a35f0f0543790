"""An answer as a chart: bars for one dimension, a line over time, a heat map for two and more. A dimension of which the
answer has one value is no dimension of the picture: the value stands beside the as-of.

Made by Vega-Lite from the answer's own rows, without a network and with fonts that are at hand. Colours are told apart
by the colour-blind (one hue from light to dark; Okabe and Ito's set for lines). A hidden number has an asterisk where
its mark would be, never a mark of no length. What is said beneath is part of the picture.
"""

from __future__ import annotations

import textwrap
from dataclasses import replace

import vl_convert

from hub.reports.output.bars import PANELS, bars, single
from hub.reports.output.drawing import GRID, HUE, INK, LINES, SOFT, WIDTH, Spec, labelled, order_of, step_of, values_of
from hub.reports.output.words import (
    HIDDEN,
    as_of,
    dimensions,
    heading,
    measures,
    named,
    notes,
)
from hub.reports.table import TOTAL, Answer, Column, Row, rank_of

VEGA_LITE = "6.4"
SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
FONT = "Liberation Sans, Arial, Helvetica, DejaVu Sans, sans-serif"
TIMES = ("YEAR", "MONTH", "SCHOOL_YEAR", "PROGRAM_YEAR", "ELIGIBILITY_YEAR")
BARS, ROWS, COLUMNS = 100, 60, 60
"""The most bars, and rows and columns of a heat map, that one picture takes: the first ones of the answer."""


def picture(answer: Answer, *, as_png: bool) -> bytes:
    """The chart as PNG (twice the size of the screen's pixels) or SVG."""
    spec = chart(answer)
    if as_png:
        png: bytes = vl_convert.vegalite_to_png(spec, vl_version=VEGA_LITE, scale=2, allowed_base_urls=[])
        return png
    svg: str = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    return svg.encode()


def chart(answer: Answer) -> Spec:
    """The Vega-Lite specification."""
    rows = [row for row in answer.rows if TOTAL not in row.coordinates] or [*answer.rows]
    answer, rows, constants = _without_constants(answer, rows)
    names = [column.name for column in dimensions(answer)]
    shown = 1
    if not rows:
        body, left_out, shown = _nothing(), 0, len(measures(answer))
    elif not names:
        body, left_out, shown = single(answer, rows), 0, len(measures(answer))
    elif names[-1] in TIMES and len(names) <= 2 and _series(rows, len(names)) <= len(SERIES):
        body, left_out = _lines(answer, rows), 0
    elif len(names) == 1:
        body, left_out, shown = bars(answer, rows[:BARS]), max(0, len(rows) - BARS), PANELS
    else:
        body, left_out = _heat(answer, rows)
    said = notes(answer)
    if left_out:
        said.append(f"The picture leaves out {left_out:,} rows of the report.")
    if unseen := [heading(column) for column in measures(answer)[shown:]]:
        said.append(f"The report has more columns than the picture: {', '.join(unseen)}.")
    lines = [line for note in said for line in textwrap.wrap(note, 110)]
    caption = {
        "data": {"values": [{}]},
        "width": WIDTH,
        "height": 14 * len(lines) + 4,
        "mark": {"type": "text", "align": "left", "baseline": "top", "x": 0, "y": 0, "fontSize": 11, "lineHeight": 14},
        "encoding": {"text": {"value": lines}, "color": {"value": SOFT}},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": {"text": textwrap.wrap(answer.title, 70), "subtitle": [*constants, as_of(answer)]},
        "vconcat": [body, caption] if lines else [body],
        "spacing": 18,
        "resolve": {"scale": {"color": "independent"}},
        "background": "white",
        "padding": 20,
        "config": _CONFIG,
    }


_CONFIG: Spec = {
    "font": FONT,
    "view": {"stroke": None},
    "title": {
        "anchor": "start",
        "frame": "group",
        "fontSize": 18,
        "fontWeight": 600,
        "color": INK,
        "subtitleColor": SOFT,
        "subtitleFontSize": 12,
        "subtitlePadding": 6,
        "offset": 18,
    },
    "axis": {
        "labelColor": INK,
        "titleColor": SOFT,
        "titleFontWeight": "normal",
        "titleFontSize": 12,
        "labelFontSize": 12,
        "domainColor": GRID,
        "gridColor": GRID,
        "tickColor": GRID,
        "labelLimit": 0,
        "maxExtent": 1000,
        "titlePadding": 10,
    },
    "header": {"titleFontWeight": "normal", "titleColor": SOFT, "labelFontSize": 13, "labelColor": INK},
    "legend": {"titleColor": SOFT, "titleFontWeight": "normal", "labelColor": INK, "labelFontSize": 12},
    "range": {"category": list(SERIES)},
}


def _series(rows: list[Row], count: int) -> int:
    return len({row.coordinates[: count - 1] for row in rows})


def _without_constants(answer: Answer, rows: list[Row]) -> tuple[Answer, list[Row], list[str]]:
    """The answer without dimensions of which all rows have the same value, and these in words."""
    columns = dimensions(answer)
    several = [at for at in range(len(columns)) if len({row.coordinates[at] for row in rows}) != 1]
    if len(several) == len(columns) or not rows:
        return answer, rows, []
    alike = [at for at in range(len(columns)) if at not in several]
    words = [f"{heading(columns[at])}: {named(rows[0].coordinates[at], columns[at])}" for at in alike]
    kept = tuple(column for at, column in enumerate(columns) if at in several)
    less = [replace(row, coordinates=tuple(row.coordinates[at] for at in several)) for row in rows]
    return replace(answer, columns=(*kept, *measures(answer))), less, words


def _nothing() -> Spec:
    mark = {"type": "text", "align": "left", "x": 0, "fontSize": 13, "color": SOFT}
    return {
        "data": {"values": [{}]},
        "width": WIDTH,
        "height": 30,
        "mark": mark,
        "encoding": {"text": {"value": "There are no rows."}},
    }


def _lines(answer: Answer, rows: list[Row]) -> Spec:
    """Over time; a line a value of the other dimension. Where a number is hidden the line is broken."""
    columns = dimensions(answer)
    values = values_of(answer, rows, 0)
    order = _across(rows, columns[-1])
    at = {"field": "x", "type": "ordinal", "sort": order, "title": heading(columns[-1]), "axis": {"labelAngle": 0}}
    value = {"field": "v", "type": "quantitative", "title": values[0]["m"], "scale": {"zero": True}}
    value["axis"] = {"tickCount": 6, "domain": False, "ticks": False}
    colour: Spec = {"value": HUE}
    if len(columns) > 1:
        colour = {"field": "y", "type": "nominal", "title": heading(columns[0]), "sort": order_of(values, "y")}
    line = {
        "type": "line",
        "point": {"size": 60, "filled": True},
        "strokeWidth": 2.5,
        "invalid": "break-paths-show-domains",
    }
    star = {"type": "text", "text": HIDDEN, "fontSize": 18, "baseline": "bottom", "dy": 4}
    return {
        "data": {"values": values},
        "width": WIDTH,
        "height": 320,
        "encoding": {"x": at, "color": colour},
        "layer": [
            {"mark": line, "encoding": {"y": value}},
            {"transform": [{"filter": "datum.hidden"}], "mark": star, "encoding": {"y": {"value": 320}}},
        ],
    }


def _across(rows: list[Row], column: Column) -> list[str]:
    """The last dimension's values in their own order, whatever the rows are ordered by."""
    return [labelled(at, column) for at in sorted({row.coordinates[-1] for row in rows}, key=rank_of(column))]


def _heat(answer: Answer, rows: list[Row]) -> tuple[Spec, int]:
    """The last dimension across, the others down; and how many rows of the answer are left out."""
    columns = dimensions(answer)
    values = values_of(answer, rows, 0)
    down, across = order_of(values, "y")[:ROWS], _across(rows, columns[-1])[:COLUMNS]
    kept = [value for value in values if value["y"] in set(down) and value["x"] in set(across)]
    wide = max(max((len(value["t"]) for value in kept), default=1) * 7 + 10, 26, min(WIDTH // len(across), 110))
    most = max((value["v"] or 0 for value in kept), default=0)
    x: Spec = {"field": "x", "type": "nominal", "sort": across, "title": heading(columns[-1])}
    x["axis"] = {"orient": "top", "ticks": False, "domain": False, "labelExpr": "replace(datum.label, '\\n', ' ')"}
    x["axis"] |= {"labelAngle": -45, "labelAlign": "left"} if max(map(len, across)) * 7 > wide else {"labelAngle": 0}
    y: Spec = {"field": "y", "type": "nominal", "sort": down}
    y["axis"] = {"ticks": False, "domain": False, "labelExpr": LINES}
    y["title"] = " \u00b7 ".join(heading(column) for column in columns[:-1])
    colour = {"field": "v", "type": "quantitative", "title": values[0]["m"]}
    colour["scale"] = {"scheme": "blues", "domainMin": 0}
    colour["legend"] = {"format": f",.{measures(answer)[0].decimals}f", "tickCount": 4, "gradientLength": 200}
    colour["legend"] |= {"orient": "bottom", "direction": "horizontal"}
    if not most:
        colour["legend"] = None
    light = f"datum.v !== null && datum.v > {most * 0.55}"
    return {
        "data": {"values": kept},
        "width": {"step": wide},
        "height": {"step": step_of(down)},
        "encoding": {"x": x, "y": y},
        "layer": [
            {
                "mark": {"type": "rect", "stroke": "white", "strokeWidth": 1.5, "invalid": None},
                "encoding": {"color": {"condition": {"test": "datum.v === null", "value": "#F3F4F6"}, **colour}},
            },
            {
                "mark": {"type": "text", "fontSize": 11},
                "encoding": {
                    "text": {"field": "t"},
                    "color": {
                        "condition": [{"test": light, "value": "white"}, {"test": "datum.v === null", "value": SOFT}],
                        "value": INK,
                    },
                },
            },
        ],
    }, len(values) - len(kept)
