"""What an operator sees of the mails in the outbox, and how they send them again.

The text of a mail with a secret is shown to nobody.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.errors import Code, HubError
from hub.outbox.post import CHANNEL, TOPIC

_STATUS = """
CASE WHEN delivered_at IS NOT NULL THEN 'delivered' WHEN dead_at IS NOT NULL THEN 'dead'
    WHEN attempts > 0 THEN 'retrying' ELSE 'waiting' END
"""
_COLUMNS = f"""
outbox_id, message_id, payload->>'kind' AS kind, payload->>'to' AS to, {_STATUS} AS status, attempts, created_at,
CASE WHEN delivered_at IS NULL AND dead_at IS NULL THEN due_at END AS due_at, last_error, sensitive,
CASE WHEN NOT sensitive THEN payload->>'subject' END AS subject,
CASE WHEN NOT sensitive THEN payload->>'body' END AS body
"""
_LIST = f"""
SELECT {_COLUMNS} FROM outbox_messages
WHERE topic = $1 AND delivered_at IS NULL AND (dead_at IS NOT NULL OR NOT $2) ORDER BY outbox_id DESC LIMIT $3
"""  # noqa: S608 (columns named above)
_SHOW = f"SELECT {_COLUMNS} FROM outbox_messages WHERE topic = $1 AND outbox_id = $2"  # noqa: S608
_DEAD = "SELECT outbox_id FROM outbox_messages WHERE topic = $1 AND dead_at IS NOT NULL ORDER BY outbox_id"
_RESEND = """
UPDATE outbox_messages SET dead_at = NULL, attempts = 0, due_at = $3
WHERE topic = $1 AND outbox_id = ANY($2) AND delivered_at IS NULL AND (expires_at IS NULL OR expires_at > $3)
RETURNING outbox_id
"""


@dataclass(frozen=True, slots=True)
class Posted:
    """A mail in the outbox: `status` is waiting, retrying, delivered or dead; no text where it is `sensitive`."""

    outbox_id: int
    message_id: str
    kind: str
    to: str
    status: str
    attempts: int
    created_at: datetime.datetime
    due_at: datetime.datetime | None
    last_error: str | None
    sensitive: bool
    subject: str | None
    body: str | None


async def list_mails(connection: asyncpg.Connection, *, dead: bool, limit: int) -> list[Posted]:
    """The newest mails that were not delivered, dead letters alone where asked, newest first."""
    return [_posted(row) for row in await connection.fetch(_LIST, TOPIC, dead, limit)]


async def show_mail(connection: asyncpg.Connection, outbox_id: int) -> Posted:
    """One mail, whatever came of it. Raises HubError (USAGE) where there is none."""
    row = await connection.fetchrow(_SHOW, TOPIC, outbox_id)
    if row is None:
        raise HubError(Code.USAGE, f"there is no mail {outbox_id} in the outbox")
    return _posted(row)


async def resend(connection: asyncpg.Connection, outbox_ids: Sequence[int], *, by: str) -> list[int]:
    """Have mails tried again at once, as if for the first time, in the connection's open transaction; their ids.

    Passes over what has been delivered, has expired or is not there. The audit trail names `by`.
    """
    rows = await connection.fetch(_RESEND, TOPIC, outbox_ids, clock.now())
    sent = sorted(row["outbox_id"] for row in rows)
    if sent:
        await record_in(connection, Event(Tag.MAIL_RESEND, user_id=by, detail={"mails": sent}))
        await connection.execute("SELECT pg_notify($1, '')", CHANNEL)
    return sent


async def dead_letters(connection: asyncpg.Connection) -> list[int]:
    """The ids of all dead letters."""
    return [row["outbox_id"] for row in await connection.fetch(_DEAD, TOPIC)]


def _posted(row: asyncpg.Record) -> Posted:
    return Posted(**{**row, "message_id": str(row["message_id"])})
