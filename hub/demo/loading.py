"""Loads the country into a database, through the intake, as two nights of uploads.

Every step may be repeated: files that were taken in are recognised, an interrupted one is finished, and the second
night's files come out the same, since they name the MSIX IDs of the first night only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from hub.clocks import compute_changed
from hub.demo.country import Country, Links
from hub.demo.policies import set_policies
from hub.demo.uploads import second_night, write_uploads
from hub.errors import Code, HubError
from hub.intake import Actor, Progress, Report, receive

NIGHTS = 2
_ACTOR = Actor("operator:demo", "PROGRAM_ADMINISTRATION")
_FIRST_NIGHT = """
SELECT DISTINCT ON (state_record_id) record.state, record.state_student_id, student.msix_id
FROM links AS link
JOIN uploads AS upload USING (upload_id)
JOIN state_records AS record USING (state_record_id)
JOIN students AS student ON student.student_id = link.student_id
WHERE upload.sequence = 1
ORDER BY state_record_id, link.link_id
"""


@dataclass(frozen=True)
class Step:
    """How far the loading is: file `file` of `files` of a night, and `done` of its `total` students stored."""

    night: int
    file: int
    files: int
    state: str
    done: int
    total: int


@dataclass
class Loaded:
    """What a night brought: files, students in them, how many were rejected, and what was found, by severity."""

    night: int
    files: int = 0
    students: int = 0
    rejected: int = 0
    findings: int = 0

    def add(self, report: Report) -> None:
        self.files += 1
        self.students += report.students
        self.rejected += report.rejected
        self.findings += sum(report.codes.values())


async def load_country(
    connection: asyncpg.Connection, url: str, country: Country, tell: Callable[[Step | Loaded], None]
) -> None:
    """Load both nights into the database `url`, that `connection` is to. Raises `DATABASE` for a refused file."""
    await set_policies(connection, country.towns)
    with TemporaryDirectory(prefix="hub-demo-") as folder:
        tell(await _night(url, 1, write_uploads(country, Path(folder)), tell))
        links = await first_links(connection)
        tell(await _night(url, 2, second_night(country, links, Path(folder)), tell))
    # Clocks are there from the first look on; what follows from them, the worker does.
    while (await compute_changed(connection)).changes:
        pass


async def first_links(connection: asyncpg.Connection) -> Links:
    """The MSIX ID that each record of the first night got."""
    return {(state, record_id): msix_id for state, record_id, msix_id in await connection.fetch(_FIRST_NIGHT)}


async def _night(url: str, night: int, files: list[Path], tell: Callable[[Step | Loaded], None]) -> Loaded:
    loaded = Loaded(night)
    for number, path in enumerate(files, 1):
        state = path.name[:2]

        def moved(progress: Progress, number: int = number, state: str = state) -> None:
            if progress.applying:
                tell(Step(night, number, len(files), state, progress.done, progress.total))

        tell(Step(night, number, len(files), state, 0, 0))
        report = await receive(url, path, file_name=path.name, sender=state, actor=_ACTOR, progress=moved)
        if report.refused:
            codes = ", ".join(report.codes)
            raise HubError(Code.DATABASE, f"the demo's file {path.name} was refused ({codes}); start over with --fresh")
        loaded.add(report)
    return loaded
