"""`hub audit export`: the audit trail as a file."""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hub.errors import Code, HubError
from hub.settings import settings
from hub.store import database
from hub.terminal import console, operator


class Form(StrEnum):
    """How the file is written."""

    CSV = "csv"
    JSONL = "jsonl"


_MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]


def command(
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to write; replaced when it is there.")],
    form: Annotated[Form, typer.Option("--format", help="CSV, or JSON Lines.")] = Form.CSV,
    since: Annotated[
        datetime | None, typer.Option(formats=_MOMENTS, help="Only events of this moment or later; UTC unless said.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=_MOMENTS, help="Only events before this moment; UTC unless said.")
    ] = None,
) -> None:
    """Write the events of the audit trail to a file, the oldest first; the students by their MSIX IDs."""
    if not out.parent.is_dir():
        raise HubError(Code.USAGE, f"there is no folder {out.parent}")
    if out.is_dir():
        raise HubError(Code.USAGE, f"{out} is a folder; a file was expected")
    with database(settings()) as url:
        count = asyncio.run(_export(url, out, form, _aware(since), _aware(until)))
    console().print(f"{count} events in {out}", markup=False, soft_wrap=True)


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


async def _export(url: str, out: Path, form: Form, since: datetime | None, until: datetime | None) -> int:
    """The file appears whole, once the export itself is in the audit trail."""
    from hub.audit.event import Event, Tag
    from hub.audit.export import export
    from hub.audit.record import record_in
    from hub.store.engine import connect

    connection = await connect(url)
    descriptor, draft = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        async with connection.transaction():
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                count = await export(connection, file, form.value, since, until)
                size = file.tell()
            asked = {"since": since and since.isoformat(), "until": until and until.isoformat()}
            event = Event(
                Tag.AUDIT_EXPORT,
                user_id=operator(),
                purpose="PROGRAM_ADMINISTRATION",
                operation="audit export",
                result_bytes=size,
                detail={"events": count, "format": form.value, **asked},
            )
            await record_in(connection, event)
        os.replace(draft, out)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(draft)
        await connection.close()
    return count
