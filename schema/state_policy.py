"""The policies that the law leaves to the states."""

from __future__ import annotations

import datetime

import strawberry
from strawberry.types import Info

from hub.states import Policy, policies_of
from permissions.declare import public
from resolvers.context import Context
from schema.base import Json, described_enum
from schema.payload import INPUT, PAYLOAD, MutationError, errors_field, key_field

_LISTED = "It describes a policy; the list of them is guarded."

StatePolicyName = described_enum(
    "StatePolicyName", {policy.name: policy.facts.description for policy in Policy}, "What a state may choose."
)


@strawberry.type(description="A policy that the law leaves to the states, as it is in the viewer's.")
class StatePolicy:
    policy: StatePolicyName = public(_LISTED, None, "Which.")  # type: ignore[valid-type]
    description: str = public(_LISTED, None, "What it is about.")
    expected: str = public(_LISTED, None, "What it may say.")
    value: Json | None = public(
        _LISTED, None, "What it says now: true, false, a number of days or hours, or null for none."
    )
    default: Json | None = public(_LISTED, None, "What it says where a state has not set it.")
    changed_at: datetime.datetime | None = public(_LISTED, None, "When the state set it; null where it has not.")


@strawberry.input(description="What a policy of the viewer's state is to say; without a value, its default.")
class SetStatePolicyInput:
    policy: StatePolicyName = public(INPUT, None, "Which.")  # type: ignore[valid-type]
    choice: bool | None = public(INPUT, None, "For a policy that is on or off.", default=None)
    days: int | None = public(INPUT, None, "For a policy that is a number of days.", default=None)
    hours: int | None = public(INPUT, None, "For a policy that is a number of hours.", default=None)
    idempotency_key: str | None = key_field()


@strawberry.type(description="The policy, or why it was not set.")
class SetStatePolicyPayload:
    policy: StatePolicyName | None = public(PAYLOAD, None, "Which.")  # type: ignore[valid-type]
    value: Json | None = public(PAYLOAD, None, "What it says now.")
    errors: list[MutationError] = errors_field()


async def resolve_policies(info: Info[Context, None]) -> list[StatePolicy] | None:
    """Those of the viewer's state; null for a viewer without one."""
    viewer, services = info.context.viewer, info.context.services
    if viewer.state is None:
        return None
    return [
        StatePolicy(
            policy=each.policy.name,
            description=each.policy.facts.description,
            expected=each.policy.facts.expected,
            value=each.value,
            default=each.policy.facts.default,
            changed_at=each.changed_at,
        )
        for each in await policies_of(services.writes, viewer.state)
    ]
