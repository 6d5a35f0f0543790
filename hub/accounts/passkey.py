"""Passkeys as a second factor: added, used, removed."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.accounts.factor_challenge import Kind, make_challenge, take_challenge
from hub.accounts.passwords import Passwords
from hub.accounts.prove_password import prove_password
from hub.accounts.relying_party import Registered, RelyingParty, credential_id_of
from hub.accounts.second_factor import WRONG_PASSWORD, factor_added, factor_removed
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.words import kept_line

MOST = 20
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class StartPasskey:
    """The password, proved anew."""

    password: str


@dataclass(frozen=True, slots=True)
class AddPasskey:
    """The challenge, what the authenticator answered (JSON), and what its owner calls it."""

    challenge: str
    credential: str
    name: str


@dataclass(frozen=True, slots=True)
class RemovePasskey:
    """Which one, and the password, proved anew."""

    id: str
    password: str


async def start_passkey(
    connection: asyncpg.Connection, permit: Permit, command: StartPasskey, *, passwords: Passwords, party: RelyingParty
) -> Outcome:
    """Make a challenge for a new passkey of the viewer. Raises Refusal (CONFLICT) where it has too many."""
    permit.check("start_passkey")
    account = await prove_password(connection, permit.viewer, command.password, passwords)
    if account is None:
        return WRONG_PASSWORD
    known = await passkey_ids(connection, account.account_id)
    if len(known) >= MOST:
        raise Refusal(RefusalCode.CONFLICT, f"an account has {MOST} passkeys at most; remove one first")
    made = await make_challenge(connection, account.account_id, Kind.ADD_PASSKEY)
    options = party.registration_options(made.signed, account.account_id, account.user_id, known)
    return Outcome(secrets={"challenge": made.token, "options": options})


async def add_passkey(
    connection: asyncpg.Connection, permit: Permit, command: AddPasskey, *, party: RelyingParty
) -> Outcome:
    """Keep a passkey. Whatever becomes of it, the challenge is used up. The outcome refuses with INVALID_CHALLENGE."""
    permit.check("add_passkey")
    account_id = permit.viewer.account_id
    assert account_id is not None
    name = kept_line(command.name, "name", LONGEST_NAME)
    await connection.execute("SELECT FROM accounts WHERE account_id = $1 FOR NO KEY UPDATE", account_id)
    signed = await take_challenge(connection, command.challenge, Kind.ADD_PASSKEY, account_id)
    made = None if signed is None else party.registered(command.credential, signed)
    if made is None:
        return Outcome(refusals=(Refusal(RefusalCode.INVALID_CHALLENGE),))
    kept = await connection.execute(
        """
        INSERT INTO passkeys (account_id, credential_id, public_key, sign_count, name, created_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
        """,
        account_id,
        made.credential_id,
        made.public_key,
        made.sign_count,
        name,
        clock.now(),
    )
    if kept.endswith(" 0"):
        return Outcome(refusals=(Refusal(RefusalCode.CONFLICT, "the passkey is registered already", "credential"),))
    return await factor_added(connection, permit.viewer, account_id, "PASSKEY")


async def remove_passkey(
    connection: asyncpg.Connection, permit: Permit, command: RemovePasskey, *, passwords: Passwords
) -> Outcome:
    """Remove one passkey of the viewer. Raises Refusal (NOT_FOUND)."""
    permit.check("remove_passkey")
    account = await prove_password(connection, permit.viewer, command.password, passwords)
    if account is None:
        return WRONG_PASSWORD
    removed = await connection.execute(
        "DELETE FROM passkeys WHERE account_id = $1 AND passkey_id::text = $2::text",
        account.account_id,
        command.id.replace("\0", ""),
    )
    if removed.endswith(" 0"):
        raise Refusal(RefusalCode.NOT_FOUND, field="id")
    return await factor_removed(connection, permit.viewer, account.account_id, "PASSKEY")


async def passkey_ids(connection: asyncpg.Connection, account_id: int) -> list[bytes]:
    """The credential ids of an account's passkeys."""
    rows = await connection.fetch(
        "SELECT credential_id FROM passkeys WHERE account_id = $1 ORDER BY passkey_id", account_id
    )
    return [row["credential_id"] for row in rows]


async def use_passkey(
    connection: asyncpg.Connection, account_id: int, answer: str, signed: bytes, party: RelyingParty
) -> bool:
    """Whether a passkey of the account signed the challenge; its count goes on. The caller has locked the account."""
    row = await connection.fetchrow(
        "SELECT passkey_id, credential_id, public_key, sign_count FROM passkeys "
        "WHERE account_id = $1 AND credential_id = $2",
        account_id,
        credential_id_of(answer),
    )
    if row is None:
        return False
    passkey = Registered(row["credential_id"], row["public_key"], row["sign_count"])
    count = party.sign_count(answer, signed, passkey)
    if count is None:
        return False
    await connection.execute(
        "UPDATE passkeys SET sign_count = $2, last_used_at = $3 WHERE passkey_id = $1",
        row["passkey_id"],
        count,
        clock.now(),
    )
    return True
