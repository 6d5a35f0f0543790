"""Parents' requests for a correction: every field of those that a viewer reaches, like the oracle; and some of each."""

from __future__ import annotations

import pytest

from tests.graph.compare import Country
from tests.graph.viewers import (
    DATA_ADMINISTRATOR_OF_TEXAS,
    EVERYTHING,
    PRIVACY_ACT_ADMINISTRATOR,
    STATE_DATA_ADMINISTRATOR,
)

pytestmark = pytest.mark.anyio
_ALL = """{ correctionRequests(first: 50) { totalCount nodes { id student { msixId } stateRecord { id state } field
askedBy statement status state receivedBy receivedAt recordedAt recordedBy dueAt forwardDueAt overdue decidedAt version
entries { kind state words by enteredAt } } } }"""


async def test_states_see_the_requests_that_lie_with_them_or_came_by_them(country: Country) -> None:
    pages = {}
    for viewer in (EVERYTHING, PRIVACY_ACT_ADMINISTRATOR, STATE_DATA_ADMINISTRATOR, DATA_ADMINISTRATOR_OF_TEXAS):
        pages[viewer.state, viewer.roles] = (await country.data(viewer, _ALL))["correctionRequests"]
    every, privacy, of_tennessee, of_texas = (page["totalCount"] for page in pages.values())
    assert every == privacy > max(of_tennessee, of_texas) and min(of_tennessee, of_texas) > 3
    shown = [request for page in pages.values() for request in page["nodes"]]
    assert {request["overdue"] for request in shown} == {True, False}
    assert {bool(request["stateRecord"]) for request in shown} == {True, False}
    assert all(request["entries"] for request in shown)
    assert {request["field"] for request in shown} == {None, "demographics.birthDate"}
