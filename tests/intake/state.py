"""Looks at what intake did: sends bytes through the front door, and dumps what the database then holds."""

import io
from typing import Any

import asyncpg

from hub.intake import Actor, Finding, Report, receive

ACTOR = Actor("operator:test", "PROGRAM_ADMINISTRATION")
STUDENT_TABLES = (
    "students",
    "state_records",
    "alternate_ids",
    "demographics",
    "qualifying_moves",
    "enrollments",
    "courses",
    "assessments",
    "health_alerts",
    "links",
    "districts",
    "schools",
    "staged_students",
    "staged_rows",
)
_CHILDREN = STUDENT_TABLES[2:9]
_HUBS_OWN = (
    "'{state_record_id,student_id,upload_id,created_at,updated_at,link_id,linked_at,previous_student_id}'::text[]"
)

_NUMBERLESS = """regexp_replace({}, '"record": [0-9]+', '"record": n', 'g')"""  # evidence names records by number


async def send(url: str, content: bytes, *, name: str = "upload", sender: str | None = None) -> Report:
    return await receive(url, io.BytesIO(content), file_name=name, sender=sender, actor=ACTOR)


async def found(report: Report) -> list[Finding]:
    return [finding async for finding in report.findings()]


async def codes(report: Report) -> list[str]:
    return [finding.code.value async for finding in report.findings()]


async def rows(url: str, query: str, *arguments: Any) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(query, *arguments)]
    finally:
        await connection.close()


async def value(url: str, query: str, *arguments: Any) -> Any:
    return (await rows(url, query, *arguments))[0][0]


async def snapshot(url: str) -> dict[str, str]:
    """A digest of every table that a refused file must not change, ids and times included."""
    digest = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} AS t"
    return {table: await value(url, digest.format(table)) for table in STUDENT_TABLES}


async def dump(url: str, *without: str) -> dict[str, list[Any]]:
    """All student data without ids and times: two ways to the same end give equal dumps. `without` drops columns."""
    owner = "SELECT r.state || r.state_student_id AS owner, {} AS content"
    bare = owner.format(_NUMBERLESS.format(f"(to_jsonb(t) - {_HUBS_OWN} - $1::text[])::text"))
    dumped: dict[str, list[Any]] = {
        table: await rows(
            url, f"{bare} FROM {table} t JOIN state_records r USING (state_record_id) ORDER BY 1, 2", without
        )
        for table in (*_CHILDREN, "links")
    }
    dumped["state_records"] = await rows(
        url, f"{bare} FROM state_records r JOIN state_records t USING (state_record_id) ORDER BY 1, 2", without
    )
    dumped["students"] = await rows(
        url,
        "SELECT array_agg(state || state_student_id ORDER BY state, state_student_id) FROM state_records "
        "GROUP BY student_id ORDER BY 1",
    )
    for table in ("districts", "schools"):
        dumped[table] = await rows(url, f"SELECT t::text FROM {table} t ORDER BY 1")
    return dumped
