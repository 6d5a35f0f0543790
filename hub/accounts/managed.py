"""An account as administrators change it: locked, at the version that they expect, and told in the trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import asyncpg

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.refusal import Refusal, RefusalCode
from hub.store.text import storable
from hub.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Managed:
    """The account that a verb is about; its row is locked until the transaction ends."""

    account_id: int
    user_id: str
    name: str
    email: str
    title: str | None
    phone: str | None
    state: str | None
    region: str | None
    district_id: str | None
    status: str
    version: int
    roles: tuple[str, ...]


async def locked(connection: asyncpg.Connection, user_id: str, expected_version: int | None = None) -> Managed:
    """The account of a user id, its row locked. Raises Refusal: NOT_FOUND, or CONFLICT where it is another version."""
    row = await connection.fetchrow(
        """
        SELECT account_id, user_id, name, email, title, phone, state, region, district_id, status, version,
            ARRAY(SELECT role FROM account_roles WHERE account_roles.account_id = accounts.account_id ORDER BY role)
                AS roles
        FROM accounts WHERE lower(user_id) = lower($1) FOR NO KEY UPDATE
        """,
        storable(user_id),
    )
    if row is None:
        raise Refusal(RefusalCode.NOT_FOUND, field="userId")
    if expected_version is not None and row["version"] != expected_version:
        raise Refusal(RefusalCode.CONFLICT, field="expectedVersion")
    return Managed(**{**dict(row), "roles": tuple(row["roles"])})


def not_deactivated(account: Managed) -> None:
    """Raise Refusal (DEACTIVATED) where the account is closed for good."""
    if account.status == "DEACTIVATED":
        raise Refusal(RefusalCode.DEACTIVATED, field="userId")


async def tell(
    connection: asyncpg.Connection, viewer: Viewer, tag: Tag, account: Managed, detail: dict[str, Any] | None = None
) -> None:
    """Write the event of a change to an account. It belongs to the account's state, whoever made it."""
    known = {"account": account.account_id, "userId": account.user_id, **(detail or {})}
    await record_in(connection, Event.by(viewer, tag, state=account.state, detail=known))
