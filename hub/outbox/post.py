"""Puts mail into the outbox, in the caller's transaction: it leaves if that commits, and cannot be lost then."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg
import orjson

from hub import clock
from hub.outbox.mail import Mail

TOPIC = "mail"
CHANNEL = "outbox_mail"
"""Notified at the commit of a transaction that posted mail; carries nothing."""

_POST = """
INSERT INTO outbox_messages (topic, payload, sensitive, created_at, due_at, expires_at)
SELECT $1, mail.payload::jsonb, mail.sensitive, $2, $2, mail.expires_at
FROM unnest($3::text[], $4::boolean[], $5::timestamptz[])
    WITH ORDINALITY AS mail (payload, sensitive, expires_at, number)
ORDER BY mail.number RETURNING outbox_id
"""


async def post_mail(connection: asyncpg.Connection, mail: Mail) -> int:
    """Write the mail into the connection's open transaction and return its id in the outbox.

    Raises asyncpg.PostgresError; the caller rolls back.
    """
    (outbox_id,) = await post_mails(connection, [mail])
    return outbox_id


async def post_mails(connection: asyncpg.Connection, mails: Sequence[Mail]) -> list[int]:
    """The same for any number of mails, by one statement; their ids in order."""
    if not mails:
        return []
    rows = await connection.fetch(
        _POST,
        TOPIC,
        clock.now(),
        [orjson.dumps(_content(mail)).decode() for mail in mails],
        [mail.sensitive for mail in mails],
        [mail.expires_at for mail in mails],
    )
    await connection.execute("SELECT pg_notify($1, '')", CHANNEL)
    return [row["outbox_id"] for row in rows]


def _content(mail: Mail) -> dict[str, str]:
    return {"to": mail.to, "subject": mail.subject, "body": mail.body, "kind": mail.kind, "language": mail.language}
