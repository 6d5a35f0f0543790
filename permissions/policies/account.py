"""Who may do what to whose account: the right administrator by role and state, and nobody to the own account."""

from __future__ import annotations

import asyncpg

from hub.accounts.assign_roles import AssignRoles
from hub.accounts.create_user import CreateUser
from hub.accounts.deactivate_user import DeactivateUser
from hub.accounts.record_training import RecordTraining
from hub.accounts.reinstate_user import ReinstateUser
from hub.accounts.review import ConfirmAccountReview
from hub.accounts.update_user import UpdateUser
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.viewer import Reach, Viewer
from permissions.grants import Grant
from permissions.policies.reach import administered_account, check_roles


async def can_create_user(_connection: asyncpg.Connection, viewer: Viewer, command: CreateUser) -> Permit:
    """Whoever may give these roles, in the own state; OME in every state."""
    check_roles(viewer, command.roles)
    if viewer.grants.get(Grant.ACCOUNT_MANAGE) is Reach.STATE and command.state not in (None, viewer.state):
        raise Refusal(RefusalCode.OTHER_ADMINISTRATOR, field="state")
    return Permit("create_user", viewer)


async def can_update_user(connection: asyncpg.Connection, viewer: Viewer, command: UpdateUser) -> Permit:
    """Whoever looks after the account."""
    await administered_account(connection, viewer, Grant.ACCOUNT_MANAGE, command.user_id)
    return Permit("update_user", viewer)


async def can_assign_roles(connection: asyncpg.Connection, viewer: Viewer, command: AssignRoles) -> Permit:
    """Whoever looks after the account, as far as the roles that come or go are theirs to give."""
    target = await administered_account(connection, viewer, Grant.ACCOUNT_MANAGE, command.user_id)
    check_roles(viewer, set(target.roles) ^ set(command.roles))
    return Permit("assign_roles", viewer)


async def can_record_training(connection: asyncpg.Connection, viewer: Viewer, command: RecordTraining) -> Permit:
    """Whoever looks after the account."""
    await administered_account(connection, viewer, Grant.ACCOUNT_MANAGE, command.user_id)
    return Permit("record_training", viewer)


async def can_deactivate_user(connection: asyncpg.Connection, viewer: Viewer, command: DeactivateUser) -> Permit:
    """Whoever looks after the account."""
    await administered_account(connection, viewer, Grant.ACCOUNT_MANAGE, command.user_id)
    return Permit("deactivate_user", viewer)


async def can_reinstate_user(connection: asyncpg.Connection, viewer: Viewer, command: ReinstateUser) -> Permit:
    """Whoever looks after the account, and the Help Desk."""
    await administered_account(connection, viewer, Grant.ACCOUNT_REINSTATE, command.user_id)
    return Permit("reinstate_user", viewer)


async def can_confirm_account_review(
    connection: asyncpg.Connection, viewer: Viewer, command: ConfirmAccountReview
) -> Permit:
    """Whoever looks after the account."""
    await administered_account(connection, viewer, Grant.ACCOUNT_MANAGE, command.user_id)
    return Permit("confirm_account_review", viewer)
