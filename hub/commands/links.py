"""`hub links`: which state record belongs to which MSIX ID."""

import csv
from typing import TextIO

import asyncpg
import typer

from hub.audit.event import Event, Tag
from hub.exporting import OutCsv, export_to
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
    out: OutCsv,
) -> None:
    """Write every ACTIVE state record with its MSIX ID, and how it was linked, as CSV."""
    links = export_to(out, _write, _event)
    console().print(f"{len(links)} links in {out}", markup=False)


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
