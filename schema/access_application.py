"""Applications for access, as administrators see them."""

from __future__ import annotations

import datetime

from hub.tables import AccessApplicationRow as Row
from permissions.declare import guarded
from permissions.grants import Grant as G
from resolvers.compiler.source import Column
from resolvers.sources import access_application as source
from resolvers.sources.account import person
from schema.account import Account
from schema.base import Node, record
from schema.enums import ApplicationStatus, Role

_M = G.ACCOUNT_MANAGE


@record(source.APPLICATIONS, _M, "Somebody's application for an account, as it was sent, and what was decided.")
class AccessApplication(Node):
    status: ApplicationStatus | None = guarded(_M, Column(Row.status), "What became of it.")
    name: str | None = guarded(_M, Column(Row.name), "The person's name.")
    title: str | None = guarded(_M, Column(Row.title), "What the person does at work.")
    agency: str | None = guarded(_M, Column(Row.agency), "Whom the person works for.")
    address: str | None = guarded(_M, Column(Row.address), "Postal address at work.")
    phone: str | None = guarded(_M, Column(Row.phone), "Telephone at work.")
    email: str | None = guarded(_M, Column(Row.email), "E-mail address at work.")
    role: Role | None = guarded(_M, Column(Row.role), "The role that is asked for.")
    state: str | None = guarded(_M, Column(Row.state), "Code of the state.")
    region: str | None = guarded(_M, Column(Row.region), "The region within the state, if any.")
    district_id: str | None = guarded(_M, Column(Row.district_id), "The district within the state, if any.")
    supervisor_name: str | None = guarded(_M, Column(Row.supervisor_name), "Name of who answers for the person.")
    supervisor_email: str | None = guarded(_M, Column(Row.supervisor_email), "E-mail address of that supervisor.")
    applied_at: datetime.datetime | None = guarded(_M, Column(Row.applied_at), "When it came in.")
    decided_at: datetime.datetime | None = guarded(_M, Column(Row.decided_at), "When it was decided.")
    decided_by: str | None = guarded(_M, person("decided_by"), "Name of the administrator who decided.")
    reason: str | None = guarded(_M, Column(Row.reason), "Why, where that was said.")
    account: Account | None = guarded(
        G.ACCOUNT_READ, source.ACCOUNT_OF_APPLICATION, "The account that approval made, where the viewer still sees it."
    )
