"""Who may add and remove second factors: everybody their own; whoever manages an account, those that were lost."""

from __future__ import annotations

from typing import Any

import asyncpg

from hub.accounts.reset_second_factor import ResetSecondFactor
from hub.permit import Permit
from hub.viewer import Viewer
from permissions.grants import Grant
from permissions.policies.reach import administered_account


async def can_start_totp(connection: asyncpg.Connection, viewer: Viewer, command: Any) -> Permit:
    return Permit("start_totp", viewer)


async def can_confirm_totp(connection: asyncpg.Connection, viewer: Viewer, command: Any) -> Permit:
    return Permit("confirm_totp", viewer)


async def can_remove_totp(connection: asyncpg.Connection, viewer: Viewer, command: Any) -> Permit:
    return Permit("remove_totp", viewer)


async def can_start_passkey(connection: asyncpg.Connection, viewer: Viewer, command: Any) -> Permit:
    return Permit("start_passkey", viewer)


async def can_add_passkey(connection: asyncpg.Connection, viewer: Viewer, command: Any) -> Permit:
    return Permit("add_passkey", viewer)


async def can_remove_passkey(connection: asyncpg.Connection, viewer: Viewer, command: Any) -> Permit:
    return Permit("remove_passkey", viewer)


async def can_reset_second_factor(connection: asyncpg.Connection, viewer: Viewer, command: ResetSecondFactor) -> Permit:
    """Whoever looks after the account; nobody the own."""
    await administered_account(connection, viewer, Grant.ACCOUNT_MANAGE, command.user_id)
    return Permit("reset_second_factor", viewer)
