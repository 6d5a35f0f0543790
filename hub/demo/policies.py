"""What states of the demo have set: Tennessee its policies, as its program has them, and Florida its regions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import orjson

from hub.demo.places import Town
from hub.states import Policy

STATE_POLICIES: Mapping[str, Mapping[Policy, Any]] = {
    "TN": {Policy.PRIMARY_USERS_DECIDE: True, Policy.PASSWORD_DAYS: 60},
}


STATE_REGIONS = {"FL": ("South Florida", "North Florida")}
"""The regions of a state; its towns' districts are shared out among them."""


async def set_policies(connection: asyncpg.Connection, towns: Mapping[str, Sequence[Town]]) -> None:
    """Set them, but for what a state has chosen otherwise. `towns` are those of each state."""
    rows = [
        (state, policy.name, orjson.dumps(value).decode())
        for state, chosen in STATE_POLICIES.items()
        for policy, value in chosen.items()
    ]
    await connection.executemany(_SET, rows)
    regions = [
        (town.district_id, state, names[number % len(names)])
        for state, names in STATE_REGIONS.items()
        for number, town in enumerate(towns[state])
    ]
    await connection.executemany(_SET_REGION, regions)


_SET = """
INSERT INTO state_policies (state, policy, value) VALUES ($1, $2, $3::text::jsonb) ON CONFLICT DO NOTHING
"""
_SET_REGION = "INSERT INTO district_regions (district_id, state, region) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
