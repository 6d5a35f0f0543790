"""Applies a staged upload in chunks. Each is one transaction with its progress, so it may be killed anywhere.

Whoever finds it unfinished goes on after `uploads.applied_line`; what is staged decides alone, so the end is the same.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import asyncpg

from hub.audit.event import Tag
from hub.audit.record import record_in
from hub.identity import answer_gone, issue_students, keep_data_quality, refresh_locks
from hub.intake import records
from hub.intake.actor import Actor
from hub.intake.bundle import STUDENTS_CSV
from hub.intake.finding_log import FindingLog
from hub.intake.findings import Finding, FindingCode
from hub.intake.linking import Decision, Linking
from hub.intake.matched import Provenance, keep_links, look_again, raise_questions
from hub.intake.places import keep_places
from hub.intake.rejoining import join_again
from hub.intake.staged import Staged, staged
from hub.intake.unpack import Encoding
from hub.intake.withdrawing import withdraw_unnamed
from hub.matching import Placing, active_model, unindex
from hub.notices import answer_filled_requests
from hub.outbox import publish

CHUNK_BYTES = 8 * 1024 * 1024
MOST_TRIES = 5


@dataclass
class Applying:
    """One upload being applied. `member` is where the findings of its students point."""

    connection: asyncpg.Connection
    source: records.Source
    mode: str
    member: str | None
    actor: Actor
    log: FindingLog
    states_by_fips: dict[str, str]
    linking: Linking
    total: int = 0
    done: int = 0
    closed: bool = False
    chunk: list[Staged] = field(default_factory=list)

    @classmethod
    async def of(cls, connection: asyncpg.Connection, upload_id: int, actor: Actor) -> Applying:
        row = await connection.fetchrow(_UPLOAD, upload_id)
        fips = await connection.fetch("SELECT fips, code FROM jurisdictions")
        member = STUDENTS_CSV if row["encoding"] == Encoding.CSV else None
        return cls(
            connection,
            records.Source(upload_id, row["state"], row["submitted_at"]),
            row["mode"],
            member,
            actor,
            FindingLog(connection, upload_id, row["position"]),
            {each["fips"]: each["code"] for each in fips},
            Linking(connection, row["state"], member, await active_model(connection)),
        )

    async def prepare(self, chunk_students: int) -> None:
        """Make the first chunk ready, so that `run` need not."""
        self.total, line = await self.connection.fetchrow(_PROGRESS, self.source.upload_id)
        self.done = self.total - await self.connection.fetchval(_LEFT, self.source.upload_id, line)
        rows = await self._next(line, chunk_students)
        self.chunk = await asyncio.to_thread(staged, rows, self.source.state)

    async def run(self, chunk_students: int, applied: Callable[[int, int], None]) -> None:
        """Apply what is left and close the upload. `applied` hears (students done, students in all)."""
        applied(self.done, self.total)
        while self.chunk:
            following = await self._next(self.chunk[-1].line, chunk_students)
            # The next chunk is made ready while PostgreSQL is busy with this one.
            preparing = asyncio.ensure_future(asyncio.to_thread(staged, following, self.source.state))
            try:
                await self._applied(self.chunk, last=not following)
                self.done += len(self.chunk)
                applied(self.done, self.total)
            finally:
                self.chunk = await preparing
        if not self.closed:
            async with self.connection.transaction():
                await self._close()

    async def _close(self) -> None:
        if self.mode == "FULL":
            await withdraw_unnamed(self.connection, self.source, self.log, self.actor)
        await self.connection.execute(_CLOSE, self.source.upload_id)

    async def _applied(self, chunk: Sequence[Staged], *, last: bool) -> None:
        """One chunk, whole, the last with the end of the upload. It is begun anew where people merged its students
        meanwhile."""
        for tries_left in reversed(range(MOST_TRIES)):
            try:
                async with self.connection.transaction():
                    await self._apply(chunk)
                    if last:
                        await self._close()
                self.closed = last
                return
            except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
                if not tries_left:
                    raise

    async def _next(self, line: int, count: int) -> list[asyncpg.Record]:
        rows: list[asyncpg.Record] = await self.connection.fetch(
            _CHUNK, self.source.upload_id, line, count, CHUNK_BYTES, self.source.state
        )
        return rows

    async def _apply(self, chunk: Sequence[Staged]) -> None:
        decisions, findings, placing = await self.linking.decide(chunk)
        deletions = [each for each in decisions if each.staged.draft.deleted]
        findings += [self._nothing_to_delete(each) for each in deletions if not _is_held(each)]
        deleted = [each for each in deletions if _is_held(each)]
        changed = [each for each in decisions if not each.staged.draft.deleted and not each.unchanged]
        confirmed = [each.held.state_record_id for each in decisions if each.held and each.unchanged]
        await records.confirm(self.connection, self.source, confirmed)
        written = await self._write(changed, placing)
        held = [each.held for each in deleted if each.held]
        gone = [each.state_record_id for each in held]
        await unindex(self.connection, gone)
        await records.delete(self.connection, self.source, gone)
        await refresh_locks(self.connection, await answer_gone(self.connection, gone))
        await keep_data_quality(
            self.connection,
            self.source.state,
            self.source.upload_id,
            {each.record_id: each.staged.draft.warnings for each in changed},
            gone,
        )
        await answer_filled_requests(self.connection, self.source.state, [each.record_id for each in changed])
        await keep_places(
            self.connection,
            [each.draft for each in chunk],
            self.source.state,
            self.source.submitted_at,
            self.states_by_fips,
        )
        await self.log.write(findings)
        await self._record(sorted({*written, *(each.student_id for each in held)}), chunk)
        counts = Counter("updated" if each.held else "created" for each in changed)
        await self.connection.execute(
            _ADVANCE,
            self.source.upload_id,
            chunk[-1].line,
            counts["created"],
            counts["updated"],
            len(confirmed),
            len(deleted),
        )

    async def _write(self, changed: list[Decision], placing: Placing) -> list[int]:
        """Store the changed records with their links and questions, and return the students they belong to."""
        students = await self._students(changed)
        for each in changed:
            each.student_id = students.get(each.student_id, each.student_id)
        written = [
            records.Record(each.record_id, each.student_id, each.staged.draft, each.staged.content_hash)
            for each in changed
        ]
        replaced = [each.held.state_record_id for each in changed if each.held]
        await records.write(self.connection, self.source, written, replaced)
        by = Provenance(self.source.upload_id, self.actor.account_id, self.source.state, placing)
        await keep_links(self.connection, changed, by)
        await raise_questions(self.connection, changed, by, students)
        reopened = await look_again(self.connection, by)
        joined = await join_again(self.connection, changed, by, self.source.submitted_at)
        return [*(record.student_id for record in written), *reopened, *joined]

    async def _students(self, changed: list[Decision]) -> dict[int, int]:
        """The students that matching made, by the number that it gave them."""
        made = sorted({each.student_id for each in changed if each.student_id < 0}, reverse=True)
        return dict(zip(made, await issue_students(self.connection, len(made)), strict=True))

    def _nothing_to_delete(self, decision: Decision) -> Finding:
        code, owner = FindingCode.UNKNOWN_RECORD, decision.staged.draft.record.state_student_id
        line = decision.staged.line
        return Finding(code, code.expected, self.member, line, owner, "stateStudentId", "stateStudentId")

    async def _record(self, students: list[int], chunk: Sequence[Staged]) -> None:
        if students:
            detail = {"upload": self.source.upload_id, "lines": [chunk[0].line, chunk[-1].line]}
            await record_in(self.connection, self.actor.event(Tag.UPLOAD_APPLIED, self.source.state, detail, students))
            await publish(self.connection, "student_changed", {"students": students})


def _is_held(decision: Decision) -> bool:
    return decision.held is not None and decision.held.status != "DELETED"


_UPLOAD = """
SELECT state, submitted_at, mode, encoding,
    (SELECT coalesce(max(position), 0) FROM findings WHERE upload_id = $1) AS position
