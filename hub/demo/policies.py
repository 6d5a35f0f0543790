"""The policies that states of the demo have set: Tennessee's, as its program has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import asyncpg
import orjson

from hub.states import Policy

STATE_POLICIES: Mapping[str, Mapping[Policy, Any]] = {
    "TN": {Policy.PRIMARY_USERS_DECIDE: True, Policy.PASSWORD_DAYS: 60},
}


async def set_policies(connection: asyncpg.Connection) -> None:
    """Set them, but for what a state has chosen otherwise."""
    rows = [
        (state, policy.name, orjson.dumps(value).decode())
        for state, chosen in STATE_POLICIES.items()
        for policy, value in chosen.items()
    ]
    await connection.executemany(_SET, rows)


_SET = """
INSERT INTO state_policies (state, policy, value) VALUES ($1, $2, $3::text::jsonb) ON CONFLICT DO NOTHING
"""
