"""Changes of the states' policies and calendars, and what follows from them elsewhere in the same transaction."""

from __future__ import annotations

import asyncpg

from hub.accounts.announce import announce
from hub.clocks import compute_state_anew
from hub.identity import refresh_locks_of_state
from hub.outcome import Outcome
from hub.permit import Permit
from hub.states import (
    CLOCK_OF_POLICY,
    Policy,
    SetStateCalendar,
    SetStatePolicy,
    set_state_calendar,
    set_state_policy,
)
from permissions.policies.state_policy import can_set_state_calendar, can_set_state_policy
from resolvers.writing import Change


async def _set(connection: asyncpg.Connection, permit: Permit, command: SetStatePolicy) -> Outcome:
    outcome = await set_state_policy(connection, permit, command)
    state = permit.viewer.state
    assert state is not None
    if command.policy == Policy.PRIMARY_USERS_DECIDE.name:
        await refresh_locks_of_state(connection, state)
    if command.policy == Policy.PASSWORD_DAYS.name:
        for row in await connection.fetch("SELECT account_id FROM accounts WHERE state = $1 ORDER BY 1", state):
            await announce(connection, row["account_id"])
    if command.policy in CLOCK_OF_POLICY:
        await compute_state_anew(connection, state)
    return outcome


async def _set_calendar(connection: asyncpg.Connection, permit: Permit, command: SetStateCalendar) -> Outcome:
    outcome = await set_state_calendar(connection, permit, command)
    await compute_state_anew(connection, command.state)
    return outcome


SET_STATE_POLICY = Change("setStatePolicy", SetStatePolicy, can_set_state_policy, _set)
SET_STATE_CALENDAR = Change("setStateCalendar", SetStateCalendar, can_set_state_calendar, _set_calendar)
