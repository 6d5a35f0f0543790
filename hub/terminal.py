"""How the command line shows things: listings aligned and, on a terminal, coloured; or as JSON for programs."""

import getpass
import json
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

UNWRAPPED = 10_000  # columns: what goes to a file or a pipe keeps one line a row


@cache
def console(*, error: bool = False) -> Console:
    stream = sys.stderr if error else sys.stdout
    return Console(stderr=error, highlight=False, width=None if stream.isatty() else UNWRAPPED)


def listing(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, as_json: bool = False) -> None:
    """Prints rows, each with a value for every column. As JSON: an array of objects with the columns as keys."""
    if as_json:
        objects = [dict(zip(columns, row, strict=True)) for row in rows]
        sys.stdout.write(json.dumps(objects, indent=2, ensure_ascii=False, default=str) + "\n")
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    console().print(table)


def operator() -> str:
    """Who runs the command, as the audit trail names them."""
    try:
        return f"operator:{getpass.getuser()}"
    except (KeyError, OSError):  # an account without a name
        return "operator:unknown"
