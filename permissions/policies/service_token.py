"""Service tokens: each account makes its own, of grants that it holds; it revokes its own, and an administrator of
accounts those of the accounts in its reach.
"""

from __future__ import annotations

import asyncpg

from hub.accounts.create_service_token import CreateServiceToken
from hub.accounts.revoke_service_token import RevokeServiceToken
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.store.text import storable
from hub.viewer import Viewer
from permissions.grants import NEVER_OF_TOKENS, OF_TOKENS, Grant
from permissions.policies.reach import Target, reaches
from permissions.roles import purposes_of


async def can_create_service_token(
    connection: asyncpg.Connection, viewer: Viewer, command: CreateServiceToken
) -> Permit:
    """Raises `GRANT_NOT_HELD`, or `INVALID_INPUT` for a purpose that is none of the viewer's."""
    beyond = [
        grant
        for grant in command.grants
        if grant not in OF_TOKENS and (grant in NEVER_OF_TOKENS or not viewer.can(grant))
    ]
    if beyond:
        raise Refusal(RefusalCode.GRANT_NOT_HELD, field="grants")
    allowed = purposes_of(viewer.roles)
    if command.purpose is not None and command.purpose not in allowed:
        said = f"the purpose is one of {', '.join(allowed)}"
        raise Refusal(RefusalCode.INVALID_INPUT, said, "purpose")
    return Permit("create_service_token", viewer)


async def can_revoke_service_token(
    connection: asyncpg.Connection, viewer: Viewer, command: RevokeServiceToken
) -> Permit:
    """Raises `NOT_FOUND` for a token of an account that is neither the viewer's nor in its reach."""
    owner = await connection.fetchrow(f"{_OWNER} WHERE token_id = $1", command.token_id)
    if owner is None or not (owner["account_id"] == viewer.account_id or _reaches(viewer, owner)):
        raise Refusal(RefusalCode.NOT_FOUND, field="id")
    return Permit("revoke_service_token", viewer)


async def tokens_shown_of(pool: asyncpg.Pool, viewer: Viewer, user_id: str) -> int | None:
    """The id of the account of `user_id` where the viewer administers it, else None."""
    account = await pool.fetchrow(f"{_ACCOUNT} WHERE lower(user_id) = lower($1)", storable(user_id))
    if account is None or not _reaches(viewer, account):
        return None
    account_id: int = account["account_id"]
    return account_id


_COLUMNS = """
    accounts.account_id, accounts.state,
    ARRAY(SELECT role FROM account_roles WHERE account_roles.account_id = accounts.account_id ORDER BY role) AS roles
"""
_ACCOUNT = f"SELECT {_COLUMNS} FROM accounts"  # noqa: S608
_OWNER = f"SELECT {_COLUMNS} FROM service_tokens JOIN accounts USING (account_id)"  # noqa: S608


def _reaches(viewer: Viewer, account: asyncpg.Record) -> bool:
    target = Target(account["account_id"], account["state"], tuple(account["roles"]))
    return reaches(viewer, Grant.ACCOUNT_MANAGE, target)
