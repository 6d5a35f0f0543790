"""A one-time code is redeemed: whoever holds it chooses the account's password, without being signed in.

Unknown user, wrong, used, replaced or expired code and closed account get one answer after one password's work, and
wait for one another alike. Wrong codes are counted by code and by source address, in a transaction that is kept; a
source that has used up its tries is refused without any work.
"""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.accounts.account import ACCOUNT_COLUMNS, Account, account_of
from hub.accounts.one_time_code import MOST_WRONG, is_code
from hub.accounts.passwords import Passwords
from hub.accounts.set_password import set_password
from hub.accounts.throttle import Throttle
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.store.text import storable
from hub.viewer import Viewer

_TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('account:code:' || lower($1), 0))"
_FIND = f"""
SELECT {ACCOUNT_COLUMNS}, code_hash, expires_at, tries
FROM accounts LEFT JOIN one_time_codes ON one_time_codes.account_id = accounts.account_id
WHERE lower(user_id) = lower($1) FOR NO KEY UPDATE OF accounts
"""  # noqa: S608 (names of columns only)


@dataclass(frozen=True, slots=True)
class RedeemCode:
    """The code as it was mailed, and the password that is to be the account's."""

    user_id: str
    code: str
    new_password: str


async def redeem_code(
    connection: asyncpg.Connection, permit: Permit, command: RedeemCode, *, passwords: Passwords, throttle: Throttle
) -> Outcome:
    """Set the password. The outcome refuses with TOO_MANY_TRIES or INVALID_CODE; raises Refusal for the password."""
    permit.check("redeem_code")
    viewer = permit.viewer
    if await throttle.is_spent(connection, viewer.address):
        await record_in(connection, _event(viewer, Tag.CODE_FAILURE, None, RefusalCode.TOO_MANY_TRIES))
        return Outcome(refusals=(Refusal(RefusalCode.TOO_MANY_TRIES),))
    # Whether the account exists or not: else only those of one that does would wait for its row, which can be measured.
    await connection.execute(_TAKE_TURN, storable(command.user_id))
    row = await connection.fetchrow(_FIND, storable(command.user_id))
    account = None if row is None else account_of(row)
    if row is None or account is None or not _opens(row, command.code):
        await passwords.verify_password(None, command.code)
        await _count_wrong(connection, account)
        await record_in(connection, _event(viewer, Tag.CODE_FAILURE, account, RefusalCode.INVALID_CODE))
        await throttle.count(connection, viewer.address)
        return Outcome(refusals=(Refusal(RefusalCode.INVALID_CODE),))
    await set_password(connection, account, command.new_password, passwords)
    await record_in(connection, _event(viewer, Tag.PASSWORD_CHANGE, account, "ONE_TIME_CODE"))
    return Outcome()


def _opens(row: asyncpg.Record, code: str) -> bool:
    right = is_code(code, row["code_hash"] or b"")
    return bool(right and row["status"] == "ACTIVE" and clock.now() < row["expires_at"] and row["tries"] < MOST_WRONG)


async def _count_wrong(connection: asyncpg.Connection, account: Account | None) -> None:
    """The same statement for nobody, whom it does not find."""
    account_id = None if account is None else account.account_id
    await connection.execute("UPDATE one_time_codes SET tries = tries + 1 WHERE account_id = $1", account_id)


def _event(viewer: Viewer, tag: Tag, account: Account | None, reason: str) -> Event:
    if account is None:
        return Event(tag, address=viewer.address, detail={"reason": reason})
    return Event(
        tag,
        account_id=account.account_id,
        user_id=account.user_id,
        state=account.state,
        address=viewer.address,
        detail={"reason": reason},
    )
