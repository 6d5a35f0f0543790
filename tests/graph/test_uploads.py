"""`uploads` and `upload`: a state sees its own, with their findings, the newest first."""

from __future__ import annotations

import pytest

from hub.tables import UploadRow
from tests.graph.compare import Country, denials
from tests.graph.pools import written
from tests.graph.viewers import COURSES_ALONE, EVERYTHING, SECONDARY_USER, STATE_DATA_ADMINISTRATOR, STATELESS

pytestmark = pytest.mark.anyio
_FINDING = "severity code member line stateStudentId field path message upload { id }"
_ALL = f"""{{ uploads(first: 50) {{ totalCount nodes {{ id state sequence mode encoding fileName submittedAt receivedAt
finishedAt status students created updated unchanged rejected deleted withdrawn
findings(first: 20) {{ totalCount nodes {{ {_FINDING} }} }} }} }} }}"""


async def test_a_state_sees_its_own_uploads_with_their_findings(country: Country) -> None:
    page = (await country.data(STATE_DATA_ADMINISTRATOR, _ALL))["uploads"]
    own = country.oracle.world.all(UploadRow, lambda upload: upload.state == "TN")
    assert page["totalCount"] == len(page["nodes"]) == len(own)
    assert {node["state"] for node in page["nodes"]} == {"TN"}
    assert (await country.data(EVERYTHING, _ALL))["uploads"]["totalCount"] == len(country.oracle.world.all(UploadRow))


async def test_another_states_upload_is_like_one_that_is_not_there(country: Country) -> None:
    for upload in country.oracle.world.all(UploadRow):
        text = f'{{ upload(id: "{written("Upload", upload.upload_id)}") {{ state }} }}'
        data = await country.data(STATE_DATA_ADMINISTRATOR, text)
        assert data["upload"] == ({"state": "TN"} if upload.state == "TN" else None)


async def test_ids_that_name_no_upload_are_null(country: Country) -> None:
    for id_ in (
        "x",
        "",
        written("Student", "1"),
        written("Upload", 0),
        written("Upload", 2**63),
        written("Upload", -1),
    ):
        assert await country.data(EVERYTHING, f'{{ upload(id: "{id_}") {{ id }} }}') == {"upload": None}


async def test_whoever_has_no_state_or_another_reach_sees_none(country: Country) -> None:
    for viewer in (STATELESS, COURSES_ALONE):
        data = await country.data(viewer, "{ uploads { totalCount nodes { id } edges { cursor } } }")
        assert data["uploads"] == {"totalCount": 0, "nodes": [], "edges": []}


async def test_without_the_grant_uploads_are_null_with_one_error(country: Country) -> None:
    answer = await country.same(SECONDARY_USER, "{ one: uploads { totalCount } other: uploads { nodes { id } } }")
    assert answer["data"] == {"one": None, "other": None}
    assert denials(answer) == [("FORBIDDEN", "Query.uploads", "upload:read")]


@pytest.mark.parametrize(
    "filter_",
    [
        "status: [ACCEPTED, REFUSED]",
        "status: []",
        'receivedSince: "2026-01-04T05:02:01.5Z"',
        'receivedSince: "2026-01-04T05:02:01.5-06:00", status: [STAGING]',
    ],
)
async def test_uploads_are_filtered_by_status_and_moment(country: Country, filter_: str) -> None:
    await country.data(
        EVERYTHING, f"{{ uploads(filter: {{{filter_}}}) {{ totalCount nodes {{ id status receivedAt }} }} }}"
    )


@pytest.mark.parametrize(
    "filter_", ["severity: [FILE, WARN]", "severity: []", 'code: {eq: "MISSING"}', "code: {in: []}"]
)
async def test_findings_are_filtered_and_paged_within_each_upload(country: Country, filter_: str) -> None:
    page = "totalCount nodes { severity code line } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
    for window in ("first: 2", "last: 2"):
        text = f"{{ uploads {{ nodes {{ findings(filter: {{{filter_}}}, {window}) {{ {page} }} }} }} }}"
        await country.data(EVERYTHING, text)
