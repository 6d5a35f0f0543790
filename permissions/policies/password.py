"""Who may do what with passwords."""

from __future__ import annotations

from typing import Any

import asyncpg

from hub.accounts.reset_password import ResetPassword
from hub.permit import Permit
from hub.viewer import Viewer
from permissions.grants import Grant
from permissions.policies.reach import administered_account


async def can_reset_password(connection: asyncpg.Connection, viewer: Viewer, command: ResetPassword) -> Permit:
    """Whoever looks after the account; for the own there is `changePassword`."""
    await administered_account(connection, viewer, Grant.ACCOUNT_MANAGE, command.user_id)
    return Permit("reset_password", viewer)


async def can_redeem_code(connection: asyncpg.Connection, viewer: Viewer, command: Any) -> Permit:
    """Everybody: the code is the proof."""
    return Permit("redeem_code", viewer)


async def can_change_password(connection: asyncpg.Connection, viewer: Viewer, command: Any) -> Permit:
    """Whoever holds an account, its own."""
    return Permit("change_password", viewer)
