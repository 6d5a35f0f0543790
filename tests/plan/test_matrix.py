"""Role by field by state, generated from the running schema: what is open shows its value, what is denied nothing.

Every root field is asked for what it leads to (`tests/plan/operations.py`), about a child for whom the viewer's own
state speaks and one for whom another state does. Each value in the database is a secret that no other column holds.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type

from hub.viewer import Viewer
from permissions.declare import declaration_of
from permissions.grants import Grant
from resolvers.compiler.record import source_of
from resolvers.doors import Request
from resolvers.rules import RequestRefused
from resolvers.subscribing import Subscriptions
from tests.http.hub import Answer, Hub
from tests.http.planted import PLANTED_BY
from tests.plan.asking import FOLLOWED, OPERATIONS, SCHEMA, Asker, ask, askers, every_grant
from tests.plan.checks import check_accounts, check_errors, check_reach, check_secrets, check_sql, check_values
from tests.plan.expected import Expected, answered, expect
from tests.plan.operations import OF_SNAPSHOTS, Generated

pytestmark = pytest.mark.anyio


async def test_every_field_is_open_or_denied_to_every_role_as_it_declares(wide: Hub) -> None:
    for asker in await askers(wide):
        shown: dict[str, list[Any]] = defaultdict(list)
        open_: dict[str, Any] = {}
        for state in asker.asks_of:
            for operation in OPERATIONS[state]:
                expected = _counted(operation, expect(SCHEMA, operation, asker.viewer.grants), asker.viewer)
                answer, sql = await ask(wide, asker, operation)
                where = f"{asker.name} asks {operation.root} of {state}"
                check_errors(where, answer, expected)
                values = list(answered(SCHEMA, operation, answer.data))
                check_values(where, values, expected)
                check_secrets(where, answer.text, expected)
                check_sql(where, sql, expected)
                check_reach(where, asker, answer, values)
                check_accounts(where, asker, answer)
                open_ |= expected.open
                for coordinate, value in values:
                    shown[coordinate].append(value)
        unseen = {name for name in open_ if not any(value not in (None, []) for value in shown[name])}
        assert not {name for name in unseen if source_of(SCHEMA.type_map[name.split(".")[0]])}, asker.name


def _counted(operation: Generated, expected: Expected, viewer: Viewer) -> Expected:
    """Who runs reports of the hub's own work alone, such as of accounts, is refused those that count children."""
    root = f"Query.{operation.root}"
    counts = viewer.can(Grant.REPORT_EXACT) or viewer.can(Grant.REPORT_PROTECTED)
    if operation.root not in OF_SNAPSHOTS or root in expected.denied or counts:
        return expected
    return Expected({}, {root: Grant.REPORT_PROTECTED.value})


async def _follow(hub: Hub, asker: Asker, operation: Generated) -> Answer | None:
    """What is told of an event; None where nothing is."""

    async def asking() -> Viewer:
        return asker.viewer

    subscriptions = Subscriptions(hub.app.state.doors, hub.app.state.services.feed)
    request = Request(operation.text, operation.variables, None, asker.viewer)
    try:
        opened = await subscriptions.open(request, asking, asyncio.Event())
    except RequestRefused as refused:
        return Answer(200, "", {"data": {operation.root: None}, "errors": refused.errors}, {})
    body = await opened.answer(asker.viewer, operation.key)
    return None if body is None else Answer(200, body.decode(), json.loads(body), {})


async def test_every_subscription_tells_every_role_what_it_may_read_and_no_more(wide: Hub) -> None:
    told: set[str] = set()
    for asker in await askers(wide):
        for state in asker.asks_of:
            for operation in FOLLOWED[state]:
                where = f"{asker.name} follows {operation.root} of {state}"
                expected = expect(SCHEMA, operation, asker.viewer.grants)
                answer = await _follow(wide, asker, operation)
                if answer is None and operation.root == "notificationReceived":
                    assert asker.viewer.account_id != PLANTED_BY or not asker.viewer.reads_students, where
                    continue
                if answer is None:
                    assert operation.root == "worklistChanged", where
                    asked = next(each for each in OPERATIONS[state] if each.root == "worklistItem")
                    assert (await ask(wide, asker, asked))[0].data == {"worklistItem": None}, where
                    continue
                check_errors(where, answer, expected)
                values = list(answered(SCHEMA, operation, answer.data))
                check_values(where, values, expected)
                check_secrets(where, answer.text, expected)
                check_reach(where, asker, answer, values)
                told |= {name for name, value in values if value not in (None, [])}
    assert {"NotificationReceived.notification", "Notification.kind"} <= told
    assert {"WorklistChange.item", "WorklistItem.kind", "StudentChange.student", "Student.msixId"} <= told


def test_the_matrix_asks_for_every_field_there_is() -> None:
    operations = [*OPERATIONS["TN"], *FOLLOWED["TN"]]
    asked = {name for operation in operations for name in expect(SCHEMA, operation, every_grant()).open}
    assert SCHEMA.mutation_type is not None
    payloads = {get_named_type(field.type).name for field in SCHEMA.mutation_type.fields.values()}
    payloads |= {"Mutation", "MutationError", "SignInChallenge"}
    there = {
        f"{type_.name}.{name}"
        for type_ in SCHEMA.type_map.values()
        if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__") and type_.name not in payloads
        for name in type_.fields
    }
    assert asked == there
    for name in payloads:  # answered to whoever asked, about nobody else; rows of the database are guarded here too
        for field in SCHEMA.type_map[name].fields.values():  # type: ignore[attr-defined]
            declared = declaration_of(field)
            assert declared is not None
            assert declared.grant is not None or declared.source is None
