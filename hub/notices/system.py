"""Move notices of the hub's own: what it sees itself, told to the state or district that the child came from.

Nobody sent them, so they say nothing in words; their kind is ARRIVAL. However many there are at once, they take a fixed
number of statements, and each contact gets one mail that lists them.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.notices.letters import Letter, letters
from hub.notices.receivers import Place, Receiver, receivers_of
from hub.outbox import post_mails
from hub.states import due_after

ANSWER_CLOCK = "MOVE_NOTICE_ANSWER"
"""The clock of an answer: how long it runs, the state that is told says within the law."""


@dataclass(frozen=True, slots=True)
class SystemNotice:
    """A child, by its internal id, was seen in the state or district `to_…`; the one that it left is told.
    `upload_id` is the upload that showed it."""

    student_id: int
    from_state: str
    to_state: str
    from_district: str | None = None
    to_district: str | None = None
    expected_date: datetime.date | None = None
    upload_id: int | None = None

    @property
    def told(self) -> Place:
        """Who is told."""
        return self.from_state, self.from_district


async def post_system_notices(connection: asyncpg.Connection, notices: Sequence[SystemNotice]) -> list[int]:
    """Write the notices and their mails in the caller's transaction, and return their ids, in order.

    A place that has nobody to be mailed finds its notices in the hub. The students must be there.
    """
    if not notices:
        return []
    receivers = await receivers_of(connection, {notice.told for notice in notices}, "MOVE_NOTICE")
    now = clock.now()
    due = await due_after(connection, {notice.from_state for notice in notices}, ANSWER_CLOCK, now)
    rows = await connection.fetch(
        _POST,
        [notice.student_id for notice in notices],
        [notice.from_state for notice in notices],
        [notice.from_district for notice in notices],
        [notice.to_state for notice in notices],
        [notice.to_district for notice in notices],
        [notice.expected_date for notice in notices],
        [notice.upload_id for notice in notices],
        ["\n".join(receiver.email for receiver in receivers[notice.told]) for notice in notices],
        now,
        [due[notice.from_state] for notice in notices],
    )
    ids = [row["notice_id"] for row in rows]
    await _mail(connection, notices, ids, receivers)
    return ids


async def _mail(
    connection: asyncpg.Connection,
    notices: Sequence[SystemNotice],
    ids: Sequence[int],
    receivers: dict[Place, list[Receiver]],
) -> None:
    students = await connection.fetch(
        "SELECT student_id, msix_id FROM students WHERE student_id = ANY($1::bigint[])",
        [notice.student_id for notice in notices],
    )
    msix_ids = {row["student_id"]: row["msix_id"] for row in students}
    told: dict[Receiver, list[tuple[str, str]]] = defaultdict(list)
    for notice, notice_id in zip(notices, ids, strict=True):
        for receiver in receivers[notice.told]:
            told[receiver].append((msix_ids[notice.student_id], f"/move-notices/{notice_id}"))
    await post_mails(
        connection,
        [
            mail
            for receiver, about in told.items()
            for mail in letters(Letter.CHANGE_OF_RESIDENCE, [receiver], about, "/move-notices")
        ],
    )


_POST = """
WITH asked AS (
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::bigint[],
        $8::text[], $10::timestamptz[]) WITH ORDINALITY
        AS notice (student_id, from_state, from_district, to_state, to_district, expected_date, upload_id, receivers,
            due_at, number)
)
INSERT INTO move_notices (kind, student_id, from_state, from_district, to_state, to_district, expected_date, upload_id,
    receivers, sent_at, due_at)
SELECT 'ARRIVAL', student_id, from_state, from_district, to_state, to_district, expected_date, upload_id,
    string_to_array(receivers, E'\\n'), $9, due_at
FROM asked ORDER BY number
RETURNING notice_id
"""
