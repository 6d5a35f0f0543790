"""Somebody changes the own password: the current one proves who is there, and a wrong one counts as a wrong sign-in."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub.accounts.passwords import Passwords
from hub.accounts.prove_password import prove_password
from hub.accounts.set_password import set_password
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
    account = await prove_password(connection, viewer, command.current_password, passwords)
    if account is None:
        return Outcome(refusals=(Refusal(RefusalCode.INVALID_CREDENTIALS, field="currentPassword"),))
    await set_password(connection, account, command.new_password, passwords, but_session=viewer.session_id)
    await record_in(connection, Event.by(viewer, Tag.PASSWORD_CHANGE, detail={"reason": "CHANGED"}))
    return Outcome()
