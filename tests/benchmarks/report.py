"""How results leave: tables for people, `.hub/bench-results.json` for whoever compares releases."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parents[2] / ".hub" / "bench-results.json"
_console = Console(width=150, highlight=False)


def say(text: str) -> None:
    _console.print(text, markup=False)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table; the first column stands left, numbers right."""
    shown = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        shown.add_column(column, justify="right" if place else "left")
    for row in rows:
        shown.add_row(*(number(cell) for cell in row))
    _console.print(shown)


def number(value: Any) -> str:
    """A number with three or so digits that matter; anything else as text."""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}" if abs(value) < 1 else f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def keep(part: str, found: Any) -> None:
    """Store what a part of the benchmark found beside the other parts' newest."""
    RESULTS.parent.mkdir(exist_ok=True)
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    results[part] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **found}
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
