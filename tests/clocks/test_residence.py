"""Changes of residence that the hub sees itself: the earlier state is told, its clock runs until its next upload."""

from __future__ import annotations

import pytest

from tests.clocks.running import clocks_of, kid, sends, told, turn
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, PRIMARY, SECONDARY, Hub
from tests.identity.country import codes, merge, msix_of, payload, record_ids, resolve, rows, split, worklist
from tests.notices.children import mails

pytestmark = pytest.mark.anyio
NOTICES = """
SELECT kind, from_state, to_state, from_district, to_district, account_id, student_id FROM move_notices ORDER BY 1, 2
"""
HERE, THERE = {"districtId": "4700012"}, {"districtId": "4800012"}


async def moved(hub: Hub) -> str:
    """The MSIX ID of a child whom Tennessee reported, and Texas now."""
    await sends(hub, "TN", "2026-09-01", kid(1, enrollments=[("2026-08-17", None, HERE)]))
    await turn(hub, "2026-09-01T03:00")
    msix_id = await msix_of(hub.url, "TN", "S1")
    arrived = kid(1, moves=[("2026-11-17", "TX")], enrollments=[("2026-11-19", None, THERE)], msixId=msix_id)
    await sends(hub, "TX", "2026-11-20T02:00", arrived)
    await turn(hub, "2026-11-20T02:01")
    return msix_id


async def test_the_earlier_state_is_told_and_has_four_working_days(hub: Hub) -> None:
    msix_id = await moved(hub)
    (found,) = await clocks_of(hub, msix_id, "2026-11-21", "CHANGE_OF_RESIDENCE")
    assert told(found) == ("2026-11-20T02:00:00", "2026-11-27T02:00:00", None, "RUNNING")
    assert (found["state"], found["districtId"]) == ("TN", "4700012")
    assert found["stateRecord"]["state"] == "TN"
    (notice,) = await rows(hub.url, NOTICES)
    assert tuple(notice)[:6] == ("ARRIVAL", "TN", "TX", "4700012", "4800012", None)
    (mail,) = await mails(hub.url, "change_of_residence")
    assert mail["to"] == f"{DATA_ADMIN}@agency.gov" and msix_id in mail["body"]
    shown = "{ notifications { nodes { kind parameters student { msixId } } } }"
    (told_of,) = payload(await hub.ask(shown, by=DATA_ADMIN))["nodes"]
    assert (told_of["kind"], told_of["student"]["msixId"]) == ("RESIDENCE_CHANGED", msix_id)
    assert told_of["parameters"] == {"state": "TX", "dueAt": "2026-11-27T02:00:00+00:00"}


async def test_nobody_is_told_of_a_child_under_review_until_it_is_decided(hub: Hub) -> None:
    await sends(hub, "TN", "2026-09-01", kid(1, enrollments=[("2026-08-17", None, HERE)]), kid(3))
    await turn(hub, "2026-09-01T03:00")
    one, other = await msix_of(hub.url, "TN", "S1"), await msix_of(hub.url, "TN", "S3")
    arrived = kid(1, moves=[("2026-11-17", "TX")], enrollments=[("2026-11-19", None, THERE)], msixId=one)
    await sends(hub, "TX", "2026-11-20T02:00", arrived)
    assert codes(await merge(hub, one, other, by=PRIMARY)) == []
    await turn(hub, "2026-11-20T02:01")
    assert await rows(hub.url, NOTICES) == [] == await mails(hub.url, "change_of_residence")
    (item,) = await worklist(hub, DATA_ADMIN, kind=["MERGE_VALIDATION"])
    assert codes(await resolve(hub, item["id"], "REJECTED", by=DATA_ADMIN)) == []
    await turn(hub, "2026-11-20T02:02")
    assert len(await rows(hub.url, NOTICES)) == len(await mails(hub.url, "change_of_residence")) == 1


async def test_that_states_next_upload_of_the_child_closes_the_clock_once(hub: Hub) -> None:
    msix_id = await moved(hub)
    left = kid(1, enrollments=[("2026-08-17", "2026-11-13", HERE)])
    await sends(hub, "TX", "2026-11-24", kid(2))  # another child of another state
    await sends(hub, "TN", "2026-11-24", kid(3))
    await turn(hub, "2026-11-24T03:00")
    assert (await clocks_of(hub, msix_id, "2026-11-24T04:00", "CHANGE_OF_RESIDENCE"))[0]["status"] == "RUNNING"
    await sends(hub, "TN", "2026-11-30", left)
    await turn(hub, "2026-11-30T03:00")
    await sends(hub, "TN", "2026-12-30", left)
    await turn(hub, "2026-12-30T03:00")
    (found,) = await clocks_of(hub, msix_id, "2027-01-01", "CHANGE_OF_RESIDENCE")
    assert told(found) == ("2026-11-20T02:00:00", "2026-11-27T02:00:00", "2026-11-30T00:00:00", "MET_LATE")
    assert len(await rows(hub.url, NOTICES)) == 1


