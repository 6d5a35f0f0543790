"""The policies that the law leaves to the states: what each is called, what it may say, and what holds unless set."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import asyncpg
import orjson

LONGEST_PASSWORD_DAYS = 90


@dataclass(frozen=True)
class _Facts:
    """`given` is the member of a command that sets it: `choice`, `days` or `hours`."""

    default: Any
    allowed: Callable[[Any], bool]
    expected: str
    description: str
    given: str = "days"


def _is_choice(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _clock(law: int, what: str, unit: str = "days", given: str = "days") -> _Facts:
    """The length of a clock: the law's, or less."""
    description = f"{what}; the law says {law}, and a state only ever shortens it."
    return _Facts(law, _is_number(law), f"a whole number of {unit} from 1 to {law}", description, given)


class Policy(Enum):
    """Every policy; a value that is not `allowed` is refused with `expected`."""

    PRIMARY_USERS_DECIDE = _Facts(
        False,
        _is_choice,
        "true or false",
        "Primary users decide near matches, merges and splits of the state.",
        "choice",
    )
    AUTO_APPROVE_VALIDATIONS = _Facts(
        False,
        _is_choice,
        "true or false",
        "A merge or split that nobody decided by the end of the climb counts as approved by the state.",
        "choice",
    )
    PASSWORD_DAYS = _Facts(
        None,
        _is_number(LONGEST_PASSWORD_DAYS),
        f"a whole number of days from 1 to {LONGEST_PASSWORD_DAYS}",
        "Days after which a password of the state's accounts must be changed; a state only ever shortens them.",
    )
    FIRST_MDES_DAYS = _clock(10, "Working days for the first data of a newly eligible child", "working days")
    WITHDRAWAL_UPDATE_DAYS = _clock(14, "Days for an update after a withdrawal in the school year")
    TERM_END_UPDATE_DAYS = _clock(30, "Days for an update after the end of the school year or a summer term")
    CHANGE_OF_RESIDENCE_DAYS = _clock(4, "Working days for an update after a child has moved away", "working days")
    DATA_REQUEST_DAYS = _clock(4, "Working days for the answer to a data request", "working days")
    WORKLIST_ITEM_DAYS = _clock(5, "Business days for the decision on a worklist item", "business days")
    MOVE_NOTICE_ANSWER_HOURS = _clock(24, "Hours for the answer to a move notice", "hours", "hours")

    @property
    def facts(self) -> _Facts:
        return self.value


async def states_with(connection: asyncpg.Connection, policy: Policy, value: Any) -> set[str]:
    """The states whose policy has this value, where it is not the default."""
    rows = await connection.fetch(
        "SELECT state FROM state_policies WHERE policy = $1 AND value = to_jsonb($2::boolean)", policy.name, value
    )
    return {row["state"] for row in rows}


@dataclass(frozen=True, slots=True)
class StatesPolicy:
    """What a policy says in a state: its own `value`, or the default where it has set none (`changed_at` None)."""

    policy: Policy
    value: Any
    changed_at: datetime.datetime | None


async def policies_of(pool: asyncpg.Pool, state: str) -> list[StatesPolicy]:
    """Every policy as it is in the state, in the order of `Policy`."""
    rows = await pool.fetch("SELECT policy, value::text, changed_at FROM state_policies WHERE state = $1", state)
    own = {row["policy"]: row for row in rows}
    return [
        StatesPolicy(policy, orjson.loads(own[policy.name]["value"]), own[policy.name]["changed_at"])
        if policy.name in own
        else StatesPolicy(policy, policy.facts.default, None)
        for policy in Policy
    ]


async def hold_policies(connection: asyncpg.Connection, *, shared: bool = False) -> None:
    """Until the transaction ends nobody changes a policy; `shared` for those who write down what follows from one."""
    lock = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    await connection.execute(f"SELECT {lock}(hashtextextended('hub state policies', 0))")
