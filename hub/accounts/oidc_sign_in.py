"""Single sign-on: whom the provider's claims name gets a session, where that is the account of somebody who may.

An account is never made here. A name that leads to no account, an account that is closed, and one that is known to be
another subject's are refused alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from hub.accounts import oidc_subject
from hub.accounts.account import ACCOUNT_COLUMNS, GrantsOf, account_of
from hub.accounts.open_session import SignedIn, open_session
from hub.accounts.relying_party import relying_party
from hub.accounts.sign_in import Challenged, challenge_account
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.settings import Settings
from hub.store.text import storable

BY = "OIDC"
_COLUMNS = {"email": "email", "preferred_username": "user_id"}
LONGEST = 254


@dataclass(frozen=True, slots=True)
class OidcSignIn:
    """The door of one process for those whom the provider vouches for."""

    pool: asyncpg.Pool
    settings: Settings
    grants_of: GrantsOf

    async def __call__(
        self, claims: Mapping[str, Any], *, address: str | None = None, user_agent: str | None = None
    ) -> SignedIn | Challenged | None:
        """The session of whom the claims name; None where they name nobody who may sign in.

        An account with a second factor is challenged for it, unless the provider vouches for one.
        """
        claim = self.settings.oidc_claim
        name = claims.get(claim)
        reason = None
        if not isinstance(name, str) or not name or len(name) > LONGEST:
            name, reason = None, "NO_CLAIM"
        elif claim == "email" and claims.get("email_verified") is not True:
            name, reason = None, "EMAIL_UNVERIFIED"
        async with self.pool.acquire() as connection, connection.transaction():
            record = None if name is None else await _locked(connection, _COLUMNS[claim], name)
            if record is None:
                await self._refuse(connection, {}, address, reason or "UNKNOWN_USER")
                return None
            account = account_of(record)
            who = {"account_id": account.account_id, "user_id": account.user_id, "state": account.state}
            if account.status != "ACTIVE":
                await self._refuse(connection, who, address, account.status)
                return None
            subject, issuer = storable(str(claims["sub"])[: oidc_subject.LONGEST]), str(self.settings.oidc_issuer)
            if await oidc_subject.is_another(connection, issuer, subject, account.account_id):
                await self._refuse(connection, who, address, "OTHER_SUBJECT")
                return None
            vouched = self._is_factor_vouched(claims)
            if account.has_second_factor and not vouched:
                return await challenge_account(connection, account, relying_party(self.settings), address)
            # Not where a second factor is yet to be shown: whoever shows none must not become known.
            await oidc_subject.know(connection, issuer, subject, account.account_id)
            return await open_session(
                connection,
                account,
                settings=self.settings,
                grants_of=self.grants_of,
                address=address,
                user_agent=user_agent,
                detail={"by": BY, **({"factor": BY} if vouched else {})},
                factor_vouched=vouched,
            )

    def _is_factor_vouched(self, claims: Mapping[str, Any]) -> bool:
        """Whether the provider says that it asked for a second factor, in words that the operator takes for that."""
        counting = {word.strip() for word in self.settings.oidc_second_factor.split(",")} - {""}
        amr, acr = claims.get("amr"), claims.get("acr")
        said = [*(amr if isinstance(amr, list) else []), acr]
        return any(word in counting for word in said if isinstance(word, str))

    async def _refuse(
        self, connection: asyncpg.Connection, who: Mapping[str, Any], address: str | None, reason: str
    ) -> None:
        detail = {"by": BY, "reason": reason}
        await record_in(connection, Event(Tag.LOGIN_FAILURE, **who, address=address, detail=detail))


async def _locked(connection: asyncpg.Connection, column: str, name: str) -> asyncpg.Record | None:
    return await connection.fetchrow(
        f"SELECT {ACCOUNT_COLUMNS} FROM accounts WHERE lower({column}) = lower($1) FOR NO KEY UPDATE OF accounts",  # noqa: S608
        storable(name),
    )
