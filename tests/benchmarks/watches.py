"""`watches`: a look for watchers after a night's changes, and one when nothing has changed.

Accounts watch children, and searches by surname or by district. A part of the children changes, all of them watched. A
look finds what changed, tells whoever watches it, asks each search anew of the changed children alone, and writes
notifications and trail, in the transactions that the worker makes.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import asyncpg

from hub.jobs import Work
from hub.settings import Settings
from hub.store.engine import connect, read_pool
from hub.tables.web_role import WEB_ROLE
from hub.watching import Watching
from tests.benchmarks.data import Size, database
from tests.benchmarks.report import keep, say, table


@dataclass(frozen=True)
class _Load:
    """How many watch what, and how many children change."""

    size: Size
    accounts: int
    children_each: int
    searches: int
    changed: int


FULL = _Load(Size(5_000, 4), accounts=250, children_each=20, searches=200, changed=2_000)
QUICK = _Load(Size(500, 4), accounts=20, children_each=5, searches=10, changed=50)


def watches(*, quick: bool) -> None:
    """Seconds a look, by what there is to find."""
    load = QUICK if quick else FULL
    with database(load.size) as url:
        found = asyncio.run(_measured(url, load))
    watched = load.accounts * load.children_each
    title = f"watches: {watched:,} of children, {load.searches:,} of searches, {load.changed:,} children changed"
    rows = [(name, seconds, told) for name, (seconds, told) in found.items()]
    table(title, ("look", "seconds", "told"), rows)
    say(f"{load.changed / found['after the changes'][0]:,.0f} changed children a second")
    keep("watches", {name: seconds for name, (seconds, _) in found.items()})


async def _measured(url: str, load: _Load) -> dict[str, tuple[float, int]]:
    connection = await connect(url)
    pool = await read_pool(url, 2, role=WEB_ROLE, statement_timeout_ms=0)
    try:
        await _prepare(connection, load)
        watching = Watching()
        work = Work(url, pool, Settings(), asyncio.Event())
        await connection.execute(_CHANGE, load.accounts * load.children_each)
        await watching.look(work)  # so that each watch has seen its child
        found = {"nothing changed": await _look(connection, watching, work)}
        await connection.execute(_CHANGE, load.changed)
        found["after the changes"] = await _look(connection, watching, work)
        found["nothing changed, again"] = await _look(connection, watching, work)
        return found
    finally:
        await connection.execute("TRUNCATE watches, notifications, seen_changes, watch_marks")
        await pool.close()
        await connection.close()


async def _look(connection: asyncpg.Connection, watching: Watching, work: Work) -> tuple[float, int]:
    """Seconds, and how many notifications came of it."""
    before = await connection.fetchval("SELECT count(*) FROM notifications")
    begun = time.perf_counter()
    await watching.look(work)
    seconds = time.perf_counter() - begun
    return seconds, await connection.fetchval("SELECT count(*) FROM notifications") - before


async def _prepare(connection: asyncpg.Connection, load: _Load) -> None:
    await connection.execute("TRUNCATE watches, notifications, seen_changes, watch_marks")
    await connection.execute("UPDATE state_records SET updated_at = now() - interval '9 days'")
    await connection.execute(_ACCOUNTS, load.accounts)
    await connection.execute(_ROLES)
    await connection.execute(_WATCH_CHILDREN, load.accounts, load.children_each)
    await connection.execute(_WATCH_SEARCHES, load.searches)
    await connection.execute("VACUUM (ANALYZE)")
    await connection.execute("CHECKPOINT")


_ACCOUNTS = """
INSERT INTO accounts (user_id, name, email, state, password_hash, trained_at)
SELECT 'bench-' || number, 'A Name', 'bench-' || number || '@agency.gov', 'TN', '', now()
FROM generate_series(1, $1::int) AS number ON CONFLICT DO NOTHING
"""
_ROLES = """
INSERT INTO account_roles (account_id, role)
SELECT account_id, 'PRIMARY_USER' FROM accounts WHERE user_id LIKE 'bench-%' ON CONFLICT DO NOTHING
"""
_WATCH_CHILDREN = """
INSERT INTO watches (account_id, student_id, seen)
SELECT account.account_id, student.student_id, '{}'
FROM (SELECT account_id, row_number() OVER (ORDER BY account_id) AS number FROM accounts WHERE user_id LIKE 'bench-%')
    AS account
JOIN (SELECT student_id, row_number() OVER (ORDER BY student_id) AS number FROM students WHERE current_id = student_id)
    AS student ON student.number % $1::int = account.number - 1 AND student.number <= $1::int * $2::int
"""
_WATCH_SEARCHES = """
INSERT INTO watches (account_id, name, filter)
SELECT account_id, 'search ' || number, CASE WHEN number % 2 = 0
    THEN jsonb_build_object('lastName', jsonb_build_object('eq', name))
    ELSE jsonb_build_object('districtId', jsonb_build_object('eq', district)) END
FROM (
    SELECT number, account_id,
        (SELECT last_name1 FROM demographics ORDER BY state_record_id OFFSET number * 7 LIMIT 1) AS name,
        (SELECT district_id FROM enrollments WHERE district_id IS NOT NULL
            ORDER BY state_record_id OFFSET number * 7 LIMIT 1) AS district
    FROM (SELECT account_id, row_number() OVER (ORDER BY account_id) AS number FROM accounts
        WHERE user_id LIKE 'bench-%') AS account
    WHERE number <= $1::int
) AS search
"""
_CHANGE = """
UPDATE state_records SET updated_at = now() WHERE student_id IN (
    SELECT student_id FROM students WHERE current_id = student_id ORDER BY student_id LIMIT $1::int
)
"""
