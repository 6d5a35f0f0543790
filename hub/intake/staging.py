"""Stages a file: students that passed their checks wait in `staged_students` until the whole file is known to be sound.

Batches are committed as they come and findings with them, so memory stays bounded however large the file. The staging
tables are logged on purpose: once a file is APPLYING the hub owes it, and after a crash of PostgreSQL (which empties
unlogged tables) it could otherwise be finished only by whoever still has the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing

import asyncpg
import msgspec

from hub.intake.ahead import ahead, batched
from hub.intake.assemble import Assembly, SentRow, orphan
from hub.intake.bundle import STUDENTS_CSV, Bundle
from hub.intake.checked import Checked
from hub.intake.finding_log import FindingLog
from hub.intake.findings import Finding, FindingCode, refusal
from hub.intake.jsonl import JsonLines
from hub.intake.students import MOST_SHOWN, StudentCheck, shown
from hub.intake.values import suspicious

BATCH = 500
BATCH_BYTES = 4 * 1024 * 1024
ROWS = 4_000
PREFETCH = 400
FINDING_BYTES, ROW_BYTES = 500, 100  # what one weighs in memory beside its content
StagedRow = tuple[str, int, str, bytes]
"""member, row, owner's key, cells as MessagePack: null where their number does not fit the columns"""


class Staging:
    """Stages one upload. `students` is how many student lines were read."""

    def __init__(
        self, connection: asyncpg.Connection, upload_id: int, log: FindingLog, read: Callable[[int], None]
    ) -> None:
        self._connection = connection
        self._upload_id = upload_id
        self._log = log
        self._read = read
        self.students = 0

    async def lines(self, file: JsonLines, check: StudentCheck) -> None:
        """Stage every student of a JSON Lines file. Raises FileRefused."""
        async with aclosing(ahead(batched(file.students(check), _weight, BATCH, BATCH_BYTES))) as batches:
            async for batch in batches:
                await self._store(batch)

    async def bundle(self, file: Bundle, check: StudentCheck, longest: int) -> None:
        """Stage every row of a bundle, then every student as its rows put together. Raises FileRefused."""
        async with aclosing(ahead(batched(_rows(file), _weight, ROWS, BATCH_BYTES))) as batches:
            async for staged in batches:
                await self._store_rows(staged)
        assembly = Assembly(file.columns, check)
        batch: list[Checked] = []
        weight = 0
        async with self._connection.transaction(), aclosing(self._groups(longest)) as groups:
            async for owner, sent in groups:
                raw = b"".join(content for *_, content in sent)
                rows = [SentRow(member, row, _decode(content)) for member, row, content in sent]
                batch.extend(assembly.students(shown(owner), rows, suspicious=suspicious(raw) or b"\0" in raw))
                weight += sum(map(_weight, batch[-len(rows) :]))
                if len(batch) >= BATCH or weight >= BATCH_BYTES:
                    await self._store(batch)
                    batch, weight = [], 0
            await self._store(batch)
            await self._connection.execute("DELETE FROM staged_rows WHERE upload_id = $1", self._upload_id)

    async def _store(self, batch: list[Checked]) -> None:
        rows = [
            (self._upload_id, student.line, student.state_student_id, student.content)
            for student in batch
            if student.line and student.state_student_id is not None
        ]
        await self._connection.copy_records_to_table(
            "staged_students", records=rows, columns=("upload_id", "line", "state_student_id", "content")
        )
        await self._log.write(found for student in batch for found in student.findings)
        self.students += sum(1 for student in batch if student.line)
        self._read(self.students)

    async def _store_rows(self, batch: list[StagedRow | Checked]) -> None:
        rows = [(self._upload_id, *row) for row in batch if not isinstance(row, Checked)]
        await self._connection.copy_records_to_table(
            "staged_rows", records=rows, columns=("upload_id", "member", "row", "state_student_id", "content")
        )
        strays = [row for row in batch if isinstance(row, Checked)]
        await self._log.write(found for stray in strays for found in stray.findings)
        self.students += sum(1 for stray in strays if stray.line)

    async def _groups(self, longest: int) -> AsyncGenerator[tuple[str, list[_Sent]], None]:
        """(owner, its rows) of one student after the other, from one ordered query."""
        rows: list[_Sent] = []
        owner, held = "", 0
        async for key, member, row, content in self._connection.cursor(_ORDERED, self._upload_id, prefetch=PREFETCH):
            if key != owner:
                if rows:
                    yield owner, rows
                rows, owner, held = [], key, 0
            if content is None:
                content = await self._connection.fetchval(_ONE, self._upload_id, member, row)  # noqa: PLW2901
            held += len(content) + ROW_BYTES
            if held > longest:
                raise refusal(FindingCode.LINE_TOO_LONG, member=member, line=row, limit=longest)
            rows.append((member, row, content))
        if rows:
            yield owner, rows


_Sent = tuple[str, int, bytes]

# Rows that are large are fetched one by one, so that no fetch of the cursor is.
_ORDERED = """
SELECT state_student_id, member, row, CASE WHEN octet_length(content) <= 65536 THEN content END FROM staged_rows
WHERE upload_id = $1 ORDER BY state_student_id COLLATE "C", member COLLATE "C", row
"""
_ONE = "SELECT content FROM staged_rows WHERE upload_id = $1 AND member = $2 AND row = $3"
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[str] | None).decode


def _rows(file: Bundle) -> Iterator[StagedRow | Checked]:
    """Every row as it is staged; a row that does not say whose it is comes back as a rejected line."""
    for member, row, cells in file.rows():
        columns = file.columns[member]
        place = columns.index("stateStudentId")
        owner = cells[place] if place < len(cells) else ""
        if owner.strip():
            yield member, row, _key(owner), _encode(cells if len(cells) == len(columns) else None)
        elif member == STUDENTS_CSV:
            code = FindingCode.BAD_STATE_STUDENT_ID
            found = Finding(code, code.expected, member, row, None, "stateStudentId", "stateStudentId")
            yield Checked(row, None, None, [found])
        else:
            yield Checked(0, None, None, [orphan(member, row, None)])


def _key(owner: str) -> str:
    """By what rows are brought together: the id, or, where it is no id that the hub can hold, something like it."""
    if len(owner) > MOST_SHOWN:
        owner = owner[:MOST_SHOWN] + hashlib.sha256(owner.encode()).hexdigest()
    return owner.replace("\0", "\ufffd")


def _weight(item: StagedRow | Checked) -> int:
    """Roughly the bytes that an item holds."""
    if isinstance(item, Checked):
        return len(item.content or b"") + FINDING_BYTES * len(item.findings)
    return len(item[3]) + ROW_BYTES
