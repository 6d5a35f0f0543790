"""Clocks, notices and disputes: all of them with every part, where they stand, like the oracle; and none is empty."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.compare import Country
from tests.graph.viewers import EVERYTHING, SECONDARY_USER, STATE_DATA_ADMINISTRATOR

pytestmark = pytest.mark.anyio
_DISPUTE = "{ statement field status filedBy endedAt awaiting stateRecords { id } entries { kind state answer by } }"
_NOTICE = "{ kind msixId senderState receiverState byTheHub sentBy sentTo answeredAt answerMinutes overdue"
_NOTICE += " replies { state answers sentBy message } student { msixId } }"
_BRIEFLY = "{ field status statement }"
_WITH_CHILDREN = (
    f"""
    clocks {{ kind state districtId startAt dueAt metAt overdue status stateRecord {{ id }} }}
    moveNotices(first: 10) {{ totalCount nodes {_NOTICE} }}
    """,
    f"disputes {_DISPUTE} disputedValues {{ element value reportedBy dispute {_DISPUTE} }}",
    f"differingValues {{ element disputes {_BRIEFLY} }}",
    f"stateRecords {{ disputes {_BRIEFLY} demographics {{ disputes {_BRIEFLY} }} }}",
    f"enrollments {{ disputes {_BRIEFLY} courses {{ disputes {_BRIEFLY} }} }}",
)


async def test_what_is_told_of_children_stands_with_them(country: Country) -> None:
    children: list[dict[str, Any]] = [{} for _ in range(100)]
    for asked in _WITH_CHILDREN:
        answer = await country.data(EVERYTHING, f"{{ students(first: 100) {{ nodes {{ {asked} }} }} }}")
        children = [child | found for child, found in zip(children, answer["students"]["nodes"], strict=False)]
    assert {clock["status"] for child in children for clock in child["clocks"]} == {
        *("RUNNING", "OVERDUE", "MET", "MET_LATE")
    }
    for place in ("disputes", "disputedValues"):
        assert sum(len(child[place]) for child in children) > 3, place
    assert sum(len(child["moveNotices"]["nodes"]) for child in children) > 10
    parts: dict[str, int] = {}
    _count(children, parts)
    assert min(parts[place] for place in ("differingValues", "demographics", "enrollments", "stateRecords")) > 0, parts


def _count(value: Any, parts: dict[str, int], within: str = "") -> None:
    """How many disputes stand in each kind of part."""
    if isinstance(value, list):
        for item in value:
            _count(item, parts, within)
    elif isinstance(value, dict):
        parts[within] = parts.get(within, 0) + len(value.get("disputes") or ())
        for key, item in value.items():
            _count(item, parts, key)


@pytest.mark.parametrize("box", ["INBOX", "SENT", "ALL"])
async def test_boxes_hold_what_the_viewers_state_tells_and_was_told(country: Country, box: str) -> None:
    document = f"{{ moveNotices(box: {box}, first: 50) {{ totalCount nodes {_NOTICE} }} }}"
    for viewer in (SECONDARY_USER, STATE_DATA_ADMINISTRATOR):
        assert (await country.data(viewer, document))["moveNotices"]["totalCount"] > 2


async def test_what_is_followed_and_who_is_told_answers_like_the_oracle(country: Country) -> None:
    watches = "{ watches { totalCount nodes { kind name filter createdAt student { msixId } } } }"
    everybodys = (await country.data(EVERYTHING, watches))["watches"]["totalCount"]
    assert 3 < (await country.data(SECONDARY_USER, watches))["watches"]["totalCount"] < everybodys
    contacts = '{ contacts(state: "TN") { state districtId version contacts { name email language matters } } }'
    lists = (await country.data(SECONDARY_USER, contacts))["contacts"]
    assert [each["districtId"] for each in lists] == [None, "4700001", "4700003"]
    assert sum(len(each["contacts"]) for each in lists) > 3
