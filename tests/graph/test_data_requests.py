"""Data requests: every field of those to, from and about, like the oracle; and none of these is empty."""

from __future__ import annotations

import pytest

from tests.graph.compare import Country
from tests.graph.viewers import DATA_ADMINISTRATOR_OF_TEXAS, EVERYTHING, PRIMARY_USER, SECONDARY_USER

pytestmark = pytest.mark.anyio
_REQUEST = """{ id msixId student { msixId } askingState state elements reason requestedBy requestedAt dueAt overdue
remindedAt status answeredAt answeredBy answer }"""


@pytest.mark.parametrize("box", ["INBOX", "SENT", "ALL"])
async def test_boxes_hold_what_the_viewers_state_asks_and_is_asked(country: Country, box: str) -> None:
    document = f"{{ dataRequests(box: {box}, first: 50) {{ totalCount nodes {_REQUEST} }} }}"
    seen = [
        (await country.data(viewer, document))["dataRequests"]["totalCount"]
        for viewer in (SECONDARY_USER, PRIMARY_USER, DATA_ADMINISTRATOR_OF_TEXAS)
    ]
    assert min(seen) > 0


async def test_requests_stand_with_the_children_in_every_status(country: Country) -> None:
    text = f"{{ students(first: 100) {{ nodes {{ dataRequests(first: 10) {{ totalCount nodes {_REQUEST} }} }} }} }}"
    children = (await country.data(EVERYTHING, text))["students"]["nodes"]
    every = [request for child in children for request in child["dataRequests"]["nodes"]]
    assert {request["status"] for request in every} == {"OPEN", "FILLED", "ANSWERED", "NOT_POSSIBLE", "WITHDRAWN"}
    assert {request["overdue"] for request in every} == {True, False}
