"""Each kind of clock: when it starts, until when it runs, what meets it."""

from __future__ import annotations

import pytest

from tests.clocks.running import clocks_of, kid, sends, told, turn
from tests.http.hub import Hub
from tests.identity.country import msix_of

pytestmark = pytest.mark.anyio


async def test_the_first_data_are_due_ten_working_days_after_eligibility_began(hub: Hub) -> None:
    """Thanksgiving, of 26 November, is no working day."""
    await sends(hub, "TN", "2026-12-01", kid(1, moves=[("2026-11-16", "TN"), ("2026-11-20", None)]))
    await turn(hub, "2026-12-01T03:00")
    (found,) = await clocks_of(hub, await msix_of(hub.url, "TN", "S1"), "2026-12-01T04:00")
    assert found["kind"] == "FIRST_MDES"
    assert told(found) == ("2026-11-16T00:00:00", "2026-12-01T23:59:59", "2026-12-01T00:00:00", "MET")
    assert found["stateRecord"] == {"state": "TN", "stateStudentId": "S1"}


async def test_first_data_that_come_later_are_late_and_a_second_upload_makes_no_difference(hub: Hub) -> None:
    late = kid(1, moves=[("2026-11-02", "TN")])
    await sends(hub, "TN", "2026-12-10", late)
    await turn(hub, "2026-12-10T03:00")
    await sends(hub, "TN", "2026-12-11", late)
    await turn(hub, "2026-12-11T03:00")
    (found,) = await clocks_of(hub, await msix_of(hub.url, "TN", "S1"), "2026-12-12")
    assert told(found) == ("2026-11-02T00:00:00", "2026-11-17T23:59:59", "2026-12-10T00:00:00", "MET_LATE")


async def test_a_move_that_another_state_reports_starts_the_clocks_of_the_state_that_it_names(hub: Hub) -> None:
    await sends(hub, "TX", "2026-11-03", kid(1, moves=[("2026-08-03", "TX"), ("2026-11-02", "LA")]))
    await turn(hub, "2026-11-03T03:00")
    msix_id = await msix_of(hub.url, "TX", "S1")
    first, enrollment = [c for c in await clocks_of(hub, msix_id, "2026-11-04") if c["state"] == "LA"][::-1]
    assert (first["kind"], enrollment["kind"]) == ("FIRST_MDES", "ENROLLMENT")
    assert told(first) == (
        "2026-11-02T00:00:00",
        "2026-11-18T23:59:59",
        None,
        "RUNNING",
    )  # 3 November is a holiday in Louisiana
    assert told(enrollment) == ("2026-11-02T00:00:00", "2026-11-12T23:59:59", None, "RUNNING")
    arrived = kid(1, moves=[("2026-11-02", "LA")], enrollments=[("2026-11-09", None)], msixId=msix_id)
    await sends(hub, "LA", "2026-11-19", arrived)
    await turn(hub, "2026-11-19T03:00")
    found = {c["kind"]: c for c in await clocks_of(hub, msix_id, "2026-11-20") if c["state"] == "LA"}
    assert told(found["FIRST_MDES"]) == (
        "2026-11-02T00:00:00",
        "2026-11-18T23:59:59",
        "2026-11-19T00:00:00",
        "MET_LATE",
    )
    assert found["FIRST_MDES"]["stateRecord"]["state"] == "LA"
    assert found["ENROLLMENT"]["status"] == "MET_LATE"


async def test_a_withdrawal_in_the_school_year_wants_an_update_within_14_days(hub: Hub) -> None:
    """One that is announced runs until the next upload of the child; one that is reported is met by its report."""
    announced = kid(1, enrollments=[("2026-08-17", "2026-11-20", {"districtId": "4700012"})])
    await sends(hub, "TN", "2026-11-10", announced)
    await turn(hub, "2026-11-10T03:00")
    msix_id = await msix_of(hub.url, "TN", "S1")
    assert await clocks_of(hub, msix_id, "2026-11-19", "WITHDRAWAL_UPDATE") == []  # it has not begun
    (found,) = await clocks_of(hub, msix_id, "2026-11-21", "WITHDRAWAL_UPDATE")
    assert told(found) == ("2026-11-20T00:00:00", "2026-12-04T23:59:59", None, "RUNNING")
    assert found["districtId"] == "4700012"
    (found,) = await clocks_of(hub, msix_id, "2026-12-05", "WITHDRAWAL_UPDATE")
    assert found["status"] == "OVERDUE"
    await sends(hub, "TN", "2026-12-04T20:00", announced)  # the same again: an upload of the child all the same
    await turn(hub, "2026-12-05")
    (found,) = await clocks_of(hub, msix_id, "2026-12-05", "WITHDRAWAL_UPDATE")
    assert told(found)[2:] == ("2026-12-04T20:00:00", "MET")
    await sends(hub, "TN", "2026-12-20", announced)
    await turn(hub, "2026-12-21")
    assert await clocks_of(hub, msix_id, "2026-12-21", "WITHDRAWAL_UPDATE") == [found]


