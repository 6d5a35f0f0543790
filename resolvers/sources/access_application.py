"""Applications for access: a state's belong to that state, those for its User Administrators to OME too."""

from __future__ import annotations

from sqlalchemy import literal_column

from hub.tables import AccessApplicationRow
from permissions.roles import Role
from resolvers.compiler.source import Connection, Relation, Source
from resolvers.sources.account import ACCOUNTS

APPLICATIONS = Source(
    "access applications",
    AccessApplicationRow,
    ("application_id",),
    state=lambda rows: rows.c.state,
    of_ome=lambda rows: rows.c.role == literal_column(f"'{Role.STATE_USER_ADMINISTRATOR}'"),
)
ALL_APPLICATIONS = Connection(APPLICATIONS, ascending=False)
ACCOUNT_OF_APPLICATION = Relation(
    ACCOUNTS, lambda account, application: account.c.account_id == application.c.account_id
)
