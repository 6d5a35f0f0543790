"""Contacts of the states and their districts. They are staff, no student's data; every state sees every state's."""

from __future__ import annotations

from sqlalchemy import ColumnElement, case, literal_column

from hub.tables import ContactListRow, ContactRow
from resolvers.compiler.source import Asking, Relation, Rows, Source

CONTACT_LISTS = Source(
    "contact lists",
    ContactListRow,
    ("list_id",),
    order=lambda rows: [
        case((rows.c.district_id.is_(None), literal_column("''")), else_=rows.c.district_id),
        *rows.key,
    ],
)
CONTACTS = Source("contacts", ContactRow, ("contact_id",))


def _of_state(lists: Rows, _parent: Rows | None, asking: Asking) -> ColumnElement[bool]:
    assert asking.arguments is not None
    of_state: ColumnElement[bool] = lists.c.state == asking.arguments.get("state").bind()
    return of_state


LISTS_OF_STATE = Relation(CONTACT_LISTS, many=True, scope=_of_state, size=20)
CONTACTS_OF_LIST = Relation(
    CONTACTS, lambda contact, list_: contact.c.list_id == list_.c.list_id, many=True, inherits=True, size=5
)
