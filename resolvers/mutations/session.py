"""Changes of sessions."""

from __future__ import annotations

import asyncpg

from hub.accounts.end_own_session import EndSession, end_own_session
from hub.outcome import Outcome
from hub.permit import Permit
from hub.viewer import Viewer
from permissions.policies.session import can_end_own_session
from resolvers.compiler.node_id import encode
from resolvers.mutations.named import ById
from resolvers.writing import Change


def _command(given: ById) -> EndSession:
    return EndSession(given.number("Session"))


async def _may_end(connection: asyncpg.Connection, viewer: Viewer, given: ById) -> Permit:
    return await can_end_own_session(connection, viewer, _command(given))


async def _end(connection: asyncpg.Connection, permit: Permit, given: ById) -> Outcome:
    return Outcome(values={"id": encode("Session", await end_own_session(connection, permit, _command(given)))})


END_SESSION = Change("endSession", ById, _may_end, _end)
