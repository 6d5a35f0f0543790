"""Links what was left apart earlier in the night and this chunk has told enough about, in its transaction."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import asyncpg

from hub.identity import By, Link, answer_near_matches, record_links, retire, withdraw_answered
from hub.intake.linking import Decision
from hub.intake.matched import Provenance, point
from hub.matching import Place, evidence, rejoined

_REASON = "What came later in the same night showed that it is the same child."
_GAIN = (Place.LINKED, Place.NAMED, Place.KEPT, Place.RETURNED)


async def join_again(
    connection: asyncpg.Connection, changed: Sequence[Decision], by: Provenance, submitted_at: datetime.datetime
) -> list[int]:
    """Link those records to the students that have gained a version, withdraw their questions, retire the IDs that the
    records had had till then, and return the students concerned."""
    gained = {each.student_id for each in changed if each.fresh and each.placed and each.placed.place in _GAIN}
    if not gained:
        return []
    found, prior = await rejoined(connection, by.placing.model, gained, submitted_at)
    if not found:
        return []
    moves = [(each.record, each.decision.candidates[0].student, each.student) for each in found]
    await point(connection, moves)
    await record_links(
        connection,
        [
            Link(
                record,
                student,
                "MATCH",
                previous_student_id=previous,
                upload_id=by.upload_id,
                account_id=by.account_id,
                evidence=evidence(each.decision.candidates, prior),
                model_version=by.model_version,
            )
            for each, (record, student, previous) in zip(found, moves, strict=True)
        ],
    )
    for _, student, previous in moves:
        await retire(connection, student, [previous], By(by.account_id, reason=_REASON))
    concerned = {number for _, *two in moves for number in two}
    concerned.update(await answer_near_matches(connection, [each.record for each in found]))
    await withdraw_answered(connection, sorted(concerned))
    return sorted(concerned)
