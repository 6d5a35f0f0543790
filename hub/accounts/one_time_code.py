"""One-time codes: mailed to an account's owner, good once and for a while, and known to nobody else.

Making one replaces the one before. Only a hash is kept: 80 random bits cannot be guessed, so a fast one will do. The
mail is sensitive: its text is shown to nobody and blanked once it is delivered or has expired.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import secrets
from enum import StrEnum

import asyncpg

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outbox import Mail, can_be_mailed, post_mail
from hub.refusal import Refusal, RefusalCode
from hub.viewer import ANONYMOUS, Viewer

MOST_WRONG = 10
"""Wrong codes after which the right one is void."""

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_READ_AS = str.maketrans("ILO", "110", "- ")
_LENGTH, _GROUP = 16, 4


class Reason(StrEnum):
    """Why a code is sent."""

    NEW_ACCOUNT = "NEW_ACCOUNT"
    RESET = "RESET"


async def send_one_time_code(
    connection: asyncpg.Connection,
    account_id: int,
    reason: Reason,
    lifetime: datetime.timedelta,
    *,
    by: Viewer = ANONYMOUS,
) -> None:
    """Make a code for an account and mail it, in the connection's open transaction; earlier ones are void.

    Raises Refusal (UNREACHABLE) where no mail can be sent to the account's address.
    """
    account = await connection.fetchrow("SELECT user_id, name, email FROM accounts WHERE account_id = $1", account_id)
    assert account is not None
    if not can_be_mailed(account["email"]):
        raise Refusal(RefusalCode.UNREACHABLE)
    code, now = new_code(), clock.now()
    await connection.execute(
        """
        INSERT INTO one_time_codes (account_id, code_hash, made_at, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (account_id) DO UPDATE
        SET code_hash = excluded.code_hash, made_at = excluded.made_at, expires_at = excluded.expires_at, tries = 0
        """,
        account_id,
        hash_code(code),
        now,
        now + lifetime,
    )
    await post_mail(connection, _mail(account["email"], account["user_id"], code, reason, now + lifetime))
    detail = {"account": account_id, "reason": reason.value}
    await record_in(connection, Event.by(by, Tag.CODE_SEND, detail=detail))


def new_code() -> str:
    """16 letters and digits in groups of four, such as 7K2M-9QXA-0C4T-VH6R; none looks like another."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return "-".join(letters[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))


def hash_code(code: str) -> bytes:
    """What is kept of a code, however it is spelled: hyphens, spaces and case do not count, O is 0, I and L are 1."""
    spelled = code[:100].upper().translate(_READ_AS)
    return hashlib.sha256(spelled.encode("utf-8", "surrogatepass")).digest()


def is_code(code: str, code_hash: bytes) -> bool:
    """Whether the hash is that of the code; takes as long wherever the two differ."""
    return hmac.compare_digest(hash_code(code), code_hash)


_OPENING = {
    Reason.NEW_ACCOUNT: (
        "An account of the migrant student data hub was made for you. Your user id is {user_id}.",
        "Se creó una cuenta para usted en el sistema de datos de estudiantes migratorios. Su usuario es {user_id}.",
    ),
    Reason.RESET: (
        "Your password of the migrant student data hub was reset. Your user id is {user_id}.",
        "Se restableció su contraseña del sistema de datos de estudiantes migratorios. Su usuario es {user_id}.",
    ),
}
_BODY = """{english}

Your one-time code: {code}

Use it to choose a password. It is good once, until {until} (UTC). Nobody will ask you for it, by telephone or mail.

{spanish}

Su código de un solo uso: {code}

Úselo para elegir una contraseña. Sirve una sola vez, hasta {until} (UTC). Nadie se lo pedirá por teléfono o correo.
"""


def _mail(to: str, user_id: str, code: str, reason: Reason, expires_at: datetime.datetime) -> Mail:
    english, spanish = (text.format(user_id=user_id) for text in _OPENING[reason])
    return Mail(
        to=to,
        subject="Your one-time code / Su código de un solo uso",
        body=_BODY.format(english=english, spanish=spanish, code=code, until=f"{expires_at:%Y-%m-%d %H:%M}"),
        kind="one_time_code",
        sensitive=True,
        expires_at=expires_at,
    )
