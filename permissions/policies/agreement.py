"""Who may agree to the rules of behavior and complete the refresher: whoever holds an account, for itself."""

from __future__ import annotations

import asyncpg

from hub.accounts.agree import Agree
from hub.permit import Permit
from hub.viewer import Viewer


async def can_accept_rules(connection: asyncpg.Connection, viewer: Viewer, command: Agree) -> Permit:
    return Permit("accept_rules", viewer)


async def can_complete_refresher(connection: asyncpg.Connection, viewer: Viewer, command: Agree) -> Permit:
    return Permit("complete_refresher", viewer)
