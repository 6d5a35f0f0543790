"""Sign-in: the same answer after the same work for an unknown user, a wrong password and an account that is closed.

Tries for one user id, whether it exists or not, are judged one after another on all workers together, so three wrong
ones in a row disable the account however many come at once. A source address that has used up its wrong tries is not
judged at all, so that nobody can disable accounts wholesale. People type passwords into the user field: what was
typed is recorded only where it names an account.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import asyncpg

from hub.accounts.account import ACCOUNT_COLUMNS, Account, GrantsOf, account_of
from hub.accounts.factor_challenge import Kind, make_challenge
from hub.accounts.open_session import SignedIn, open_session
from hub.accounts.passkey import passkey_ids
from hub.accounts.passwords import Passwords
from hub.accounts.relying_party import RelyingParty, relying_party
from hub.accounts.throttle import Throttle, wrong_tries
from hub.accounts.wrong_tries import count_wrong, event_about
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.refusal import Refusal, RefusalCode
from hub.settings import Settings
from hub.store.text import storable


@dataclass(frozen=True, slots=True)
class Challenged:
    """The password was right; `completeSignIn` takes the challenge and one of `methods`."""

    token: str
    expires_at: datetime.datetime
    methods: tuple[str, ...]
    passkey_options: str | None


@dataclass(frozen=True, slots=True)
class SignIn:
    """The door of one process. It holds a connection of `pool` while it judges a try, one a core at most."""

    pool: asyncpg.Pool
    passwords: Passwords
    settings: Settings
    grants_of: GrantsOf

    async def __call__(
        self, user_id: str, password: str, *, address: str | None = None, user_agent: str | None = None
    ) -> SignedIn | Challenged | Refusal:
        """Judge one try. An account with a second factor is challenged, and has no session yet.

        `address` is an IP address (else ValueError), `user_agent` is cut to 500 characters.

        Raises asyncpg.PostgresError when the database fails; then nothing has been counted.
        """
        user_id, throttle = storable(user_id), wrong_tries("sign_in", self.settings)
        async with self.pool.acquire() as connection, connection.transaction():
            if await throttle.is_spent(connection, address):
                return await _refuse_source(connection, address)
        async with self.passwords.turn, self.pool.acquire() as connection, connection.transaction():
            if await throttle.is_spent(connection, address):  # by those that were judged while this waited
                return await _refuse_source(connection, address)
            account, stored = await _locked(connection, user_id)
            may = account is not None and account.status == "ACTIVE"
            right = await self.passwords.verify_password(stored if may else None, password)
            if account is None or not right:
                return await _refuse(connection, account, throttle, tried=may, address=address)
            if stored is not None and self.passwords.outdated(stored):
                await _keep_hash(connection, account, await self.passwords.hash_password(password))
            if account.has_second_factor:
                return await challenge_account(connection, account, relying_party(self.settings), address)
            return await open_session(
                connection,
                account,
                settings=self.settings,
                grants_of=self.grants_of,
                address=address,
                user_agent=user_agent,
            )


async def _refuse_source(connection: asyncpg.Connection, address: str | None) -> Refusal:
    """Without any hashing and without looking for the account: a flood costs next to nothing and learns nothing."""
    await record_in(connection, Event(Tag.LOGIN_FAILURE, address=address, detail={"reason": "TOO_MANY_TRIES"}))
    return Refusal(RefusalCode.TOO_MANY_TRIES)


async def challenge_account(
    connection: asyncpg.Connection, account: Account, party: RelyingParty, address: str | None
) -> Challenged:
    """Ask an account that has a second factor for it. The account's row is locked by the caller."""
    made = await make_challenge(connection, account.account_id, Kind.SIGN_IN)
    passkeys = await passkey_ids(connection, account.account_id)
    has = await connection.fetchrow(
        """
        SELECT EXISTS (SELECT FROM totp_factors WHERE account_id = $1 AND confirmed_at IS NOT NULL) AS totp,
            EXISTS (SELECT FROM recovery_codes WHERE account_id = $1) AS recovery_code
        """,
        account.account_id,
    )
    methods = {"TOTP": has["totp"], "PASSKEY": bool(passkeys), "RECOVERY_CODE": has["recovery_code"]}
    await record_in(connection, event_about(Tag.LOGIN_CHALLENGE, account, address))
    options = party.assertion_options(made.signed, passkeys) if passkeys else None
    return Challenged(made.token, made.expires_at, tuple(name for name, there in methods.items() if there), options)


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


async def _refuse(
    connection: asyncpg.Connection, account: Account | None, throttle: Throttle, *, tried: bool, address: str | None
) -> Refusal:
    if account is None:
        await record_in(connection, Event(Tag.LOGIN_FAILURE, address=address, detail={"reason": "UNKNOWN_USER"}))
    elif not tried:
        detail: dict[str, object] = {"reason": account.status}
        await record_in(connection, event_about(Tag.LOGIN_FAILURE, account, address, detail))
    else:
        await count_wrong(connection, account, "WRONG_PASSWORD", address=address)
    await throttle.count(connection, address)
    return Refusal(RefusalCode.INVALID_CREDENTIALS)
