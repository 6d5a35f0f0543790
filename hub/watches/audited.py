"""The audit trail of what watchers are told: for whom the hub looked at which children.

Looking is the hub's own doing, by what the account may read, and nobody sees a child by it. So an event is written for
what is told, not for each look: then the account learns that something of these children changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Told:
    """An account that was told of children because of one of its watches."""

    viewer: Viewer
    watch_id: int
    students: tuple[int, ...]


async def record_told(connection: asyncpg.Connection, told: Sequence[Told]) -> None:
    """One event an account, in the caller's transaction."""
    by_account: dict[int | None, list[Told]] = {}
    for each in told:
        by_account.setdefault(each.viewer.account_id, []).append(each)
    events = [
        Event.by(
            several[0].viewer,
            Tag.WATCH_TOLD,
            students=tuple(sorted({student for each in several for student in each.students})),
            fields=("Notification.student",),
            detail={"watches": sorted({each.watch_id for each in several})},
        )
        for several in by_account.values()
    ]
    if events:
        await record_in(connection, *events)
