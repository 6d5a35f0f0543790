"""Writes the audit trail to a file, row by row, as CSV or JSON Lines. Only operators come here; it is audited too."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Callable
from typing import Any, TextIO

import asyncpg
import orjson

from hub.audit import chain

PREFETCH = 2000
COLUMNS = ("event_id", *chain.COLUMNS[chain.FORM])

# Students by their MSIX IDs: the ids inside mean nothing outside the database.
_EVENTS = """
SELECT event_id, at, tag, account_id, user_id, session_id, state, purpose, operation,
    ARRAY(SELECT msix_id FROM students WHERE student_id = ANY (event.students) ORDER BY msix_id) AS students,
    fields, result_bytes, host(address) AS address, detail::text AS detail
FROM audit_events AS event
WHERE at >= coalesce($1::timestamptz, '-infinity') AND at < coalesce($2::timestamptz, 'infinity')
ORDER BY event_id
"""


async def export(
    connection: asyncpg.Connection,
    file: TextIO,
    form: str,
    since: datetime.datetime | None,
    until: datetime.datetime | None,
) -> int:
    """Write the events from `since` on and before `until` (aware), oldest first; how many. `form`: csv or jsonl.

    The connection is in a transaction.
    """
    write = _csv(file) if form == "csv" else _jsonl(file)
    count = 0
    async for row in connection.cursor(_EVENTS, since, until, prefetch=PREFETCH):
        write(row)
        count += 1
    return count


def _csv(file: TextIO) -> Callable[[asyncpg.Record], object]:
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(COLUMNS)
    return lambda row: rows.writerow([_cell(value) for value in row.values()])


def _cell(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    text = " ".join(value) if isinstance(value, list) else value
    # a spreadsheet must not take what somebody typed (a user id, an operation's name) for a formula
    return f"'{text}" if isinstance(text, str) and text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _jsonl(file: TextIO) -> Callable[[asyncpg.Record], object]:
    def write(row: asyncpg.Record) -> None:
        detail = row["detail"]
        facts = dict(row) | {"detail": None if detail is None else orjson.Fragment(detail)}
        file.write(orjson.dumps(facts).decode() + "\n")

    return write
