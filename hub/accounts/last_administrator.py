"""No state is locked out: the last State User Administrator who can act stays one.

Whoever is about to take one away takes the state's turn first, so two at once cannot each take the other's last.
"""

from __future__ import annotations

import asyncpg

from hub.refusal import Refusal, RefusalCode

ROLE = "STATE_USER_ADMINISTRATOR"

_OTHERS = """
SELECT EXISTS (
    SELECT FROM accounts WHERE state = $1 AND account_id <> $2 AND status = 'ACTIVE' AND trained_at IS NOT NULL
        AND EXISTS (SELECT FROM account_roles WHERE account_roles.account_id = accounts.account_id AND role = $3))
"""


async def keep_an_administrator(connection: asyncpg.Connection, account_id: int, field: str = "userId") -> None:
    """Raise Refusal (LAST_ADMINISTRATOR) where this account is the last active, trained administrator of its state.

    Others who ask about the same state wait until the connection's transaction ends.
    """
    row = await connection.fetchrow(
        """
        SELECT state FROM accounts WHERE account_id = $1 AND status = 'ACTIVE' AND trained_at IS NOT NULL
            AND EXISTS (SELECT FROM account_roles WHERE account_id = $1 AND role = $2)
        """,
        account_id,
        ROLE,
    )
    if row is None or row["state"] is None:
        return
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('account:administrators:' || $1::text, 0))", row["state"]
    )
    if not await connection.fetchval(_OTHERS, row["state"], account_id, ROLE):
        raise Refusal(RefusalCode.LAST_ADMINISTRATOR, field=field)
