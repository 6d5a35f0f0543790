"""Withdraws, after a FULL upload, the students of the state that it does not name.

Whoever a rejected line names is named. Where a line was rejected that does not say whose it is, it could be anyone's,
so nobody is withdrawn: what the hub held before a rejected line stays.
"""

from __future__ import annotations

import asyncpg

from hub.audit.event import Tag
from hub.audit.record import record_in
from hub.intake.actor import Actor
from hub.intake.finding_log import FindingLog
from hub.intake.findings import Finding, FindingCode
from hub.intake.records import Source
from hub.outbox import publish


async def withdraw_unnamed(connection: asyncpg.Connection, source: Source, log: FindingLog, actor: Actor) -> None:
    """Withdraw and count them; the report names them. Call it in the transaction that closes the upload."""
    if await connection.fetchval(_NAMELESS, source.upload_id):
        held = FindingCode.WITHDRAWALS_HELD
        await log.write([Finding(held, held.expected)])
        return
    gone = await connection.fetch(_WITHDRAW, source.state, source.upload_id, source.submitted_at)
    if not gone:
        return
    await connection.execute("UPDATE uploads SET withdrawn = $2 WHERE upload_id = $1", source.upload_id, len(gone))
    students = sorted({row["student_id"] for row in gone})
    detail = {"upload": source.upload_id, "withdrawn": len(gone)}
    await record_in(connection, actor.event(Tag.UPLOAD_APPLIED, source.state, detail, students))
    await publish(connection, "student_changed", {"students": students})


_NAMELESS = """
SELECT EXISTS (SELECT FROM findings WHERE upload_id = $1 AND severity = 'REJECT' AND state_student_id IS NULL)
"""
_WITHDRAW = """
UPDATE state_records AS record SET status = 'WITHDRAWN', updated_at = now(), upload_id = $2, submitted_at = $3
WHERE state = $1 AND status = 'ACTIVE'
    AND NOT EXISTS (SELECT FROM staged_students AS named
                    WHERE named.upload_id = $2 AND named.state_student_id = record.state_student_id)
    AND NOT EXISTS (SELECT FROM findings AS named WHERE named.upload_id = $2 AND named.severity = 'REJECT'
                    AND named.state_student_id = record.state_student_id)
RETURNING student_id
"""
