"""Data requests over HTTP: asked, answered by an upload or by hand, reminded of, and refused."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

import pytest

from hub import clock
from hub.notices import remind_of_data_requests
from hub.states import working_days_after
from hub.store.engine import connect
from hub.tables.web_role import WEB_ROLE
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, HELP_DESK, PRIMARY, SECONDARY, Hub, events, user_of
from tests.identity.country import child, codes, merge, msix_of, payload, resolve, rows, upload, value, worklist
from tests.notices.asking import ERRORS
from tests.notices.children import ADMINS, mails, two_children

pytestmark = pytest.mark.anyio

SECONDARY_TX = user_of("SECONDARY_USER", "TX")
REQUEST = (
    "id msixId askingState state elements reason requestedBy requestedAt dueAt overdue remindedAt status answeredAt"
    " answeredBy answer"
)
ASK = f"mutation A($input: RequestDataInput!) {{ requestData(input: $input) {{ request {{ {REQUEST} }} {ERRORS} }} }}"
ANSWER = (
    "mutation A($input: AnswerDataRequestInput!)"
    f" {{ answerDataRequest(input: $input) {{ request {{ {REQUEST} }} {ERRORS} }} }}"
)
BOX = (
    "query B($box: DataRequestBox, $filter: DataRequestFilter)"
    f" {{ dataRequests(box: $box, filter: $filter) {{ totalCount nodes {{ {REQUEST} }} }} }}"
)


async def ask(hub: Hub, student: str, *elements: str, by: str = DATA_ADMIN_TX, **more: Any) -> Any:
    """The payload of `requestData`: Texas asks Tennessee unless said otherwise."""
    given = {"student": student, "state": "TN", "elements": list(elements), "reason": "To place the child.", **more}
    return payload(await hub.ask(ASK, {"input": given}, by=by))


async def answer(hub: Hub, request: str, said: str = "DONE", *, by: str = DATA_ADMIN, **more: Any) -> Any:
    """The payload of `answerDataRequest`."""
    given = {"request": request, "answer": said, "reason": "It comes tonight.", **more}
    return payload(await hub.ask(ANSWER, {"input": given}, by=by))


async def box(hub: Hub, name: str | None = None, *, by: str, **filter_: Any) -> list[dict[str, Any]]:
    """The requests of a box, the newest first."""
    found: list[dict[str, Any]] = payload(await hub.ask(BOX, {"box": name, "filter": filter_ or None}, by=by))["nodes"]
    return found


async def test_a_request_lies_on_the_worklist_of_the_state_that_is_asked_for_four_working_days(hub: Hub) -> None:
    student, _ = await two_children(hub.url)
    made = await ask(hub, student, "middleName", "courses.title", "birthState", by=SECONDARY_TX)
    assert made["errors"] == []
    request = made["request"]
    told = [request[name] for name in ("msixId", "askingState", "state", "elements", "status", "overdue")]
    assert told == [student, "TX", "TN", ["middleName", "courses.title", "birthState"], "OPEN", False]
    connection = await connect(hub.url)
    asked_at = datetime.datetime.fromisoformat(request["requestedAt"])
    due = (await working_days_after(connection, ["TN"], asked_at, 4))["TN"]
    await connection.close()
    assert datetime.datetime.fromisoformat(request["dueAt"]) == due
    (item,) = await worklist(hub, DATA_ADMIN, kind=["DATA_REQUEST"])
    assert [each["stateRecord"]["stateStudentId"] for each in item["records"]] == ["S1"]
    (mail,) = await mails(hub.url, "data_request")
    assert mail["to"] == ADMINS["TN"] and student in mail["body"]
    assert not any(said in mail["body"] for said in ("Bruno", "To place", "middleName"))
    assert [each["id"] for each in await box(hub, by=PRIMARY)] == [request["id"]]
    assert await box(hub, by=SECONDARY_TX) == []
    assert [each["id"] for each in await box(hub, "SENT", by=SECONDARY_TX)] == [request["id"]]
    assert await value(hub.url, "SELECT count(*) FROM notifications WHERE kind = 'DATA_REQUEST'") == 1
    (event,) = await events(hub.url, "data:request")
    assert "To place" not in str(event["detail"])


async def test_an_upload_that_brings_every_element_answers_and_one_that_brings_some_does_not(hub: Hub) -> None:
    sent = child(1, demographics__middleName=..., demographics__birthCity=...)
    await upload(hub.url, "TN", 1, [sent])
    student = await value(hub.url, "SELECT msix_id FROM students")
    request = (await ask(hub, student, "middleName", "birthCity"))["request"]["id"]
    await upload(hub.url, "TN", 2, [child(1, demographics__birthCity=...)])
    assert [each["status"] for each in await box(hub, "SENT", by=DATA_ADMIN_TX)] == ["OPEN"]
    await upload(hub.url, "TN", 3, [child(1)])
    (filled,) = await box(hub, "SENT", by=DATA_ADMIN_TX, status=["FILLED"])
    assert (filled["id"], filled["status"], filled["answeredBy"]) == (request, "FILLED", None)
    assert await worklist(hub, DATA_ADMIN, kind=["DATA_REQUEST"]) == []
    assert [mail["to"] for mail in await mails(hub.url, "data_request_answered")] == [ADMINS["TX"]]
    assert await value(hub.url, "SELECT count(*) FROM notifications WHERE kind = 'DATA_REQUEST_ANSWERED'") == 1
    assert codes(await answer(hub, request)) == ["ALREADY_DECIDED"]


async def test_an_upload_that_meets_an_answer_by_hand_leaves_that_answer(hub: Hub) -> None:
    await upload(hub.url, "TN", 1, [child(1, demographics__birthCity=...)])
    student = await value(hub.url, "SELECT msix_id FROM students")
    await ask(hub, student, "birthCity")
    by_hand = await connect(hub.url)
    answering = by_hand.transaction()
    await answering.start()
    await by_hand.execute(
        "UPDATE worklist_items SET status = 'RESOLVED', decision = 'NOT_POSSIBLE', reason = 'x', decided_at = now()"
    )
    uploading = asyncio.create_task(upload(hub.url, "TN", 2, [child(1)]))
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    watching = await connect(hub.url)
    while not await watching.fetchval(waiting):
        assert not uploading.done()
        await asyncio.sleep(0.02)
    await answering.commit()
    await uploading
    await by_hand.close()
    await watching.close()
    assert [each["status"] for each in await box(hub, by=DATA_ADMIN)] == ["NOT_POSSIBLE"]


async def test_a_list_is_filled_when_more_of_its_rows_hold_the_element_than_when_it_was_asked_for(hub: Hub) -> None:
    lacking = child(1, enrollments__0__courses__1__gradeToDate=...)
    await upload(hub.url, "TN", 1, [lacking])
    student = await value(hub.url, "SELECT msix_id FROM students")
    await ask(hub, student, "finalGrade")
    await upload(hub.url, "TN", 2, [child(1, demographics__middleName="Otro")])
    assert [each["status"] for each in await box(hub, by=DATA_ADMIN)] == ["OPEN"], "one course had its grade before"
    await upload(hub.url, "TN", 3, [child(1, enrollments__0__courses__1__finalGrade="B")])
    assert [each["status"] for each in await box(hub, by=DATA_ADMIN)] == ["FILLED"]


async def test_what_a_merge_brings_fills_nothing_that_an_upload_was_asked_for(hub: Hub) -> None:
    lacking = child(1, demographics__birthCity=...)
    await upload(hub.url, "TN", 1, [lacking, child(2)])
    one, other = await msix_of(hub.url, "TN", "S1"), await msix_of(hub.url, "TN", "S2")
    await ask(hub, one, "birthCity")
    await merge(hub, one, other, by=PRIMARY)
    (item,) = await worklist(hub, DATA_ADMIN, kind=["MERGE_VALIDATION"])
    assert codes(await resolve(hub, item["id"], "APPROVED", by=DATA_ADMIN)) == []
    await upload(hub.url, "TN", 2, [child(1, demographics__birthCity=..., demographics__suffix="II"), child(2)])
    assert [each["status"] for each in await box(hub, by=DATA_ADMIN)] == ["OPEN"]
    await upload(hub.url, "TN", 3, [child(1), child(2)])
    assert [each["status"] for each in await box(hub, by=DATA_ADMIN)] == ["FILLED"]


async def test_only_the_state_that_is_asked_fills_a_request(hub: Hub) -> None:
    student, other = await two_children(hub.url)
    await ask(hub, student, "birthState")
    await ask(hub, other, "birthState", by=DATA_ADMIN, state="TX")
    await upload(hub.url, "TX", 2, [child(2, demographics__birthState="Jalisco")])
    found = {each["msixId"]: each["status"] for each in await box(hub, "ALL", by=PRIMARY)}
    assert found == {student: "OPEN", other: "FILLED"}


async def test_a_state_answers_by_hand_on_the_request_or_on_its_worklist(hub: Hub) -> None:
    student, _ = await two_children(hub.url)
    first = (await ask(hub, student, "birthState", by=SECONDARY_TX))["request"]["id"]
    answered = (await answer(hub, first, "NOT_POSSIBLE"))["request"]
    told = [answered[name] for name in ("status", "answer", "answeredBy")]
    assert told == ["NOT_POSSIBLE", "It comes tonight.", "A Name"]
    await ask(hub, student, "birthCountry", by=SECONDARY_TX)
    (item,) = await worklist(hub, DATA_ADMIN, kind=["DATA_REQUEST"])
    name = await value(
        hub.url, "SELECT first_name FROM demographics JOIN state_records USING (state_record_id) LIMIT 1"
    )
    named = await resolve(hub, item["id"], "DONE", by=DATA_ADMIN, reason=f"It is {name}'s.")
    assert codes(named) == ["SENSITIVE_TEXT"]
    assert codes(await resolve(hub, item["id"], "DONE", by=DATA_ADMIN)) == []
    assert [each["status"] for each in await box(hub, "SENT", by=SECONDARY_TX)] == ["ANSWERED", "NOT_POSSIBLE"]
    to = [mail["to"] for mail in await mails(hub.url, "data_request_answered")]
    assert to == ["SECONDARY_USER.TX@agency.gov"] * 2
    assert len(await events(hub.url, "data:answer")) == 1


@pytest.mark.parametrize("by", [SECONDARY, PRIMARY, HELP_DESK, "PRIVACY_ACT_ADMINISTRATOR"])
async def test_who_answers_for_no_state_answers_no_request(hub: Hub, by: str) -> None:
    student, _ = await two_children(hub.url)
    request = (await ask(hub, student, "birthState"))["request"]["id"]
    given = {"request": request, "answer": "DONE", "reason": "Sent"}
    assert (await hub.ask(ANSWER, {"input": given}, by=by)).code == "FORBIDDEN"
    assert codes(await answer(hub, request, by=DATA_ADMIN_TX)) == ["NOT_FOUND"], "another state's is not there"


@pytest.mark.parametrize("by", [HELP_DESK, "STATE_USER_ADMINISTRATOR.TN", "PRIVACY_ACT_ADMINISTRATOR"])
async def test_who_may_not_ask_reads_no_request_by_any_way(hub: Hub, by: str) -> None:
    student, _ = await two_children(hub.url)
    request = (await ask(hub, student, "birthState", reason="Needed for placement"))["request"]["id"]
    for query in (
        "{ dataRequests(box: ALL) { nodes { reason } } }",
        f'{{ dataRequest(id: "{request}") {{ reason }} }}',
        f'{{ node(id: "{request}") {{ ... on DataRequest {{ reason }} }} }}',
        f'{{ student(msixId: "{student}") {{ dataRequests {{ nodes {{ reason }} }} }} }}',
    ):
        found = await hub.ask(query, by=by)
        assert "FORBIDDEN" in found.codes
        assert "placement" not in found.text
        assert "placement" in (await hub.ask(query, by=SECONDARY)).text


async def test_requests_about_a_student_under_review_are_closed_like_the_student(hub: Hub) -> None:
    student, other = await two_children(hub.url)
    request = (await ask(hub, student, "birthState", reason="Needed for placement"))["request"]["id"]
    assert codes(await merge(hub, student, other, by=DATA_ADMIN)) == []
    assert codes(await ask(hub, student, "birthState")) == ["UNDER_REVIEW"]
    assert codes(await answer(hub, request)) == ["UNDER_REVIEW"]
    for query in (
        "{ dataRequests(box: ALL) { totalCount nodes { reason } } }",
        f'{{ dataRequest(id: "{request}") {{ reason }} }}',
        f'{{ node(id: "{request}") {{ ... on DataRequest {{ reason }} }} }}',
    ):
        found = await hub.ask(query, by=SECONDARY_TX)
        assert "placement" not in found.text
        assert not found.codes or found.code == "UNDER_REVIEW"


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"student": "123456789012"}, "NOT_FOUND", "student"),
        ({"state": "TX"}, "INVALID_INPUT", "state"),
        ({"state": "GA"}, "NOT_CONCERNED", "state"),
        ({"state": "ZZ"}, "INVALID_INPUT", "state"),
        ({"elements": []}, "INVALID_INPUT", "elements"),
        ({"elements": ["firstName", "shoeSize"]}, "INVALID_INPUT", "elements.1"),
        ({"elements": ["title"]}, "INVALID_INPUT", "elements.0"),
        ({"elements": ["stateStudentId"]}, "INVALID_INPUT", "elements.0"),
        ({"elements": ["first_name\0"]}, "INVALID_INPUT", "elements.0"),
        ({"elements": ["firstName"] * 101}, "INVALID_INPUT", "elements"),
        ({"reason": " "}, "INVALID_INPUT", "reason"),
        ({"reason": "x" * 1001}, "INVALID_INPUT", "reason"),
        ({"reason": "a\x07b"}, "INVALID_INPUT", "reason"),
        ({"reason": "For Bruno."}, "SENSITIVE_TEXT", "reason"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_its_field(
    hub: Hub, changed: dict[str, Any], code: str, field: str
) -> None:
    student, _ = await two_children(hub.url)
    given = {"student": student, "state": "TN", "elements": ["birthState"], "reason": "To place the child."}
    found = payload(await hub.ask(ASK, {"input": {**given, **changed}}, by=DATA_ADMIN_TX))
    assert [(error["code"], error["field"]) for error in found["errors"]] == [(code, field)]
    assert await value(hub.url, "SELECT count(*) FROM data_requests") == 0
    assert await value(hub.url, "SELECT count(*) FROM worklist_items WHERE kind = 'DATA_REQUEST'") == 0


async def test_a_state_that_nobody_can_be_told_of_is_refused(hub: Hub) -> None:
    await upload(hub.url, "GA", 1, [child(1)])
    student = await value(hub.url, "SELECT msix_id FROM students")
    assert codes(await ask(hub, student, "birthState", state="GA")) == ["NO_CONTACT"]


async def test_the_same_key_asks_once_however_many_send_it_at_once(hub: Hub) -> None:
    student, _ = await two_children(hub.url)
    asked = await asyncio.gather(*(ask(hub, student, "birthState", idempotencyKey="k1") for _ in range(6)))
    assert len({made["request"]["id"] for made in asked}) == 1
    assert await value(hub.url, "SELECT count(*) FROM worklist_items WHERE kind = 'DATA_REQUEST'") == 1


async def test_a_state_is_reminded_once_a_day_before_a_request_is_due(hub: Hub) -> None:
    student, _ = await two_children(hub.url)
    await ask(hub, student, "birthState")
    await ask(hub, student, "birthCountry")
    web = await connect(hub.url, role=WEB_ROLE)
    async with web.transaction():
        assert await remind_of_data_requests(web) == 0
    owner = await connect(hub.url)
    await owner.execute("UPDATE worklist_items SET due_at = $1", clock.now() + datetime.timedelta(hours=20))
    await owner.close()
    for taken in (2, 0):
        async with web.transaction():
            assert await remind_of_data_requests(web) == taken
    await web.close()
    (mail,) = await mails(hub.url, "data_request_due")
    assert mail["to"] == ADMINS["TN"] and mail["body"].count(student) == 2
    assert all(each["remindedAt"] for each in await box(hub, by=DATA_ADMIN))
    kept = await rows(hub.url, "SELECT item_id FROM worklist_items WHERE status = 'OPEN'")
    assert len(kept) == 2


async def test_nobody_is_reminded_of_a_child_under_review(hub: Hub) -> None:
    student, other = await two_children(hub.url)
    await ask(hub, student, "birthState")
    assert codes(await merge(hub, student, other, by=PRIMARY)) == []
    await rows(hub.url, "UPDATE worklist_items SET due_at = $1 RETURNING 1", clock.now() + datetime.timedelta(hours=20))
    (item,) = await worklist(hub, DATA_ADMIN, kind=["MERGE_VALIDATION"])
    web = await connect(hub.url, role=WEB_ROLE)
    for taken in (0, 1):
        async with web.transaction():
            assert await remind_of_data_requests(web) == taken
        assert len(await mails(hub.url, "data_request_due")) == taken
        await resolve(hub, item["id"], "REJECTED", by=DATA_ADMIN)
    await web.close()
