"""An administrator makes an account. Its password is nobody's: its owner chooses one with a code that comes by mail."""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass

import asyncpg

from hub.accounts.create import NewAccount, check_new, insert
from hub.accounts.one_time_code import Reason, send_one_time_code
from hub.accounts.particulars import RoleSets, refuse_first, wrong_mailbox
from hub.accounts.passwords import Passwords
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outcome import Outcome
from hub.permit import Permit
from hub.viewer import Viewer


@dataclass(frozen=True, slots=True)
class CreateUser:
    """Whose account, in which roles. `state` is the administrator's own unless said."""

    user_id: str
    name: str
    email: str
    roles: tuple[str, ...]
    title: str | None
    phone: str | None
    state: str | None
    region: str | None
    district_id: str | None


@dataclass(frozen=True, slots=True)
class Opening:
    """What opening an account needs of the process: the roles there are, the hasher, how long the code is good."""

    sets: RoleSets
    passwords: Passwords
    code_lifetime: datetime.timedelta


async def create_user(
    connection: asyncpg.Connection, permit: Permit, command: CreateUser, *, opening: Opening
) -> Outcome:
    """Make the account and mail the code. Raises Refusal (INVALID_INPUT, TAKEN)."""
    permit.check("create_user")
    new = NewAccount(
        user_id=command.user_id,
        name=command.name,
        email=command.email,
        roles=command.roles,
        state=command.state or permit.viewer.state,
        region=command.region,
        district_id=command.district_id,
        title=command.title,
        phone=command.phone,
    )
    return Outcome({"user": await open_account(connection, permit.viewer, new, opening)})


async def open_account(connection: asyncpg.Connection, by: Viewer, new: NewAccount, opening: Opening) -> int:
    """Make an account that waits for its owner, in the connection's open transaction, and return its id.

    Raises Refusal (INVALID_INPUT, TAKEN).
    """
    refuse_first(wrong_mailbox("email", new.email))
    await check_new(connection, new, opening.sets)
    # A hash like any other, so that trying this account takes as long as any.
    hashed = await opening.passwords.hash_password(secrets.token_urlsafe())
    account_id = await insert(connection, new, hashed, ready=False)
    detail = {"account": account_id, "userId": new.user_id, "roles": sorted(set(new.roles))}
    await record_in(connection, Event.by(by, Tag.ACCOUNT_CREATE, state=new.state, detail=detail))
    await send_one_time_code(connection, account_id, Reason.NEW_ACCOUNT, opening.code_lifetime, by=by)
    return account_id
