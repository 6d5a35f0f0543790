"""Tells people in the hub of a move notice or a reply: whoever answers for the place, and its district's people."""

from __future__ import annotations

import asyncpg

from hub.notices.notify import Audience, Notice, notify
from hub.notices.receivers import Place

_OF_STATE = ("STATE_DATA_ADMINISTRATOR",)
_OF_DISTRICT = ("PRIMARY_USER", "SECONDARY_USER", "REGIONAL_DATA_ADMINISTRATOR")


async def tell_place(
    connection: asyncpg.Connection, kind: str, place: Place, student_id: int, notice_id: int, by: int | None
) -> None:
    """The data administrators of the place's state, and the people of its district; not whoever did it."""
    state, district = place
    audiences = [Audience(roles=_OF_STATE, state=state, but=by)]
    if district is not None:
        audiences.append(Audience(roles=_OF_DISTRICT, state=state, district_id=district, but=by))
    await notify(connection, *(_notice(kind, audience, student_id, notice_id) for audience in audiences))


async def tell_account(
    connection: asyncpg.Connection, kind: str, account_id: int, student_id: int, notice_id: int, by: int | None
) -> None:
    """One person."""
    await notify(connection, _notice(kind, Audience(accounts=[account_id], but=by), student_id, notice_id))


def _notice(kind: str, to: Audience, student_id: int, notice_id: int) -> Notice:
    return Notice(kind, to, student_id, object_type="MoveNotice", object_key=notice_id)