async def test_the_earlier_state_is_told_also_where_its_update_comes_before_the_worker_looks(hub: Hub) -> None:
    await sends(hub, "TN", "2026-09-01", kid(1, enrollments=[("2026-08-17", None, HERE)]))
    await turn(hub, "2026-09-01T03:00")
    msix_id = await msix_of(hub.url, "TN", "S1")
    arrived = kid(1, moves=[("2026-11-17", "TX")], enrollments=[("2026-11-19", None, THERE)], msixId=msix_id)
    await sends(hub, "TX", "2026-11-20T02:00", arrived)
    await sends(hub, "TN", "2026-11-20T02:30", kid(1, enrollments=[("2026-08-17", "2026-11-13", HERE)]))
    for moment in ("2026-11-20T03:00", "2026-11-20T04:00"):
        await turn(hub, moment)
    (found,) = await clocks_of(hub, msix_id, "2026-11-21", "CHANGE_OF_RESIDENCE")
    assert told(found) == ("2026-11-20T02:00:00", "2026-11-27T02:00:00", "2026-11-20T02:30:00", "MET")
    (notice,) = await rows(hub.url, NOTICES)
    assert tuple(notice)[:4] == ("ARRIVAL", "TN", "TX", "4700012")
    assert len(await mails(hub.url, "change_of_residence")) == 1
    assert await rows(hub.url, "SELECT FROM notifications WHERE kind = 'RESIDENCE_CHANGED'") == []


async def test_an_upload_that_is_sent_again_tells_nobody_twice(hub: Hub) -> None:
    msix_id = await moved(hub)
    again = kid(1, moves=[("2026-11-17", "TX")], enrollments=[("2026-11-20", None, THERE)], msixId=msix_id)
    await sends(hub, "TX", "2026-11-22", again)  # with a corrected date
    await turn(hub, "2026-11-22T03:00")
    (found,) = await clocks_of(hub, msix_id, "2026-11-23", "CHANGE_OF_RESIDENCE")
    assert told(found)[0] == "2026-11-20T02:00:00"
    assert len(await rows(hub.url, NOTICES)) == 1


async def test_a_child_that_goes_back_and_forth_starts_a_clock_each_time(hub: Hub) -> None:
    msix_id = await moved(hub)
    back = kid(1, enrollments=[("2026-08-17", "2026-11-13", HERE), ("2027-01-11", None, HERE)])
    await sends(hub, "TN", "2027-01-12", back)
    await turn(hub, "2027-01-12T03:00")
    found = await clocks_of(hub, msix_id, "2027-01-13", "CHANGE_OF_RESIDENCE")
    assert [(c["state"], c["status"]) for c in found] == [("TN", "MET_LATE"), ("TX", "RUNNING")]
    assert told(found[1])[:2] == (
        "2027-01-12T00:00:00",
        "2027-01-20T00:00:00",
    )  # 18 and 19 January are holidays in Texas
    assert [(row["from_state"], row["to_state"]) for row in await rows(hub.url, NOTICES)] == [
        ("TN", "TX"),
        ("TX", "TN"),
    ]


async def test_another_district_of_the_same_state_is_a_change_of_residence_too(hub: Hub) -> None:
    await sends(hub, "TN", "2026-09-01", kid(1, enrollments=[("2026-08-17", None, HERE)]))
    await turn(hub, "2026-09-01T03:00")
    other = [("2026-08-17", "2026-10-02", HERE), ("2026-10-05", None, {"districtId": "4700099"})]
    await sends(hub, "TN", "2026-10-06", kid(1, enrollments=other))
    await turn(hub, "2026-10-06T03:00")
    msix_id = await msix_of(hub.url, "TN", "S1")
    (found,) = await clocks_of(hub, msix_id, "2026-10-07", "CHANGE_OF_RESIDENCE")
    assert (found["state"], found["districtId"]) == ("TN", "4700012")
    assert told(found) == ("2026-10-06T00:00:00", "2026-10-13T00:00:00", None, "RUNNING")  # Columbus Day counts out
    (notice,) = await rows(hub.url, NOTICES)
    assert tuple(notice)[1:5] == ("TN", "TN", "4700012", "4700099")


