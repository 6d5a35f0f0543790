"""The viewer's own sessions, and ending one."""

from __future__ import annotations

import datetime

import strawberry
from strawberry.types import Info

from hub.accounts.listed import sessions_of
from permissions.declare import public
from resolvers.compiler.node_id import encode
from resolvers.context import Context
from schema.payload import INPUT, PAYLOAD, MutationError, errors_field, key_field

_OWN = "It is the viewer's own session; the list of them is guarded."


@strawberry.type(description="A session of the viewer's that goes on.")
class Session:
    id: strawberry.ID = public(_OWN, None, "What endSession takes.")
    created_at: datetime.datetime = public(_OWN, None, "When it was opened.")
    last_used_at: datetime.datetime = public(_OWN, None, "When it was used last, to about a minute.")
    expires_at: datetime.datetime = public(_OWN, None, "When it ends at the latest.")
    address: str | None = public(_OWN, None, "The address it was opened from.")
    user_agent: str | None = public(_OWN, None, "The program it was opened with, as that called itself.")
    current: bool = public(_OWN, None, "Whether it is the session that asks.")


@strawberry.input(description="Which session ends.")
class EndSessionInput:
    id: strawberry.ID = public(INPUT, None, "The id of a session of the viewer's.")
    idempotency_key: str | None = key_field()


@strawberry.type(description="The session that has ended, or why it has not.")
class EndSessionPayload:
    id: strawberry.ID | None = public(PAYLOAD, None, "The session's id.")
    errors: list[MutationError] = errors_field()


async def resolve_sessions(info: Info[Context, None]) -> list[Session] | None:
    """The newest first."""
    viewer, services = info.context.viewer, info.context.services
    if viewer.account_id is None:
        return None
    idle = datetime.timedelta(minutes=services.settings.session_idle_minutes)
    return [
        Session(
            id=strawberry.ID(encode("Session", found.session_id)),
            created_at=found.created_at,
            last_used_at=found.last_used_at,
            expires_at=found.expires_at,
            address=found.address,
            user_agent=found.user_agent,
            current=found.session_id == viewer.session_id,
        )
        for found in await sessions_of(services.writes, viewer.account_id, idle)
    ]
