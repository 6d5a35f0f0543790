"""How a state record came to its student: the ledger with the evidence of each link."""

from __future__ import annotations

import json
from typing import Any

import asyncpg

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.errors import Code, HubError

_LEDGER = """
SELECT link.linked_at, link.how, link.model_version, link.evidence::text AS evidence, student.msix_id,
    record.student_id
FROM state_records AS record
JOIN links AS link USING (state_record_id)
JOIN students AS student ON student.student_id = link.student_id
WHERE record.state = $1 AND record.state_student_id = $2
ORDER BY link.link_id
"""
_RECORDS = """
SELECT state_record_id, state, state_student_id FROM state_records WHERE state_record_id = ANY($1::bigint[])
"""


async def history(
    connection: asyncpg.Connection, state: str, state_student_id: str, user_id: str
) -> list[dict[str, Any]]:
    """Every link of the record, oldest first, its candidates named as states know them. The look is audited.

    Raises HubError (USAGE) when there is no such record.
    """
    async with connection.transaction():
        rows = await connection.fetch(_LEDGER, state, state_student_id)
        if not rows:
            raise HubError(Code.USAGE, "the hub holds no record under this state and id")
        event = Event(
            Tag.STUDENT_VIEW,
            user_id=user_id,
            purpose="MATCH_RESOLUTION",
            operation="matching explain",
            students=(rows[0]["student_id"],),
            fields=("Student.msixId", "Student.linkHistory"),
        )
        await record_in(connection, event)
    facts = [json.loads(row["evidence"]) if row["evidence"] else {} for row in rows]
    numbers = {candidate["record"] for each in facts for candidate in each.get("candidates", ())}
    named = {row["state_record_id"]: row for row in await connection.fetch(_RECORDS, list(numbers))}
    return [
        {
            "linkedAt": row["linked_at"],
            "how": row["how"],
            "msixId": row["msix_id"],
            "modelVersion": row["model_version"],
            "prior": each.get("prior"),
            "candidates": [_named(candidate, named) for candidate in each.get("candidates", ())],
        }
        for row, each in zip(rows, facts, strict=True)
    ]


def _named(candidate: dict[str, Any], named: dict[int, Any]) -> dict[str, Any]:
    record = named[candidate["record"]]
    shown = {name: value for name, value in candidate.items() if name != "record"}
    return {"state": record["state"], "stateStudentId": record["state_student_id"], **shown}
