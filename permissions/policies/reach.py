"""How far a grant over accounts reaches: the object of every policy about somebody else's account is found here.

State User Administrators reach their state's accounts, OME User Administrators those of State User Administrators. An
account out of reach answers like one that is not there. An account that is within reach may still be another
administrator's to change: a state's other State User Administrators are OME's. Nobody changes the own account.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import asyncpg

from hub.refusal import Refusal, RefusalCode
from hub.store.text import storable
from hub.viewer import Reach, Viewer
from permissions.grants import Grant
from permissions.role_sets import ROLE_SETS
from permissions.roles import Role

_OF_OME = Role.STATE_USER_ADMINISTRATOR.value


@dataclass(frozen=True, slots=True)
class Target:
    """The account that a policy is about, its row locked until the transaction ends."""

    account_id: int
    state: str | None
    roles: tuple[str, ...]


async def reached_account(connection: asyncpg.Connection, viewer: Viewer, grant: Grant, user_id: str) -> Target:
    """The account of `user_id`, where the viewer's grant reaches it. Raises Refusal (NOT_FOUND)."""
    row = await connection.fetchrow(
        """
        SELECT account_id, state, ARRAY(
            SELECT role FROM account_roles WHERE account_roles.account_id = accounts.account_id ORDER BY role) AS roles
        FROM accounts WHERE lower(user_id) = lower($1) FOR NO KEY UPDATE
        """,
        storable(user_id),
    )
    target = None if row is None else Target(row["account_id"], row["state"], tuple(row["roles"]))
    if target is None or not reaches(viewer, grant, target):
        raise Refusal(RefusalCode.NOT_FOUND, field="userId")
    return target


def reaches(viewer: Viewer, grant: Grant, target: Target) -> bool:
    """Whether the viewer's grant reaches the account."""
    reach = viewer.grants.get(grant)
    if reach is Reach.ALL:
        return True
    if reach is Reach.STATE:
        return target.state is not None and target.state == viewer.state
    return reach is Reach.OME and _OF_OME in target.roles


async def administered_account(connection: asyncpg.Connection, viewer: Viewer, grant: Grant, user_id: str) -> Target:
    """The account of `user_id`, where the viewer looks after it.

    Raises Refusal: NOT_FOUND, OWN_ACCOUNT, OTHER_ADMINISTRATOR.
    """
    if viewer.user_id is not None and storable(user_id).lower() == viewer.user_id.lower():
        raise Refusal(RefusalCode.OWN_ACCOUNT, field="userId")
    target = await reached_account(connection, viewer, grant, user_id)
    if target.account_id == viewer.account_id:  # by another spelling that the database takes for the same
        raise Refusal(RefusalCode.OWN_ACCOUNT, field="userId")
    if viewer.grants.get(grant) is Reach.STATE and _OF_OME in target.roles:
        raise Refusal(RefusalCode.OTHER_ADMINISTRATOR, field="userId")
    return target


def check_roles(viewer: Viewer, roles: Collection[str], field: str = "roles") -> None:
    """Raise Refusal (OTHER_ADMINISTRATOR) where the viewer may not give or take one of these roles."""
    reach = viewer.grants.get(Grant.ACCOUNT_MANAGE)
    own = {_OF_OME} if reach is Reach.OME else set(ROLE_SETS.of_states) - {_OF_OME} if reach is Reach.STATE else set()
    if not own.issuperset(roles):
        raise Refusal(RefusalCode.OTHER_ADMINISTRATOR, field=field)
