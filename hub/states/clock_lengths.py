"""How long each clock runs: by the law, or shorter where a state's policy says so; in which unit."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

import asyncpg

from hub.states.calendar import working_days_after
from hub.states.policies import Policy


class Unit(Enum):
    """In what a clock's length is counted."""

    WORKING_DAYS = "working days"
    DAYS = "days"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Length:
    """`law` of the unit, or what `policy` says in a state (None: no state changes it)."""

    law: int
    unit: Unit
    policy: Policy | None


def _of(policy: Policy, unit: Unit) -> Length:
    return Length(policy.facts.default, unit, policy)


LENGTHS: Mapping[str, Length] = {
    "FIRST_MDES": _of(Policy.FIRST_MDES_DAYS, Unit.WORKING_DAYS),
    "WITHDRAWAL_UPDATE": _of(Policy.WITHDRAWAL_UPDATE_DAYS, Unit.DAYS),
    "TERM_END_UPDATE": _of(Policy.TERM_END_UPDATE_DAYS, Unit.DAYS),
    "CHANGE_OF_RESIDENCE": _of(Policy.CHANGE_OF_RESIDENCE_DAYS, Unit.WORKING_DAYS),
    "ENROLLMENT": Length(10, Unit.DAYS, None),
    "DATA_REQUEST": _of(Policy.DATA_REQUEST_DAYS, Unit.WORKING_DAYS),
    "WORKLIST_ITEM": _of(Policy.WORKLIST_ITEM_DAYS, Unit.WORKING_DAYS),
    "MOVE_NOTICE_ANSWER": _of(Policy.MOVE_NOTICE_ANSWER_HOURS, Unit.HOURS),
}
"""Source: DOMAIN.md, "Clocks", and for missed enrollments "Item types"."""

CLOCK_OF_POLICY: Mapping[str, str] = {
    length.policy.name: kind for kind, length in LENGTHS.items() if length.policy is not None
}
"""The clock whose length a policy is, by the policy's name."""


async def due_after(
    connection: asyncpg.Connection, states: Collection[str], kind: str, start: datetime.datetime
) -> dict[str, datetime.datetime]:
    """For each state the moment at which a clock of the kind (of `LENGTHS`) that starts at `start` (aware) is due."""
    length = LENGTHS[kind]
    own = await _own(connection, states, length.policy) if length.policy else {}
    amounts = {state: own.get(state, length.law) for state in states}
    if length.unit is Unit.WORKING_DAYS:
        found: dict[str, datetime.datetime] = {}
        for amount in set(amounts.values()):
            alike = [state for state, its in amounts.items() if its == amount]
            found |= await working_days_after(connection, alike, start, amount)
        return found
    hours = 24 if length.unit is Unit.DAYS else 1
    return {state: start + datetime.timedelta(hours=hours * amount) for state, amount in amounts.items()}


async def _own(connection: asyncpg.Connection, states: Collection[str], policy: Policy) -> dict[str, int]:
    rows = await connection.fetch(
        "SELECT state, value::int AS value FROM state_policies WHERE policy = $1 AND state = ANY($2::text[])",
        policy.name,
        list(states),
    )
    return {row["state"]: row["value"] for row in rows}
