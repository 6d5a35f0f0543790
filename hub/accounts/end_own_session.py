"""Ends one session of one's own, such as that of a device that was left somewhere."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub.accounts.end_sessions import EndReason, end_session
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode


@dataclass(frozen=True, slots=True)
class EndSession:
    """Which session, or None for one that cannot be."""

    session_id: int | None


async def end_own_session(connection: asyncpg.Connection, permit: Permit, command: EndSession) -> int:
    """End the session, at once on every worker; its id. Raises Refusal (`NOT_FOUND`) where it has ended before."""
    permit.check("end_own_session")
    if (
        command.session_id is None
        or await end_session(connection, command.session_id, EndReason.ENDED_BY_OWNER) is None
    ):
        raise Refusal(RefusalCode.NOT_FOUND, field="id")
    return command.session_id
