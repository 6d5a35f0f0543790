"""Makes an account. What an account must be is checked here, whoever makes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.accounts.emails import give_out, taken
from hub.accounts.particulars import (
    RoleSets,
    check_place,
    refuse_first,
    wrong_email,
    wrong_phone,
    wrong_place,
    wrong_roles,
    wrong_text,
)
from hub.accounts.passwords import Passwords
from hub.accounts.rules import RULES_VERSION
from hub.accounts.set_password import remember
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.errors import Code, HubError
from hub.names import fold
from hub.refusal import Refusal
from hub.ssn import looks_like_ssn

_USER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{2,63}")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What is asked for. `state` is a jurisdiction's code, `district_id` seven digits (NCES)."""

    user_id: str
    name: str
    email: str
    roles: tuple[str, ...]
    state: str | None = None
    region: str | None = None
    district_id: str | None = None
    title: str | None = None
    phone: str | None = None


async def create_account(
    connection: asyncpg.Connection,
    new: NewAccount,
    password: str,
    *,
    roles: RoleSets,
    passwords: Passwords,
    ready: bool = False,
    by: str = "operator",
) -> int:
    """Make the account with a password in the connection's open transaction, as an operator does; return its id.

    `ready`: training, agreement and first password change are taken as done. Raises HubError(INVALID_ARGUMENT) with
    the `field` that is wrong; the transaction stays usable.
    """
    try:
        await check_new(connection, new, roles)
        if broken := passwords.policy.broken_rules(password, (new.user_id, new.name, new.email)):
            raise HubError(Code.INVALID_ARGUMENT, f"the password needs {', '.join(broken)}", field="password")
        hashed = await passwords.hash_password(password)
        account_id = await insert(connection, new, hashed, ready=ready)
        await remember(connection, account_id, hashed)
    except Refusal as refusal:
        field = re.sub(r"[A-Z]", lambda letter: "_" + letter[0].lower(), refusal.field or "")
        raise HubError(Code.INVALID_ARGUMENT, refusal.message, field=field) from refusal
    detail = {"by": by, "roles": sorted(set(new.roles)), "ready": ready}
    event = Event(Tag.ACCOUNT_CREATE, account_id=account_id, user_id=new.user_id, state=new.state, detail=detail)
    await record_in(connection, event)
    return account_id


async def check_new(connection: asyncpg.Connection, new: NewAccount, roles: RoleSets) -> None:
    """Raise Refusal (INVALID_INPUT) for the first thing that is wrong."""
    refuse_first(_wrong(new, roles))
    if new.state is not None:
        await check_place(connection, new.state, new.district_id)


def _wrong(new: NewAccount, roles: RoleSets) -> Iterator[tuple[str, str]]:
    if not _USER_ID.fullmatch(new.user_id) or looks_like_ssn(new.user_id):
        yield "user_id", "the user id has 3 to 64 letters, digits or . _ @ - and begins with a letter or digit"
    yield from wrong_text("name", "name", new.name)
    yield from wrong_email("email", new.email)
    yield from wrong_text("title", "title", new.title)
    yield from wrong_phone(new.phone)
    placed = new.region is not None or new.district_id is not None
    yield from wrong_roles(new.roles, roles, state=new.state, placed=placed)
    yield from wrong_place(new.region, new.district_id)


async def insert(connection: asyncpg.Connection, new: NewAccount, hashed: str, *, ready: bool) -> int:
    """Store a checked account with its roles, address and password's hash, and return its id.

    Raises Refusal (TAKEN) for a user id or an address that was given out before; the transaction stays usable.
    """
    now = clock.now()
    done = now if ready else None
    try:
        async with connection.transaction():
            account_id: int = await connection.fetchval(
                """
                INSERT INTO accounts (user_id, name, name_key, email, title, phone, state, region, district_id,
                    password_hash, password_changed_at, created_at, must_change_password, trained_at, rules_version,
                    rules_agreed_at, refreshed_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13, $14, $13, $13)
                RETURNING account_id
                """,
                new.user_id,
                new.name.strip(),
                fold(new.name),
                new.email,
                new.title,
                new.phone,
                new.state,
                new.region,
                new.district_id,
                hashed,
                now,
                not ready,
                done,
                RULES_VERSION if ready else None,
            )
            await give_out(connection, account_id, new.email)
    except asyncpg.UniqueViolationError as error:
        raise taken("email" if error.constraint_name == "uq_accounts_email" else "user_id") from error
    await connection.executemany(
        "INSERT INTO account_roles (account_id, role) VALUES ($1, $2)",
        [(account_id, role) for role in sorted(set(new.roles))],
    )
    return account_id
