"""Who may do what with passwords."""

from __future__ import annotations

from typing import Any

import asyncpg

from hub.accounts.reset_password import ResetPassword
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.viewer import Viewer
from permissions.grants import Grant
from permissions.policies.reach import reached_account


async def can_reset_password(connection: asyncpg.Connection, viewer: Viewer, command: ResetPassword) -> Permit:
    """Whoever manages the account, unless it is the own: for that there is `changePassword`."""
    target = await reached_account(connection, viewer, Grant.ACCOUNT_MANAGE, command.user_id)
    if target.account_id == viewer.account_id:
        raise Refusal(RefusalCode.OWN_ACCOUNT, field="userId")
    return Permit("reset_password", viewer)


async def can_redeem_code(connection: asyncpg.Connection, viewer: Viewer, command: Any) -> Permit:
    """Everybody: the code is the proof."""
    return Permit("redeem_code", viewer)


async def can_change_password(connection: asyncpg.Connection, viewer: Viewer, command: Any) -> Permit:
    """Whoever holds an account, its own."""
    return Permit("change_password", viewer)
