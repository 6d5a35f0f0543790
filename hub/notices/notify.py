"""Tells accounts something: in the hub at once, and by the digest of the day.

Who is told is settled when it is told: a set of accounts, or whoever holds one of some roles in a state, district or
region. What is told names a child and other objects by their keys, never by a value: who may see them is looked at
anew whenever the notification is shown, listened to or counted in a digest.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import asyncpg
import orjson

from hub import clock
from hub.outbox import publish
from hub.tables import NOTIFICATION_KINDS

TOPIC = "notified"
"""The event that subscriptions follow: `{"for": {account id: [notification ids]}}`."""

LONGEST_PARAMETER = 200


@dataclass(frozen=True, slots=True)
class Audience:
    """Active accounts: those of `accounts`, and whoever holds one of `roles` in the `state` (None: anywhere, OME too),
    in its `region` or `district_id` where they are given. `but` leaves out whoever did it."""

    accounts: Collection[int] = ()
    roles: Collection[str] = ()
    state: str | None = None
    region: str | None = None
    district_id: str | None = None
    but: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told to whom, as the columns of `NotificationRow`. `parameters` are codes, ISO moments and counts.

    Raises ValueError for a kind that there is not, and for parameters that are no such thing.
    """

    kind: str
    to: Audience
    student_id: int | None = None
    state_record_id: int | None = None
    object_type: str | None = None
    object_key: int | None = None
    parameters: Mapping[str, str | int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in NOTIFICATION_KINDS:
            raise ValueError("a notification is of one of NOTIFICATION_KINDS")
        if any(len(value) > LONGEST_PARAMETER for value in self.parameters.values() if isinstance(value, str)):
            raise ValueError("a notification's parameters are short texts and numbers")


async def notify(connection: asyncpg.Connection, *notices: Notice) -> int:
    """Tell all of it in the connection's open transaction, by one statement and one event; how many were written.

    An account that several ways lead to is told each notice once. Raises asyncpg.PostgresError.
    """
    if not notices:
        return 0
    rows = await connection.fetch(_TELL, orjson.dumps([_row(notice) for notice in notices]).decode(), clock.now())
    told: dict[str, list[int]] = {}
    for row in rows:
        told.setdefault(str(row["account_id"]), []).append(row["notification_id"])
    if told:
        await publish(connection, TOPIC, {"for": told})
    return len(rows)


def _row(notice: Notice) -> dict[str, object]:
    to = notice.to
    return {
        "kind": notice.kind,
        "student_id": notice.student_id,
        "state_record_id": notice.state_record_id,
        "object_type": notice.object_type,
        "object_key": notice.object_key,
        "parameters": dict(notice.parameters),
        "accounts": sorted(to.accounts),
        "roles": sorted(to.roles),
        "state": to.state,
        "region": to.region,
        "district_id": to.district_id,
        "but": to.but,
    }


_TELL = """
WITH notice AS MATERIALIZED (
    SELECT * FROM ROWS FROM (json_to_recordset($1::text::json) AS (
        kind text, student_id bigint, state_record_id bigint, object_type text, object_key bigint, parameters jsonb,
        accounts bigint[], roles text[], state char(2), region text, district_id char(7), but bigint
    )) WITH ORDINALITY AS notice (kind, student_id, state_record_id, object_type, object_key, parameters,
        accounts, roles, state, region, district_id, but, number)
), reached AS (
    SELECT number, account_id FROM notice CROSS JOIN LATERAL unnest(accounts) AS account_id
    UNION
    SELECT number, account_id FROM notice
    JOIN account_roles ON role = ANY(roles)
    JOIN accounts AS holder USING (account_id)
    WHERE (notice.state IS NULL OR holder.state = notice.state)
        AND (notice.region IS NULL OR holder.region = notice.region)
        AND (notice.district_id IS NULL OR holder.district_id = notice.district_id)
)
INSERT INTO notifications (account_id, kind, student_id, state_record_id, object_type, object_key, parameters,
    created_at)
SELECT account_id, kind, student_id, state_record_id, object_type, object_key, parameters, $2
FROM reached JOIN notice USING (number) JOIN accounts USING (account_id)
WHERE accounts.status = 'ACTIVE' AND account_id IS DISTINCT FROM but
ORDER BY number, account_id
RETURNING account_id, notification_id
"""
