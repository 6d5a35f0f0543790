"""Whom to ask in a state for an account, or when one cannot sign in."""

from __future__ import annotations

from typing import Any

from hub.store.reads import ReadConnections
from hub.store.text import storable
from permissions.roles import Role

_ADMINISTRATORS = """
SELECT name, email, phone FROM accounts
WHERE state = $1::text AND status = 'ACTIVE' AND trained_at IS NOT NULL
    AND EXISTS (SELECT FROM account_roles WHERE account_roles.account_id = accounts.account_id AND role = $2)
ORDER BY name_key, account_id
"""


async def read_user_administrators(reads: ReadConnections, state: str) -> list[Any]:
    """Name, address and telephone of those who can act; nobody where there is no such state."""
    found: list[Any] = await reads.fetch(_ADMINISTRATORS, storable(state), Role.STATE_USER_ADMINISTRATOR.value)
    return found
