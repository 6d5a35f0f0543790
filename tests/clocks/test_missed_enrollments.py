"""A child that was reported as moved to a state and has no enrollment there: the state's worklist asks, once."""

from __future__ import annotations

import pytest

from tests.clocks.running import asked, clocks_of, kid, sends, turn
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, Hub
from tests.identity.country import merge, msix_of, resolve, rows, worklist
from tests.notices.asking import SEND

pytestmark = pytest.mark.anyio


async def expected(hub: Hub) -> str:
    """The MSIX ID of a child that Texas reports as moved to Tennessee on 2 November."""
    await sends(hub, "TX", "2026-11-03", kid(1, moves=[("2026-08-03", "TX"), ("2026-11-02", "TN")]))
    await turn(hub, "2026-11-03T03:00")
    return await msix_of(hub.url, "TX", "S1")


async def test_ten_days_after_the_move_the_state_is_asked_once(hub: Hub) -> None:
    await expected(hub)
    await turn(hub, "2026-11-12T20:00")
    assert await worklist(hub, DATA_ADMIN) == []
    await turn(hub, "2026-11-13")
    (item,) = await worklist(hub, DATA_ADMIN)
    assert (item["kind"], item["state"], item["level"]) == ("MISSED_ENROLLMENT", "TN", "STATE")
    assert [about["stateRecord"]["state"] for about in item["records"]] == ["TX"]
    assert await worklist(hub, DATA_ADMIN_TX) == []
    await turn(hub, "2026-11-14")
    await sends(hub, "TX", "2026-11-15", kid(1, moves=[("2026-08-03", "TX"), ("2026-11-02", "TN")]))
    await turn(hub, "2026-11-15")
    assert [each["id"] for each in await worklist(hub, DATA_ADMIN)] == [item["id"]]
    assert (await resolve(hub, item["id"], "NOT_POSSIBLE", by=DATA_ADMIN))["errors"] == []
    await turn(hub, "2026-11-16")
    assert await worklist(hub, DATA_ADMIN) == []


async def test_an_enrollment_that_arrives_settles_the_item_by_itself(hub: Hub) -> None:
    msix_id = await expected(hub)
    await turn(hub, "2026-11-13")
    assert len(await worklist(hub, DATA_ADMIN)) == 1
    await sends(hub, "TN", "2026-11-16", kid(1, enrollments=[("2026-11-12", None)], msixId=msix_id))
    await turn(hub, "2026-11-16T03:00")
    assert await worklist(hub, DATA_ADMIN) == []
    (item,) = await rows(hub.url, "SELECT status, reason FROM worklist_items WHERE kind = 'MISSED_ENROLLMENT'")
    assert item["status"] == "WITHDRAWN" and "enrollment" in item["reason"]


async def test_an_enrollment_in_time_leaves_nothing_to_ask(hub: Hub) -> None:
    msix_id = await expected(hub)
    await sends(hub, "TN", "2026-11-06", kid(1, enrollments=[("2026-11-05", None)], msixId=msix_id))
    await turn(hub, "2026-11-06")
    await turn(hub, "2026-11-30")
    (found,) = await clocks_of(hub, msix_id, "2026-11-30", "ENROLLMENT")
    assert (found["state"], found["status"]) == ("TN", "MET")
    assert await rows(hub.url, "SELECT FROM worklist_items") == []


async def test_a_move_that_is_not_reported_any_more_takes_the_question_back(hub: Hub) -> None:
    await expected(hub)
    await turn(hub, "2026-11-13")
    await sends(hub, "TX", "2026-11-14", kid(1, moves=[("2026-08-03", "TX")]))
    await turn(hub, "2026-11-14T03:00")
    assert await worklist(hub, DATA_ADMIN) == []


async def test_a_merge_asks_no_second_time(hub: Hub) -> None:
    move = [("2026-08-03", "TX"), ("2026-11-02", "TN")]
    await sends(hub, "TX", "2026-11-02", kid(2))  # an older record, which reports the move later
    survivor = await expected(hub)
    await turn(hub, "2026-11-13")
    (item,) = await worklist(hub, DATA_ADMIN)
    await sends(hub, "TX", "2026-11-13T12:00", kid(2, moves=move))
    await merge(hub, survivor, await msix_of(hub.url, "TX", "S2"), by="PRIMARY_USER.TX")
    (asked_of,) = await worklist(hub, DATA_ADMIN_TX)
    assert (await resolve(hub, asked_of["id"], "APPROVED", by=DATA_ADMIN_TX))["errors"] == []
    assert await rows(hub.url, "SELECT FROM students WHERE current_id <> student_id") != []
    await turn(hub, "2026-11-30")
    await turn(hub, "2026-12-01")
    missed = await rows(hub.url, "SELECT item_id, status FROM worklist_items WHERE kind = 'MISSED_ENROLLMENT'")
    assert [each["status"] for each in missed] == ["OPEN"], missed
    assert [each["id"] for each in await worklist(hub, DATA_ADMIN)] == [item["id"]]


async def test_a_notice_that_names_a_state_is_such_a_report(hub: Hub) -> None:
    await sends(hub, "TX", "2026-11-03", kid(1, enrollments=[("2026-08-17", None)]))
    await turn(hub, "2026-11-03T03:00")
    msix_id = await msix_of(hub.url, "TX", "S1")
    sent = {"student": msix_id, "kind": "DEPARTURE", "toState": "TN", "expectedDate": "2026-11-09", "message": "Soon."}
    made = (await asked(hub, "2026-11-04", SEND, {"input": sent}, DATA_ADMIN_TX))["sendMoveNotice"]
    assert made["errors"] == []
    await turn(hub, "2026-11-05")
    (found,) = await clocks_of(hub, msix_id, "2026-11-10", "ENROLLMENT")
    assert (found["state"], found["startAt"][:10], found["dueAt"][:10]) == ("TN", "2026-11-09", "2026-11-19")
    await turn(hub, "2026-11-20")
    assert [item["kind"] for item in await worklist(hub, DATA_ADMIN)] == ["MISSED_ENROLLMENT"]
