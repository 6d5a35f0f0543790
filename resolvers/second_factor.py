"""The viewer's own second factors, as they are listed."""

from __future__ import annotations

from typing import Any

from hub.store.reads import ReadConnections

_STATE = """
SELECT EXISTS (SELECT FROM totp_factors WHERE account_id = $1 AND confirmed_at IS NOT NULL) AS totp,
    (SELECT count(*) FROM recovery_codes WHERE account_id = $1)::int AS recovery_codes
"""
_PASSKEYS = "SELECT passkey_id, name, created_at, last_used_at FROM passkeys WHERE account_id = $1 ORDER BY passkey_id"


async def read_second_factor(reads: ReadConnections, account_id: int) -> tuple[Any, list[Any]]:
    """Whether there is an app and how many recovery codes are left; the passkeys, the oldest first."""
    state: Any = await reads.fetchrow(_STATE, account_id)
    passkeys: list[Any] = await reads.fetch(_PASSKEYS, account_id)
    return state, passkeys
