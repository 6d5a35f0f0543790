"""What came of a try to deliver a mail, and when the next one may begin.

A mail that was put off is tried again after a time that doubles, with chance in it, so that what failed together does
not come back together. After `mail_attempts` tries it is a dead letter; one that the server refuses for good is so at
once. Trouble with the server kills no mail, however long it lasts, and counts as no try of it: the first refusal after
a long one is not the last.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import asyncpg

from hub import clock
from hub.outbox.letter import Letter
from hub.outbox.sending import Refused
from hub.settings import Settings

LONGEST_WAIT = 7200.0
LONGEST_WAIT_FOR_SERVER = 300.0

_MARK = """
UPDATE outbox_messages AS message SET
    attempts = least(attempts + CASE WHEN done.tried THEN 1 ELSE 0 END, 32000), last_error = done.error,
    delivered_at = done.delivered_at,
    dead_at = done.dead_at, due_at = coalesce(done.due_at, message.due_at),
    payload = CASE WHEN sensitive AND done.delivered_at IS NOT NULL THEN payload - '{subject,body}'::text[]
        ELSE payload END
FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[],
        $6::boolean[])
    AS done (outbox_id, error, delivered_at, dead_at, due_at, tried)
WHERE message.outbox_id = done.outbox_id
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Delivered, dead, or due again; `error` is the code of what went wrong, `tried` whether with this mail."""

    outbox_id: int
    error: str | None = None
    delivered_at: datetime.datetime | None = None
    dead_at: datetime.datetime | None = None
    due_at: datetime.datetime | None = None
    tried: bool = True


def delivered(letter: Letter) -> Outcome:
    return Outcome(letter.outbox_id, delivered_at=clock.now())


def refused(letter: Letter, refusal: Refused, settings: Settings) -> Outcome:
    if refusal.permanent or letter.attempts + 1 >= settings.mail_attempts:
        return Outcome(letter.outbox_id, refusal.code, dead_at=clock.now())
    return _again(letter, refusal.code, settings, LONGEST_WAIT)


def held_up(letter: Letter, code: str, settings: Settings) -> Outcome:
    """Trouble with the server came before this mail was tried, or while it was."""
    return replace(_again(letter, code, settings, LONGEST_WAIT_FOR_SERVER), tried=False)


async def mark(connection: asyncpg.Connection, outcomes: Sequence[Outcome]) -> None:
    """Write outcomes into the connection's open transaction, which holds the rows. Secrets that arrived are blanked."""
    columns = ("outbox_id", "error", "delivered_at", "dead_at", "due_at", "tried")
    await connection.execute(_MARK, *([getattr(each, name) for each in outcomes] for name in columns))


def _again(letter: Letter, code: str, settings: Settings, longest: float) -> Outcome:
    wait = min(longest, settings.mail_retry_seconds * 2.0 ** min(letter.attempts, 30))
    wait *= random.uniform(0.5, 1.0)  # noqa: S311 (chance, no secret)
    return Outcome(letter.outbox_id, code, due_at=clock.now() + datetime.timedelta(seconds=wait))
