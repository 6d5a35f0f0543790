"""Somebody applies for access, without being signed in.

The answer never depends on who has an account. One source address, and one e-mail address, may apply a few times only;
every try of a source counts, also one that is refused.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields

import asyncpg

from hub import clock
from hub.accounts.particulars import (
    RoleSets,
    Wrong,
    check_place,
    refuse_first,
    wrong_mailbox,
    wrong_phone,
    wrong_place,
    wrong_text,
)
from hub.accounts.throttle import Throttle, source_of
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode

MOST_PER_EMAIL = 3
PER_EMAIL = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ApplyForAccess:
    """Who asks, for which role where, and who answers for them. `role` is one of a state's."""

    name: str
    title: str
    agency: str
    address: str
    phone: str
    email: str
    role: str
    state: str
    region: str | None
    district_id: str | None
    supervisor_name: str
    supervisor_email: str


async def apply_for_access(
    connection: asyncpg.Connection, permit: Permit, command: ApplyForAccess, *, sets: RoleSets, throttle: Throttle
) -> Outcome:
    """Keep the application. The outcome refuses with TOO_MANY_TRIES or INVALID_INPUT."""
    permit.check("apply_for_access")
    address = permit.viewer.address
    await _take_turn(connection, source_of(address))
    if await throttle.is_spent(connection, address):
        return await _refused(connection, permit, Refusal(RefusalCode.TOO_MANY_TRIES))
    await throttle.count(connection, address)
    try:
        refuse_first(_wrong(command, sets))
        await check_place(connection, command.state, command.district_id)
        await _check_email(connection, command.email)
    except Refusal as refusal:
        return await _refused(connection, permit, refusal)
    given = {field.name: getattr(command, field.name) for field in fields(command)}
    application_id: int = await connection.fetchval(
        f"""
        INSERT INTO access_applications ({", ".join(given)}, applied_at)
        VALUES ({", ".join(f"${place}" for place in range(1, len(given) + 2))}) RETURNING application_id
        """,  # noqa: S608 (names of the command's fields)
        *given.values(),
        clock.now(),
    )
    detail = {"application": application_id, "role": command.role}
    await record_in(connection, Event.by(permit.viewer, Tag.APPLICATION_MADE, state=command.state, detail=detail))
    return Outcome()


def _wrong(command: ApplyForAccess, sets: RoleSets) -> Wrong:
    yield from wrong_text("name", "name", command.name)
    yield from wrong_text("title", "title", command.title)
    yield from wrong_text("agency", "agency", command.agency)
    yield from wrong_text("address", "address", command.address, 500)
    yield from wrong_phone(command.phone)
    yield from wrong_mailbox("email", command.email)
    if command.role not in sets.of_states:
        yield "role", f"the role is one of {', '.join(sorted(sets.of_states))}; others are not given by application"
    yield from wrong_place(command.region, command.district_id)
    yield from wrong_text("supervisor_name", "supervisor's name", command.supervisor_name)
    yield from wrong_mailbox("supervisor_email", command.supervisor_email)
    if command.supervisor_email.lower() == command.email.lower():
        yield "supervisor_email", "the supervisor is somebody else than who applies"


async def _check_email(connection: asyncpg.Connection, email: str) -> None:
    await _take_turn(connection, email.lower())
    made = await connection.fetchval(
        "SELECT count(*) FROM access_applications WHERE lower(email) = lower($1) AND applied_at > $2",
        email,
        clock.now() - PER_EMAIL,
    )
    if made >= MOST_PER_EMAIL:
        raise Refusal(RefusalCode.TOO_MANY_TRIES, "too many applications came with this e-mail address", "email")


async def _take_turn(connection: asyncpg.Connection, of: str) -> None:
    """Have others who apply from the same source, or with the same address, wait until the transaction ends."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('account:application:' || $1, 0))", of)


async def _refused(connection: asyncpg.Connection, permit: Permit, refusal: Refusal) -> Outcome:
    detail = {"change": "applyForAccess", "code": refusal.code.value}
    await record_in(connection, Event.by(permit.viewer, Tag.CHANGE_REFUSED, detail=detail))
    return Outcome(refusals=(refusal,))
