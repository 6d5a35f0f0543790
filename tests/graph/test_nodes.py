"""`node` and `nodes`: objects by their ids, in the order asked, null where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from hub.tables import (
    CorrectionRequestRow,
    DataRequestRow,
    DisputeRow,
    IdentityChangeRow,
    IdentityRequestRow,
    MoveNoticeRow,
    NotificationRow,
    StateRecordRow,
    UploadRow,
)
from tests.graph.compare import Country, denials
from tests.graph.oracle.ids import ID_TYPES, id_of
from tests.graph.pools import written
from tests.graph.seed.people import HIDDEN, SURVIVOR, msix_id
from tests.graph.seed.worklist import LOCKED
from tests.graph.viewers import EVERYTHING, GOVERNMENT_ADMINISTRATOR, SECONDARY_USER, STATE_DATA_ADMINISTRATOR

pytestmark = pytest.mark.anyio
_SHOWN_WITH_A_CHILD = (
    CorrectionRequestRow,
    NotificationRow,
    DataRequestRow,
    DisputeRow,
    IdentityChangeRow,
    IdentityRequestRow,
    MoveNoticeRow,
)
_NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { id __typename ... on Student { msixId answeredFor } } }"


async def test_every_object_is_found_again_by_its_id(country: Country) -> None:
    world = country.oracle.world
    for type_ in ID_TYPES:
        kept = world.all(StateRecordRow, lambda r: r.status != "ACTIVE" or r.student_id in LOCKED)
        hidden = {record.state_record_id for record in kept}
        rows: list[Any] = [row for row in world.all(type_) if getattr(row, "state_record_id", None) not in hidden]
        ids = [id_of(row) for row in rows]
        data = await country.data(EVERYTHING, _NODES, {"ids": ids[:200]})
        of_shown = type_ in _SHOWN_WITH_A_CHILD  # the oracle has said of which
        found = [node["id"] for node in data["nodes"] if node or not of_shown]
        assert found == [id_ for id_ in ids[:200] if id_ in found or not of_shown]
        assert len(found) > 3


async def test_answers_stand_in_the_order_asked_and_unknown_ids_are_null(country: Country) -> None:
    ids = [written("Jurisdiction", "TN"), "x", written("Student", msix_id(41)), "", written("Jurisdiction", "TN")]
    ids += [written("Upload", 2**63), written("Demographics", 1), written("Enrollment", 1), written("StateRecord", "x")]
    data = await country.data(SECONDARY_USER, _NODES, {"ids": ids[:5]})
    assert data["nodes"] == [
        {"id": ids[0], "__typename": "Jurisdiction"},
        None,
        {
            "id": written("Student", msix_id(SURVIVOR)),
            "__typename": "Student",
            "msixId": msix_id(SURVIVOR),
            "answeredFor": msix_id(41),
        },
        None,
        {"id": ids[0], "__typename": "Jurisdiction"},
    ]
    assert (await country.data(EVERYTHING, _NODES, {"ids": ids[5:]}))["nodes"] == [None] * 4
    assert (await country.data(EVERYTHING, _NODES, {"ids": []}))["nodes"] == []


async def test_what_is_not_shown_is_not_found_by_id_either(country: Country) -> None:
    world = country.oracle.world
    hidden = [id_of(row) for row in world.all(StateRecordRow, lambda row: row.status != "ACTIVE")]
    hidden += [written("Student", msix_id(HIDDEN)), written("Student", msix_id(44))]
    other = [id_of(row) for row in world.all(UploadRow, lambda row: row.state != "TN")]
    data = await country.data(STATE_DATA_ADMINISTRATOR, _NODES, {"ids": [*hidden, *other]})
    assert set(data["nodes"]) == {None}


async def test_a_type_without_its_grant_is_null_with_one_error(country: Country) -> None:
    text = f'{{ node(id: "{written("Student", msix_id(1))}") {{ id ... on Student {{ firstName }} }} }}'
    answer = await country.same(GOVERNMENT_ADMINISTRATOR, text)
    assert answer["data"] == {"node": None}
    assert denials(answer) == [("FORBIDDEN", "Student", "student:read")]


async def test_a_fragment_on_an_interface_gives_the_state_that_reported(country: Country) -> None:
    text = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on StateReported { reportedBy } ... on Node { id } } }"
    data = await country.data(
        SECONDARY_USER, text, {"ids": [written("Enrollment", 1, 0), written("Jurisdiction", "FL")]}
    )
    assert [list(node) for node in data["nodes"] if node] in ([["reportedBy", "id"], ["id"]], [["id"]])
