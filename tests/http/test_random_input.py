"""Whatever bytes, JSON or documents come in: an answer in JSON, a code in every error, and never a fault."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.errors import Code
from tests.http.hub import DATA_ADMIN, Answer, Hub

pytestmark = pytest.mark.anyio

SOUND = [
    "query a($id: String!) { student(msixId: $id) { msixId ...f } } fragment f on Student { states }",
    '{ students(filter: {lastName: {fuzzy: "Lopez"}, birthDate: {from: "2010-01-01"}}, first: 3) { totalCount } }',
    "query b($ids: [ID!]!) { nodes(ids: $ids) { id ... on Enrollment { schoolName @skip(if: false) } } }",
    "{ uploads(filter: {status: [ACCEPTED]}, last: 2) { edges { cursor node { findings { totalCount } } } } }",
    "mutation { signOut { errors { code } } }",
    '{ viewer { can(grant: "x") } minimumDataElements(asOf: "2024-01-01") { name } }',
]
PIECES = ["{", "}", "(", ")", "[", "]", ":", "$", "!", "...", "@skip", '"', '"""', "\\u0000", "\\uD800", "1e999", "-",
          "null", "students", "node", "on", "fragment f", "query", "9" * 40, "\u202e", "\0", "\x7f", "#", ",", "=", "&",
          "first: -1", "after: \"x\"", "__typename", "__schema", "filter: {}", "orderBy: {}", "\ufeff"]  # fmt: skip

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(["query", "variables", "operationName", "extensions"])
REQUESTS = st.dictionaries(KEYS, JSON | st.sampled_from(SOUND), max_size=4)
HEADERS = st.dictionaries(
    st.sampled_from(["authorization", "x-hub-purpose", "content-type", "accept", "user-agent"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
    max_size=2,
)
FEW = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def _check(answer: Answer) -> None:
    """`Hub.post` has checked that there is JSON and no fault."""
    assert set(answer.body) <= {"data", "errors"}
    assert set(answer.codes) <= set(Code) - {Code.INTERNAL, Code.UNAVAILABLE, Code.TIMEOUT}
    assert (answer.status == 200) == ("data" in answer.body)


async def _send_all(requests: list[Any]) -> None:
    for answer in await asyncio.gather(*requests):
        _check(answer)


def _examples(strategy: st.SearchStrategy[Any]) -> list[Any]:
    """Hypothesis runs outside the event loop: its examples are gathered first and sent then."""
    collected: list[Any] = []

    @FEW
    @given(strategy)
    def collect(example: Any) -> None:
        collected.append(example)

    collect()
    return collected


async def test_random_bytes_are_answered_in_json(hub: Hub) -> None:
    await hub.token(DATA_ADMIN)
    await _send_all([hub.post(body, by=DATA_ADMIN) for body in _examples(st.binary(max_size=300))])


async def test_random_json_is_answered_in_json(hub: Hub) -> None:
    await hub.token(DATA_ADMIN)
    await _send_all([hub.post(json.dumps(body).encode(), by=DATA_ADMIN) for body in _examples(JSON | REQUESTS)])


async def test_random_headers_are_answered_in_json(hub: Hub) -> None:
    body = json.dumps({"query": "{ viewer { userId } students { totalCount } }"}).encode()
    await _send_all([hub.post(body, headers=headers) for headers in _examples(HEADERS)])


async def test_random_variables_are_answered_in_json(hub: Hub) -> None:
    await hub.token(DATA_ADMIN)
    document = """query($id: String!, $ids: [ID!]!, $filter: StudentFilter, $after: String, $first: Int, $day: Date) {
      student(msixId: $id) { msixId } nodes(ids: $ids) { id } minimumDataElements(asOf: $day) { name }
      students(filter: $filter, after: $after, first: $first) { totalCount }
    }"""
    names = ["id", "ids", "filter", "after", "first", "day"]
    sound = {"id": "1", "ids": [], "filter": {}, "first": 3}
    fuzzed = [{**sound, name: value} for name, value in _examples(st.tuples(st.sampled_from(names), JSON))]
    conditions = ["lastName", "birthDate", "sex", "stateStudentId", "healthAlert", "updatedSince", "enrolledOn"]
    operators = st.dictionaries(st.sampled_from(["eq", "in", "prefix", "fuzzy", "from", "to"]), JSON, max_size=2)
    filters = st.dictionaries(st.sampled_from(conditions), JSON | operators, max_size=2)
    fuzzed += [{**sound, "filter": value} for value in _examples(filters)]
    await _send_all([hub.ask(document, variables, by=DATA_ADMIN) for variables in fuzzed])


def _mutated(rng: random.Random) -> str:
    text = rng.choice(SOUND)
    for _ in range(rng.randint(1, 4)):
        place, end = sorted((rng.randint(0, len(text)), rng.randint(0, len(text))))
        text = rng.choice(
            [
                text[:place] + rng.choice(PIECES) + text[place:],
                text[:place] + text[min(end, place + 6) :],
                text[:end] + text[place:end] + text[end:],
                text.replace(rng.choice(text.split() or [""]), rng.choice(PIECES), 1),
            ]
        )
    return text


async def test_mutated_documents_are_answered_in_json(hub: Hub) -> None:
    await hub.token(DATA_ADMIN)
    rng = random.Random(20240901)
    variables = {"id": "1", "ids": ["x"]}
    documents = [text for text in (_mutated(rng) for _ in range(1500)) if "signOut" not in text]
    for start in range(0, len(documents), 50):
        await _send_all([hub.ask(text, variables, by=DATA_ADMIN) for text in documents[start : start + 50]])
