"""Parents' requests for a correction: their clock, who may deal with them, and who is told."""

from __future__ import annotations

import datetime
from typing import Any

import asyncpg
import pytest

from hub import clock
from hub.disputes.remind_corrections import remind_of_corrections
from hub.states import working_days_after
from hub.store.engine import connect
from hub.tables.web_role import WEB_ROLE
from tests.disputes.asking import REQUEST, ask_correction, change, record_id
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, PRIMARY, PRIVACY, Hub, events
from tests.identity.country import child, codes, merge, msix_of, payload, rows, upload, value
from tests.notices.telling import told

pytestmark = pytest.mark.anyio

DECIDING = ("STATE_DATA_ADMINISTRATOR", "PRIVACY_ACT_ADMINISTRATOR")


async def _child(hub: Hub) -> str:
    """The MSIX ID of a child that TN and TX report."""
    await upload(hub.url, "TX", 1, [child(1)])
    await upload(hub.url, "TN", 1, [child(1, msixId=await msix_of(hub.url, "TX", "S1"))])
    return await msix_of(hub.url, "TN", "S1")


async def _listed(hub: Hub, by: str, **filter_: Any) -> list[dict[str, Any]]:
    head = "query Q($filter: CorrectionRequestFilter)"
    query = f"{head} {{ correctionRequests(filter: $filter) {{ nodes {{ {REQUEST} }} }} }}"
    found: list[dict[str, Any]] = payload(await hub.ask(query, {"filter": filter_}, by=by))["nodes"]
    return found


async def test_a_request_about_the_own_record_is_due_in_thirty_days(hub: Hub) -> None:
    msix_id = await _child(hub)
    received = clock.now() - datetime.timedelta(days=2)
    made = await ask_correction(
        hub,
        msix_id,
        stateRecord=await record_id(hub.url, "TN", "S1"),
        field="demographics.birthDate",
        receivedAt=received.isoformat(),
    )
    request = made["request"]
    assert codes(made) == []
    assert (request["state"], request["receivedBy"], request["forwardDueAt"]) == ("TN", "TN", None)
    assert datetime.datetime.fromisoformat(request["dueAt"]) == received + datetime.timedelta(days=30)
    assert (request["status"], request["overdue"], request["field"]) == ("PENDING", False, "demographics.birthDate")
    assert [each["id"] for each in await _listed(hub, DATA_ADMIN, status=["PENDING"])] == [request["id"]]
    assert await _listed(hub, DATA_ADMIN_TX) == []
    (event,) = await events(hub.url, "correction:record")
    assert event["students"] and "correct it" not in event["detail"]


async def test_a_request_about_another_states_record_is_forwarded_in_four_working_days_and_decided_there(
    hub: Hub,
) -> None:
    msix_id = await _child(hub)
    received = clock.now() - datetime.timedelta(days=3)
    made = await ask_correction(
        hub, msix_id, stateRecord=await record_id(hub.url, "TX", "S1"), receivedAt=received.isoformat()
    )
    request = made["request"]
    assert (request["state"], request["receivedBy"]) == ("TN", "TN")
    connection = await connect(hub.url)
    due = (await working_days_after(connection, {"TN"}, received, 4))["TN"]
    await connection.close()
    assert datetime.datetime.fromisoformat(request["forwardDueAt"]) == due
    for by in (DATA_ADMIN, PRIVACY):
        early = await change(hub, "decideCorrectionRequest", by, request=request["id"], granted=True, reason="Yes.")
        assert codes(early) == ["NOT_CONCERNED"], "no state decides about another's record"
    sent = await change(hub, "forwardCorrectionRequest", DATA_ADMIN, request=request["id"], reason="It is yours.")
    forwarded = sent["request"]
    assert (forwarded["state"], forwarded["receivedBy"], forwarded["forwardDueAt"]) == ("TX", "TN", None)
    assert forwarded["dueAt"] == request["dueAt"]
    assert [each["kind"] for each in await told(hub, DATA_ADMIN_TX)] == ["CORRECTION_REQUESTED"]
    late = await change(hub, "decideCorrectionRequest", DATA_ADMIN, request=request["id"], granted=True, reason="Yes.")
    assert codes(late) == ["ALREADY_DECIDED"]
    done = await change(
        hub, "decideCorrectionRequest", DATA_ADMIN_TX, request=request["id"], granted=True, reason="It was wrong."
    )
    assert (codes(done), done["request"]["status"]) == ([], "GRANTED")
    assert [(each["kind"], each["state"]) for each in done["request"]["entries"]] == [
        ("RECORDED", "TN"),
        ("FORWARDED", "TX"),
        ("DECIDED", "TX"),
    ]
    assert [each["kind"] for each in await told(hub, DATA_ADMIN)] == ["CORRECTION_DECIDED"]
    assert [each["status"] for each in await _listed(hub, DATA_ADMIN)] == ["GRANTED"]
    again = await change(
        hub, "decideCorrectionRequest", DATA_ADMIN_TX, request=request["id"], granted=False, reason="No."
    )
    assert codes(again) == ["ALREADY_DECIDED"]
    for statement in ("DELETE FROM correction_requests", "UPDATE correction_requests SET state = 'TN'"):
        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await rows(hub.url, statement)


async def test_privacy_act_administrators_record_with_the_state_of_the_record(hub: Hub) -> None:
    msix_id = await _child(hub)
    nameless = await ask_correction(hub, msix_id, by=PRIVACY)
    assert nameless["errors"] == [{"code": "INVALID_INPUT", "field": "stateRecord"}]
    made = await ask_correction(hub, msix_id, by=PRIVACY, stateRecord=await record_id(hub.url, "TX", "S1"))
    assert (made["request"]["state"], made["request"]["forwardDueAt"]) == ("TX", None)
    assert [each["kind"] for each in await told(hub, DATA_ADMIN_TX)] == ["CORRECTION_REQUESTED"]
    assert [each["id"] for each in await _listed(hub, PRIVACY)] == [made["request"]["id"]]


