"""An administrator says what roles an account has. Its sessions end at once, on every worker."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub.accounts.end_sessions import EndReason, end_all_sessions
from hub.accounts.last_administrator import ROLE, keep_an_administrator
from hub.accounts.managed import locked, not_deactivated, tell
from hub.accounts.particulars import RoleSets, refuse_first, wrong_roles
from hub.audit.event import Tag
from hub.outcome import Outcome
from hub.permit import Permit


@dataclass(frozen=True, slots=True)
class AssignRoles:
    """Whose account, and all roles that it has from now on. Operators expect no version."""

    user_id: str
    roles: tuple[str, ...]
    expected_version: int | None = None


async def assign_roles(
    connection: asyncpg.Connection, permit: Permit, command: AssignRoles, *, sets: RoleSets
) -> Outcome:
    """Replace the roles. The same roles again change nothing.

    Raises Refusal (CONFLICT, DEACTIVATED, INVALID_INPUT, LAST_ADMINISTRATOR).
    """
    permit.check("assign_roles")
    account = await locked(connection, command.user_id, command.expected_version)
    not_deactivated(account)
    roles = tuple(sorted(set(command.roles)))
    placed = account.region is not None or account.district_id is not None
    refuse_first(("roles", message) for _, message in wrong_roles(roles, sets, state=account.state, placed=placed))
    if roles == account.roles:
        return Outcome({"user": account.account_id})
    if ROLE in account.roles and ROLE not in roles:
        await keep_an_administrator(connection, account.account_id, "roles")
    await connection.execute("DELETE FROM account_roles WHERE account_id = $1", account.account_id)
    await connection.executemany(
        "INSERT INTO account_roles (account_id, role) VALUES ($1, $2)", [(account.account_id, role) for role in roles]
    )
    await connection.execute("UPDATE accounts SET version = version + 1 WHERE account_id = $1", account.account_id)
    await end_all_sessions(connection, account.account_id, EndReason.ROLES_CHANGED)
    await tell(
        connection, permit.viewer, Tag.ACCOUNT_ROLES, account, {"before": list(account.roles), "after": list(roles)}
    )
    return Outcome({"user": account.account_id})
