"""The authenticator app (TOTP, RFC 6238: SHA-1, six digits, 30 seconds) as a second factor: begun, confirmed, removed.

A code is good for its step and the two beside it, and no step's code is ever good twice.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

import asyncpg
import pyotp

from hub import clock
from hub.accounts.passwords import Passwords
from hub.accounts.prove_password import prove_password
from hub.accounts.second_factor import WRONG_PASSWORD, factor_added, factor_removed
from hub.accounts.secret_box import SecretBox
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode

STEP_SECONDS = 30
ISSUER = "Migrant student data hub"
_BESIDE = 1  # steps before and after, for clocks that differ


@dataclass(frozen=True, slots=True)
class StartTotp:
    """The password, proved anew."""

    password: str


@dataclass(frozen=True, slots=True)
class ConfirmTotp:
    """A code that the app shows."""

    code: str


@dataclass(frozen=True, slots=True)
class RemoveTotp:
    """The password, proved anew."""

    password: str


async def start_totp(
    connection: asyncpg.Connection, permit: Permit, command: StartTotp, *, passwords: Passwords, box: SecretBox | None
) -> Outcome:
    """Make a secret for the viewer's app; it counts once it is confirmed. Raises Refusal (NO_SECRET_KEY, CONFLICT)."""
    permit.check("start_totp")
    if box is None:
        raise Refusal(RefusalCode.NO_SECRET_KEY)
    account = await prove_password(connection, permit.viewer, command.password, passwords)
    if account is None:
        return WRONG_PASSWORD
    secret = pyotp.random_base32()
    started = await connection.execute(
        """
        INSERT INTO totp_factors AS known (account_id, secret, started_at) VALUES ($1, $2, $3)
        ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, started_at = excluded.started_at
        WHERE known.confirmed_at IS NULL
        """,
        account.account_id,
        box.closed(account.account_id, secret),
        clock.now(),
    )
    if started.endswith(" 0"):
        raise Refusal(RefusalCode.CONFLICT, "the account has an authenticator app; remove it first")
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.user_id, issuer_name=ISSUER)
    return Outcome(secrets={"secret": secret, "uri": uri})


async def confirm_totp(
    connection: asyncpg.Connection, permit: Permit, command: ConfirmTotp, *, box: SecretBox | None
) -> Outcome:
    """Let the viewer's app count from now on. Raises Refusal (NO_SECRET_KEY, NOT_FOUND, INVALID_CODE)."""
    permit.check("confirm_totp")
    if box is None:
        raise Refusal(RefusalCode.NO_SECRET_KEY)
    account_id = permit.viewer.account_id
    assert account_id is not None
    await connection.execute("SELECT FROM accounts WHERE account_id = $1 FOR NO KEY UPDATE", account_id)
    waiting = await connection.fetchval(
        "SELECT true FROM totp_factors WHERE account_id = $1 AND confirmed_at IS NULL", account_id
    )
    if not waiting:
        raise Refusal(RefusalCode.NOT_FOUND, "no authenticator app waits to be confirmed")
    if not await use_totp(connection, account_id, command.code, box, confirmed=False):
        raise Refusal(RefusalCode.INVALID_CODE, "the code is not the one that the app shows now", "code")
    await connection.execute("UPDATE totp_factors SET confirmed_at = $2 WHERE account_id = $1", account_id, clock.now())
    return await factor_added(connection, permit.viewer, account_id, "TOTP")


async def remove_totp(
    connection: asyncpg.Connection, permit: Permit, command: RemoveTotp, *, passwords: Passwords
) -> Outcome:
    """Remove the viewer's app. Raises Refusal (NOT_FOUND)."""
    permit.check("remove_totp")
    account = await prove_password(connection, permit.viewer, command.password, passwords)
    if account is None:
        return WRONG_PASSWORD
    removed = await connection.execute("DELETE FROM totp_factors WHERE account_id = $1", account.account_id)
    if removed.endswith(" 0"):
        raise Refusal(RefusalCode.NOT_FOUND, "the account has no authenticator app")
    return await factor_removed(connection, permit.viewer, account.account_id, "TOTP")


async def use_totp(
    connection: asyncpg.Connection, account_id: int, code: str, box: SecretBox, *, confirmed: bool = True
) -> bool:
    """Whether the account's app shows this code now and it was not used before; the caller has locked the account."""
    row = await connection.fetchrow(
        "SELECT secret, last_step FROM totp_factors WHERE account_id = $1 AND (confirmed_at IS NOT NULL) = $2",
        account_id,
        confirmed,
    )
    if row is None:
        return False
    app = pyotp.TOTP(box.opened(account_id, row["secret"]), interval=STEP_SECONDS)
    now = int(clock.now().timestamp()) // STEP_SECONDS
    given = code.replace(" ", "").encode("utf-8", "surrogatepass")
    for step in range(now - _BESIDE, now + _BESIDE + 1):
        fresh = row["last_step"] is None or step > row["last_step"]
        if hmac.compare_digest(app.generate_otp(step).encode(), given) and fresh:
            await connection.execute("UPDATE totp_factors SET last_step = $2 WHERE account_id = $1", account_id, step)
            return True
    return False
