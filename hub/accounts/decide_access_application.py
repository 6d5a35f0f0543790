"""An administrator decides an application: approval makes the account in the same transaction, refusal says why.

Either way the applicant is told by mail, and the application stays as it was sent, with who decided and when.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import asyncpg

from hub import clock
from hub.accounts.create import NewAccount
from hub.accounts.create_user import Opening, open_account
from hub.accounts.particulars import LONGEST_REASON, invalid, refuse_first, wrong_text
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outbox import Mail, post_mail
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode

APPROVE, REFUSE = "APPROVE", "REFUSE"


@dataclass(frozen=True, slots=True)
class DecideAccessApplication:
    """Which application. APPROVE names the new account's `user_id`, REFUSE the `reason`."""

    id: int = field(metadata={"node": "AccessApplication"})
    decision: str
    user_id: str | None
    reason: str | None


async def decide_access_application(
    connection: asyncpg.Connection, permit: Permit, command: DecideAccessApplication, *, opening: Opening
) -> Outcome:
    """Decide it. Raises Refusal (NOT_FOUND, ALREADY_DECIDED, INVALID_INPUT, TAKEN)."""
    permit.check("decide_access_application")
    refuse_first(wrong_text("reason", "reason", command.reason, LONGEST_REASON))
    application = await connection.fetchrow(
        "SELECT * FROM access_applications WHERE application_id = $1 FOR UPDATE", command.id
    )
    if application is None:
        raise Refusal(RefusalCode.NOT_FOUND, field="id")
    if application["status"] != "PENDING":
        raise Refusal(RefusalCode.ALREADY_DECIDED, field="id")
    if command.decision == REFUSE and command.reason is None:
        raise invalid("reason", "a refusal says why")
    new = _account(application, command) if command.decision == APPROVE else None
    # Before the account is made: its code goes to the same mailbox, and the news shall come first.
    await post_mail(connection, _mail(application["email"], command))
    account_id = None if new is None else await open_account(connection, permit.viewer, new, opening)
    await _settle(connection, permit, command, account_id)
    tag = Tag.APPLICATION_REFUSED if account_id is None else Tag.APPLICATION_APPROVED
    detail = {"application": command.id, "role": application["role"], "account": account_id}
    await record_in(connection, Event.by(permit.viewer, tag, state=application["state"], detail=detail))
    return Outcome({"application": command.id, "user": account_id})


def _account(application: asyncpg.Record, command: DecideAccessApplication) -> NewAccount:
    if command.user_id is None:
        raise invalid("user_id", "an approval names the user id of the new account")
    told = ("name", "email", "state", "region", "district_id", "title", "phone")
    return NewAccount(
        user_id=command.user_id, roles=(application["role"],), **{name: application[name] for name in told}
    )


async def _settle(
    connection: asyncpg.Connection, permit: Permit, command: DecideAccessApplication, account_id: int | None
) -> None:
    await connection.execute(
        """
        UPDATE access_applications SET status = $2, decided_at = $3, decided_by = $4, reason = $5, account_id = $6
        WHERE application_id = $1
        """,
        command.id,
        "REFUSED" if account_id is None else "APPROVED",
        clock.now(),
        permit.viewer.account_id,
        command.reason,
        account_id,
    )


def _mail(to: str, command: DecideAccessApplication) -> Mail:
    if command.decision == APPROVE:
        subject = "Your application for access was approved / Se aprobó su solicitud de acceso"
        body = _APPROVED.format(user_id=command.user_id)
    else:
        subject = "Your application for access was refused / Se rechazó su solicitud de acceso"
        body = _REFUSED.format(reason=command.reason)
    return Mail(to=to, subject=subject, body=body, kind="access_decided")


_APPROVED = """Your application for access to the migrant student data hub was approved. Your user id is {user_id}.
A one-time code to choose a password comes in a mail of its own. Complete the training and send its certificate to your
User Administrator: the account works once that is recorded.

Se aprobó su solicitud de acceso al sistema de datos de estudiantes migratorios. Su usuario es {user_id}.
En otro correo recibe un código de un solo uso para elegir una contraseña. Complete la capacitación y envíe el
certificado a su administrador de usuarios: la cuenta funciona cuando eso quede registrado.
"""
_REFUSED = """Your application for access to the migrant student data hub was refused. The reason given:

    {reason}

Se rechazó su solicitud de acceso al sistema de datos de estudiantes migratorios, por el motivo indicado arriba.
"""
