"""Saved reports and the runs of reports: questions, never answers. Each account its own; those shared, its office's."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.reports.table import Answer, Mode
from hub.viewer import Viewer
from hub.words import kept_line

MOST_SAVED = 200
MOST_RUNS = 200


@dataclass(frozen=True)
class SaveReport:
    """A question to keep under a name; one of the account's that has it is replaced."""

    name: str
    shared_with: str
    question: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True)
class DeleteSavedReport:
    """Give up a saved report of one's own, by its number."""

    id: int = field(metadata={"node": "SavedReport"})


@dataclass(frozen=True)
class Saved:
    """A saved report, as its owner and those it is shared with see it."""

    saved_report_id: int
    name: str
    owner: str
    own: bool
    shared_with: str
    question: Mapping[str, Any]
    saved_at: datetime.datetime


@dataclass(frozen=True)
class Run:
    """A report that the account ran: what was asked, of which snapshot, and how it was protected."""

    ran_at: datetime.datetime
    title: str
    question: Mapping[str, Any]
    as_of: datetime.datetime
    mode: str
    rows: int
    milliseconds: int


async def save_report(connection: asyncpg.Connection, permit: Permit, command: SaveReport) -> int:
    """Keep it; its number. Raises Refusal (INVALID_INPUT, TOO_MANY). The caller has checked the question."""
    permit.check("save_report")
    name = kept_line(command.name, "name")
    viewer = permit.viewer
    saved: int | None = await connection.fetchval(
        _SAVE,
        viewer.account_id,
        viewer.state,
        name,
        command.shared_with,
        orjson.dumps(command.question).decode(),
        MOST_SAVED,
    )
    if saved is None:
        raise Refusal(RefusalCode.TOO_MANY, f"an account keeps {MOST_SAVED} reports at most")
    await record_in(connection, Event.by(viewer, Tag.REPORT_SAVE, detail={"report": saved}))
    return saved


async def delete_saved_report(connection: asyncpg.Connection, permit: Permit, command: DeleteSavedReport) -> int:
    """Give it up. Raises Refusal (NOT_FOUND) where it is not the account's own."""
    permit.check("delete_saved_report")
    viewer = permit.viewer
    gone: int | None = await connection.fetchval(
        "DELETE FROM saved_reports WHERE saved_report_id = $1 AND account_id = $2 RETURNING saved_report_id",
        command.id,
        viewer.account_id,
    )
    if gone is None:
        raise Refusal(RefusalCode.NOT_FOUND)
    await record_in(connection, Event.by(viewer, Tag.REPORT_DELETE, detail={"report": gone}))
    return gone


async def saved_reports(pool: asyncpg.Pool, viewer: Viewer) -> list[Saved]:
    """The viewer's own and those its office shares, by name."""
    rows = await pool.fetch(_SAVED, viewer.account_id, viewer.state)
    return [Saved(**{**dict(row), "question": orjson.loads(row["question"])}) for row in rows]


async def saved_question(pool: asyncpg.Pool, owner: str, name: str) -> dict[str, Any] | None:
    """The question that an account (by its user id) saved under a name, for its own place; None if there is none."""
    row = await pool.fetchrow(_NAMED, owner, name)
    if row is None:
        return None
    question: dict[str, Any] = orjson.loads(row["question"])
    asked = question.get("scope") or {}
    if row["state"] is not None and not any(asked.values()):
        question["scope"] = {"state": row["state"]}
    return question


async def every_saved(pool: asyncpg.Pool) -> list[tuple[str, str, str]]:
    """All saved reports: whose (user id), name, shared with whom. For operators, who hold the database anyway."""
    return [tuple(row) for row in await pool.fetch(_EVERY)]


async def report_runs(pool: asyncpg.Pool, viewer: Viewer, first: int) -> list[Run]:
    """The viewer's own runs, the newest first."""
    rows = await pool.fetch(_RUNS, viewer.account_id, max(1, min(first, MOST_RUNS)))
    return [Run(**{**dict(row), "question": orjson.loads(row["question"])}) for row in rows]


async def record_run(
    pool: asyncpg.Pool,
    viewer: Viewer,
    answer: Answer,
    question: Mapping[str, Any],
    milliseconds: int,
    written: str | None = None,
) -> None:
    """Put a run on record, and into the audit trail, before its answer leaves. No number of the answer is kept.
    `written`: the format of the file that it goes into."""
    mode: Mode = answer.disclosure.mode
    detail = {"title": answer.title, "question": question, "mode": mode.value, "asOf": answer.as_of.isoformat()}
    detail |= {} if written is None else {"format": written}
    text = orjson.dumps(question).decode()
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            _RUN, viewer.account_id, answer.title, text, answer.as_of, mode.value, len(answer.rows), milliseconds
        )
        await record_in(connection, Event.by(viewer, Tag.REPORT_RUN, operation="report", detail=detail))


_SAVE = """
INSERT INTO saved_reports (account_id, state, name, shared_with, question)
SELECT $1::bigint, $2::text, $3::text, $4::text, $5::text::jsonb
WHERE (SELECT count(*) FROM saved_reports WHERE account_id = $1 AND name <> $3) < $6::int
ON CONFLICT (account_id, name) DO UPDATE
SET state = excluded.state, shared_with = excluded.shared_with, question = excluded.question, saved_at = now()
RETURNING saved_report_id
"""
_SAVED = """
SELECT saved.saved_report_id, saved.name, account.name AS owner, saved.account_id = $1::bigint AS own,
    saved.shared_with, saved.question::text AS question, saved.saved_at
FROM saved_reports AS saved JOIN accounts AS account USING (account_id)
WHERE saved.account_id = $1 OR (saved.shared_with = 'OFFICE' AND saved.state IS NOT DISTINCT FROM $2::text)
ORDER BY saved.name, saved.saved_report_id
LIMIT 1000
"""
_NAMED = """
SELECT saved.question::text AS question, saved.state::text AS state
FROM saved_reports AS saved JOIN accounts AS account USING (account_id)
WHERE lower(account.user_id) = lower($1::text) AND saved.name = $2::text
"""
_EVERY = """
SELECT account.user_id, saved.name, saved.shared_with
FROM saved_reports AS saved JOIN accounts AS account USING (account_id) ORDER BY account.user_id, saved.name
"""
_RUNS = """
SELECT ran_at, title, question::text AS question, as_of, mode, rows, milliseconds FROM report_runs
WHERE account_id = $1 ORDER BY report_run_id DESC LIMIT $2
"""
_RUN = """
INSERT INTO report_runs (account_id, title, question, as_of, mode, rows, milliseconds)
VALUES ($1, $2, $3::text::jsonb, $4, $5, $6, $7)
"""
