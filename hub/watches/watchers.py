"""Who watches: the accounts behind watches, each as the viewer that it is now. Closed accounts are none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import asyncpg

from hub.viewer import Reach, Viewer

GrantsOf = Callable[[tuple[str, ...]], Mapping[str, Reach]]
"""What several roles together may do: `permissions.roles.grants_of`, handed in because this layer is below it."""


async def watchers(connection: asyncpg.Connection, accounts: Collection[int], grants_of: GrantsOf) -> dict[int, Viewer]:
    """Those of the accounts that are active, trained and may read children, by their ids."""
    rows = await connection.fetch(_READ, sorted(accounts))
    found = {
        row["account_id"]: Viewer(
            account_id=row["account_id"],
            user_id=row["user_id"],
            name=row["name"],
            email=row["email"],
            roles=tuple(row["roles"]),
            state=row["state"],
            region=row["region"],
            district_id=row["district_id"],
            grants=grants_of(tuple(row["roles"])),
        )
        for row in rows
    }
    return {account_id: viewer for account_id, viewer in found.items() if viewer.reads_students}


_READ = """
SELECT account_id, user_id, name, email, state, region, district_id,
    ARRAY(SELECT role FROM account_roles AS held WHERE held.account_id = accounts.account_id ORDER BY role) AS roles
FROM accounts WHERE account_id = ANY($1::bigint[]) AND status = 'ACTIVE' AND trained_at IS NOT NULL
"""
