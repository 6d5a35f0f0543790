"""Who may mark notifications and choose how to be told: whoever holds an account, for itself."""

from __future__ import annotations

import asyncpg

from hub.notices.mark_read import MarkRead
from hub.notices.preferences import SetPreferences
from hub.permit import Permit
from hub.viewer import Viewer


async def can_mark_read(connection: asyncpg.Connection, viewer: Viewer, command: MarkRead) -> Permit:
    return Permit("mark_read", viewer)


async def can_set_preferences(connection: asyncpg.Connection, viewer: Viewer, command: SetPreferences) -> Permit:
    return Permit("set_preferences", viewer)
