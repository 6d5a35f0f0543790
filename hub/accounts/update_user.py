"""An administrator corrects who an account's owner is, where they work and how to reach them.

A changed e-mail address is told to the old one and the new one, so that nobody's account is taken over in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import asyncpg

from hub.accounts import oidc_subject
from hub.accounts.emails import give_out, taken
from hub.accounts.end_sessions import announce
from hub.accounts.managed import Managed, locked, not_deactivated, tell
from hub.accounts.particulars import (
    Wrong,
    check_place,
    invalid,
    refuse_first,
    wrong_mailbox,
    wrong_phone,
    wrong_place,
    wrong_text,
)
from hub.audit.event import Tag
from hub.names import fold
from hub.outbox import Mail, can_be_mailed, post_mail
from hub.outcome import Outcome
from hub.permit import Permit
from hub.unchanged import UNCHANGED, Unchanged

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class UpdateUser:
    """Whose account, at which version, and what is new; null takes title, phone, region or district away."""

    user_id: str
    expected_version: int
    name: str | Unchanged | None = UNCHANGED
    email: str | Unchanged | None = UNCHANGED
    title: str | Unchanged | None = UNCHANGED
    phone: str | Unchanged | None = UNCHANGED
    region: str | Unchanged | None = UNCHANGED
    district_id: str | Unchanged | None = UNCHANGED


async def update_user(connection: asyncpg.Connection, permit: Permit, command: UpdateUser) -> Outcome:
    """Change what is new. Raises Refusal (CONFLICT, DEACTIVATED, INVALID_INPUT, TAKEN)."""
    permit.check("update_user")
    account = await locked(connection, command.user_id, command.expected_version)
    not_deactivated(account)
    new = _merged(account, command)
    refuse_first(_wrong(new))
    changed = [field for field, value in new.items() if value != getattr(account, field)]
    if not changed:
        return Outcome({"user": account.account_id})
    if account.state is None and (new["region"] is not None or new["district_id"] is not None):
        raise invalid("region", "an account of OME has no region or district")
    if account.state is not None:
        await check_place(connection, account.state, new["district_id"])
    await _store(connection, account, new)
    await announce(connection, account.account_id)
    await tell(connection, permit.viewer, Tag.ACCOUNT_UPDATE, account, {"changed": changed})
    if "email" in changed:
        await oidc_subject.forget(connection, account.account_id)
        # A code under way went to the old address.
        await connection.execute("DELETE FROM one_time_codes WHERE account_id = $1", account.account_id)
        await _tell_owner(connection, account, str(new["email"]))
    return Outcome({"user": account.account_id})


def _merged(account: Managed, command: UpdateUser) -> dict[str, str | None]:
    asked = {field: getattr(command, field) for field in ("name", "email", "title", "phone", "region", "district_id")}
    merged = {field: getattr(account, field) if value is UNCHANGED else value for field, value in asked.items()}
    for field in ("name", "email"):
        if merged[field] is None:
            raise invalid(field, f"an account has {'a name' if field == 'name' else 'an e-mail address'}")
    return {**merged, "name": merged["name"].strip()}


def _wrong(new: dict[str, str | None]) -> Wrong:
    yield from wrong_text("name", "name", new["name"])
    yield from wrong_mailbox("email", new["email"] or "")
    yield from wrong_text("title", "title", new["title"])
    yield from wrong_phone(new["phone"])
    yield from wrong_place(new["region"], new["district_id"])


async def _store(connection: asyncpg.Connection, account: Managed, new: dict[str, str | None]) -> None:
    await give_out(connection, account.account_id, new["email"] or "")
    try:
        async with connection.transaction():
            await connection.execute(
                """
                UPDATE accounts SET name = $2, name_key = $3, email = $4, title = $5, phone = $6, region = $7,
                    district_id = $8, version = version + 1
                WHERE account_id = $1
                """,
                account.account_id,
                new["name"],
                fold(new["name"]),
                new["email"],
                new["title"],
                new["phone"],
                new["region"],
                new["district_id"],
            )
    except asyncpg.UniqueViolationError as error:
        raise taken("email") from error


async def _tell_owner(connection: asyncpg.Connection, account: Managed, email: str) -> None:
    for address in (account.email, email):
        if can_be_mailed(address):
            await post_mail(
                connection,
                Mail(
                    to=address,
                    subject="Your account's e-mail address was changed / Cambió el correo de su cuenta",
                    body=_BODY.format(user_id=account.user_id),
                    kind="email_changed",
                ),
            )


_BODY = """An administrator changed the e-mail address of the account {user_id} of the migrant student data hub.
If you did not ask for this, tell your State User Administrator now.

Un administrador cambió el correo electrónico de la cuenta {user_id} del sistema de datos de estudiantes migratorios.
Si usted no lo pidió, avise ahora al administrador de usuarios de su estado.
"""
