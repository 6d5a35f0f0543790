"""Lets an account follow something no longer."""

from __future__ import annotations

from dataclasses import dataclass, field

import asyncpg

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode


@dataclass(frozen=True, slots=True)
class Unwatch:
    watch: int = field(metadata={"node": "Watch"})


async def unwatch(connection: asyncpg.Connection, permit: Permit, command: Unwatch) -> Outcome:
    """End a watch of the viewer's own. Raises Refusal (NOT_FOUND) for any other."""
    permit.check("unwatch")
    gone = await connection.fetchval(
        "DELETE FROM watches WHERE watch_id = $1 AND account_id = $2 RETURNING watch_id",
        command.watch,
        permit.viewer.account_id,
    )
    if gone is None:
        raise Refusal(RefusalCode.NOT_FOUND, field="watch")
    await record_in(connection, Event.by(permit.viewer, Tag.WATCH_END, detail={"watch": gone}))
    return Outcome()
