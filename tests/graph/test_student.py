"""`student`: whose values stand at the head, what differs, retired IDs, eligibility."""

from __future__ import annotations

import pytest

from tests.graph.compare import Country
from tests.graph.seed import people
from tests.graph.seed.people import msix_id
from tests.graph.seed.worklist import LOCKED
from tests.graph.viewers import SECONDARY_USER

pytestmark = pytest.mark.anyio


async def student(country: Country, number: int, selection: str) -> dict[str, object] | None:
    """One student's selection, the same through both doors and by the oracle."""
    document = f"query($id: String!) {{ student(msixId: $id) {{ {selection} }} }}"
    data = await country.data(SECONDARY_USER, document, {"id": msix_id(number)})
    found: dict[str, object] | None = data["student"]
    return found


async def test_every_value_of_every_student_is_what_the_rules_say(country: Country) -> None:
    for number in set(range(1, 45)) - set(LOCKED):
        await student(
            country,
            number,
            """ id msixId answeredFor retiredIds states updatedAt eligibilityEnd
            firstName middleName lastName1 lastName2 suffix sex birthDate multipleBirth birthDateVerification
            birthCity birthState birthCountry parent1FirstName parent1LastName parent2FirstName parent2LastName
            parent1Email parent1Phone parent2Email parent2Phone
            source { id } differingValues { element value reportedBy stateRecord { state stateStudentId } }
            credits { subjectArea courseType reportedBy creditsGranted openCourses openClockHours }
            healthAlerts { kind reportedBy submittedAt reportedOn enrollment { id medicalAlert } stateRecord { id } }
            """,
        )


async def test_the_record_with_the_newest_enrollment_or_arrival_speaks(country: Country) -> None:
    found = await student(country, people.SURVIVOR, "source { id } stateRecords { id }")
    assert found is not None
    records = country.oracle.world.shown_records(people.SURVIVOR)
    assert records[0].latest_activity == max(record.latest_activity for record in records)
    assert found["stateRecords"][0] == found["source"]  # type: ignore[index]


async def test_of_two_equally_new_records_the_first_state_code_speaks(country: Country) -> None:
    found = await student(country, people.TIED_BY_STATE, "source { state }")
    assert found == {"source": {"state": "FL"}}


async def test_of_two_equal_records_of_one_state_the_older_one_speaks(country: Country) -> None:
    first, second = country.oracle.world.shown_records(people.TIED_BY_ID)
    assert first.state_record_id < second.state_record_id
    found = await student(country, people.TIED_BY_ID, "source { stateStudentId }")
    assert found == {"source": {"stateStudentId": first.state_student_id}}


async def test_values_of_deleted_and_withdrawn_records_are_not_shown(country: Country) -> None:
    found = await student(country, people.OTHER_SURVIVOR, "states stateRecords { state } differingValues { value }")
    assert found == {"states": ["TX"], "stateRecords": [{"state": "TX"}], "differingValues": []}


async def test_a_retired_id_answers_with_its_survivor_and_says_so(country: Country) -> None:
    for retired in (41, 42):
        found = await student(country, retired, "msixId answeredFor retiredIds")
        assert found == {
            "msixId": msix_id(people.SURVIVOR),
            "answeredFor": msix_id(retired),
            "retiredIds": [msix_id(41), msix_id(42)],
        }
    assert await student(country, people.SURVIVOR, "answeredFor") == {"answeredFor": None}


@pytest.mark.parametrize("number", [people.HIDDEN, people.DELETED_ONLY, 44, 999])
async def test_a_student_without_a_shown_record_is_not_there(country: Country, number: int) -> None:
    assert await student(country, number, "msixId") is None


async def test_twins_stay_two_students(country: Country) -> None:
    selection = "msixId firstName lastName1 birthDate multipleBirth"
    one, other = [await student(country, number, selection) for number in (people.TWIN, people.OTHER_TWIN)]
    assert one is not None and other is not None
    assert one["msixId"] != other["msixId"]


async def test_a_child_born_on_29_february_is_22_on_1_march(country: Country) -> None:
    found = await student(country, people.LEAP_DAY, "birthDate eligibilityEnd")
    assert found == {"birthDate": "2004-02-29", "eligibilityEnd": "2026-02-28"}


async def test_a_child_of_which_nothing_is_known_has_nulls_and_empty_lists(country: Country) -> None:
    found = await student(
        country,
        people.BARE,
        "firstName sex eligibilityEnd enrollments { id } qualifyingMoves { id } credits { subjectArea }",
    )
    assert found is not None
    assert [value for value in found.values() if value not in (None, [])] == []


async def test_link_history_tells_how_a_retired_students_record_came(country: Country) -> None:
    found = await student(
        country,
        people.OTHER_SURVIVOR,
        "linkHistory(first: 9) { nodes { how msixId previousMsixId decidedBy reason stateRecord { state } } }",
    )
    assert found is not None
    events = found["linkHistory"]["nodes"]  # type: ignore[index]
    assert {event["how"] for event in events} >= {"MERGE", "NEW_STUDENT"}
    assert {event["decidedBy"] for event in events if event["how"] == "MERGE"} == {"Dée Cider"}
