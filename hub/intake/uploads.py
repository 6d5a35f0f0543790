"""The rows of `uploads`: which file of a state may come next, which is under way, and how each ended.

Whoever works on a state's uploads holds that state's lock from the header to the end. So an upload found unfinished
under the lock belongs to a process that died.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import asyncpg

from hub.intake.finding_log import FindingLog
from hub.intake.findings import Finding, FindingCode, refusal
from hub.intake.header import Header

_LOCKS = 0x4D4445  # the first half of the key of these advisory locks
_UNSTAGED = ("staged_students", "staged_rows", "findings")


@dataclass(frozen=True)
class Origin:
    """What is known of an upload before its header is read."""

    file_name: str
    encoding: str
    account_id: int | None


async def lock_state(connection: asyncpg.Connection, state: str) -> None:
    """Wait until nobody else works on an upload of `state`; held until the connection lets go, or is closed."""
    await connection.execute("SELECT pg_advisory_lock($1, $2)", _LOCKS, int.from_bytes(state.encode(), "big"))


async def unlock_state(connection: asyncpg.Connection) -> None:
    """Let the next in, whichever state this connection holds."""
    await connection.execute("SELECT pg_advisory_unlock_all()")


async def abandon_dead(connection: asyncpg.Connection, state: str) -> None:
    """Mark uploads of `state` that were interrupted while being read, and clear what they staged."""
    dead = await connection.fetch("SELECT upload_id FROM uploads WHERE state = $1 AND status = 'STAGING'", state)
    for row in dead:
        async with connection.transaction():
            await connection.execute(
                "UPDATE uploads SET status = 'ABANDONED', finished_at = now() WHERE upload_id = $1", row["upload_id"]
            )
            await _unstage(connection, row["upload_id"])


async def unfinished(connection: asyncpg.Connection, state: str) -> int | None:
    """The upload of `state` that was interrupted while being applied."""
    found: int | None = await connection.fetchval(
        "SELECT upload_id FROM uploads WHERE state = $1 AND status = 'APPLYING'", state
    )
    return found


async def accepted_before(connection: asyncpg.Connection, header: Header) -> tuple[int, bytes] | None:
    """The accepted upload with the header's sequence and its SHA-256. Raises FileRefused when the sequence is past."""
    same = await connection.fetchrow(
        "SELECT upload_id, sha256 FROM uploads WHERE state = $1 AND sequence = $2 AND status = 'ACCEPTED'",
        header.state,
        header.sequence,
    )
    if same is not None:
        return same["upload_id"], same["sha256"]
    last = await connection.fetchval(
        "SELECT max(sequence) FROM uploads WHERE state = $1 AND status = 'ACCEPTED'", header.state
    )
    if last is not None and header.sequence < last:
        raise refusal(FindingCode.STALE_SEQUENCE, field="sequence", last=last)
    return None


async def begin(connection: asyncpg.Connection, origin: Origin, header: Header) -> int:
    """A new upload that is being read."""
    upload_id: int = await connection.fetchval(
        "INSERT INTO uploads (state, sequence, mode, submitted_at, encoding, file_name, account_id, status) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, 'STAGING') RETURNING upload_id",
        header.state,
        header.sequence,
        header.mode,
        header.submitted_at,
        origin.encoding,
        origin.file_name,
        origin.account_id,
    )
    return upload_id


async def refuse(
    connection: asyncpg.Connection,
    origin: Origin,
    finding: Finding,
    *,
    header: Header | None,
    state: str | None,
    upload_id: int | None,
    at: datetime.datetime,
) -> int:
    """Keep the refusal as an upload with one finding, and clear what was staged. Call it in a transaction."""
    if upload_id is None:
        upload_id = await connection.fetchval(
            "INSERT INTO uploads (state, sequence, mode, submitted_at, encoding, file_name, account_id, status) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, 'REFUSED') RETURNING upload_id",
            header.state if header else state,
            header and header.sequence,
            header and header.mode,
            header and header.submitted_at,
            origin.encoding,
            origin.file_name,
            origin.account_id,
        )
    else:
        await _unstage(connection, upload_id)
    await connection.execute(
        "UPDATE uploads SET status = 'REFUSED', finished_at = $2 WHERE upload_id = $1", upload_id, at
    )
    await FindingLog(connection, upload_id).write([finding])
    return upload_id


async def seal(connection: asyncpg.Connection, upload_id: int, students: int, sha256: bytes, log: FindingLog) -> None:
    """The file is whole and sound: reject students that stand twice; from now on it must be applied.
    Call it in a transaction."""
    twice = FindingCode.STUDENT_TWICE
    reported = await connection.execute(
        _REPORT_TWICE, upload_id, log.position, twice.severity.value, twice.value, twice.expected
    )
    if reported != "INSERT 0 0":
        await connection.execute(_UNSTAGE_TWICE, upload_id)
    await connection.execute(_SEAL, upload_id, students, sha256)


async def _unstage(connection: asyncpg.Connection, upload_id: int) -> None:
    for table in _UNSTAGED:
        await connection.execute(f"DELETE FROM {table} WHERE upload_id = $1", upload_id)  # noqa: S608


_REPORT_TWICE = """
INSERT INTO findings (upload_id, position, severity, code, member, line, state_student_id, field, path, message)
SELECT $1, $2 + row_number() OVER (ORDER BY line), $3, $4, CASE encoding WHEN 'CSV' THEN 'students.csv' END, line,
    state_student_id, 'stateStudentId', 'stateStudentId', $5
FROM (SELECT upload_id, line, state_student_id, row_number() OVER (PARTITION BY state_student_id ORDER BY line) AS nth
      FROM staged_students WHERE upload_id = $1) AS student
JOIN uploads USING (upload_id)
WHERE nth = 2
"""
_UNSTAGE_TWICE = """
UPDATE staged_students SET content = NULL
WHERE upload_id = $1 AND content IS NOT NULL AND state_student_id IN (
    SELECT state_student_id FROM staged_students WHERE upload_id = $1 GROUP BY state_student_id HAVING count(*) > 1)
"""
_SEAL = """
UPDATE uploads SET status = 'APPLYING', students = $2::integer, sha256 = $3, rejected = $2::integer - (
    SELECT count(*) FROM staged_students WHERE upload_id = $1 AND content IS NOT NULL)
WHERE upload_id = $1
"""
