"""A file that a command writes from the database: it appears whole, once the audit trail tells of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO, TypeVar

import typer

from hub.connected import with_connection
from hub.errors import Code, HubError

if TYPE_CHECKING:
    import asyncpg

    from hub.audit.event import Event

Written = TypeVar("Written")

OutCsv = Annotated[Path, typer.Option(metavar="FILE.csv", help="Where to write; replaced when it is there.")]


def export_to(
    out: Path,
    write: Callable[[asyncpg.Connection, TextIO], Awaitable[Written]],
    event: Callable[[Written, int], Event],
) -> Written:
    """What `write` tells of what it wrote into the file, in one transaction with the event, which also gets the size
    (bytes). Raises HubError (USAGE) where `out` cannot be a file.
    """
    if not out.parent.is_dir():
        raise HubError(Code.USAGE, f"there is no folder {out.parent}")
    if out.is_dir():
        raise HubError(Code.USAGE, f"{out} is a folder; a file was expected")

    async def work(connection: asyncpg.Connection) -> Written:
        from hub.audit.record import record_in

        descriptor, draft = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
        try:
            async with connection.transaction():
                with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                    written = await write(connection, file)
                    size = file.tell()
                await record_in(connection, event(written, size))
            os.replace(draft, out)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(draft)
        return written

    return with_connection(work)
