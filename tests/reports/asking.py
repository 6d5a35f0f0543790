"""Asks for reports over the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.http.hub import Answer, Hub

PARTS = """
title columns { name kind label unit type } rows { values total marks } totals { values total marks } notes
disclosure { mode note suppressed } asOf comparedAsOf
"""
REPORT = f"query Ask($input: ReportInput!) {{ report(input: $input) {{ {PARTS} }} }}"
STANDARD = f"""
query Ask($name: StandardReportName!, $parameters: StandardReportParameters) {{
  standardReport(name: $name, parameters: $parameters) {{ {PARTS} }}
}}
"""


async def ask(hub: Hub, by: str, **given: Any) -> Answer:
    """An ad hoc report's response."""
    return await hub.ask(REPORT, {"input": given}, by=by)


async def report(hub: Hub, by: str, **given: Any) -> dict[str, Any]:
    """An ad hoc report, answered without an error."""
    answer = await ask(hub, by, **given)
    assert answer.errors == [], answer.text
    found: dict[str, Any] = answer.data["report"]
    return found


async def standard(hub: Hub, by: str, name: str, parameters: Mapping[str, Any] | None = None) -> Answer:
    """A standard report's response."""
    return await hub.ask(STANDARD, {"name": name, "parameters": parameters}, by=by)


def table(found: Mapping[str, Any]) -> dict[tuple[Any, ...], list[Any]]:
    """The numbers of a report by the values of its dimensions; `TOTAL` where a row sums over one."""
    split = sum(column["kind"] == "dimension" for column in found["columns"])
    rows = [*found["rows"], *([found["totals"]] if found["totals"] else [])]
    placed = {}
    for row in rows:
        places = zip(row["values"][:split], row["total"], strict=True)
        placed[tuple("TOTAL" if summed else value for value, summed in places)] = row["values"][split:]
    return placed
