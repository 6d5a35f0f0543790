"""Who asks in the tests of role by field by state, of what, and how."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from hub.reports.snapshot.build import build_snapshot
from hub.store.engine import connect
from hub.viewer import ANONYMOUS, Reach, Viewer
from permissions.grants import STUDENT_DATA, Grant
from permissions.roles import Role
from resolvers.doors import Doors, Request
from schema.build import build_schema
from tests.http.hub import DATA_ADMIN, OF_OME, Answer, Hub, running, user_of
from tests.http.planted import PLANTED, STATES
from tests.plan.operations import Generated, generate, generate_followed

SCHEMA = build_schema()
OPERATIONS = {state: generate(SCHEMA, state) for state in STATES}
FOLLOWED = {state: generate_followed(SCHEMA, state) for state in STATES}


_FROM = {"address": "10.0.0.1", "purpose": "ENROLLMENT"}
_EVERYBODY_LOOKED = """
INSERT INTO audit_events (tag, account_id, user_id, state, purpose, operation, students, fields, result_bytes, address,
    detail)
SELECT 'student:export', account_id, user_id, coalesce(state, 'TX'), 'ENROLLMENT', 'Look', $1, '{Student.sex}', 7,
    '10.0.0.1', '{"a": 1}'
FROM accounts
"""


@pytest.fixture(scope="module")
async def wide(shared_country: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    """The application without the limits that so large operations would meet."""
    owner = await connect(shared_country)
    await owner.execute(_EVERYBODY_LOOKED, [PLANTED.students[name] for name in PLANTED.students])
    await owner.close()
    folder = tmp_path_factory.mktemp("reports")
    await build_snapshot(shared_country, folder)
    async with running(
        shared_country, max_cost=10**9, max_aliases=10**4, max_tokens=10**5, reports_dir=folder
    ) as started:
        yield started


@dataclass(frozen=True)
class Asker:
    """A viewer of the matrix, the state that is its own, and the states of which it asks."""

    name: str
    state: str
    viewer: Viewer
    asks_of: Sequence[str] = tuple(STATES)


async def askers(hub: Hub) -> list[Asker]:
    """Every role in every state, nobody, and data administrators who lack one grant over student data."""
    found = [Asker("nobody", "TN", ANONYMOUS)]
    for role in Role:
        for state in STATES if role not in OF_OME else ["TN"]:
            viewer = await hub.app.state.services.sessions.resolve(await hub.token(user_of(role, state)))
            found.append(Asker(f"{role} of {state}", state, replace(viewer, **_FROM)))
    whole = await hub.app.state.services.sessions.resolve(await hub.token(DATA_ADMIN))
    whole = replace(whole, **_FROM)
    for grant in sorted(STUDENT_DATA):
        held = {name: reach for name, reach in whole.grants.items() if name != grant}
        found.append(Asker(f"all but {grant}", "TN", replace(whole, grants=held), ("TN",)))
    return found


async def ask(hub: Hub, asker: Asker, operation: Generated) -> tuple[Answer, str]:
    """The answer, and the SQL of every statement that made it."""
    doors: Doors = hub.app.state.doors
    body = await doors.answer(Request(operation.text, operation.variables, None, asker.viewer))
    prepared = await doors.operations.find(operation.text, None)
    plan = prepared.plan(prepared.variables(operation.variables), asker.viewer)
    sql = " ".join(statement.text for _, statement in plan.statements.values() if statement is not None)
    return Answer(200, body.decode(), json.loads(body), {}), sql


def every_grant() -> Mapping[str, Reach]:
    return {grant: Reach.ALL for grant in Grant}
