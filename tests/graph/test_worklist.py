"""Decisions, requests and changes of MSIX IDs: every field, like the oracle; and what is closed while they are open."""

from __future__ import annotations

import pytest

from hub.tables import StateRecordRow
from hub.viewer import Viewer
from tests.graph.compare import Country, denials
from tests.graph.oracle.ids import id_of
from tests.graph.pools import written
from tests.graph.seed.people import HIDDEN, msix_id
from tests.graph.seed.worklist import LOCKED
from tests.graph.viewers import (
    ALL,
    DATA_ADMINISTRATOR_OF_TEXAS,
    EVERYTHING,
    PRIMARY_USER,
    PRIMARY_USER_OF_TEXAS,
    REGIONAL_DATA_ADMINISTRATOR,
    SECONDARY_USER,
    STATE_DATA_ADMINISTRATOR,
)

pytestmark = pytest.mark.anyio
_REQUEST = """{ id kind status msixId duplicates stateRecords { id } reason requestedBy state requestedAt endedAt
waitingFor items { id } }"""
_ITEM = f"""{{ id kind status state regionOfState: region districtId level assignee raisedAt dueAt overdue escalatedAt
evidence modelVersion records {{ side stateRecord {{ id student {{ msixId }} }} }} decision reason decidedBy decidedAt
version request {_REQUEST} }}"""
_WORKLIST = f"{{ worklist(first: 100) {{ totalCount nodes {_ITEM} }} }}"
_DECIDERS = [
    EVERYTHING,
    STATE_DATA_ADMINISTRATOR,
    DATA_ADMINISTRATOR_OF_TEXAS,
    REGIONAL_DATA_ADMINISTRATOR,
    PRIMARY_USER,
    PRIMARY_USER_OF_TEXAS,
]


async def test_the_worklist_holds_what_one_decides(country: Country) -> None:
    counts = [(await country.data(viewer, _WORKLIST))["worklist"]["totalCount"] for viewer in _DECIDERS]
    every, of_tennessee, of_texas, of_region, *of_primary = counts
    assert every > of_tennessee > of_region > 3 and of_texas > 3
    assert of_primary == [of_tennessee, 0]


async def test_whoever_validates_a_request_of_another_state_reads_it_but_lists_only_the_own_states(
    country: Country,
) -> None:
    items = (await country.data(DATA_ADMINISTRATOR_OF_TEXAS, _WORKLIST))["worklist"]["nodes"]
    assert {item["request"]["state"] for item in items if "VALIDATION" in item["kind"]} == {"TN", "TX"}
    text = f"{{ identityRequests {{ totalCount nodes {_REQUEST} }} }}"
    pages = [(await country.data(viewer, text))["identityRequests"] for viewer in _DECIDERS]
    assert {request["state"] for request in pages[2]["nodes"]} == {"TX"}


async def test_changes_are_told_of_students_that_one_sees(country: Country) -> None:
    text = "{ identityChanges { totalCount nodes { id kind msixId otherMsixId changedAt reason } } }"
    seen = [(await country.data(viewer, text))["identityChanges"]["totalCount"] for viewer in _DECIDERS]
    assert 3 < seen[0] < max(seen) < 30


async def test_a_student_under_review_is_closed_to_all_but_those_who_decide(country: Country) -> None:
    closed = {}
    for name, viewer in ALL.items():
        if "student:read" in viewer.grants:
            looked_up = [await _look_up(country, viewer, msix_id(student)) for student in LOCKED]
            closed[name] = [refusal for refusal in looked_up if refusal]
            assert all(code == "UNDER_REVIEW" for refusal in closed[name] for code, _, _ in refusal)
    assert len(closed["SECONDARY_USER"]) == len(LOCKED)
    assert 0 < len(closed["PRIMARY_USER"]) < len(LOCKED)
    assert closed["PRIMARY_USER"] == closed["STATE_DATA_ADMINISTRATOR"] != closed["REGIONAL_DATA_ADMINISTRATOR"]


async def _look_up(country: Country, viewer: Viewer, id_: str) -> list[tuple[str, str, str]]:
    """What is said of a child that is looked up, in both ways; one of several is said nothing of."""
    node = written("Student", id_)
    await country.data(viewer, f'{{ nodes(ids: ["{node}"]) {{ id }} }}')
    text = f'{{ student(msixId: "{id_}") {{ msixId }} node(id: "{node}") {{ id }} }}'
    return denials(await country.same(viewer, text))


@pytest.mark.parametrize("name", ["SECONDARY_USER", "STATE_DATA_ADMINISTRATOR", "PRIMARY_USER_OF_TEXAS"])
async def test_the_same_is_said_of_its_records_whatever_became_of_them(country: Country, name: str) -> None:
    records = country.oracle.world.all(StateRecordRow, lambda record: record.student_id in (*LOCKED, HIDDEN))
    for row in records:
        text = f'stateRecord(state: "{row.state}", stateStudentId: "{row.state_student_id}") {{ id }}'
        await country.same(ALL[name], f'{{ {text} node(id: "{id_of(row)}") {{ id }} }}')
    assert {row.status for row in records} > {"ACTIVE"}


async def test_whoever_decides_is_not_told_to_ask_itself_of_a_record_that_is_gone(country: Country) -> None:
    text = '{ stateRecord(state: "%s", stateStudentId: "%s") { id } }'
    gone = country.oracle.world.all(StateRecordRow, lambda r: r.student_id == LOCKED[1] and r.status != "ACTIVE")
    for row in gone:
        asked = text % (row.state, row.state_student_id)
        assert await country.data(STATE_DATA_ADMINISTRATOR, asked) == {"stateRecord": None}
        assert denials(await country.same(SECONDARY_USER, asked))[0][:2] == ("UNDER_REVIEW", "TN")
    assert gone
