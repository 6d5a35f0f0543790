"""Ends sessions in the caller's transaction: at its commit every worker hears of it and forgets what it has cached."""

from __future__ import annotations

from enum import StrEnum

import asyncpg

from hub import clock
from hub.accounts.announce import CHANNEL, announce
from hub.accounts.revoke_service_token import RevokeReason, revoke_all_service_tokens
from hub.audit.event import Event, Tag
from hub.audit.record import record_in

__all__ = ["CHANNEL", "EndReason", "announce", "end_all_sessions", "end_session"]


class EndReason(StrEnum):
    """Why a session was ended before its time."""

    SIGNED_OUT = "SIGNED_OUT"
    ACCOUNT_DISABLED = "ACCOUNT_DISABLED"
    ACCOUNT_DEACTIVATED = "ACCOUNT_DEACTIVATED"
    ROLES_CHANGED = "ROLES_CHANGED"
    FACTOR_RESET = "FACTOR_RESET"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105
    ENDED_BY_OWNER = "ENDED_BY_OWNER"
    SIGNED_IN_ANEW = "SIGNED_IN_ANEW"


async def end_session(connection: asyncpg.Connection, session_id: int, reason: EndReason) -> int | None:
    """End one session and return its account's id; None when it had ended before."""
    return await _end(connection, "session_id", session_id, reason)


async def end_all_sessions(
    connection: asyncpg.Connection, account_id: int, reason: EndReason, but_session: int | None = None
) -> None:
    """End every session of an account, but one perhaps, and have every worker read the account anew.

    What waits for a second factor, or for a new passkey, ends too. Deactivation is for good, and so it takes the
    account's service tokens; whatever else ends sessions leaves them as they are, of use only while the account works.
    """
    await announce(connection, account_id)
    if reason is EndReason.ACCOUNT_DEACTIVATED:
        await revoke_all_service_tokens(connection, account_id, RevokeReason.ACCOUNT_DEACTIVATED)
    await connection.execute("DELETE FROM factor_challenges WHERE account_id = $1", account_id)
    await _end(connection, "account_id", account_id, reason, but_session)


async def _end(
    connection: asyncpg.Connection, column: str, key: int, reason: EndReason, but_session: int | None = None
) -> int | None:
    ended = await connection.fetch(
        f"""
        UPDATE sessions SET ended_at = $2, end_reason = $3 FROM accounts
        WHERE sessions.{column} = $1 AND ended_at IS NULL AND session_id IS DISTINCT FROM $4
            AND accounts.account_id = sessions.account_id
        RETURNING session_id, accounts.account_id, user_id, state
        """,  # noqa: S608 (the column is one of two names above)
        key,
        clock.now(),
        reason.value,
        but_session,
    )
    if not ended:
        return None
    tag = Tag.LOGOUT if reason is EndReason.SIGNED_OUT else Tag.SESSION_END
    await record_in(connection, *(Event(tag, **dict(row), detail={"reason": reason.value}) for row in ended))
    account_id: int = ended[0]["account_id"]
    await announce(connection, account_id)
    return account_id
