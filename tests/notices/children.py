"""Children of TN and TX made by uploads, and what was mailed to whom."""

from __future__ import annotations

from typing import Any

import orjson

from tests.identity.country import child, msix_of, rows, upload

ADMINS = {"TN": "STATE_DATA_ADMINISTRATOR.TN@agency.gov", "TX": "STATE_DATA_ADMINISTRATOR.TX@agency.gov"}


async def two_children(url: str) -> tuple[str, str]:
    """The MSIX IDs of a child of Tennessee (S1) and one of Texas (S2)."""
    await upload(url, "TN", 1, [child(1)])
    await upload(url, "TX", 1, [child(2)])
    return await msix_of(url, "TN", "S1"), await msix_of(url, "TX", "S2")


async def mails(url: str, kind: str) -> list[dict[str, Any]]:
    """The mails of a kind that wait in the outbox, oldest first."""
    found = await rows(
        url,
        "SELECT payload::text FROM outbox_messages WHERE topic = 'mail' AND payload ->> 'kind' = $1 ORDER BY 1",
        kind,
    )
    return [orjson.loads(row["payload"]) for row in found]
