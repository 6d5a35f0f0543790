"""Who is told of a dispute: those who answer for the states whose records it disputes, and those who enter them."""

from __future__ import annotations

from collections.abc import Collection

import asyncpg

from hub.notices import Audience, Notice, notify
from hub.viewer import Viewer


async def tell_states(
    connection: asyncpg.Connection, viewer: Viewer, dispute_id: int, kind: str, roles: Collection[str]
) -> None:
    """Tell the holders of `roles` in each state concerned, but whoever did it."""
    rows = await connection.fetch(_RECORDS, dispute_id)
    await notify(
        connection,
        *(
            Notice(
                kind,
                Audience(roles=roles, state=row["state"], but=viewer.account_id),
                row["student_id"],
                row["state_record_id"],
                "Dispute",
                dispute_id,
            )
            for row in rows
        ),
    )


async def tell_filers(
    connection: asyncpg.Connection, viewer: Viewer, dispute_id: int, state: str, roles: Collection[str]
) -> None:
    """Tell the holders of `roles`, wherever they are, that a state answered for its record."""
    row = next(row for row in await connection.fetch(_RECORDS, dispute_id) if row["state"] == state)
    audience = Audience(roles=roles, but=viewer.account_id)
    told = (row["student_id"], row["state_record_id"], "Dispute", dispute_id, {"state": state})
    await notify(connection, Notice("DISPUTE_CHANGED", audience, *told))


# One record of each state speaks for the state's, one that it holds if there is such.
_RECORDS = """
SELECT DISTINCT ON (record.state) record.state, record.student_id, record.state_record_id
FROM dispute_records JOIN state_records AS record USING (state_record_id)
WHERE dispute_id = $1 ORDER BY record.state, (record.status = 'ACTIVE') DESC, record.state_record_id
"""
