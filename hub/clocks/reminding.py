"""Reminds those who owe of clocks that run: once when a day or less is left, once when one is overdue.

A reminder is written down by its clock, stage and due moment in the transaction that tells, so however often and by
however many it is looked, each goes out once, and again only where the clock has become due later. Where very many
clocks of a state come due together, as at the end of a school year, they are told of by their number.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from itertools import groupby

import asyncpg

from hub import clock, notices
from hub.notices import Audience, Notice

BATCH = 2000
"""Clocks that one transaction reminds of."""

BEFORE = datetime.timedelta(days=1)
MOST_SINGLE = 50
"""Clocks of one state, kind and stage that are told of one by one in a transaction."""

_KINDS = {"BEFORE": "CLOCK_DUE", "AFTER": "CLOCK_OVERDUE"}
_OWING = ("STATE_DATA_ADMINISTRATOR",)


async def remind(connection: asyncpg.Connection) -> int:
    """In the caller's transaction remind of some clocks, and return of how many."""
    now = clock.now()
    rows = await connection.fetch(_REMIND, now, now + BEFORE, BATCH)
    rows.sort(key=_alike)
    groups = (list(group) for _, group in groupby(rows, key=_alike))
    await notices.notify(connection, *(notice for group in groups for notice in _notices(group)))
    return len(rows)


async def forget_reminders(connection: asyncpg.Connection) -> None:
    """Forget reminders of clocks that were due a year ago: nothing reminds of those again."""
    await connection.execute("DELETE FROM clock_reminders WHERE due_at < $1", clock.now() - LONGEST_OVERDUE)


def _alike(row: asyncpg.Record) -> tuple[str, str, str]:
    return row["state"], row["kind"], row["stage"]


def _notices(group: Sequence[asyncpg.Record]) -> Iterator[Notice]:
    kind, state = _KINDS[group[0]["stage"]], group[0]["state"]
    if len(group) > MOST_SINGLE:
        told: dict[str, str | int | None] = {"clock": group[0]["kind"], "count": len(group)}
        yield Notice(kind, Audience(roles=_OWING, state=state), parameters=told)
        return
    for row in group:
        yield Notice(
            kind,
            Audience(roles=_OWING, state=state, accounts=[row["assignee"]] if row["assignee"] else []),
            student_id=row["student_id"],
            state_record_id=row["state_record_id"],
            parameters={"clock": row["kind"], "dueAt": row["due_at"].isoformat()},
        )


LONGEST_OVERDUE = datetime.timedelta(days=365)

_REMIND = """
WITH running AS (
    SELECT kind, key, state, student_id, state_record_id, due_at,
        CASE WHEN due_at < $1 THEN 'AFTER' ELSE 'BEFORE' END AS stage
    FROM all_clocks
    WHERE met_at IS NULL AND start_at <= $1 AND due_at <= $2 AND due_at > $1 - interval '365 days'
), reminded AS (
    INSERT INTO clock_reminders (kind, key, stage, due_at, reminded_at)
    SELECT kind, key, stage, due_at, $1 FROM running
    WHERE NOT EXISTS (SELECT FROM clock_reminders AS known
        WHERE (known.kind, known.key, known.stage) = (running.kind, running.key, running.stage)
            AND known.due_at >= running.due_at)
    ORDER BY due_at, kind, key LIMIT $3
    ON CONFLICT (kind, key, stage) DO UPDATE SET due_at = excluded.due_at, reminded_at = excluded.reminded_at
        WHERE clock_reminders.due_at < excluded.due_at
    RETURNING kind, key, stage
)
SELECT reminded.kind, reminded.stage, running.state::text AS state, student_id, state_record_id, running.due_at,
    item.account_id AS assignee
FROM reminded JOIN running USING (kind, key, stage)
LEFT JOIN worklist_items AS item ON reminded.kind = 'WORKLIST_ITEM' AND item.item_id = reminded.key
"""
