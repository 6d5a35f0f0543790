"""Sets one of the policies that the law leaves to the states, or gives it up for the default. Audited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.states.policies import Policy, hold_policies


@dataclass(frozen=True)
class SetStatePolicy:
    """The policy's name, and what it says from now on: `choice`, `days` or `hours`, whichever it takes; none of them:
    the default."""

    policy: str
    choice: bool | None = None
    days: int | None = None
    hours: int | None = None

    @property
    def given(self) -> dict[str, Any]:
        """What was said, by the member that says it."""
        members = {"choice": self.choice, "days": self.days, "hours": self.hours}
        return {name: value for name, value in members.items() if value is not None}


async def set_state_policy(connection: asyncpg.Connection, permit: Permit, command: SetStatePolicy) -> Outcome:
    """Set it for the state of whoever was permitted. Raises Refusal (INVALID_INPUT).

    Whoever calls refreshes, in the same transaction, what follows from the policy elsewhere.
    """
    permit.check("set_state_policy")
    policy, state = Policy[command.policy], permit.viewer.state
    value = command.given.get(policy.facts.given)
    strange = [name for name in command.given if name != policy.facts.given]
    if strange or (value is not None and not policy.facts.allowed(value)):
        field = strange[0] if strange else policy.facts.given
        raise Refusal(RefusalCode.INVALID_INPUT, f"this policy takes {policy.facts.expected}", field)
    await hold_policies(connection)
    before = await connection.fetchval(_BEFORE, state, policy.name)
    if value is None:
        await connection.execute(_CLEAR, state, policy.name)
    else:
        await connection.execute(_SET, state, policy.name, orjson.dumps(value).decode(), permit.viewer.account_id)
    detail = {"policy": policy.name, "before": None if before is None else orjson.loads(before), "after": value}
    await record_in(connection, Event.by(permit.viewer, Tag.STATE_POLICY, detail=detail))
    return Outcome(values={"policy": policy.name, "value": policy.facts.default if value is None else value})


_BEFORE = "SELECT value::text FROM state_policies WHERE state = $1 AND policy = $2"
_CLEAR = "DELETE FROM state_policies WHERE state = $1 AND policy = $2"
_SET = """
INSERT INTO state_policies (state, policy, value, account_id) VALUES ($1, $2, $3::text::jsonb, $4)
ON CONFLICT (state, policy) DO UPDATE SET value = excluded.value, account_id = excluded.account_id, changed_at = now()
"""
