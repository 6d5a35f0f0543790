"""Government and administrators see no record by any way: root fields, ids, searches, what is nested."""

from __future__ import annotations

import pytest

from tests.http.hub import Hub, events, user_of
from tests.http.planted import PLANTED, STATES
from tests.plan.asking import SCHEMA
from tests.plan.operations import generate

pytestmark = pytest.mark.anyio

NO_RECORDS = ("STATE_USER_ADMINISTRATOR", "GOVERNMENT_ADMINISTRATOR", "OME_USER_ADMINISTRATOR", "HELP_DESK")


@pytest.mark.parametrize("role", NO_RECORDS)
async def test_government_and_administrators_see_no_record_by_any_way(wide: Hub, role: str) -> None:
    by = user_of(role)
    secrets = PLANTED.all_secrets()
    variables = "{ totalCount nodes { msixId } edges { node { firstName } } pageInfo { endCursor } }"
    ways = [(each.text, each.variables) for state in STATES for each in generate(SCHEMA, state, whole=True)]
    asked = [
        "{ students { totalCount } }",
        f'{{ students(filter: {{lastName: {{prefix: "Ana"}}}}) {variables} }}',
        f'{{ student(msixId: "{PLANTED.retired["Ana"]}") {{ msixId answeredFor }} }}',
        f'{{ student(msixId: "{PLANTED.msix["Ana"]}") {{ id __typename }} }}',
        "{ uploads { totalCount nodes { findings { totalCount nodes { stateStudentId } } } } }",
        "{ jurisdictions { districts { nodes { schools { nodes { name } } } } } }",
    ]
    for text, given in [*ways, *((text, {}) for text in asked)]:
        answer = await wide.ask(text, given, by=by)
        assert not [secret for secret in secrets if secret in answer.text], text
        assert not any(msix in answer.text for msix in [*PLANTED.msix.values(), *PLANTED.retired.values()])
        for root in ("student", "students", "stateRecord", "uploads", "upload", "node"):
            assert (answer.data or {}).get(root) is None
    there = await wide.ask(f'{{ student(msixId: "{PLANTED.msix["Ana"]}") {{ id }} }}', by=by)
    absent = await wide.ask('{ student(msixId: "000000000000") { id } }', by=by)
    assert there.body == absent.body
    seen = await events(wide.url, "student:view", "student:search")
    assert not [event for event in seen if event["user_id"] == by and event["students"]]