async def test_what_the_hub_learns_late_of_the_past_is_no_news(hub: Hub) -> None:
    """Neither a move of last year, nor one to a state that the earlier one has sent the child after, nor one within a
    state whose first upload of the child tells of both places."""
    await sends(
        hub, "TX", "2026-11-20", kid(1, moves=[("2025-03-03", "TX")], enrollments=[("2025-03-03", "2026-06-01")])
    )
    await turn(hub, "2026-11-20T03:00")
    msix_id = await msix_of(hub.url, "TX", "S1")
    await sends(hub, "TN", "2026-11-21", kid(1, enrollments=[("2024-08-12", "2025-02-28")], msixId=msix_id))
    await turn(hub, "2026-11-21T03:00")
    assert await clocks_of(hub, msix_id, "2026-11-22", "CHANGE_OF_RESIDENCE") == []
    await sends(hub, "TX", "2026-11-23", kid(2, enrollments=[("2026-11-17", None)]))
    await turn(hub, "2026-11-23T03:00")
    other = await msix_of(hub.url, "TX", "S2")
    await sends(hub, "TN", "2026-11-24", kid(2, enrollments=[("2026-08-17", "2026-11-06")], msixId=other))
    await turn(hub, "2026-11-24T03:00")
    (found,) = await clocks_of(hub, other, "2026-11-25", "CHANGE_OF_RESIDENCE")
    assert (found["state"], found["status"]) == ("TN", "MET")
    both = [("2026-08-17", "2026-10-02", HERE), ("2026-10-05", None, {"districtId": "4700099"})]
    await sends(hub, "TN", "2026-11-25", kid(3, enrollments=both))
    await turn(hub, "2026-11-25T03:00")
    third = await msix_of(hub.url, "TN", "S3")
    assert await clocks_of(hub, third, "2026-11-26", "CHANGE_OF_RESIDENCE") == []
    assert await rows(hub.url, NOTICES) == []


async def test_a_merge_makes_a_change_of_residence_seen_and_a_split_takes_it_back(hub: Hub) -> None:
    await sends(hub, "TN", "2026-11-20", kid(1, enrollments=[("2026-08-17", None, HERE)]))
    await sends(hub, "TN", "2026-11-21", kid(2, enrollments=[("2026-11-16", None, {"districtId": "4700099"})]))
    await turn(hub, "2026-11-21T03:00")
    one, other = await msix_of(hub.url, "TN", "S1"), await msix_of(hub.url, "TN", "S2")
    assert await clocks_of(hub, one, "2026-11-22", "CHANGE_OF_RESIDENCE") == []
    await merge(hub, one, other, by="PRIMARY_USER.TN")
    (item,) = await worklist(hub, DATA_ADMIN)
    assert (await resolve(hub, item["id"], "APPROVED", by=DATA_ADMIN))["errors"] == []
    await turn(hub, "2026-11-23T09:30")
    (found,) = await clocks_of(hub, one, "2026-11-24", "CHANGE_OF_RESIDENCE")
    assert told(found) == ("2026-11-23T09:30:00", "2026-11-30T09:30:00", None, "RUNNING")
    assert found["stateRecord"]["stateStudentId"] == "S1"
    assert len(await rows(hub.url, NOTICES)) == 1
    leaving = (await record_ids(hub, one))["S2"]
    await split(hub, one, [leaving], by="PRIMARY_USER.TN")
    (item,) = await worklist(hub, DATA_ADMIN)
    assert (await resolve(hub, item["id"], "APPROVED", by=DATA_ADMIN))["errors"] == []
    await turn(hub, "2026-11-24T09:30")
    for msix_id in (one, other):
        assert await clocks_of(hub, msix_id, "2026-11-25", "CHANGE_OF_RESIDENCE") == []


async def test_a_child_under_review_shows_its_clocks_to_those_alone_who_decide(hub: Hub) -> None:
    msix_id = await moved(hub)
    await sends(hub, "TN", "2026-11-20", kid(9))
    other = await msix_of(hub.url, "TN", "S9")
    await merge(hub, msix_id, other, by="PRIMARY_USER.TN")
    for by in (DATA_ADMIN_TX, DATA_ADMIN):  # each state decides
        assert {c["kind"] for c in await clocks_of(hub, msix_id, "2026-12-01", by=by)} >= {"CHANGE_OF_RESIDENCE"}
        (item,) = await clocks_of(hub, other, "2099-01-01", "WORKLIST_ITEM", by=by)
        assert (item["state"], item["status"]) == (by[-2:], "OVERDUE")
    for msix in (msix_id, other):
        with pytest.raises(AssertionError, match="UNDER_REVIEW"):
            await clocks_of(hub, msix, "2026-12-01", by=SECONDARY)
