"""`hub audit export`: the audit trail as a file."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from hub.exporting import export_to
from hub.terminal import console, operator

if TYPE_CHECKING:
    import asyncpg

    from hub.audit.event import Event


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
    first, last = _aware(since), _aware(until)

    async def write(connection: asyncpg.Connection, file: TextIO) -> int:
        from hub.audit.export import export

        return await export(connection, file, form.value, first, last)

    def event(count: int, size: int) -> Event:
        from hub.audit.event import Event, Tag

        asked = {"since": first and first.isoformat(), "until": last and last.isoformat()}
        return Event(
            Tag.AUDIT_EXPORT,
            user_id=operator(),
            purpose="PROGRAM_ADMINISTRATION",
            operation="audit export",
            result_bytes=size,
            detail={"events": count, "format": form.value, **asked},
        )

    count = export_to(out, write, event)
    console().print(f"{count} events in {out}", markup=False, soft_wrap=True)


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
