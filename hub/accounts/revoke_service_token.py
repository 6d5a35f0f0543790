"""Revokes service tokens: at the commit every worker hears of it, and the token is worth nothing from then on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import asyncpg

from hub import clock
from hub.accounts.announce import announce
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode


class RevokeReason(StrEnum):
    """Why a token was revoked before its time."""

    BY_OWNER = "BY_OWNER"
    BY_ADMINISTRATOR = "BY_ADMINISTRATOR"
    ACCOUNT_DEACTIVATED = "ACCOUNT_DEACTIVATED"


@dataclass(frozen=True, slots=True)
class RevokeServiceToken:
    """Which token, or None for one that cannot be."""

    token_id: int | None


async def revoke_service_token(connection: asyncpg.Connection, permit: Permit, command: RevokeServiceToken) -> int:
    """Revoke one token; its id. Raises Refusal (`NOT_FOUND`) where it was revoked before."""
    permit.check("revoke_service_token")
    viewer = permit.viewer
    row = await connection.fetchrow(
        """
        UPDATE service_tokens SET revoked_at = $2, revoked_by = $3,
            revoke_reason = CASE WHEN account_id = $3 THEN $4 ELSE $5 END
        WHERE token_id = $1 AND revoked_at IS NULL RETURNING token_id, account_id, name, revoke_reason
        """,
        command.token_id,
        clock.now(),
        viewer.account_id,
        RevokeReason.BY_OWNER.value,
        RevokeReason.BY_ADMINISTRATOR.value,
    )
    if row is None:
        raise Refusal(RefusalCode.NOT_FOUND, field="id")
    detail = {"token": row["token_id"], "name": row["name"], "reason": row["revoke_reason"]}
    if row["account_id"] != viewer.account_id:
        detail["of"] = row["account_id"]
    await record_in(connection, Event.by(viewer, Tag.TOKEN_REVOKE, detail=detail))
    await announce(connection, row["account_id"])
    token_id: int = row["token_id"]
    return token_id


async def revoke_all_service_tokens(connection: asyncpg.Connection, account_id: int, reason: RevokeReason) -> None:
    """Revoke every token of an account."""
    rows = await connection.fetch(
        """
        UPDATE service_tokens SET revoked_at = $2, revoke_reason = $3 FROM accounts
        WHERE service_tokens.account_id = $1 AND revoked_at IS NULL AND accounts.account_id = service_tokens.account_id
        RETURNING token_id, service_tokens.name, accounts.account_id, user_id, state
        """,
        account_id,
        clock.now(),
        reason.value,
    )
    await record_in(connection, *(_revoked(row, reason) for row in rows))
    await announce(connection, account_id)


def _revoked(row: asyncpg.Record, reason: RevokeReason) -> Event:
    detail = {"token": row["token_id"], "name": row["name"], "reason": reason.value}
    return Event(
        Tag.TOKEN_REVOKE,
        account_id=row["account_id"],
        user_id=row["user_id"],
        state=row["state"],
        detail=detail,
    )
