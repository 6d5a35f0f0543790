"""`hub audit tail`: the audit trail as it grows."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from hub.errors import Code, HubError
from hub.settings import settings
from hub.store import database
from hub.terminal import console

if TYPE_CHECKING:
    from hub.audit.tail import Line

_WIDTHS = {"TIME": 19, "USER": 20, "TAG": 23, "PURPOSE": 22, "OPERATION": 24, "STUDENTS": 8, "STATE": 5}
_COLOURS = {"refused": "red", "failure": "red", "disable": "red", "success": "green", "view": "cyan", "search": "cyan"}


def command(
    *,
    number: Annotated[int, typer.Option("-n", min=0, max=100_000, help="How many of the newest events.")] = 20,
    following: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes, until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show the newest events: time (UTC), user, tag, purpose, operation, number of students, state."""
    with database(settings()) as url, suppress(KeyboardInterrupt, BrokenPipeError):
        asyncio.run(_tail(url, number, following, as_json))


async def _tail(url: str, number: int, following: bool, as_json: bool) -> None:
    import asyncpg

    from hub.audit.tail import follow, newest
    from hub.store.engine import connect

    show = _show_json if as_json else _show_line
    connection = await connect(url)
    try:
        lines, ids = await newest(connection, number)
        if not as_json:
            console().print(_aligned(list(_WIDTHS)), style="bold")
        for line in lines:
            show(line)
        if following:
            async for line in follow(connection, ids):
                show(line)
    except asyncpg.UndefinedTableError as error:
        raise HubError(Code.DATABASE, "the database has no tables yet; run `hub migrate` first") from error
    finally:
        await connection.close()


def _show_json(line: Line) -> None:
    sys.stdout.write(json.dumps(asdict(line) | {"at": line.at.isoformat()}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _show_line(line: Line) -> None:
    at = f"{line.at:%Y-%m-%d %H:%M:%S}"
    text = _aligned([at, line.user_id, line.tag, line.purpose, line.operation, str(line.students), line.state])
    console().print(text, style=_COLOURS.get(line.tag.rpartition(":")[2]), markup=False, soft_wrap=True)


def _aligned(cells: Sequence[str | None]) -> str:
    # A dash for what is missing keeps the columns countable for awk and the like.
    return "  ".join(f"{cell or '-':<{width}}" for cell, width in zip(cells, _WIDTHS.values(), strict=True)).rstrip()
