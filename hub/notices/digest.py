"""The digest: what an account was told and has not read, once a day and person at most, by mail.

A digest, its mail in the outbox and the mark on what it counted are one transaction: a worker that is killed leaves all
of them or none. Whether something may be told is looked at anew: a child under review waits, for deciders too, and who
may read children no more, or has lost the account, is told of none.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

import asyncpg

from hub import clock
from hub.notices.digest_texts import Line, digest_mail
from hub.outbox import can_be_mailed, post_mails

AT_ONCE = 200
"""Accounts whose digests are written in one transaction."""


@dataclass(slots=True)
class _Due:
    """One account's digest while it is put together."""

    email: str
    language: str
    lines: list[Line] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)


async def write_digests(
    connection: asyncpg.Connection, day: datetime.date, readers: Collection[str], after: int = 0
) -> int | None:
    """Write, in the caller's transaction, the day's digests of the next accounts after `after`; the last account that
    was looked at, or None where there are no more. `readers` are the roles that may read children."""
    # Whoever writes digests waits for whoever does, and then sees them: no account gets two.
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('hub digests', 0))")
    accounts = [row["account_id"] for row in await connection.fetch(_ACCOUNTS, day, after, AT_ONCE)]
    if not accounts:
        return None
    due: dict[int, _Due] = {}
    for row in await connection.fetch(_TOLD, accounts, sorted(readers)):
        if can_be_mailed(row["email"]):
            found = due.setdefault(row["account_id"], _Due(row["email"], row["language"]))
            found.lines.append(Line(row["kind"], len(row["ids"]), row["msix_ids"]))
            found.ids += row["ids"]
    mails = await post_mails(connection, [digest_mail(each.email, each.language, each.lines) for each in due.values()])
    now = clock.now()
    counts = [len(each.ids) for each in due.values()]
    await connection.execute(_WRITE, list(due), day, mails, counts, now)
    await connection.execute(_MARK, [id_ for each in due.values() for id_ in each.ids], now)
    last: int = accounts[-1]
    return last


_ACCOUNTS = """
SELECT account_id FROM accounts LEFT JOIN notification_preferences AS wanted USING (account_id)
WHERE account_id > $2 AND status = 'ACTIVE' AND trained_at IS NOT NULL AND coalesce(wanted.digest, 'DAILY') = 'DAILY'
    AND NOT EXISTS (SELECT FROM digests WHERE digests.account_id = accounts.account_id AND day = $1)
    AND EXISTS (
        SELECT FROM notifications AS told
        WHERE told.account_id = accounts.account_id AND told.digested_at IS NULL AND told.read_at IS NULL
    )
ORDER BY account_id LIMIT $3
"""
_TOLD = """
SELECT account_id, email, coalesce(wanted.language, 'EN') AS language, told.kind,
    array_agg(notification_id ORDER BY notification_id) AS ids,
    coalesce(array_agg(DISTINCT child.msix_id) FILTER (WHERE child.msix_id IS NOT NULL), '{}') AS msix_ids
FROM accounts
LEFT JOIN notification_preferences AS wanted USING (account_id)
JOIN notifications AS told USING (account_id)
LEFT JOIN LATERAL (
    SELECT student.msix_id
    FROM state_records AS record JOIN students AS student USING (student_id)
    WHERE record.status = 'ACTIVE' AND record.review_scopes IS NULL
        AND (record.state_record_id = told.state_record_id OR told.state_record_id IS NULL AND record.student_id =
            (SELECT current_id FROM students AS named WHERE named.student_id = told.student_id))
    LIMIT 1
) AS child ON true
WHERE account_id = ANY($1::bigint[]) AND told.digested_at IS NULL AND told.read_at IS NULL
    AND (told.student_id IS NULL OR child.msix_id IS NOT NULL AND EXISTS (
        SELECT FROM account_roles AS held WHERE held.account_id = accounts.account_id AND held.role = ANY($2::text[])
    ))
GROUP BY account_id, wanted.language, told.kind
ORDER BY account_id, told.kind
"""
_WRITE = """
INSERT INTO digests (account_id, day, outbox_id, notifications, written_at)
SELECT account_id, $2, outbox_id, count, $5
FROM unnest($1::bigint[], $3::bigint[], $4::bigint[]) AS digest (account_id, outbox_id, count)
"""
_MARK = "UPDATE notifications SET digested_at = $2 WHERE notification_id = ANY($1::bigint[])"
