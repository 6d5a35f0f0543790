"""Receives one file from its first byte to its report: header, lock, sequence, staging, applying.

Until the whole file was read and is known to be sound, nothing but its own staging changes; from then on the hub owes
it, and whoever next sends a file of that state finishes it first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import asyncpg

from hub import clock
from hub.audit.event import Tag
from hub.audit.record import record_in
from hub.errors import Code, HubError
from hub.intake import uploads
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
from hub.store.engine import connect


@dataclass(frozen=True)
class Progress:
    """How far a file is: students read or applied. `total` is what the header announces, or what is to be applied."""

    applying: bool
    done: int
    total: int


async def receive(
    database: str,
    source: Path | BinaryIO,
    *,
    file_name: str,
    sender: str | None,
    actor: Actor,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Take in one file and say what became of it.

    `database` is a URL, as one connection is held throughout; `source` a path, or an open file that can be sought;
    `sender` the state that the header must name, None to believe the header. Raises HubError for a sender that is no
    state, OSError for a file that cannot be read. A file that is not sound is a report, not an error.
    """
    connection = await connect(database)
    try:
        states = await jurisdictions(connection)
        if sender is not None and sender not in states:
            raise HubError(Code.USAGE, "the sender must be the two-letter code of a state or territory")
        receiving = _Receiving(connection, database, file_name, sender, actor, progress or _silent)
        if isinstance(source, Path):
            with source.open("rb") as file:
                return await receiving.run(file, states)
        return await receiving.run(source, states)
    finally:
        await connection.close()


def _silent(progress: Progress) -> None:
    """Nobody wants to know."""


class _Receiving:
    """One file on its way in."""

    def __init__(
        self,
        connection: asyncpg.Connection,
        database: str,
        file_name: str,
        sender: str | None,
        actor: Actor,
        progress: Callable[[Progress], None],
    ) -> None:
        self._connection = connection
        self._database = database
        self._origin = uploads.Origin(file_name, Encoding.JSONL, actor.account_id)
        self._sender = sender
        self._actor = actor
        self._progress = progress
        self._header: Header | None = None
        self._upload_id: int | None = None
        self._resumed: int | None = None

    async def run(self, file: BinaryIO, states: frozenset[str]) -> Report:
        try:
            repeated = await self._take_in(file, states)
        except FileRefused as refused:
            return await self._refuse(refused)
        if repeated is not None:
            return await report_of(self._connection, self._database, repeated, Outcome.REPEATED, self._resumed)
        assert self._upload_id is not None
        await self._apply(self._upload_id)
        return await report_of(self._connection, self._database, self._upload_id, Outcome.ACCEPTED, self._resumed)

    async def _take_in(self, file: BinaryIO, states: frozenset[str]) -> int | None:
        """Stage and seal the file; or the upload that had the same content before. Raises FileRefused."""
        reader = await asyncio.to_thread(self._opened, file)
        header = await asyncio.to_thread(reader.header, self._sender, states)
        await uploads.lock_state(self._connection, header.state)
        await uploads.abandon_dead(self._connection, header.state)
        self._resumed = await uploads.unfinished(self._connection, header.state)
        if self._resumed is not None:
            await self._apply(self._resumed)
        self._header = header
        before = await uploads.accepted_before(self._connection, header)
        if before is not None:
            await asyncio.to_thread(reader.drain)
            if reader.digest() != before[1]:
                raise refusal(FindingCode.SEQUENCE_REUSED, field="sequence", sequence=header.sequence)
            return before[0]
        await self._stage(reader, header)
        return None

    def _opened(self, file: BinaryIO) -> JsonLines | Bundle:
        budget = Budget(size_of(file), settings().upload_max_bytes)
        if encoding_of(file) is Encoding.JSONL:
            return JsonLines(file, budget, settings().upload_max_line_bytes)
        self._origin = uploads.Origin(self._origin.file_name, Encoding.CSV, self._origin.account_id)
        return Bundle(file, budget, settings().upload_max_line_bytes)

    async def _stage(self, reader: JsonLines | Bundle, header: Header) -> None:
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

    async def _apply(self, upload_id: int) -> None:
        applying = await Applying.of(self._connection, upload_id, self._actor)
        await applying.run(
            settings().upload_chunk_students, lambda done, total: self._progress(Progress(True, done, total))
        )

    async def _refuse(self, refused: FileRefused) -> Report:
        state = self._header.state if self._header else self._sender
        async with self._connection.transaction():
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
        return await report_of(self._connection, self._database, upload_id, Outcome.REFUSED, self._resumed)
