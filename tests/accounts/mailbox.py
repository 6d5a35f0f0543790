"""What lies in the outbox, read as the receiver of the mail would."""

from __future__ import annotations

import re

import asyncpg
import orjson

CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")


async def mails(owner: asyncpg.Connection, to: str) -> list[dict[str, str]]:
    """The mails to an address, the oldest first."""
    rows = await owner.fetch(
        "SELECT payload::text FROM outbox_messages WHERE topic = 'mail' AND payload ->> 'to' = $1 ORDER BY outbox_id",
        to,
    )
    return [orjson.loads(row["payload"]) for row in rows]


async def newest_code(owner: asyncpg.Connection, to: str) -> str:
    """The one-time code in the newest mail to an address."""
    (code, *again) = CODE.findall((await mails(owner, to))[-1]["body"])
    assert set(again) == {code}
    found: str = code
    return found
