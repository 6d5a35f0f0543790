"""`hub links`: which state record belongs to which MSIX ID."""

import asyncio
import csv
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Annotated, TextIO

import asyncpg
import typer

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.errors import Code, HubError
from hub.settings import settings
from hub.store import database
from hub.store.engine import connect
from hub.terminal import console, operator

group = typer.Typer(help="Which state record belongs to which MSIX ID.", no_args_is_help=True)
COLUMNS = ("state", "stateStudentId", "msixId", "how")
_LINKS = """
SELECT record.state, record.state_student_id, student.msix_id, link.how, student.student_id
FROM state_records AS record
JOIN students AS student USING (student_id)
JOIN LATERAL (SELECT how FROM links WHERE state_record_id = record.state_record_id ORDER BY link_id DESC LIMIT 1)
    AS link ON true
WHERE record.status = 'ACTIVE' ORDER BY record.state, record.state_student_id COLLATE "C"
"""


@group.callback()
def _links() -> None:
    """Which state record belongs to which MSIX ID."""


@group.command()
def export(
    out: Annotated[Path, typer.Option(metavar="FILE.csv", help="Where to write; replaced when it is there.")],
) -> None:
    """Write every ACTIVE state record with its MSIX ID, and how it was linked, as CSV."""
    if not out.parent.is_dir():
        raise HubError(Code.USAGE, f"there is no folder {out.parent}")
    if out.is_dir():
        raise HubError(Code.USAGE, f"{out} is a folder; a file was expected")
    with database(settings()) as url:
        count = asyncio.run(_export(url, out))
    console().print(f"{count} links in {out}", markup=False)


async def _export(url: str, out: Path) -> int:
    """The file appears whole, once the export is in the audit trail."""
    connection = await connect(url)
    descriptor, draft = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        async with connection.transaction():
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                students = await _write(connection, file)
                size = file.tell()
            await record_in(connection, _event(students, size))
        os.replace(draft, out)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(draft)
        await connection.close()
    return len(students)


async def _write(connection: asyncpg.Connection, file: TextIO) -> list[int]:
    """Write the links; the students that they are of, one for each link."""
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(COLUMNS)
    students = []
    async for *link, student in connection.cursor(_LINKS, prefetch=1000):
        rows.writerow(link)
        students.append(student)
    return students


def _event(students: list[int], size: int) -> Event:
    return Event(
        Tag.STUDENT_EXPORT,
        user_id=operator(),
        purpose="PROGRAM_ADMINISTRATION",
        operation="links export",
        students=tuple(sorted(set(students))),
        fields=("Student.msixId", "StateRecord.state", "StateRecord.stateStudentId"),
        result_bytes=size,
        detail={"links": len(students)},
    )