async def test_a_withdrawal_that_is_reported_late_is_met_late(hub: Hub) -> None:
    await sends(hub, "TN", "2026-09-01", kid(1, enrollments=[("2026-08-17", None)]))
    await turn(hub, "2026-09-01T03:00")
    await sends(hub, "TN", "2026-11-01", kid(1, enrollments=[("2026-08-17", "2026-10-05")]))
    await turn(hub, "2026-11-01T03:00")
    (found,) = await clocks_of(hub, await msix_of(hub.url, "TN", "S1"), "2026-11-02", "WITHDRAWAL_UPDATE")
    assert told(found) == ("2026-10-05T00:00:00", "2026-10-19T23:59:59", "2026-11-01T00:00:00", "MET_LATE")


async def test_a_corrected_withdrawal_date_moves_the_clock_and_keeps_what_met_it(hub: Hub) -> None:
    for moment, last in (("2026-09-01", None), ("2026-10-10", "2026-10-05"), ("2026-11-10", "2026-10-02")):
        await sends(hub, "TN", moment, kid(1, enrollments=[("2026-08-17", last)]))
        await turn(hub, f"{moment}T03:00")
    (found,) = await clocks_of(hub, await msix_of(hub.url, "TN", "S1"), "2026-11-11", "WITHDRAWAL_UPDATE")
    assert told(found) == ("2026-10-02T00:00:00", "2026-10-16T23:59:59", "2026-10-10T00:00:00", "MET")


async def test_the_end_of_the_school_year_wants_an_update_within_30_days(hub: Hub) -> None:
    enrolled = kid(1, enrollments=[("2026-08-17", None)])
    await sends(hub, "TN", "2026-09-01", enrolled)
    await turn(hub, "2026-09-01T03:00")
    msix_id = await msix_of(hub.url, "TN", "S1")
    assert await clocks_of(hub, msix_id, "2027-06-29", "TERM_END_UPDATE") == []
    (found,) = await clocks_of(hub, msix_id, "2027-07-01", "TERM_END_UPDATE")
    assert told(found) == ("2027-06-30T00:00:00", "2027-07-30T23:59:59", None, "RUNNING")
    # the school's own last day takes its place once it is known
    await sends(hub, "TN", "2027-07-10", kid(1, enrollments=[("2026-08-17", "2027-06-11")]))
    await turn(hub, "2027-07-10T03:00")
    (found,) = await clocks_of(hub, msix_id, "2027-07-11", "TERM_END_UPDATE")
    assert told(found) == ("2027-06-11T00:00:00", "2027-07-11T23:59:59", "2027-07-10T00:00:00", "MET")
    assert await clocks_of(hub, msix_id, "2027-07-11", "WITHDRAWAL_UPDATE") == []


async def test_a_summer_term_has_an_end_of_its_own(hub: Hub) -> None:
    summer = {"enrollmentType": "SUMMER_MEP"}
    courses = {
        "courses": [{"title": "Reading", "termType": "0833", "academicYearBegin": 2026, "academicYearEnd": 2026}]
    }
    for number, more in ((1, summer), (2, courses)):
        await sends(hub, "TN", f"2026-06-1{number}", kid(number, enrollments=[("2026-06-08", None, more)]))
    await turn(hub, "2026-06-20")
    for number in (1, 2):
        (found,) = await clocks_of(hub, await msix_of(hub.url, "TN", f"S{number}"), "2026-09-01", "TERM_END_UPDATE")
        assert told(found) == ("2026-08-31T00:00:00", "2026-09-30T23:59:59", None, "RUNNING")


async def test_what_was_due_before_the_state_first_sent_the_child_is_no_clock(hub: Hub) -> None:
    old = [("2024-08-12", "2024-10-01"), ("2024-10-10", "2025-05-28"), ("2025-08-11", "2026-10-20")]
    await sends(hub, "TN", "2026-11-01", kid(1, enrollments=old))
    await turn(hub, "2026-11-01T03:00")
    found = await clocks_of(hub, await msix_of(hub.url, "TN", "S1"), "2026-11-02")
    assert [(c["kind"], c["startAt"][:10], c["status"]) for c in found] == [("WITHDRAWAL_UPDATE", "2026-10-20", "MET")]
