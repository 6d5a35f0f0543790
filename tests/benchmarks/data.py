"""The databases that are measured: the demo's country, checked and written by the intake's own functions.

They skip what a nightly file needs beside (staging, matching line by line): every record is linked to its child as the
country knows it, in large transactions, without foreign-key triggers and with the secondary indexes built at the end.
The tables, their rows and indexes are as the intake leaves them. A database is built once and kept in `.hub/bench-…`.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from hub.demo import Country, make_country
from hub.demo.records import Life, state_record
from hub.identity import Link, issue_students, record_links
from hub.intake import records
from hub.intake.code_lists import code_lists
from hub.intake.places import keep_places
from hub.intake.shapes import Draft, encoded
from hub.intake.students import Found, StudentCheck
from hub.store import migrate
from hub.store.embedded import embedded_server
from hub.store.engine import connect
from tests.benchmarks.report import say

HUB = Path(__file__).resolve().parents[2] / ".hub"
SUBMITTED = datetime(2026, 11, 20, 2, tzinfo=UTC)
BATCH = 1000
EVENTS_OFF = "SET session_replication_role = replica"


@dataclass(frozen=True)
class Size:
    """How large a database is: children, and courses a child over all its records."""

    students: int
    courses: int

    @property
    def folder(self) -> Path:
        return HUB / f"bench-{self.students}x{self.courses}"


@contextmanager
def database(size: Size) -> Iterator[str]:
    """The URL of the running database of that size (durable: fsync and all), made first where it is missing."""
    built = size.folder / "built"
    if not built.exists():
        shutil.rmtree(size.folder, ignore_errors=True)
    with embedded_server(size.folder) as url:
        migrate.upgrade(url)
        if not built.exists():
            asyncio.run(_build(url, size))
            built.touch()
        yield url


async def _build(url: str, size: Size) -> None:
    say(f"building {size.folder.name}: {size.students:,} students with {size.courses} courses each")
    connection = await connect(url)
    try:
        await connection.execute(EVENTS_OFF)
        await records.prepare(connection)
        tables = ("state_records", "links", "students", *(table.__tablename__ for table in records.CHILD_COLUMNS))
        indexes = await drop_indexes(connection, tables)
        filling = await _Filling.of(connection, make_country(size.students, courses_per_child=size.courses))
        await filling.run()
        for definition in indexes:
            await connection.execute(definition)
        await connection.execute("VACUUM (ANALYZE)")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


_INDEXES = """
SELECT format('%I', indexrelid::regclass::text) AS name, pg_get_indexdef(indexrelid) AS definition
FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
WHERE relnamespace = 'public'::regnamespace AND NOT indisunique AND relname = ANY($1)
"""


async def drop_indexes(connection: asyncpg.Connection, tables: Sequence[str]) -> list[str]:
    """Drop the indexes of the tables that are not unique, and return the statements that make them again."""
    indexes = await connection.fetch(_INDEXES, list(tables))
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    return [index["definition"] for index in indexes]


@dataclass
class _Filling:
    """One country on its way into one database."""

    connection: asyncpg.Connection
    country: Country
    check: StudentCheck
    students: list[int]
    uploads: dict[str, int]
    fips: dict[str, str]
    waiting: dict[str, list[tuple[int, Draft]]] = field(default_factory=dict)

    @classmethod
    async def of(cls, connection: asyncpg.Connection, country: Country) -> _Filling:
        check = StudentCheck(await code_lists(connection, SUBMITTED.date()), SUBMITTED.date())
        states = await connection.fetch("SELECT code, fips FROM jurisdictions")
        uploads = {state["code"]: await connection.fetchval(_UPLOAD, state["code"], SUBMITTED) for state in states}
        students = [
            student
            for start in range(0, country.students, 10_000)
            for student in await issue_students(connection, min(10_000, country.students - start))
        ]
        return cls(connection, country, check, students, uploads, {state["fips"]: state["code"] for state in states})

    async def run(self) -> None:
        lives = self.country.lives()
        while some := list(islice(lives, BATCH)):
            for life in some:
                for state, draft in self._drafts(life):
                    self.waiting.setdefault(state, []).append((self.students[life.child.index], draft))
            for state in [state for state, drafts in self.waiting.items() if len(drafts) >= BATCH]:
                await self._write(state, self.waiting.pop(state))
        for state, drafts in self.waiting.items():
            await self._write(state, drafts)

    def _drafts(self, life: Life) -> Iterator[tuple[str, Draft]]:
        """Every state's record of the child; where a planted mistake would have it rejected, as corrected."""
        for sent in (self.country.home_record(life), *self.country.other_records(life, {})):
            draft = self._checked(sent.body)
            if draft is None:
                draft = self._checked(state_record(self.country.seed, self.country.until, life, sent.state))
            if draft is not None:
                yield sent.state, draft

    def _checked(self, body: dict[str, Any]) -> Draft | None:
        return self.check.check(msgspec.json.decode(msgspec.json.encode(body)), Found(), suspicious=True)

    async def _write(self, state: str, drafts: list[tuple[int, Draft]]) -> None:
        source = records.Source(self.uploads[state], state, SUBMITTED)
        ids = await records.reserve(self.connection, len(drafts))
        written = [
            records.Record(key, student, draft, encoded(draft)[:32])
            for key, (student, draft) in zip(ids, drafts, strict=True)
        ]
        async with self.connection.transaction():
            await records.write(self.connection, source, written, [])
            links = [
                Link(row.state_record_id, row.student_id, "NEW_STUDENT", upload_id=source.upload_id) for row in written
            ]
            await record_links(self.connection, links)
            await keep_places(self.connection, [draft for _, draft in drafts], state, SUBMITTED, self.fips)


_UPLOAD = """
INSERT INTO uploads (state, sequence, mode, encoding, file_name, submitted_at, finished_at, status)
VALUES ($1::text, 1, 'INCREMENTAL', 'JSONL', $1::text || '-0001.jsonl', $2, now(), 'ACCEPTED') RETURNING upload_id
"""
