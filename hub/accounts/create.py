"""Makes an account. What an account must be is checked here, whoever makes it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.accounts.password_policy import PasswordPolicy
from hub.accounts.passwords import Passwords
from hub.accounts.rules import RULES_VERSION
from hub.accounts.set_password import remember
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.errors import Code, HubError

_USER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{2,63}")
_EMAIL = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\".]+(\.[^\s@<>\".]+)+")
_DISTRICT = re.compile(r"[0-9]{7}")


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


@dataclass(frozen=True, slots=True)
class RoleSets:
    """The roles there are: those of accounts that belong to a state, and those of accounts that belong to OME."""

    of_states: Collection[str]
    of_ome: Collection[str]


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
    """Make the account in the connection's open transaction and return its id.

    `ready`: training, agreement and first password change are taken as done. Raises HubError(INVALID_ARGUMENT) with
    the `field` that is wrong; the transaction stays usable.
    """
    for field, message in _wrong(new, password, roles, passwords.policy):
        raise _refusal(field, message)
    await _check_place(connection, new)
    hashed = await passwords.hash_password(password)
    account_id = await _insert(connection, new, hashed, ready=ready)
    await connection.executemany(
        "INSERT INTO account_roles (account_id, role) VALUES ($1, $2)",
        [(account_id, role) for role in sorted(set(new.roles))],
    )
    await remember(connection, account_id, hashed)
    detail = {"by": by, "roles": sorted(set(new.roles)), "ready": ready}
    event = Event(Tag.ACCOUNT_CREATE, account_id=account_id, user_id=new.user_id, state=new.state, detail=detail)
    await record_in(connection, event)
    return account_id


def _wrong(new: NewAccount, password: str, roles: RoleSets, policy: PasswordPolicy) -> Iterator[tuple[str, str]]:
    """Field and message of everything that is wrong without a look into the database."""
    if not _USER_ID.fullmatch(new.user_id):
        yield "user_id", "the user id has 3 to 64 letters, digits or . _ @ - and begins with a letter or digit"
    if not new.name.strip() or len(new.name) > 200 or not new.name.isprintable():
        yield "name", "the name has 1 to 200 printable characters"
    if len(new.email) > 254 or not new.email.isprintable() or not _EMAIL.fullmatch(new.email):
        yield "email", "the e-mail address reads like name@agency.gov"
    yield from _wrong_roles(new, roles)
    if new.region is not None and (not new.region.strip() or len(new.region) > 100 or not new.region.isprintable()):
        yield "region", "the region has 1 to 100 printable characters"
    if new.district_id is not None and not _DISTRICT.fullmatch(new.district_id):
        yield "district_id", "the district is a number of seven digits"
    if broken := policy.broken_rules(password, (new.user_id, new.name, new.email)):
        yield "password", f"the password needs {', '.join(broken)}"


def _wrong_roles(new: NewAccount, roles: RoleSets) -> Iterator[tuple[str, str]]:
    known = sorted({*roles.of_states, *roles.of_ome})
    if not new.roles or any(role not in known for role in new.roles):
        yield "roles", f"an account has one or more of these roles: {', '.join(known)}"
        return
    of_states = any(role in roles.of_states for role in new.roles)
    of_ome = any(role in roles.of_ome for role in new.roles)
    if of_states and of_ome:
        yield (
            "roles",
            f"an account holds roles of a state or of OME, not both; of OME are {', '.join(sorted(roles.of_ome))}",
        )
    elif of_states and new.state is None:
        yield "state", "an account with roles of a state names its state"
    elif of_ome and (new.state is not None or new.region is not None or new.district_id is not None):
        yield "state", "an account with roles of OME names no state, region or district"


async def _check_place(connection: asyncpg.Connection, new: NewAccount) -> None:
    if new.state is None:
        return
    fips = await connection.fetchval("SELECT fips FROM jurisdictions WHERE code = $1::text", new.state)
    if fips is None:
        raise _refusal("state", "the state is a code of two capital letters, such as TX")
    if new.district_id is not None and not new.district_id.startswith(fips):
        raise _refusal("district_id", f"a district of {new.state} begins with {fips}")


async def _insert(connection: asyncpg.Connection, new: NewAccount, hashed: str, *, ready: bool) -> int:
    now = clock.now()
    done = now if ready else None
    try:
        async with connection.transaction():
            account_id: int = await connection.fetchval(
                """
                INSERT INTO accounts (user_id, name, email, state, region, district_id, password_hash,
                    password_changed_at, created_at, must_change_password, trained_at, rules_version, rules_agreed_at,
                    refreshed_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11, $10, $10)
                RETURNING account_id
                """,
                new.user_id,
                new.name.strip(),
                new.email,
                new.state,
                new.region,
                new.district_id,
                hashed,
                now,
                not ready,
                done,
                RULES_VERSION if ready else None,
            )
    except asyncpg.UniqueViolationError as error:
        field = "email" if error.constraint_name == "uq_accounts_email" else "user_id"
        said = "e-mail address" if field == "email" else "user id"
        raise _refusal(field, f"the {said} belongs to an account already, and is never given to another") from error
    return account_id


def _refusal(field: str, message: str) -> HubError:
    return HubError(Code.INVALID_ARGUMENT, message, field=field)
