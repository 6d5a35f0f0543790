"""An answer as a chart: bars for one dimension, a line over time, a heat map for two and more.

Made by Vega-Lite from the answer's own rows, without a network and with fonts that are at hand. Colours are told apart
by the colour-blind (one hue from light to dark; Okabe and Ito's set for lines). A hidden number has an asterisk where
its mark would be, never a mark of no length. What is said beneath is part of the picture.
"""

from __future__ import annotations

import textwrap
from typing import Any

import vl_convert

from hub.reports.output.words import (
    HIDDEN,
    as_of,
    dimensions,
    heading,
    measures,
    named,
    notes,
    number,
)
from hub.reports.table import TOTAL, Answer, Mark, Row

VEGA_LITE = "6.4"
INK, SOFT, GRID, HUE = "#1F2937", "#6B7280", "#E5E7EB", "#0072B2"
SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
FONT = "Liberation Sans, Arial, Helvetica, DejaVu Sans, sans-serif"
TIMES = ("YEAR", "MONTH", "SCHOOL_YEAR", "PROGRAM_YEAR", "ELIGIBILITY_YEAR")
BARS, ROWS, COLUMNS = 60, 60, 60
"""The most bars, and rows and columns of a heat map, that one picture takes: the first ones of the answer."""

WIDTH = 640

Spec = dict[str, Any]


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
    names = [column.name for column in dimensions(answer)]
    if not names:
        body, left_out = _single(answer), 0
    elif names[-1] in TIMES and len(names) <= 2 and _series(rows, len(names)) <= len(SERIES):
        body, left_out = _lines(answer, rows), 0
    elif len(names) == 1:
        body, left_out = _bars(answer, rows[:BARS]), max(0, len(rows) - BARS)
    else:
        body, left_out = _heat(answer, rows)
    said = notes(answer)
    if left_out:
        said.append(f"The picture leaves out {left_out:,} rows of the report.")
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
        "title": {"text": textwrap.wrap(answer.title, 70), "subtitle": as_of(answer)},
        "vconcat": [body, caption] if lines else [body],
        "spacing": 18,
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
        "labelLimit": 260,
        "titlePadding": 10,
    },
    "header": {"titleFontWeight": "normal", "titleColor": SOFT, "labelFontSize": 13, "labelColor": INK},
    "legend": {"titleColor": SOFT, "titleFontWeight": "normal", "labelColor": INK, "labelFontSize": 12},
    "range": {"category": list(SERIES)},
}


def _values(answer: Answer, rows: list[Row], place: int) -> list[Spec]:
    """One object a row of one measure: x the last dimension's value, y the others', v the number, t as text."""
    columns, column = dimensions(answer), measures(answer)[place]
    found = []
    for row in rows:
        words = [named(coordinate, each) for coordinate, each in zip(row.coordinates, columns, strict=True)]
        cell = row.cells[place]
        value = None if cell.value is None or isinstance(cell.value, str) else float(cell.value)
        shown = {"v": value, "t": number(cell, column), "hidden": cell.mark is Mark.SUPPRESSED, "m": heading(column)}
        found.append({"x": words[-1] if words else heading(column), "y": " \u00b7 ".join(words[:-1]), **shown})
    return found


def _order(values: list[Spec], name: str) -> list[str]:
    return list(dict.fromkeys(value[name] for value in values))


def _series(rows: list[Row], count: int) -> int:
    return len({row.coordinates[: count - 1] for row in rows})


def _single(answer: Answer) -> Spec:
    """No dimension: a bar a measure."""
    values = [value for place in range(len(measures(answer))) for value in _values(answer, [*answer.rows], place)]
    return _bar(values, "", "", _order(values, "x"))


def _bars(answer: Answer, rows: list[Row]) -> Spec:
    """A bar a row; measures of the same unit beside each other as small multiples, the first three."""
    title = heading(dimensions(answer)[0])
    panels = []
    several = min(3, len(measures(answer)))
    for place in range(several):
        values = _values(answer, rows, place)
        panel = _bar(values, title if not place else "", values[0]["m"], _order(values, "x"), 1 + 0.12 * several)
        panel["width"] = WIDTH / several - 30 * (several > 1)
        if place:
            panel["encoding"]["y"]["axis"] = None
        panels.append(panel)
    return panels[0] if several == 1 else {"hconcat": panels, "spacing": 30}


