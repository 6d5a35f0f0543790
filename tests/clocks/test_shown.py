"""Who sees which clocks, how they are found, and what is recorded of it."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime

import pytest

from hub.identity import NewItem
from tests.clocks.running import all_clocks, asked, clocks_of, kid, sends, turn
from tests.commands.run import hub as command
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, HELP_DESK, PRIMARY, SECONDARY, Hub, events
from tests.identity.country import merge, msix_of, payload, rows
from tests.identity.near_matches import raised, records
from tests.notices.asking import REPLY, SEND

pytestmark = pytest.mark.anyio
PAGE = (
    "query P($first: Int, $after: String, $last: Int, $before: String) { clocks(first: $first, after: $after,"
    " last: $last, before: $before) { nodes { dueAt stateRecord { stateStudentId } }"
    " pageInfo { endCursor startCursor hasNextPage } } }"
)


async def withdrawn(hub: Hub) -> None:
    """Six children of Tennessee and one of Texas, withdrawn one after the other; one met, one late, two overdue."""
    left = [
        kid(n, enrollments=[("2026-08-17", f"2026-10-{10 + n}", {"districtId": f"470001{n % 2}"})]) for n in range(7)
    ]
    await sends(hub, "TN", "2026-10-01", *left[:6])
    await sends(hub, "TX", "2026-10-01", left[6])
    await turn(hub, "2026-10-01")
    await sends(hub, "TN", "2026-10-15", left[0])
    await sends(hub, "TN", "2026-10-30", left[1])
    await turn(hub, "2026-10-30")


async def test_clocks_are_found_by_kind_state_district_status_and_due_date(hub: Hub) -> None:
    await withdrawn(hub)
    for filter_, wanted in (
        ({}, "0123456"),
        ({"kind": ["WITHDRAWAL_UPDATE"]}, "0123456"),
        ({"kind": ["FIRST_MDES", "TERM_END_UPDATE"]}, ""),
        ({"state": {"eq": "TX"}}, "6"),
        ({"state": {"in": ["TN", "LA"]}}, "012345"),
        ({"districtId": {"eq": "4700011"}}, "135"),
        ({"status": ["MET"]}, "0"),
        ({"status": ["MET_LATE"]}, "1"),
        ({"status": ["OVERDUE"]}, "23"),
        ({"status": ["RUNNING", "MET"], "state": {"eq": "TN"}}, "045"),
        ({"due": {"from": "2026-10-26T00:00:00Z", "before": "2026-10-28T00:00:00Z"}}, "23"),
    ):
        found = await all_clocks(hub, "2026-10-28", **filter_)
        assert "".join(node["stateRecord"]["stateStudentId"][1:] for node in found["nodes"]) == wanted, filter_
        assert found["totalCount"] == len(wanted)


async def test_pages_go_on_where_the_last_ended(hub: Hub) -> None:
    await withdrawn(hub)
    seen, given = "", {"first": 3}
    while True:
        page = payload(await hub.ask(PAGE, given, by=SECONDARY))
        seen += "".join(node["stateRecord"]["stateStudentId"][1:] for node in page["nodes"])
        if not page["pageInfo"]["hasNextPage"]:
            break
        given = {"first": 3, "after": page["pageInfo"]["endCursor"]}
    assert seen == "0123456"
    before = {"last": 2, "before": page["pageInfo"]["startCursor"]}
    back = payload(await hub.ask(PAGE, before, by=SECONDARY))
    assert "".join(node["stateRecord"]["stateStudentId"][1:] for node in back["nodes"]) == "45"


async def test_whoever_reads_no_children_sees_no_clocks(hub: Hub) -> None:
    await withdrawn(hub)
    answer = await hub.ask("{ clocks { nodes { dueAt kind } totalCount } }", by=HELP_DESK)
    assert answer.code == "FORBIDDEN" and answer.data == {"clocks": None}
    assert "2026-10" not in answer.text


async def test_a_look_at_clocks_names_the_children_in_the_trail(hub: Hub) -> None:
    await withdrawn(hub)
    await hub.ask('{ clocks(filter: {state: {eq: "TX"}}) { nodes { dueAt } } }', by=PRIMARY)
    (event,) = await events(hub.url, "student:search")
    assert list(event["students"]) == [(await rows(hub.url, _OF_TX))[0]["student_id"]]
    assert "Clock.dueAt" in event["fields"]


_OF_TX = "SELECT student_id FROM state_records WHERE state = 'TX'"


async def test_clocks_of_a_child_under_review_are_shown_to_those_alone_who_decide(hub: Hub) -> None:
    await withdrawn(hub)
    one, other = await msix_of(hub.url, "TN", "S4"), await msix_of(hub.url, "TN", "S5")
    await merge(hub, one, other, by=PRIMARY)
    closed = "0123" + "6"
    for by, wanted in ((PRIMARY, closed), (DATA_ADMIN_TX, closed), (DATA_ADMIN, "012345" + "6")):
        found = await all_clocks(hub, "2026-10-28", by=by, kind=["WITHDRAWAL_UPDATE"])
        assert "".join(node["stateRecord"]["stateStudentId"][1:] for node in found["nodes"]) == wanted, by
        assert found["totalCount"] == len(wanted)


async def test_decisions_on_worklist_items_are_clocks_of_whoever_decides_them(hub: Hub) -> None:
    await sends(hub, "TN", "2026-10-01", kid(1, demographics__parent1Email="no address"))
    msix_id = await msix_of(hub.url, "TN", "S1")
    (found,) = await clocks_of(hub, msix_id, "2099-01-01", "WORKLIST_ITEM")
    assert (found["state"], found["status"]) == ("TN", "OVERDUE")
    (item,) = await rows(hub.url, "SELECT due_at FROM worklist_items")
    assert datetime.fromisoformat(found["dueAt"]) == item["due_at"]
    for by in (PRIMARY, DATA_ADMIN_TX):
        assert await clocks_of(hub, msix_id, "2099-01-01", "WORKLIST_ITEM", by=by) == []
        assert (await all_clocks(hub, "2099-01-01", by=by, kind=["WORKLIST_ITEM"]))["totalCount"] == 0


async def test_a_data_request_is_a_clock_that_is_shown_with_its_child(hub: Hub) -> None:
    (record,) = await records(hub, "TN", 1)
    await raised(hub, NewItem("DATA_REQUEST", "TN", {record: 1}))
    msix_id = await msix_of(hub.url, "TN", "S1")
    for by in (SECONDARY, DATA_ADMIN_TX, DATA_ADMIN):
        (found,) = await clocks_of(hub, msix_id, "2099-01-01", "DATA_REQUEST", by=by)
        assert (found["state"], found["status"]) == ("TN", "OVERDUE")
        assert await clocks_of(hub, msix_id, "2099-01-01", "WORKLIST_ITEM", by=by) == []


async def test_an_answer_to_a_move_notice_is_a_clock_of_the_state_that_was_told(hub: Hub) -> None:
    await sends(hub, "TX", "2026-11-03", kid(1, enrollments=[("2026-08-17", None)]))
    msix_id = await msix_of(hub.url, "TX", "S1")
    sent = {"student": msix_id, "kind": "DEPARTURE", "toState": "TN", "message": "The child leaves on Monday."}
    made = (await asked(hub, "2026-11-04T08:00", SEND, {"input": sent}, DATA_ADMIN_TX))["sendMoveNotice"]
    assert made["errors"] == []
    (found,) = await clocks_of(hub, msix_id, "2026-11-04T12:00", "MOVE_NOTICE_ANSWER", by=SECONDARY)
    assert (found["state"], found["status"], found["metAt"]) == ("TN", "RUNNING", None)
    answer = {"notice": made["notice"]["id"], "message": "Thank you, the seat is kept."}
    assert (await asked(hub, "2026-11-05T09:00", REPLY, {"input": answer}, DATA_ADMIN))["replyToMoveNotice"][
        "errors"
    ] == []
    (found,) = await clocks_of(hub, msix_id, "2026-11-07", "MOVE_NOTICE_ANSWER", by=SECONDARY)
    assert (found["metAt"], found["status"]) == ("2026-11-05T09:00:00+00:00", "MET_LATE")


async def test_operators_count_clocks_by_state_and_kind(hub: Hub) -> None:
    await withdrawn(hub)
    arguments = ("clocks", "list", "--state", "TN", "--json")
    done = await asyncio.to_thread(command, *arguments, HUB_DATABASE_URL=hub.url)
    (found,) = json.loads(done.stdout)
    assert (found["state"], found["kind"], found["met"], found["met late"]) == ("TN", "WITHDRAWAL_UPDATE", 1, 1)
    assert found["running"] + found["overdue"] == 4
