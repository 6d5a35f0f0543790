"""What became of a file: its counts, and its findings as a stream."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import asyncpg

from hub.intake.findings import Finding, FindingCode, Severity
from hub.store.engine import connect


class Outcome(StrEnum):
    """ACCEPTED: stored; REFUSED: nothing of it was; REPEATED: it had been accepted before, so nothing was done."""

    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    REPEATED = "REPEATED"


@dataclass(frozen=True)
class Report:
    """The report of one upload. `codes` counts its findings by code; `resumed` names an upload finished before it."""

    outcome: Outcome
    upload_id: int
    file_name: str
    encoding: str
    state: str | None
    sequence: int | None
    mode: str | None
    submitted_at: datetime.datetime | None
    students: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    deleted: int
    withdrawn: int
    codes: dict[FindingCode, int]
    resumed: int | None
    database: str

    @property
    def refused(self) -> bool:
        return self.outcome is Outcome.REFUSED

    def count(self, severity: Severity) -> int:
        return sum(count for code, count in self.codes.items() if code.severity is severity)

    async def findings(self, most: int | None = None) -> AsyncIterator[Finding]:
        """The findings in order, the first `most` of them; fetched as they are asked for."""
        connection = await connect(self.database)
        try:
            async with connection.transaction(readonly=True):
                async for row in connection.cursor(_FINDINGS, self.upload_id, most):
                    yield Finding(FindingCode[row["code"]], *(row[name] for name in Finding._fields[1:]))
        finally:
            await connection.close()

    async def withdrawn_students(self) -> list[str]:
        """The stateStudentIds that this FULL upload withdrew and that are still withdrawn, in order."""
        connection = await connect(self.database)
        try:
            return [row["state_student_id"] for row in await connection.fetch(_WITHDRAWN, self.upload_id)]
        finally:
            await connection.close()


async def report_of(
    connection: asyncpg.Connection, database: str, upload_id: int, outcome: Outcome, resumed: int | None
) -> Report:
    """The report of a closed upload."""
    row: dict[str, Any] = dict(await connection.fetchrow(_UPLOAD, upload_id))
    codes = await connection.fetch(_CODES, upload_id)
    return Report(
        outcome=outcome,
        **row,
        codes={FindingCode[each["code"]]: each["count"] for each in codes},
        resumed=resumed,
        database=database,
    )


_UPLOAD = """
SELECT upload_id, file_name, encoding, state, sequence, mode, submitted_at, students, created, updated, unchanged,
    rejected, deleted, withdrawn
FROM uploads WHERE upload_id = $1
"""
_CODES = "SELECT code, count(*) FROM findings WHERE upload_id = $1 GROUP BY code ORDER BY count(*) DESC, code"
_FINDINGS = """
SELECT code, message, member, line, state_student_id, field, path FROM findings WHERE upload_id = $1
ORDER BY position LIMIT $2
"""
_WITHDRAWN = """
SELECT state_student_id FROM state_records WHERE upload_id = $1 AND status = 'WITHDRAWN' ORDER BY state_student_id
"""
