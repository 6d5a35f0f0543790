"""Bars with their numbers behind them: a bar a row, measures beside each other; or a line a measure."""

from __future__ import annotations

from hub.reports.output.drawing import HUE, INK, LINES, SOFT, WIDTH, Spec, order_of, step_of, values_of
from hub.reports.output.words import dimensions, heading, measures
from hub.reports.table import Answer, Row

PANELS = 3
"""The most measures that stand beside each other."""


def single(answer: Answer, rows: list[Row]) -> Spec:
    """No dimension: the measures, each with its number; a bar each where all have the same unit."""
    places = range(len(measures(answer)))
    values = [{**value, "x": value["m"]} for place in places for value in values_of(answer, rows, place)]
    alike = len({(column.unit, column.aggregate) for column in measures(answer)}) == 1
    return _bar(values, "", "", order_of(values, "x"), drawn=alike)


def bars(answer: Answer, rows: list[Row]) -> Spec:
    """A bar a row; measures of the same unit beside each other as small multiples, the first three."""
    title = heading(dimensions(answer)[0])
    panels = []
    several = min(PANELS, len(measures(answer)))
    for place in range(several):
        values = values_of(answer, rows, place)
        panel = _bar(
            values,
            title if not place else "",
            values[0]["m"],
            order_of(values, "x"),
            room=1 + 0.12 * several,
            share=measures(answer)[place].unit == "%",
            ticks=5 if several < PANELS else 3,
        )
        panel["width"] = WIDTH / several - 30 * (several > 1)
        if place:
            panel["encoding"]["y"]["axis"] = None
        panels.append(panel)
    return panels[0] if several == 1 else {"hconcat": panels, "spacing": 30}


def _bar(
    values: list[Spec],
    rows: str,
    columns: str,
    order: list[str],
    *,
    room: float = 1.12,
    share: bool = False,
    ticks: int = 5,
    drawn: bool = True,
) -> Spec:
    """Bars with their numbers behind them. A scale is for numbers above nought; that of a `share` ends at 100."""
    place: Spec = {"field": "x", "type": "nominal", "sort": order, "title": rows or None}
    place["axis"] = {"ticks": False, "domain": False, "labelExpr": LINES}
    text = {"type": "text", "align": "left", "dx": 5, "fontSize": 12}
    most = max((value["v"] or 0 for value in values), default=0) if drawn else 0
    axis: Spec = {"tickCount": ticks, "domain": False, "ticks": False, "labelOverlap": True}
    axis |= {"tickMinStep": 1} if most > 1 and not share else {}
    axis |= {"labels": False, "grid": False} if not most else {}
    length = {
        "field": "v",
        "type": "quantitative",
        "title": columns or None,
        "axis": axis,
        "scale": {"domainMin": 0, "domainMax": (100 if share else most or 1) * room, "nice": not share},
    }
    axis |= {"values": [0, 25, 50, 75, 100] if ticks > 3 else [0, 50, 100]} if share and most else {}
    at = {"value": 0}
    return {
        "data": {"values": values},
        "width": WIDTH,
        "height": {"step": step_of(order)},
        "encoding": {"y": place},
        "layer": [
            {
                "mark": {"type": "bar", "color": HUE, "height": {"band": 0.72}, "cornerRadiusEnd": 2},
                "encoding": {"x": length if drawn else at},
            },
            {
                "transform": [{"filter": "datum.v !== null"}],
                "mark": {**text, "color": INK},
                "encoding": {"x": {**length} if drawn else at, "text": {"field": "t"}},
            },
            {
                "transform": [{"filter": "datum.v === null"}],
                "mark": {**text, "color": SOFT},
                "encoding": {"x": at, "text": {"field": "t"}},
            },
        ],
    }
