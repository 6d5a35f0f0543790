"""Reports about the hub's own work in one state: uploads, accounts, who settles worklist items. Exact, and of now.

They are of the hub's tables, not of children: no snapshot holds them. Whoever may see the rows one by one gets them.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import asyncpg

from hub import clock
from hub.permit import Permit
from hub.reports.table import Aggregate, Answer, Cell, Column, Disclosure, Mark, Mode, Row
from hub.viewer import Reach, Viewer

MOST_ROWS = 10_000


@dataclass(frozen=True)
class Operational:
    """One such report: SQL of the viewer's state ($1), its region where the grant goes no further ($2), accounts of
    OME's reach ($3), and the time ($4). The first columns are text, the last `measures` are numbers."""

    name: str
    description: str
    columns: Mapping[str, str]
    measures: Mapping[str, str]
    query: str


_OF_ACCOUNTS = """
(account.state = $1::text OR ($3::boolean AND EXISTS (
    SELECT FROM account_roles AS held
    WHERE held.account_id = account.account_id AND held.role = 'STATE_USER_ADMINISTRATOR'))) AND $2::text IS NULL
"""
_ROLES = """
(SELECT string_agg(held.role, ', ' ORDER BY held.role) FROM account_roles AS held
    WHERE held.account_id = account.account_id)
"""

_REPORTS = (
    Operational(
        "UPLOADS",
        "The state's uploads: what became of each, and how many students it rejected.",
        {"RECEIVED": "Received", "SEQUENCE": "Sequence", "MODE": "Mode", "STATUS": "Status"},
        {
            "STUDENTS": "Students",
            "CREATED": "Created",
            "UPDATED": "Updated",
            "UNCHANGED": "Unchanged",
            "REJECTED": "Rejected",
            "DELETED": "Deleted",
            "WITHDRAWN": "Withdrawn",
        },
        """
SELECT to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), sequence::text, mode, status,
    students, created, updated, unchanged, rejected, deleted, withdrawn
FROM uploads WHERE state = $1::text AND $2::text IS NULL AND NOT $3::boolean AND received_at <= $4::timestamptz
ORDER BY upload_id DESC
""",
    ),
    Operational(
        "ACCOUNTS",
        "The accounts within the viewer's reach: whose they are, with which roles, and when they were last used.",
        {"USER_ID": "User id", "NAME": "Name", "ROLES": "Roles", "STATUS": "Status", "UNUSED_SINCE": "Unused since"},
        {"DAYS_UNUSED": "Days unused"},
        f"""
SELECT account.user_id, account.name, {_ROLES}, account.status,
    to_char(account.unused_since AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
    floor(extract(epoch FROM $4::timestamptz - account.unused_since) / 86400)::int
FROM accounts AS account WHERE {_OF_ACCOUNTS} ORDER BY account.name_key, account.account_id
""",  # noqa: S608
    ),
    Operational(
        "ACCOUNT_REVIEWS",
        "Active accounts within the viewer's reach that nobody used for 90 days, the longest unused first.",
        {"USER_ID": "User id", "NAME": "Name", "ROLES": "Roles", "UNUSED_SINCE": "Unused since"},
        {"DAYS_UNUSED": "Days unused"},
        f"""
SELECT account.user_id, account.name, {_ROLES}, to_char(account.unused_since AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
    floor(extract(epoch FROM $4::timestamptz - account.unused_since) / 86400)::int
FROM accounts AS account
WHERE {_OF_ACCOUNTS} AND account.status = 'ACTIVE' AND account.unused_since <= $4::timestamptz - interval '90 days'
ORDER BY account.unused_since, account.account_id
""",  # noqa: S608
    ),
    Operational(
        "WORKLISTS_BY_USER",
        "Worklist items of the state by whom they lie with: open, overdue, settled in the last 30 days.",
        {"USER_ID": "User id", "NAME": "Name"},
        {
            "OPEN": "Open",
            "OVERDUE": "Overdue",
            "SETTLED": "Settled in the last 30 days",
            "OLDEST_DAYS": "Days that the oldest open one waits",
        },
        """
SELECT coalesce(account.user_id, '-'), coalesce(account.name, 'Assigned to nobody'),
    count(*) FILTER (WHERE item.status = 'OPEN')::int,
    count(*) FILTER (WHERE item.status = 'OPEN' AND item.due_at < $4::timestamptz)::int,
    count(*) FILTER (WHERE item.status = 'RESOLVED' AND item.decided_at > $4::timestamptz - interval '30 days')::int,
    coalesce(max(floor(extract(epoch FROM $4::timestamptz - item.raised_at) / 86400))
        FILTER (WHERE item.status = 'OPEN'), 0)::int
FROM worklist_items AS item
LEFT JOIN accounts AS account
    ON account.account_id = CASE WHEN item.status = 'OPEN' THEN item.account_id ELSE item.decided_by END
WHERE item.state = $1::text AND ($2::text IS NULL OR item.region = $2::text) AND NOT $3::boolean
GROUP BY account.account_id, account.user_id, account.name
ORDER BY 3 DESC, 1
""",
    ),
)
OPERATIONAL: Mapping[str, Operational] = {report.name: report for report in _REPORTS}


async def run_operational(pool: asyncpg.Pool, permit: Permit, name: str, reach: Reach) -> Answer:
    """One of `OPERATIONAL`, of what the viewer's grant reaches. A viewer without a state gets the accounts of OME's
    reach, or nothing."""
    permit.check(f"run_report:{name}")
    report, viewer, now = OPERATIONAL[name], permit.viewer, clock.now()
    region = viewer.region or "" if reach is Reach.REGION else None
    rows = await pool.fetch(f"{report.query} LIMIT {MOST_ROWS}", viewer.state, region, reach is Reach.OME, now)
    columns = [_column(name, label, "dimension") for name, label in report.columns.items()]
    columns += [_column(name, label, "measure") for name, label in report.measures.items()]
    split = len(report.columns)
    laid = tuple(
        Row(tuple(row)[:split], tuple(Cell(value, Mark.EXACT) for value in tuple(row)[split:])) for row in rows
    )
    note = f"Scope: {_scope(viewer, reach)}. As things are now."
    disclosure = Disclosure(Mode.EXACT, Mode.EXACT.description)
    return Answer(report.description.rstrip("."), tuple(columns), laid, None, (note,), disclosure, _whole(now))


def _column(name: str, label: str, kind: Literal["dimension", "measure"]) -> Column:
    if kind == "dimension":
        return Column(name, kind, label)
    return Column(name, kind, label, type="integer", aggregate=Aggregate.COUNT)


def _scope(viewer: Viewer, reach: Reach) -> Any:
    return "state user administrators" if reach is Reach.OME else "/".join(filter(None, (viewer.state, viewer.region)))


def _whole(now: datetime.datetime) -> datetime.datetime:
    return now.replace(microsecond=0)
