"""Receives one file from its first byte to its report: header, lock, sequence, staging, applying.

Until the whole file was read and is known to be sound, nothing but its own staging changes; from then on the hub owes
it, and whoever next sends a file of that state finishes it first. `receiving_all` takes in many.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

import asyncpg

from hub import clock
from hub.audit.event import Tag
from hub.audit.record import record_in
from hub.errors import Code, HubError
from hub.intake import records, uploads
from hub.intake.actor import Actor
from hub.intake.applying import Applying
from hub.intake.bundle import Bundle
from hub.intake.code_lists import code_lists, jurisdictions
from hub.intake.finding_log import FindingLog
from hub.intake.findings import FileRefused, FindingCode, refusal
from hub.intake.header import Header
from hub.intake.jsonl import JsonLines
from hub.intake.report import Outcome, Report, report_of
from hub.intake.staging import Staging
from hub.intake.students import StudentCheck
from hub.intake.unpack import Budget, Encoding, encoding_of, size_of
from hub.settings import settings
from hub.store.engine import KEEPING_STATEMENTS, connect


@dataclass(frozen=True)
class Progress:
    """How far a file is: students read or applied. `total` is what the header announces, or what is to be applied."""

    applying: bool
    done: int
    total: int


class Sent(NamedTuple):
    """A file as it was sent. `source` is a path, or an open file that can be sought; `sender` the state that the header
    must name, None to believe the header."""

    source: Path | BinaryIO
    file_name: str
    sender: str | None


async def receive(
    database: str,
    source: Path | BinaryIO,
    *,
    file_name: str,
    sender: str | None,
    actor: Actor,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Take in one file (a `Sent`) and say what became of it.

    `database` is a URL, as one connection is held throughout. Raises HubError for a sender that is no state, OSError
    for a file that cannot be read. A file that is not sound is a report, not an error.
    """
    async with reception(database) as place:
        receiving = Receiving(place, Sent(source, file_name, sender), actor, progress or _silent)
        await receiving.stage(None)
        return await receiving.finish()


@dataclass(frozen=True)
class Reception:
    """A connection over which one file after the other is taken in, and what all of them need to know."""

    connection: asyncpg.Connection
    database: str
    states: frozenset[str]


@asynccontextmanager
async def reception(database: str) -> AsyncGenerator[Reception, None]:
    """A reception at the database of this URL, until the block ends."""
    connection = await connect(database, **KEEPING_STATEMENTS)
    try:
        await records.prepare(connection)
        yield Reception(connection, database, await jurisdictions(connection))
    finally:
        await connection.close()


def _silent(progress: Progress) -> None:
    """Nobody wants to know."""


