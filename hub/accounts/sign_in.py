"""Sign-in: the same answer after the same work for an unknown user, a wrong password and an account that is closed.

Tries for one user id, whether it exists or not, are judged one after another on all workers together, so three wrong
ones in a row disable the account however many come at once. People type passwords into the user field: what was
typed is recorded only where it names an account.
"""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub.accounts.account import ACCOUNT_COLUMNS, MAX_FAILED_TRIES, Account, GrantsOf, account_of
from hub.accounts.end_sessions import EndReason, end_all_sessions
from hub.accounts.open_session import SignedIn, open_session
from hub.accounts.passwords import Passwords
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.refusal import Refusal, RefusalCode
from hub.settings import Settings
from hub.store.text import storable


@dataclass(frozen=True, slots=True)
class SignIn:
    """The door of one process. It holds a connection of `pool` while it judges a try, one a core at most."""

    pool: asyncpg.Pool
    passwords: Passwords
    settings: Settings
    grants_of: GrantsOf

    async def __call__(
        self, user_id: str, password: str, *, address: str | None = None, user_agent: str | None = None
    ) -> SignedIn | Refusal:
        """Judge one try. `address` is an IP address (else ValueError), `user_agent` is cut to 500 characters.

        Raises asyncpg.PostgresError when the database fails; then nothing has been counted.
        """
        user_id = storable(user_id)
        async with self.passwords.turn, self.pool.acquire() as connection, connection.transaction():
            account, stored = await _locked(connection, user_id)
            may = account is not None and account.status == "ACTIVE"
            right = await self.passwords.verify_password(stored if may else None, password)
            if account is None or not right:
                await _count_wrong(connection, account, tried=may, address=address)
                return Refusal(RefusalCode.INVALID_CREDENTIALS)
            if stored is not None and self.passwords.outdated(stored):
                await _keep_hash(connection, account, await self.passwords.hash_password(password))
            return await open_session(
                connection,
                account,
                settings=self.settings,
                grants_of=self.grants_of,
                address=address,
                user_agent=user_agent,
            )


async def _locked(connection: asyncpg.Connection, user_id: str) -> tuple[Account | None, str | None]:
    """The account of `user_id` and its password's hash, or none; either way others wait who try the same user id."""
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('account:sign_in:' || lower($1), 0))", user_id
    )
    record = await connection.fetchrow(
        f"SELECT {ACCOUNT_COLUMNS}, password_hash FROM accounts WHERE lower(user_id) = lower($1) FOR NO KEY UPDATE",  # noqa: S608
        user_id,
    )
    return (None, None) if record is None else (account_of(record), record["password_hash"])


async def _keep_hash(connection: asyncpg.Connection, account: Account, hashed: str) -> None:
    """The same password, hashed with today's parameters."""
    await connection.execute("UPDATE accounts SET password_hash = $2 WHERE account_id = $1", account.account_id, hashed)


async def _count_wrong(
    connection: asyncpg.Connection, account: Account | None, *, tried: bool, address: str | None
) -> None:
    if account is None:
        await record_in(connection, Event(Tag.LOGIN_FAILURE, address=address, detail={"reason": "UNKNOWN_USER"}))
        return
    if not tried:
        await record_in(connection, _event(Tag.LOGIN_FAILURE, account, address, detail={"reason": account.status}))
        return
    tries: int = await connection.fetchval(
        """
        UPDATE accounts SET failed_tries = failed_tries + 1,
            status = CASE WHEN failed_tries + 1 >= $2 THEN 'DISABLED' ELSE status END
        WHERE account_id = $1 RETURNING failed_tries
        """,
        account.account_id,
        MAX_FAILED_TRIES,
    )
    detail = {"reason": "WRONG_PASSWORD", "tries": tries}
    await record_in(connection, _event(Tag.LOGIN_FAILURE, account, address, detail=detail))
    if tries >= MAX_FAILED_TRIES:
        await record_in(connection, _event(Tag.ACCOUNT_DISABLE, account, address, detail={"tries": tries}))
        await end_all_sessions(connection, account.account_id, EndReason.ACCOUNT_DISABLED)


def _event(
    tag: Tag,
    account: Account,
    address: str | None,
    *,
    detail: dict[str, object] | None = None,
) -> Event:
    return Event(
        tag,
        account_id=account.account_id,
        user_id=account.user_id,
        state=account.state,
        address=address,
        detail=detail,
    )
