"""Who may watch: whoever may read and search children, for the own account. The verbs look at the child itself."""

from __future__ import annotations

import asyncpg

from hub.permit import Permit
from hub.viewer import Viewer
from hub.watches.unwatch import Unwatch
from hub.watches.watch_search import WatchSearch
from hub.watches.watch_student import WatchStudent


async def can_watch_student(connection: asyncpg.Connection, viewer: Viewer, command: WatchStudent) -> Permit:
    return Permit("watch_student", viewer)


async def can_watch_search(connection: asyncpg.Connection, viewer: Viewer, command: WatchSearch) -> Permit:
    return Permit("watch_search", viewer)


async def can_unwatch(connection: asyncpg.Connection, viewer: Viewer, command: Unwatch) -> Permit:
    return Permit("unwatch", viewer)
