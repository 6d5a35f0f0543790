"""Sessions: each account ends its own, and nobody another's."""

from __future__ import annotations

import asyncpg

from hub.accounts.end_own_session import EndSession
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.viewer import Viewer


async def can_end_own_session(connection: asyncpg.Connection, viewer: Viewer, command: EndSession) -> Permit:
    """Raises `NOT_FOUND` for a session that is not the viewer's."""
    own = await connection.fetchval(
        "SELECT true FROM sessions WHERE session_id = $1 AND account_id = $2", command.session_id, viewer.account_id
    )
    if not own:
        raise Refusal(RefusalCode.NOT_FOUND, field="id")
    return Permit("end_own_session", viewer)
