"""Contacts: whom a state or district wants told of what concerns its children."""

from __future__ import annotations

import datetime

import strawberry

from hub.tables import LANGUAGES, MATTERS, ContactListRow, ContactRow
from permissions.declare import guarded, public
from permissions.grants import Grant as G
from resolvers.compiler.source import Column, Keyed
from resolvers.sources import contact as source
from schema.base import Node, described_enum, record
from schema.payload import INPUT, MutationError, errors_field, key_field

ContactMatter = described_enum("ContactMatter", MATTERS, "What a contact is told of.")
ContactLanguage = described_enum("ContactLanguage", LANGUAGES, "The language of a contact's mails.")

_N = G.NOTICE_SEND


@record(source.CONTACTS, _N, "A person or office that is told of matters of its state or district.")
class Contact:
    name: str | None = guarded(_N, Column(ContactRow.name), "Whose address it is.")
    email: str | None = guarded(_N, Column(ContactRow.email), "The e-mail address.")
    language: ContactLanguage | None = guarded(_N, Column(ContactRow.language), "The language of its mails.")  # type: ignore[valid-type]
    matters: list[ContactMatter] | None = guarded(_N, Column(ContactRow.matters), "What it is told of.")  # type: ignore[valid-type]


@record(source.CONTACT_LISTS, _N, "The contacts of a state, or of one of its districts.")
class ContactList(Node):
    state: str | None = guarded(_N, Column(ContactListRow.state), "Code of the state.")
    district_id: str | None = guarded(
        _N, Column(ContactListRow.district_id), "NCES id of the district; null: the state's own list."
    )
    version: int | None = guarded(_N, Column(ContactListRow.version), "Goes into `expectedVersion` of a change.")
    changed_at: datetime.datetime | None = guarded(_N, Column(ContactListRow.changed_at), "When it was last set.")
    contacts: list[Contact] | None = guarded(_N, source.CONTACTS_OF_LIST, "The contacts.")


@strawberry.input(description="A contact.")
class ContactInput:
    name: str = public(INPUT, None, "Whose address it is: one line of 200 characters at most.")
    email: str = public(INPUT, None, "The e-mail address.")
    language: ContactLanguage = public(INPUT, None, "The language of its mails.", default="EN")  # type: ignore[valid-type]
    matters: list[ContactMatter] = public(INPUT, None, "What it is told of: one matter at least.")  # type: ignore[valid-type]


@strawberry.input(description="All contacts of the viewer's state, or of one of its districts.")
class SetContactsInput:
    state: str = public(INPUT, None, "Code of the state: the viewer's.")
    district_id: str | None = public(INPUT, None, "NCES id of a district; null: the state's own list.", default=None)
    contacts: list[ContactInput] = public(INPUT, None, "The whole list, 50 at most; none empties it.")
    expected_version: int | None = public(
        INPUT, None, "The list's version that was looked at; 0 for one that was never set.", default=None
    )
    idempotency_key: str | None = key_field()


@strawberry.type(description="The list of contacts, or why it was not set.")
class SetContactsPayload:
    contact_list: ContactList | None = guarded(_N, Keyed(source.CONTACT_LISTS), "The list as it is now.")
    errors: list[MutationError] = errors_field()
