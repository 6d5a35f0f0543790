"""Who sets the policies and the calendar of a state: whoever holds the grant, for the own state and no other."""

from __future__ import annotations

import asyncpg

from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.states import SetStateCalendar, SetStatePolicy
from hub.viewer import Viewer


async def can_set_state_policy(connection: asyncpg.Connection, viewer: Viewer, command: SetStatePolicy) -> Permit:
    """Somebody of a state; an account of OME has no state to decide for."""
    if viewer.state is None:
        raise Refusal(RefusalCode.NOT_FOUND)
    return Permit("set_state_policy", viewer)


async def can_set_state_calendar(connection: asyncpg.Connection, viewer: Viewer, command: SetStateCalendar) -> Permit:
    """Somebody of the state that is named; another state answers like one that is not there."""
    if viewer.state is None or command.state != viewer.state:
        raise Refusal(RefusalCode.NOT_FOUND, field="state")
    return Permit("set_state_calendar", viewer)
