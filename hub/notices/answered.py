"""Tells who asked for data that the request was answered: by an upload, by hand, or on the worklist; and checks what
is said there as an answer."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from hub.notices.letters import Letter, letters
from hub.notices.notify import Audience, Notice, notify
from hub.notices.receivers import Receiver
from hub.notices.screening import refuse_findings
from hub.outbox import can_be_mailed, post_mails


async def tell_answered(connection: asyncpg.Connection, items: Sequence[int]) -> None:
    """By mail, in the hub and to whoever follows along, of those settled worklist items that are of data requests."""
    rows = await connection.fetch(_ANSWERED, list(items))
    if not rows:
        return
    mails = [
        mail
        for row in rows
        if row["email"] is not None and can_be_mailed(row["email"])
        for mail in letters(
            Letter.DATA_REQUEST_ANSWERED,
            [Receiver(row["email"])],
            [(row["msix_id"], f"/data-requests/{row['request_id']}")],
        )
    ]
    await post_mails(connection, mails)
    await notify(
        connection,
        *(
            Notice(
                "DATA_REQUEST_ANSWERED",
                Audience(accounts=[row["account_id"]]),
                student_id=row["student_id"],
                object_type="DataRequest",
                object_key=row["request_id"],
            )
            for row in rows
        ),
    )


async def screen_answers(connection: asyncpg.Connection, items: Sequence[int], reason: str) -> None:
    """Check the reason of those worklist items that are of data requests. Raises Refusal (SENSITIVE_TEXT)."""
    for student in sorted({row["student_id"] for row in await connection.fetch(_ANSWERED, list(items))}):
        await refuse_findings(connection, student, {"reason": reason})


_ANSWERED = """
SELECT request.request_id, request.account_id, current.student_id, current.msix_id, account.email
FROM data_requests AS request
JOIN students AS named USING (student_id)
JOIN students AS current ON current.student_id = named.current_id
LEFT JOIN accounts AS account ON account.account_id = request.account_id AND account.status = 'ACTIVE'
WHERE request.item_id = ANY($1::bigint[]) ORDER BY request.request_id
"""
