"""Notifications: one's own, about children that one may see, like the oracle; and how many are not read."""

from __future__ import annotations

import pytest

from tests.graph.compare import Country
from tests.graph.viewers import (
    EVERYTHING,
    GOVERNMENT_ADMINISTRATOR,
    PRIMARY_USER,
    SECONDARY_USER,
)

pytestmark = pytest.mark.anyio
_ALL = """{ viewer { unreadNotifications roles grants can(grant: "student:read") email gate }
notifications(first: 100) { totalCount nodes { id kind createdAt readAt parameters objectId %s } } }"""
_ABOUT = "student { msixId } stateRecord { id state }"


async def test_one_is_told_of_the_children_that_one_may_see(country: Country) -> None:
    everybodys, own, of_decider, of_nobody = [
        (await country.data(viewer, _ALL % about))["notifications"]["nodes"]
        for viewer, about in (
            (EVERYTHING, _ABOUT),
            (SECONDARY_USER, _ABOUT),
            (PRIMARY_USER, _ABOUT),
            (GOVERNMENT_ADMINISTRATOR, ""),
        )
    ]
    assert 3 < len(of_nobody) < len(own) < len(of_decider)
    assert len(own) < len(everybodys)
    assert {bool(told["student"]) for told in own} == {bool(told["stateRecord"]) for told in own} == {True, False}


async def test_the_unread_ones_are_counted_as_they_are_listed(country: Country) -> None:
    text = "{ viewer { unreadNotifications } notifications(filter: {unread: true}) { totalCount } }"
    for viewer in (SECONDARY_USER, PRIMARY_USER, GOVERNMENT_ADMINISTRATOR, EVERYTHING):
        data = await country.data(viewer, text)
        assert data["viewer"]["unreadNotifications"] == data["notifications"]["totalCount"] > 0
