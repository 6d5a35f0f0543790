"""Three questions to try on the demo, as commands for a shell, with an MSIX ID that is really there."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg

from hub.demo.country import Country
from hub.demo.sign_ins import PASSWORD

_SIGN_IN = "mutation ($who: SignInInput!) { signIn(input: $who) { token errors { message } } }"
_CHILD = (
    "query Child($id: String!) { student(msixId: $id) { msixId firstName lastName1 birthDate eligibilityEnd"
    " stateRecords { state stateStudentId }"
    " qualifyingMoves { reportedBy qualifyingArrivalDate fromState toState }"
    " enrollments { reportedBy schoolName gradeLevel enrollmentDate courses { title creditsGranted } }"
    " assessments { reportedBy title score } healthAlerts { reportedBy kind }"
    " credits { subjectArea reportedBy creditsGranted } } }"
)
_SEARCH = (
    "query Search($name: String!) { students(first: 5, filter: {lastName: {prefix: $name}}) {"
    " totalCount nodes { msixId firstName lastName1 birthDate states } pageInfo { endCursor hasNextPage } } }"
)
_UPLOADS = (
    "query Uploads { uploads(first: 5) { totalCount"
    " nodes { sequence fileName status students created rejected"
    " findings(first: 3) { totalCount nodes { severity code line field message } } } } }"
)
_SHOWN = """
SELECT student.msix_id, array_agg(DISTINCT record.state::text) AS states
FROM students AS student JOIN state_records AS record USING (student_id)
WHERE record.status = 'ACTIVE' AND student.student_id IN (
    SELECT student_id FROM state_records JOIN unnest($1::text[], $2::text[]) AS shown (state, id)
        ON state_records.state = shown.state AND state_student_id = shown.id)
GROUP BY student.msix_id HAVING count(DISTINCT record.state) > 1
ORDER BY count(DISTINCT record.state) DESC, msix_id LIMIT 1
"""
_ANY = """
SELECT student.msix_id, array_agg(DISTINCT record.state::text) AS states
FROM students AS student JOIN state_records AS record USING (student_id)
WHERE record.status = 'ACTIVE' GROUP BY student.msix_id ORDER BY count(DISTINCT record.state) DESC, msix_id LIMIT 1
"""

_BEGINNING = """
SELECT left(last_name1, 3) FROM demographics JOIN state_records USING (state_record_id)
JOIN students AS student USING (student_id) WHERE student.msix_id = $1 ORDER BY state_record_id LIMIT 1
"""


@dataclass(frozen=True)
class Question:
    """What it asks, and the commands that ask it, one a line."""

    title: str
    commands: tuple[str, ...]


async def questions(connection: asyncpg.Connection, country: Country, address: str) -> list[Question]:
    """The three questions; a country without children leaves out the first."""
    return [question async for question in _questions(connection, country, address)]


async def _questions(connection: asyncpg.Connection, country: Country, address: str) -> AsyncIterator[Question]:
    shown = country.showcase
    child = await connection.fetchrow(_SHOWN, [state for state, _ in shown], [id_ for _, id_ in shown])
    child = child or await connection.fetchrow(_ANY)
    if child is not None:
        title = f"A child whose record {_listed(child['states'])} hold together"
        asked = _ask(address, _CHILD, {"id": child["msix_id"]})
        yield Question(title, (_sign_in(address, "primary-user"), asked))
    begins = await connection.fetchval(_BEGINNING, child["msix_id"] if child else None)
    search = _ask(address, _SEARCH, {"name": begins or "gar"})
    yield Question("Children of any state by the beginning of a last name", (_sign_in(address, "primary-user"), search))
    sign_in = _sign_in(address, "state-data-administrator")
    yield Question("What became of the state's own uploads", (sign_in, _ask(address, _UPLOADS, {})))


def _sign_in(address: str, user_id: str) -> str:
    body = _body(_SIGN_IN, {"who": {"userId": user_id, "password": PASSWORD}})
    taken = """sed 's/.*"token":"\\([^"]*\\)".*/\\1/'"""
    return f"TOKEN=$(curl -s {address}/graphql -H 'Content-Type: application/json' -d '{body}' | {taken})"


def _ask(address: str, query: str, variables: dict[str, Any]) -> str:
    headers = "-H 'Content-Type: application/json' -H \"Authorization: Bearer $TOKEN\""
    return (
        f"curl -s {address}/graphql {headers} -d '{_body(query, variables)}' | python3 -m json.tool --no-ensure-ascii"
    )


def _body(query: str, variables: dict[str, Any]) -> str:
    """JSON that may stand between single quotes."""
    return json.dumps({"query": query, "variables": variables}, separators=(",", ":")).replace("'", "\\u0027")


def _listed(states: list[str]) -> str:
    *first, last = states
    return f"{', '.join(first)} and {last}" if first else last
