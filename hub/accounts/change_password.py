"""Somebody changes the own password: the current one proves who is there, and a wrong one counts as a wrong sign-in."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub.accounts.account import ACCOUNT_COLUMNS, account_of
from hub.accounts.passwords import Passwords
from hub.accounts.set_password import set_password
from hub.accounts.wrong_tries import count_wrong
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """The password as it is, and as it is to be."""

    current_password: str
    new_password: str


async def change_password(
    connection: asyncpg.Connection, permit: Permit, command: ChangePassword, *, passwords: Passwords
) -> Outcome:
    """Set the viewer's password and end its other sessions.

    The outcome refuses a wrong current password, which counts; raises Refusal for a new one that will not do.
    """
    permit.check("change_password")
    viewer = permit.viewer
    row = await connection.fetchrow(
        f"SELECT {ACCOUNT_COLUMNS}, password_hash FROM accounts WHERE account_id = $1 FOR NO KEY UPDATE",  # noqa: S608
        viewer.account_id,
    )
    assert row is not None
    account = account_of(row)
    may = account.status == "ACTIVE"  # it may have been closed while this waited for the row
    right = await passwords.verify_password(row["password_hash"] if may else None, command.current_password)
    if not right:
        if may:
            await count_wrong(connection, account, "WRONG_CURRENT_PASSWORD", address=viewer.address)
        return Outcome(refusals=(Refusal(RefusalCode.INVALID_CREDENTIALS, field="currentPassword"),))
    await set_password(connection, account, command.new_password, passwords, but_session=viewer.session_id)
    await record_in(connection, Event.by(viewer, Tag.PASSWORD_CHANGE, detail={"reason": "CHANGED"}))
    return Outcome()
