"""An administrator removes the second factors of somebody who lost them; the owner is told by mail."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub.accounts.end_sessions import EndReason, end_all_sessions
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outbox import Mail, can_be_mailed, post_mail
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode

_BODY = """The second factors of your account of the migrant student data hub were removed by an administrator.
If you did not ask for that, tell your user administrator and the help desk at once.

Un administrador quitó los segundos factores de su cuenta del sistema de datos de estudiantes migratorios.
Si usted no lo pidió, avise de inmediato al administrador de usuarios y al servicio de ayuda.
"""


@dataclass(frozen=True, slots=True)
class ResetSecondFactor:
    """Whose second factors."""

    user_id: str


async def reset_second_factor(connection: asyncpg.Connection, permit: Permit, command: ResetSecondFactor) -> Outcome:
    """Remove app, passkeys and recovery codes, and end the sessions. Raises Refusal (NOT_FOUND): there are none."""
    permit.check("reset_second_factor")
    account = await connection.fetchrow(
        "SELECT account_id, email, state FROM accounts WHERE lower(user_id) = lower($1) FOR NO KEY UPDATE",
        command.user_id,
    )
    assert account is not None, "the policy found it"
    removed = [
        await connection.execute(f"DELETE FROM {table} WHERE account_id = $1", account["account_id"])  # noqa: S608
        for table in ("totp_factors", "passkeys", "recovery_codes")
    ]
    if all(done.endswith(" 0") for done in removed):
        raise Refusal(RefusalCode.NOT_FOUND, "the account has no second factor", "userId")
    await end_all_sessions(connection, account["account_id"], EndReason.FACTOR_RESET)
    detail = {"account": account["account_id"]}
    await record_in(connection, Event.by(permit.viewer, Tag.FACTOR_RESET, state=account["state"], detail=detail))
    if can_be_mailed(account["email"]):
        subject = "Your second factors were removed / Se quitaron sus segundos factores"
        await post_mail(connection, Mail(account["email"], subject, _BODY, "second_factor_reset"))
    return Outcome()
