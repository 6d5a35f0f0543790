"""One SQL statement a root field, and nothing denied in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from hub.viewer import Viewer
from tests.graph.compare import Country
from tests.graph.pools import written
from tests.graph.seed.people import SURVIVOR, msix_id
from tests.graph.viewers import EVERYTHING, GOVERNMENT_ADMINISTRATOR, NO_HEALTH_NO_SCHOOLS, STATE_DATA_ADMINISTRATOR

pytestmark = pytest.mark.anyio
_DEEP = "stateRecords { enrollments { courses { title } school { district { schools(first: 2) { totalCount } } } } }"
ROOTS = {
    "student": f'student(msixId: "{msix_id(SURVIVOR)}") {{ firstName {_DEEP} linkHistory(first: 2) {{ totalCount }} }}',
    "students": f"students(first: 5) {{ totalCount nodes {{ {_DEEP} }} edges {{ cursor node {{ {_DEEP} }} }} }}",
    "stateRecord": 'stateRecord(state: "TN", stateStudentId: "SHARED") { student { credits { creditsGranted } } }',
    "node": f'node(id: "{written("Student", msix_id(SURVIVOR))}") {{ id ... on Student {{ {_DEEP} }} }}',
    "nodes": f'nodes(ids: ["{written("Upload", 1)}", "{written("Jurisdiction", "TN")}"]) {{ id __typename }}',
    "jurisdictions": "jurisdictions { districts(first: 2) { nodes { schools(first: 2) { nodes { name } } } } }",
    "uploads": "uploads(first: 5) { nodes { findings(first: 2) { nodes { code } } } }",
    "upload": f'upload(id: "{written("Upload", 2)}") {{ findings {{ totalCount }} }}',
}


@asynccontextmanager
async def statements(country: Country) -> AsyncIterator[list[str]]:
    """The statements that the pool of reads runs within the block."""
    seen: list[str] = []
    connections = await country.doors.services.reads.open_all()

    def logged(record: Any) -> None:
        seen.append(record.query)

    for connection in connections:
        await connection.fetchval("SELECT $1::bigint[], $2::text[], $3::date[]", [], [], [])  # asyncpg learns the types
        connection.add_query_logger(logged)
    try:
        yield seen
        await asyncio.sleep(0)  # asyncpg tells a logger on the loop's next turn
    finally:
        for connection in connections:
            connection.remove_query_logger(logged)


@pytest.mark.parametrize("root", sorted(ROOTS))
@pytest.mark.parametrize("door", [1, 2])
async def test_a_root_field_is_one_statement(country: Country, root: str, door: int) -> None:
    async with statements(country) as seen:
        answer = await country.ask(EVERYTHING, f"{{ {ROOTS[root]} }}", door=door)
    assert "errors" not in answer and answer["data"][root]
    assert len(seen) == 1


async def test_two_root_fields_are_two_statements_and_a_denied_one_none(country: Country) -> None:
    async with statements(country) as seen:
        await country.ask(EVERYTHING, f"{{ {ROOTS['student']} {ROOTS['jurisdictions']} viewer {{ userId }} }}")
    assert len(seen) == 2
    async with statements(country) as seen:
        await country.ask(GOVERNMENT_ADMINISTRATOR, f"{{ {ROOTS['student']} {ROOTS['uploads']} viewer {{ userId }} }}")
    assert len(seen) == 0


async def sql_and_body(country: Country, viewer: Viewer, text: str) -> tuple[str, str]:
    """The SQL that an operation ran, and its answer."""
    async with statements(country) as seen:
        body = await country.body(viewer, text)
    return "\n".join(seen), body.decode()


def _survivor(selection: str) -> str:
    return f'{{ student(msixId: "{msix_id(SURVIVOR)}") {{ {selection} }} }}'


async def test_a_denied_column_is_neither_in_the_sql_nor_its_secret_in_the_answer(country: Country) -> None:
    # every record of the survivor: whichever of them speaks, the address is of one of them
    text = _survivor("firstName parent1Email stateRecords { demographics { parent1Email } }")
    sql, body = await sql_and_body(country, STATE_DATA_ADMINISTRATOR, text)
    assert "parent1_email" in sql and "secret1@family.example" in body
    sql, body = await sql_and_body(country, NO_HEALTH_NO_SCHOOLS, text)
    assert "first_name" in sql
    assert "parent1_email" not in sql and "secret1@" not in body


async def test_a_denied_relation_is_not_joined(country: Country) -> None:
    text = _survivor("healthAlerts { kind } enrollments { medicalAlert school { name } }")
    sql, body = await sql_and_body(country, NO_HEALTH_NO_SCHOOLS, text)
    assert "enrollments" in sql
    assert not [word for word in ("health_alerts", "medical_alert", "schools") if word in sql]
    assert '"kind"' not in body


async def test_values_are_parameters_and_never_in_the_sql(country: Country) -> None:
    text = '{ students(filter: {lastName: {prefix: "zzyzx"}, birthDate: {eq: "2012-05-06"}}) { totalCount } }'
    sql, _ = await sql_and_body(country, EVERYTHING, text)
    assert "zzyzx" not in sql and "2012-05-06" not in sql