class Receiving:
    """One file on its way in: first `stage`, then `finish`."""

    def __init__(self, place: Reception, sent: Sent, actor: Actor, progress: Callable[[Progress], None]) -> None:
        self._connection = place.connection
        self._place = place
        self._sent = sent
        self._origin = uploads.Origin(sent.file_name, Encoding.JSONL, actor.account_id)
        self._actor = actor
        self._progress = progress
        self._header: Header | None = None
        self._upload_id: int | None = None
        self._resumed: int | None = None
        self._repeated: int | None = None
        self._refused: FileRefused | None = None
        self._applying: Applying | None = None

    async def stage(self, turn: asyncio.Event | None) -> None:
        """Read and check the file, and hold its state. Nothing is applied before `turn` is set: None is no waiting."""
        if self._sent.sender is not None and self._sent.sender not in self._place.states:
            raise HubError(Code.USAGE, "the sender must be the two-letter code of a state or territory")
        try:
            if isinstance(self._sent.source, Path):
                with self._sent.source.open("rb") as file:
                    await self._take_in(file, turn)
            else:
                await self._take_in(self._sent.source, turn)
        except FileRefused as refused:
            self._refused = refused

    async def finish(self) -> Report:
        """Apply what was staged, let go of the state, and report."""
        if self._refused is not None:
            report = await self._refuse(self._refused)
        elif self._repeated is not None:
            report = await self._report(self._repeated, Outcome.REPEATED)
        else:
            assert self._applying is not None, "what is neither refused nor repeated was staged"
            await self._applied(self._applying)
            report = await self._report(self._applying.source.upload_id, Outcome.ACCEPTED)
        await uploads.unlock_state(self._connection)
        return report

    async def _report(self, upload_id: int, outcome: Outcome) -> Report:
        return await report_of(self._connection, self._place.database, upload_id, outcome, self._resumed)

    async def _take_in(self, file: BinaryIO, turn: asyncio.Event | None) -> None:
        """Stage and seal the file, unless the same content was accepted before. Raises FileRefused."""
        reader = await asyncio.to_thread(self._opened, file)
        header = await asyncio.to_thread(reader.header, self._sent.sender, self._place.states)
        await uploads.lock_state(self._connection, header.state)
        await uploads.abandon_dead(self._connection, header.state)
        self._resumed = await uploads.unfinished(self._connection, header.state)
        if self._resumed is not None:
            if turn is not None:
                await turn.wait()
            await self._applied(await self._ready(self._resumed))
        self._header = header
        before = await uploads.accepted_before(self._connection, header)
        if before is None:
            await self._stage(reader, header)
            return
        await asyncio.to_thread(reader.drain)
        if reader.digest() != before[1]:
            raise refusal(FindingCode.SEQUENCE_REUSED, field="sequence", sequence=header.sequence)
        self._repeated = before[0]

    def _opened(self, file: BinaryIO) -> JsonLines | Bundle:
        budget = Budget(size_of(file), settings().upload_max_bytes)
        if encoding_of(file) is Encoding.JSONL:
            return JsonLines(file, budget, settings().upload_max_line_bytes)
        self._origin = uploads.Origin(self._origin.file_name, Encoding.CSV, self._origin.account_id)
        return Bundle(file, budget, settings().upload_max_line_bytes)

    async def _stage(self, reader: JsonLines | Bundle, header: Header) -> None:
        # What a crash of the machine takes of a file that nobody has been told is accepted is sent again.
        await self._connection.execute("SET synchronous_commit TO off")
        self._upload_id = await uploads.begin(self._connection, self._origin, header)
        log = FindingLog(self._connection, self._upload_id)
        await log.write(header.findings)
        submitted_on = header.submitted_at.date()
        check = StudentCheck(await code_lists(self._connection, submitted_on), submitted_on)
        staging = Staging(
            self._connection,
            self._upload_id,
            log,
            lambda done: self._progress(Progress(False, done, header.students)),
        )
        if isinstance(reader, Bundle):
            await staging.bundle(reader, check, settings().upload_max_line_bytes)
        else:
            await staging.lines(reader, check)
        if staging.students != header.students:
            raise refusal(
                FindingCode.COUNT_MISMATCH, field="students", announced=header.students, found=staging.students
            )
        async with self._connection.transaction():
            await uploads.seal(self._connection, self._upload_id, staging.students, reader.digest(), log)
            detail = {"upload": self._upload_id, "sequence": header.sequence, "students": staging.students}
            await record_in(self._connection, self._actor.event(Tag.UPLOAD_ACCEPTED, header.state, detail))
        self._applying = await self._ready(self._upload_id)

    async def _ready(self, upload_id: int) -> Applying:
        applying = await Applying.of(self._connection, upload_id, self._actor)
        await applying.prepare(settings().upload_chunk_students)
        return applying

    async def _applied(self, applying: Applying) -> None:
        await self._connection.execute("SET synchronous_commit TO on")
        await applying.run(
            settings().upload_chunk_students, lambda done, total: self._progress(Progress(True, done, total))
        )

    async def _refuse(self, refused: FileRefused) -> Report:
        state = self._header.state if self._header else self._sent.sender
        async with self._connection.transaction():
            await self._connection.execute("SET LOCAL synchronous_commit TO on")
            upload_id = await uploads.refuse(
                self._connection,
                self._origin,
                refused.finding,
                header=self._header,
                state=state,
                upload_id=self._upload_id,
                at=clock.now(),
            )
            detail = {"upload": upload_id, "code": refused.finding.code.value}
            await record_in(self._connection, self._actor.event(Tag.UPLOAD_REFUSED, state, detail))
        return await self._report(upload_id, Outcome.REFUSED)
