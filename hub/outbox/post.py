"""Puts a mail into the outbox, in the caller's transaction: it leaves if that commits, and cannot be lost then."""

from __future__ import annotations

import asyncpg
import orjson

from hub import clock
from hub.outbox.mail import Mail

TOPIC = "mail"
CHANNEL = "outbox_mail"
"""Notified at the commit of a transaction that posted mail; carries nothing."""

_POST = """
INSERT INTO outbox_messages (topic, payload, sensitive, created_at, due_at, expires_at)
VALUES ($1, $2::text::jsonb, $3, $4, $4, $5) RETURNING outbox_id
"""


async def post_mail(connection: asyncpg.Connection, mail: Mail) -> int:
    """Write the mail into the connection's open transaction and return its id in the outbox.

    Raises asyncpg.PostgresError; the caller rolls back.
    """
    content = {"to": mail.to, "subject": mail.subject, "body": mail.body, "kind": mail.kind, "language": mail.language}
    outbox_id: int = await connection.fetchval(
        _POST, TOPIC, orjson.dumps(content).decode(), mail.sensitive, clock.now(), mail.expires_at
    )
    await connection.execute("SELECT pg_notify($1, '')", CHANNEL)
    return outbox_id