async def test_other_states_and_roles_are_kept_out(hub: Hub) -> None:
    msix_id = await _child(hub)
    made = (await ask_correction(hub, msix_id))["request"]
    for name, given in (
        ("decideCorrectionRequest", {"granted": True, "reason": "Yes."}),
        ("forwardCorrectionRequest", {"stateRecord": await record_id(hub.url, "TX", "S1")}),
    ):
        refused = await change(hub, name, DATA_ADMIN_TX, request=made["id"], **given)
        assert refused["errors"] == [{"code": "NOT_FOUND", "field": "request"}]
    answer = await hub.ask("{ correctionRequests { totalCount } }", by=PRIMARY)
    assert answer.code == "FORBIDDEN"
    for by in (PRIMARY, DATA_ADMIN_TX):
        found = await hub.ask("query Q($id: ID!) { node(id: $id) { id } }", {"id": made["id"]}, by=by)
        assert found.data == {"node": None}


async def test_where_a_request_cannot_go_is_said(hub: Hub) -> None:
    msix_id = await _child(hub)
    made = (await ask_correction(hub, msix_id))["request"]
    await upload(hub.url, "TX", 2, [child(2)])
    own, stranger = await record_id(hub.url, "TN", "S1"), await record_id(hub.url, "TX", "S2")
    for given, code in (
        ({}, "INVALID_INPUT"),
        ({"stateRecord": own}, "INVALID_INPUT"),
        ({"stateRecord": stranger}, "NOT_FOUND"),
    ):
        refused = await change(hub, "forwardCorrectionRequest", DATA_ADMIN, request=made["id"], **given)
        assert refused["errors"] == [{"code": code, "field": "stateRecord"}]
    stale = await change(
        hub, "decideCorrectionRequest", DATA_ADMIN, request=made["id"], granted=True, reason="Yes.", expectedVersion=9
    )
    assert codes(stale) == ["CONFLICT"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"statement": "SSN: 078-05-1120"}, "statement"),
        ({"receivedAt": "2001-01-01T00:00:00Z"}, "receivedAt"),
        ({"receivedAt": "2999-01-01T00:00:00Z"}, "receivedAt"),
        ({"field": "nonsense"}, "field"),
    ],
)
async def test_a_request_that_cannot_be_kept_is_refused(hub: Hub, given: dict[str, str], field: str) -> None:
    refused = await ask_correction(hub, await _child(hub), **given)
    assert refused["errors"] == [{"code": "INVALID_INPUT", "field": field}]


async def test_a_child_under_review_closes_its_requests_to_those_who_do_not_decide(hub: Hub) -> None:
    await upload(hub.url, "TN", 1, [child(1), child(2)])
    one, other = await msix_of(hub.url, "TN", "S1"), await msix_of(hub.url, "TN", "S2")
    made = (await ask_correction(hub, one))["request"]
    await merge(hub, one, other, by=PRIMARY)
    assert await _listed(hub, PRIVACY) == []
    refused = await change(hub, "decideCorrectionRequest", PRIVACY, request=made["id"], granted=True, reason="Yes.")
    assert codes(refused) == ["UNDER_REVIEW"]
    assert codes(await ask_correction(hub, one, by=PRIVACY)) == ["UNDER_REVIEW"]
    assert len(await _listed(hub, DATA_ADMIN)) == 1


async def test_what_is_due_and_overdue_is_told_once_each(hub: Hub) -> None:
    msix_id = await _child(hub)
    received = clock.now() - datetime.timedelta(days=20)
    await ask_correction(hub, msix_id, receivedAt=received.isoformat())
    connection = await connect(hub.url, role=WEB_ROLE)
    for days, kinds in (
        (20, []),
        (26, ["CLOCK_DUE"]),
        (27, ["CLOCK_DUE"]),
        (31, ["CLOCK_OVERDUE", "CLOCK_DUE"]),
        (60, ["CLOCK_OVERDUE", "CLOCK_DUE"]),
    ):
        with clock.frozen(received + datetime.timedelta(days=days)):
            async with connection.transaction():
                await remind_of_corrections(connection, DECIDING)
        found = [each["kind"] for each in await told(hub, DATA_ADMIN) if each["kind"].startswith("CLOCK")]
        assert found == kinds, days
    await connection.close()
    assert await value(hub.url, "SELECT count(*) FROM notifications WHERE kind LIKE 'CLOCK%'") == 2


async def test_a_request_that_was_not_forwarded_is_told_of_again_when_it_is_to_be_decided(hub: Hub) -> None:
    msix_id = await _child(hub)
    received = clock.now() - datetime.timedelta(days=20)
    record = await record_id(hub.url, "TX", "S1")
    await ask_correction(hub, msix_id, stateRecord=record, receivedAt=received.isoformat())
    connection = await connect(hub.url, role=WEB_ROLE)
    found: list[list[str]] = []
    for days in (20, 21, 26, 27, 31, 60):
        with clock.frozen(received + datetime.timedelta(days=days)):
            async with connection.transaction():
                await remind_of_corrections(connection, DECIDING)
        found.append([each["kind"] for each in await told(hub, DATA_ADMIN) if each["kind"].startswith("CLOCK")])
    await connection.close()
    late, soon = "CLOCK_OVERDUE", "CLOCK_DUE"
    assert found == [[late], [late], [soon, late], [soon, late], [late, soon, late], [late, soon, late]]
