"""Sets the contacts of a state or of one of its districts, all at once. Audited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.notices.places import check_place
from hub.outbox import can_be_mailed
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.words import kept_line

MOST_CONTACTS = 50


@dataclass(frozen=True)
class Contact:
    """A person or office; the language of its mails and its matters are named as in `hub.tables.contact`."""

    name: str
    email: str
    language: str
    matters: Sequence[str]


@dataclass(frozen=True)
class SetContacts:
    """The whole list of a state, or of its district; none empties it. `expected_version` is 0 for a list that was
    never set."""

    state: str
    contacts: tuple[Contact, ...]
    district_id: str | None = None
    expected_version: int | None = None


async def set_contacts(connection: asyncpg.Connection, permit: Permit, command: SetContacts) -> Outcome:
    """Raises Refusal: INVALID_INPUT, CONFLICT."""
    permit.check("set_contacts")
    state, district = await check_place(connection, command.state, command.district_id, ("state", "districtId"))
    contacts = _checked(command.contacts)
    await connection.execute(_MAKE, state, district, permit.viewer.account_id, clock.now())
    row = await connection.fetchrow(_LOCK, state, district)
    if command.expected_version not in (None, row["version"]):
        raise Refusal(RefusalCode.CONFLICT, field="expectedVersion")
    list_id: int = row["list_id"]
    await connection.execute("DELETE FROM contacts WHERE list_id = $1", list_id)
    await connection.executemany(
        "INSERT INTO contacts (list_id, name, email, language, matters) VALUES ($1, $2, $3, $4, $5)",
        [(list_id, each.name, each.email, each.language, list(each.matters)) for each in contacts],
    )
    await connection.execute(_COUNT, list_id, permit.viewer.account_id, clock.now())
    detail = {"state": state, "district": district, "contacts": len(contacts)}
    await record_in(connection, Event.by(permit.viewer, Tag.STATE_CONTACTS, detail=detail))
    return Outcome(records={"contact_list": list_id})


def _checked(contacts: Sequence[Contact]) -> list[Contact]:
    if len(contacts) > MOST_CONTACTS:
        raise Refusal(RefusalCode.INVALID_INPUT, f"a list has {MOST_CONTACTS} contacts at most", "contacts")
    checked: dict[str, Contact] = {}
    for number, contact in enumerate(contacts):
        field = f"contacts.{number}"
        name = kept_line(contact.name, f"{field}.name")
        if not can_be_mailed(contact.email):
            said = "the e-mail address reads like name@agency.gov"
            raise Refusal(RefusalCode.INVALID_INPUT, said, f"{field}.email")
        if contact.email.lower() in checked:
            raise Refusal(RefusalCode.INVALID_INPUT, "an address stands once in a list", f"{field}.email")
        matters = tuple(dict.fromkeys(getattr(matter, "value", matter) for matter in contact.matters))
        if not matters:
            raise Refusal(RefusalCode.INVALID_INPUT, "a contact is told of one matter at least", f"{field}.matters")
        language = getattr(contact.language, "value", contact.language)
        checked[contact.email.lower()] = Contact(name, contact.email, language, matters)
    return list(checked.values())


_MAKE = """
INSERT INTO contact_lists (state, district_id, version, account_id, changed_at) VALUES ($1, $2, 0, $3, $4)
ON CONFLICT DO NOTHING
"""
_LOCK = """
SELECT list_id, version FROM contact_lists WHERE state = $1 AND district_id IS NOT DISTINCT FROM $2 FOR NO KEY UPDATE
"""
_COUNT = "UPDATE contact_lists SET version = version + 1, account_id = $2, changed_at = $3 WHERE list_id = $1"
