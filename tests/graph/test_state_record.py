"""`stateRecord`: what one state holds, by the id that the state gave."""

from __future__ import annotations

import pytest

from hub.tables import StateRecordRow
from tests.graph.compare import Country
from tests.graph.seed.worklist import LOCKED
from tests.graph.viewers import EVERYTHING, STATE_DATA_ADMINISTRATOR

pytestmark = pytest.mark.anyio
_RECORD = "query($state: String!, $id: String!) { stateRecord(state: $state, stateStudentId: $id) { %s } }"
_WHOLE = """
id state jurisdiction { name kind } stateStudentId stateStudentIdType msixId submittedAt updatedAt warnings
alternateIds { id type } upload { id sequence state } student { msixId answeredFor }
demographics { firstName lastName1 birthDate multipleBirth parent1Email reportedBy submittedAt stateRecord { id } }
qualifyingMoves { id qualifyingArrivalDate fromCity toState eligibilityExpirationDate eligibilityEnd reportedBy }
enrollments { id enrollmentDate gradeLevel address1 comment school { name district { name } } district { name }
  courses { id title academicYearBegin clockHours creditsGranted partialCredit enrollment { id } } }
assessments { id title administrationMonth score } healthAlerts { kind reportedOn enrollment { id } }
"""


async def test_every_record_shows_all_that_hangs_on_it(country: Country) -> None:
    for record in country.oracle.world.all(StateRecordRow, lambda each: each.student_id not in LOCKED):
        asked = {"state": record.state, "id": record.state_student_id}
        data = await country.data(EVERYTHING, _RECORD % _WHOLE, asked)
        assert (data["stateRecord"] is not None) == (record.status == "ACTIVE")


async def test_the_same_id_in_two_states_names_two_records(country: Country) -> None:
    found = [
        (await country.data(EVERYTHING, _RECORD % "id state", {"state": state, "id": "SHARED"}))["stateRecord"]
        for state in ("TN", "TX", "FL", "GA")
    ]
    assert [record and record["state"] for record in found] == ["TN", "TX", "FL", None]


async def test_warnings_and_the_upload_are_shown_to_the_records_own_state_only(country: Country) -> None:
    for state in ("TN", "TX"):
        asked = {"state": state, "id": "SHARED"}
        text = _RECORD % "state warnings upload { state }"
        record = (await country.data(STATE_DATA_ADMINISTRATOR, text, asked))["stateRecord"]
        own = state == "TN"
        assert (record["warnings"] is not None, record["upload"] is not None) == (own, own)


@pytest.mark.parametrize(("state", "id_"), [("tn", "SHARED"), ("TN", "shared"), ("", ""), ("TN", "\u00e9")])
async def test_an_unknown_pair_is_null(country: Country, state: str, id_: str) -> None:
    assert await country.data(EVERYTHING, _RECORD % "id", {"state": state, "id": id_}) == {"stateRecord": None}


async def test_enrollments_are_filtered_each_by_itself(country: Country) -> None:
    filters = (
        'gradeLevel: {eq: "05"}',
        'enrolledOn: "2025-02-01"',
        'reportedBy: {in: ["TN", "FL"]}',
        'districtId: {eq: "4700001"}',
    )
    for one in filters:
        text = (
            f"{{ students(first: 60) {{ nodes {{ enrollments(filter: {{{one}}}) {{ id gradeLevel reportedBy }} }} }} }}"
        )
        data = await country.data(EVERYTHING, text)
        assert any(student["enrollments"] for student in data["students"]["nodes"]), one
