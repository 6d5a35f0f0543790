"""Who may apply for access, and who decides: the administrator of the role and state that are asked for."""

from __future__ import annotations

import asyncpg

from hub.accounts.apply_for_access import ApplyForAccess
from hub.accounts.decide_access_application import DecideAccessApplication
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.viewer import Reach, Viewer
from permissions.grants import Grant
from permissions.policies.reach import Target, check_roles, reaches


async def can_apply_for_access(_connection: asyncpg.Connection, viewer: Viewer, _command: ApplyForAccess) -> Permit:
    """Everybody."""
    return Permit("apply_for_access", viewer)


async def can_decide_access_application(
    connection: asyncpg.Connection, viewer: Viewer, command: DecideAccessApplication
) -> Permit:
    """Whoever would look after the account; nobody decides the own application."""
    row = await connection.fetchrow(
        "SELECT state, role, email FROM access_applications WHERE application_id = $1 FOR UPDATE", command.id
    )
    wanted = None if row is None else Target(0, row["state"], (row["role"],))
    if wanted is None or not reaches(viewer, Grant.ACCOUNT_MANAGE, wanted):
        raise Refusal(RefusalCode.NOT_FOUND, field="id")
    if viewer.email is not None and row["email"].lower() == viewer.email.lower():
        raise Refusal(RefusalCode.OWN_ACCOUNT, field="id")
    if viewer.grants.get(Grant.ACCOUNT_MANAGE) is Reach.STATE:
        check_roles(viewer, wanted.roles, "id")
    return Permit("decide_access_application", viewer)
