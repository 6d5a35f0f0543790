"""The second half of a sign-in: a second factor answers the challenge that the password was given.

A wrong answer counts like a wrong password, on the account and on the source address; the third in a row disables. A
passkey answers a challenge once, right or wrong; codes may be typed anew while the challenge lasts.
"""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub.accounts.account import ACCOUNT_COLUMNS, Account, GrantsOf, account_of
from hub.accounts.factor_challenge import Kind, account_challenged, take_challenge
from hub.accounts.open_session import SignedIn, open_session
from hub.accounts.passkey import use_passkey
from hub.accounts.recovery_codes import use_recovery_code
from hub.accounts.relying_party import relying_party
from hub.accounts.secret_box import SecretBox
from hub.accounts.throttle import wrong_tries
from hub.accounts.totp import use_totp
from hub.accounts.wrong_tries import count_wrong
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.refusal import Refusal, RefusalCode
from hub.settings import Settings


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers a challenge: one of the three."""

    totp: str | None = None
    recovery_code: str | None = None
    passkey: str | None = None

    @property
    def factor(self) -> str | None:
        """Which of the three it is; None where it is not exactly one."""
        given = {"TOTP": self.totp, "RECOVERY_CODE": self.recovery_code, "PASSKEY": self.passkey}
        (*named,) = (name for name, value in given.items() if value is not None)
        return named[0] if len(named) == 1 else None


@dataclass(frozen=True, slots=True)
class CompleteSignIn:
    """The second door of one process."""

    pool: asyncpg.Pool
    settings: Settings
    grants_of: GrantsOf
    box: SecretBox | None

    async def __call__(
        self, challenge: str, answer: Answer, *, address: str | None = None, user_agent: str | None = None
    ) -> SignedIn | Refusal:
        """Judge one answer. Raises asyncpg.PostgresError when the database fails; then nothing has been counted."""
        factor = answer.factor
        if factor is None:
            return Refusal(RefusalCode.INVALID_INPUT, "one of totp, recoveryCode and passkey answers the challenge")
        async with self.pool.acquire() as connection, connection.transaction():
            throttle = wrong_tries("sign_in", self.settings)
            if await throttle.is_spent(connection, address):
                detail = {"reason": "TOO_MANY_TRIES"}
                await record_in(connection, Event(Tag.LOGIN_FAILURE, address=address, detail=detail))
                return Refusal(RefusalCode.TOO_MANY_TRIES)
            account = await _challenged(connection, challenge)
            if account is None:
                detail = {"reason": "UNKNOWN_CHALLENGE"}
                await record_in(connection, Event(Tag.LOGIN_FAILURE, address=address, detail=detail))
                await throttle.count(connection, address)
                return Refusal(RefusalCode.INVALID_CHALLENGE)
            if not await self._is_right(connection, account, challenge, answer):
                await count_wrong(connection, account, f"WRONG_{factor}", address=address)
                await throttle.count(connection, address)
                return Refusal(RefusalCode.INVALID_CODE, "the second factor is wrong, or was used before")
            await take_challenge(connection, challenge, Kind.SIGN_IN, account.account_id)
            return await open_session(
                connection,
                account,
                settings=self.settings,
                grants_of=self.grants_of,
                address=address,
                user_agent=user_agent,
                detail={"factor": factor},
            )

    async def _is_right(self, connection: asyncpg.Connection, account: Account, challenge: str, answer: Answer) -> bool:
        if answer.totp is not None:
            return self.box is not None and await use_totp(connection, account.account_id, answer.totp, self.box)
        if answer.recovery_code is not None:
            return await use_recovery_code(connection, account.account_id, answer.recovery_code)
        signed = await take_challenge(connection, challenge, Kind.SIGN_IN, account.account_id)
        party = relying_party(self.settings)
        return signed is not None and await use_passkey(
            connection, account.account_id, answer.passkey or "", signed, party
        )


async def _challenged(connection: asyncpg.Connection, challenge: str) -> Account | None:
    """The account whose challenge it is, its row locked; None for a closed account or a challenge that is not good."""
    account_id = await account_challenged(connection, challenge, Kind.SIGN_IN)
    row = await connection.fetchrow(
        f"SELECT {ACCOUNT_COLUMNS} FROM accounts WHERE account_id = $1 AND status = 'ACTIVE' FOR NO KEY UPDATE",  # noqa: S608
        account_id,
    )
    if row is None or await account_challenged(connection, challenge, Kind.SIGN_IN) != row["account_id"]:
        return None  # it may have been taken, or the account closed, while this waited for the row
    return account_of(row)