FROM uploads WHERE upload_id = $1
"""
_PROGRESS = "SELECT students - rejected, applied_line FROM uploads WHERE upload_id = $1"
_LEFT = "SELECT count(*) FROM staged_students WHERE upload_id = $1 AND line > $2 AND content IS NOT NULL"
_CHUNK = """
SELECT chunk.line, chunk.content, held.content_hash AS held FROM (
    SELECT line, state_student_id, content, sum(octet_length(content)) OVER running AS so_far,
        row_number() OVER running AS nth
    FROM (SELECT line, state_student_id, content FROM staged_students
          WHERE upload_id = $1 AND line > $2 AND content IS NOT NULL ORDER BY line LIMIT $3) AS next
    WINDOW running AS (ORDER BY line)
) AS chunk
LEFT JOIN LATERAL (SELECT content_hash FROM state_records
    WHERE state = $5 AND state_student_id = chunk.state_student_id AND status = 'ACTIVE' OFFSET 0) AS held ON true
WHERE so_far <= $4 OR nth = 1 ORDER BY chunk.line
"""
_ADVANCE = """
UPDATE uploads SET applied_line = $2, created = created + $3, updated = updated + $4, unchanged = unchanged + $5,
    deleted = deleted + $6
WHERE upload_id = $1
"""
_CLOSE = """
WITH done AS (DELETE FROM staged_students WHERE upload_id = $1)
UPDATE uploads SET status = 'ACCEPTED', finished_at = now() WHERE upload_id = $1
"""