def _bar(values: list[Spec], rows: str, columns: str, order: list[str], room: float = 1.12) -> Spec:
    place: Spec = {"field": "x", "type": "nominal", "sort": order, "title": rows or None}
    place["axis"] = {"ticks": False, "domain": False}
    text = {"type": "text", "align": "left", "dx": 5, "fontSize": 12}
    most = max((value["v"] or 0 for value in values), default=0) or 1
    length = {
        "field": "v",
        "type": "quantitative",
        "title": columns or None,
        "axis": {"tickCount": 5, "domain": False, "ticks": False},
        "scale": {"domainMin": 0, "domainMax": most * room},
    }
    at = {"value": 0}
    return {
        "data": {"values": values},
        "width": WIDTH,
        "height": {"step": 26},
        "encoding": {"y": place},
        "layer": [
            {
                "mark": {"type": "bar", "color": HUE, "height": {"band": 0.72}, "cornerRadiusEnd": 2},
                "encoding": {"x": length},
            },
            {
                "transform": [{"filter": "datum.v !== null"}],
                "mark": {**text, "color": INK},
                "encoding": {"x": {**length}, "text": {"field": "t"}},
            },
            {
                "transform": [{"filter": "datum.v === null"}],
                "mark": {**text, "color": SOFT},
                "encoding": {"x": at, "text": {"field": "t"}},
            },
        ],
    }


def _lines(answer: Answer, rows: list[Row]) -> Spec:
    """Over time; a line a value of the other dimension. Where a number is hidden the line is broken."""
    columns = dimensions(answer)
    values = _values(answer, rows, 0)
    order = list(dict.fromkeys(named(at, columns[-1]) for at in sorted({_time(row) for row in rows})))
    at = {"field": "x", "type": "ordinal", "sort": order, "title": heading(columns[-1]), "axis": {"labelAngle": 0}}
    value = {"field": "v", "type": "quantitative", "title": values[0]["m"], "scale": {"zero": True}}
    value["axis"] = {"tickCount": 6, "domain": False, "ticks": False}
    colour: Spec = {"value": HUE}
    if len(columns) > 1:
        colour = {"field": "y", "type": "nominal", "title": heading(columns[0]), "sort": _order(values, "y")}
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


def _time(row: Row) -> int:
    last = row.coordinates[-1]
    return int(last) if isinstance(last, int) else 10**9


def _heat(answer: Answer, rows: list[Row]) -> tuple[Spec, int]:
    """The last dimension across, the others down; and how many rows of the answer are left out."""
    columns = dimensions(answer)
    values = _values(answer, rows, 0)
    down, across = _order(values, "y")[:ROWS], _order(values, "x")[:COLUMNS]
    kept = [value for value in values if value["y"] in set(down) and value["x"] in set(across)]
    wide = max(max((len(value["t"]) for value in kept), default=1) * 7 + 10, 26, min(WIDTH // len(across), 110))
    most = max((value["v"] or 0 for value in kept), default=0)
    x: Spec = {"field": "x", "type": "nominal", "sort": across, "title": heading(columns[-1])}
    x["axis"] = {"orient": "top", "ticks": False, "domain": False}
    x["axis"] |= {"labelAngle": -45, "labelAlign": "left"} if max(map(len, across)) * 7 > wide else {"labelAngle": 0}
    y: Spec = {"field": "y", "type": "nominal", "sort": down, "axis": {"ticks": False, "domain": False}}
    y["title"] = " \u00b7 ".join(heading(column) for column in columns[:-1])
    colour = {"field": "v", "type": "quantitative", "title": values[0]["m"]}
    colour["scale"] = {"scheme": "blues", "domainMin": 0}
    colour["legend"] = {"gradientLength": 160, "format": f",.{measures(answer)[0].decimals}f", "tickCount": 4}
    light = f"datum.v !== null && datum.v > {most * 0.55}"
    return {
        "data": {"values": kept},
        "width": {"step": wide},
        "height": {"step": 26},
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
