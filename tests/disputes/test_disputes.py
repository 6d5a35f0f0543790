"""A dispute stands with the records and the values that it disputes, in every view, and changes none of them."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from tests.disputes.asking import DISPUTE, change, dispute, record_id
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, PRIMARY, PRIVACY, SECONDARY, Hub, events, user_of
from tests.identity.country import child, codes, merge, msix_of, payload, resolve, rows, split, upload, value, worklist
from tests.notices.telling import told

pytestmark = pytest.mark.anyio

STANDS = (
    "query Q($id: String!) { student(msixId: $id) { firstName birthDate disputes { id status }"
    " disputedValues { element value reportedBy dispute { statement status } }"
    " differingValues { element reportedBy disputes { statement } }"
    " enrollments { reportedBy disputes { statement } }"
    " stateRecords { state disputes { id status } demographics { disputes { statement } } } } }"
)


async def _stands(hub: Hub, msix_id: str, by: str = SECONDARY) -> Any:
    return payload(await hub.ask(STANDS, {"id": msix_id}, by=by))


async def _of_two_states(hub: Hub) -> str:
    """The MSIX ID of one child that TN and TX report, TN the newest; TX has another first name."""
    await upload(hub.url, "TX", 1, [child(1, demographics__firstName="Neu")])
    await upload(hub.url, "TN", 1, [child(1, msixId=await msix_of(hub.url, "TX", "S1"))])
    return await msix_of(hub.url, "TN", "S1")


async def test_a_statement_stands_with_the_value_that_heads_the_child_and_changes_nothing(hub: Hub) -> None:
    msix_id = await _of_two_states(hub)
    record = await record_id(hub.url, "TN", "S1")
    before = await _stands(hub, msix_id)
    assert before["disputedValues"] == before["disputes"] == []
    filed = await dispute(hub, msix_id, stateRecord=record, field="demographics.firstName")
    assert codes(filed) == []
    assert (filed["dispute"]["status"], filed["dispute"]["awaiting"]) == ("OPEN", ["TN"])
    after = await _stands(hub, msix_id)
    assert after["disputedValues"] == [
        {
            "element": "firstName",
            "value": before["firstName"],
            "reportedBy": "TN",
            "dispute": {"statement": "It is not so.", "status": "OPEN"},
        }
    ]
    shown = {"id": filed["dispute"]["id"], "status": "OPEN"}
    assert after["disputes"] == [shown]
    parts = {each["state"]: (each["disputes"], each["demographics"]["disputes"]) for each in after["stateRecords"]}
    assert parts == {"TN": ([shown], [{"statement": "It is not so."}]), "TX": ([], [])}
    assert {tuple(each["disputes"]) for each in after["enrollments"]} == {()}
    assert (after["firstName"], after["birthDate"]) == (before["firstName"], before["birthDate"])
    (event,) = await events(hub.url, "dispute:file")
    assert event["students"] == [await value(hub.url, "SELECT student_id FROM students WHERE msix_id = $1", msix_id)]
    assert "It is not so" not in event["detail"]


async def test_a_statement_about_another_states_value_stands_beside_that_value(hub: Hub) -> None:
    msix_id = await _of_two_states(hub)
    record = await record_id(hub.url, "TX", "S1")
    await dispute(hub, msix_id, stateRecord=record, field="demographics.firstName")
    stands = await _stands(hub, msix_id)
    assert stands["disputedValues"] == []
    differing = {each["element"]: each for each in stands["differingValues"]}
    assert differing["firstName"]["disputes"] == [{"statement": "It is not so."}]


async def test_a_statement_about_a_course_stands_beside_the_credits_that_it_gave(hub: Hub) -> None:
    await upload(
        hub.url,
        "TN",
        1,
        [child(1, enrollments__0__courses__1__creditsGranted=1, enrollments__0__courses__1__subjectArea="Art")],
    )
    msix_id = await msix_of(hub.url, "TN", "S1")
    record = await record_id(hub.url, "TN", "S1")
    await dispute(hub, msix_id, stateRecord=record, field="courses.creditsGranted")
    query = (
        "query Q($id: String!) { student(msixId: $id) { credits { subjectArea disputes { statement } }"
        " stateRecords { enrollments { courses { disputes { statement } } } } } }"
    )
    found = payload(await hub.ask(query, {"id": msix_id}, by=PRIMARY))
    stated = [{"statement": "It is not so."}]
    assert [(each["subjectArea"], each["disputes"]) for each in found["credits"]] == [
        ("Art", stated),
        ("Mathematics", stated),
    ]
    await dispute(hub, msix_id, stateRecord=record, field="demographics.firstName")
    assert payload(await hub.ask(query, {"id": msix_id}, by=PRIMARY))["credits"] == found["credits"]


async def test_a_statement_stands_in_the_preview_of_a_merge(hub: Hub) -> None:
    await upload(hub.url, "TN", 1, [child(1), child(2), child(3)])
    first, second, third = [await msix_of(hub.url, "TN", f"S{number}") for number in (1, 2, 3)]
    record = await record_id(hub.url, "TN", "S2")
    await dispute(hub, second, stateRecord=record, field="demographics.firstName")
    query = (
        "query Q($a: String!, $b: [String!]!) { mergePreview(survivor: $a, duplicates: $b)"
        " { disputes { statement field stateRecords { stateStudentId } } } }"
    )
    disputed = {
        "statement": "It is not so.",
        "field": "demographics.firstName",
        "stateRecords": [{"stateStudentId": "S2"}],
    }
    for duplicate, found in ((second, [disputed]), (third, [])):
        assert payload(await hub.ask(query, {"a": first, "b": [duplicate]}, by=PRIMARY)) == {"disputes": found}


async def test_a_statement_about_the_child_stands_with_every_record_and_each_state_answers(hub: Hub) -> None:
    msix_id = await _of_two_states(hub)
    filed = (await dispute(hub, msix_id))["dispute"]
    assert filed["awaiting"] == ["TN", "TX"]
    stands = await _stands(hub, msix_id)
    assert all(each["disputes"] for each in [*stands["stateRecords"], *stands["enrollments"]])
    for by, answer, status, awaiting in (
        (DATA_ADMIN_TX, "UPHELD", "OPEN", ["TN"]),
        (DATA_ADMIN, "CORRECTED", "ANSWERED", []),
    ):
        found = await change(hub, "answerDispute", by, dispute=filed["id"], answer=answer, words="Looked at.")
        assert (found["dispute"]["status"], found["dispute"]["awaiting"]) == (status, awaiting)
    entries = [(each["kind"], each["state"], each["answer"]) for each in found["dispute"]["entries"]]
    assert entries == [("FILED", None, None), ("ANSWERED", "TX", "UPHELD"), ("ANSWERED", "TN", "CORRECTED")]
    assert [each["kind"] for each in await told(hub, DATA_ADMIN)] == ["DISPUTE_FILED"]
    assert [each["parameters"] for each in await told(hub, PRIVACY)] == [{"state": "TN"}, {"state": "TX"}]
    assert await told(hub, PRIMARY) == []
    assert len(await events(hub.url, "dispute:answer")) == 2
    await rows(hub.url, "UPDATE state_records SET status = 'WITHDRAWN' WHERE state = 'TN'")
    again = await change(hub, "answerDispute", DATA_ADMIN_TX, dispute=filed["id"], answer="UPHELD", words="Still.")
    assert codes(again) == []
    assert [each["parameters"] for each in await told(hub, PRIVACY)] == [{"state": "TX"}] * 2


@pytest.mark.parametrize(("name", "status"), [("withdrawDispute", "WITHDRAWN"), ("resolveDispute", "RESOLVED")])
async def test_a_dispute_that_ended_stands_no_more_and_is_kept(hub: Hub, name: str, status: str) -> None:
    msix_id = await _of_two_states(hub)
    record = await record_id(hub.url, "TN", "S1")
    filed = (await dispute(hub, msix_id, stateRecord=record, field="demographics.firstName"))["dispute"]
    ended = await change(hub, name, PRIVACY, dispute=filed["id"], reason="Settled.")
    assert (codes(ended), ended["dispute"]["status"]) == ([], status)
    stands = await _stands(hub, msix_id)
    assert stands["disputedValues"] == []
    assert stands["disputes"] == [{"id": filed["id"], "status": status}]
    for again, given in ((name, {"reason": "Again."}), ("answerDispute", {"answer": "UPHELD", "words": "Late."})):
        by = DATA_ADMIN if again == "answerDispute" else PRIVACY
        assert codes(await change(hub, again, by, dispute=filed["id"], **given)) == ["ALREADY_DECIDED"]
    assert {each["kind"] for each in await told(hub, DATA_ADMIN)} == {"DISPUTE_FILED", "DISPUTE_CHANGED"}
    for statement in ("DELETE FROM disputes", "UPDATE disputes SET status = 'OPEN'", "DELETE FROM dispute_entries"):
        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await rows(hub.url, statement)


async def test_what_was_stated_is_not_changed(hub: Hub) -> None:
    await dispute(hub, await _of_two_states(hub))
    with pytest.raises(asyncpg.PostgresError, match="append-only"):
        await rows(hub.url, "UPDATE disputes SET statement = 'Other'")


async def test_it_follows_its_record_through_a_merge_and_a_split(hub: Hub) -> None:
    await upload(hub.url, "TN", 1, [child(1)])
    await upload(hub.url, "TX", 1, [child(2)])
    one, other = await msix_of(hub.url, "TN", "S1"), await msix_of(hub.url, "TX", "S2")
    record = await record_id(hub.url, "TX", "S2")
    filed = (await dispute(hub, other, stateRecord=record))["dispute"]
    await merge(hub, one, other, by=PRIMARY)
    for by in (DATA_ADMIN, DATA_ADMIN_TX):
        (item,) = await worklist(hub, by)
        assert codes(await resolve(hub, item["id"], "APPROVED", by=by)) == []
    assert [each["id"] for each in (await _stands(hub, one))["disputes"]] == [filed["id"]]
    await split(hub, one, [record], by=PRIMARY)
    for by in (DATA_ADMIN, DATA_ADMIN_TX):
        (item,) = await worklist(hub, by)
        await resolve(hub, item["id"], "APPROVED", by=by)
    assert (await _stands(hub, one))["disputes"] == []
    assert [each["id"] for each in (await _stands(hub, other))["disputes"]] == [filed["id"]]


async def test_a_child_under_review_is_closed_to_statements_and_they_to_others(hub: Hub) -> None:
    msix_id = await _of_two_states(hub)
    await upload(hub.url, "TX", 2, [child(2)])
    filed = (await dispute(hub, msix_id))["dispute"]
    await merge(hub, msix_id, await msix_of(hub.url, "TX", "S2"), by=PRIMARY)
    assert codes(await dispute(hub, msix_id)) == ["UNDER_REVIEW"]
    assert codes(await change(hub, "withdrawDispute", PRIVACY, dispute=filed["id"], reason="No.")) == ["UNDER_REVIEW"]
    for by in (PRIVACY, SECONDARY):
        answer = await hub.ask("{ disputes { totalCount nodes { statement } } }", by=by)
        assert answer.data == {"disputes": {"totalCount": 0, "nodes": []}}
        found = await hub.ask("query Q($id: ID!) { node(id: $id) { id } }", {"id": filed["id"]}, by=by)
        assert found.data == {"node": None}
    answered = await change(hub, "answerDispute", DATA_ADMIN, dispute=filed["id"], answer="UPHELD", words="So.")
    assert codes(answered) == []


async def test_only_those_who_may_enter_and_answer(hub: Hub) -> None:
    await upload(hub.url, "TN", 1, [child(1)])
    msix_id = await msix_of(hub.url, "TN", "S1")
    filed = (await dispute(hub, msix_id))["dispute"]
    query = "mutation M($input: FileDisputeInput!) { fileDispute(input: $input) { errors { code } } }"
    for by in (DATA_ADMIN, PRIMARY, user_of("STATE_USER_ADMINISTRATOR"), user_of("GOVERNMENT_ADMINISTRATOR")):
        answer = await hub.ask(query, {"input": {"student": msix_id, "statement": "No."}}, by=by)
        assert (answer.code, answer.data) == ("FORBIDDEN", {"fileDispute": None})
    elsewhere = await change(hub, "answerDispute", DATA_ADMIN_TX, dispute=filed["id"], answer="UPHELD", words="No.")
    nobody = await change(hub, "answerDispute", DATA_ADMIN_TX, dispute="bm9uZQ==", answer="UPHELD", words="No.")
    assert elsewhere["errors"] == nobody["errors"] == [{"code": "NOT_FOUND", "field": "dispute"}]
    assert await value(hub.url, "SELECT count(*) FROM disputes") == 1
    assert len(await events(hub.url, "change:refused")) == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"statement": " "}, "statement"),
        ({"statement": "x" * 4001}, "statement"),
        ({"statement": "His SSN is 078-05-1120."}, "statement"),
        ({"statement": "a\0b"}, "statement"),
        ({"field": "demographics.nonsense"}, "field"),
        ({"field": "firstName"}, "field"),
        ({"field": "demographics.firstNameKey"}, "field"),
    ],
)
async def test_a_statement_that_cannot_be_kept_is_refused_with_its_field(
    hub: Hub, given: dict[str, str], field: str
) -> None:
    await upload(hub.url, "TN", 1, [child(1)])
    refused = await dispute(hub, await msix_of(hub.url, "TN", "S1"), **given)
    assert refused["errors"] == [{"code": "INVALID_INPUT", "field": field}]
    assert await value(hub.url, "SELECT count(*) FROM disputes") == 0


async def test_names_are_allowed_in_a_statement(hub: Hub) -> None:
    await upload(hub.url, "TN", 1, [child(1, demographics__firstName="Quetzalli")])
    filed = await dispute(hub, await msix_of(hub.url, "TN", "S1"), statement="She is Quetzali.\nNot Quetzalli.")
    assert codes(filed) == []


async def test_what_is_not_the_childs_is_not_found_and_versions_are_looked_at(hub: Hub) -> None:
    msix_id = await _of_two_states(hub)
    await upload(hub.url, "TX", 2, [child(2)])
    other = await record_id(hub.url, "TX", "S2")
    assert codes(await dispute(hub, msix_id, stateRecord=other)) == ["NOT_FOUND"]
    assert codes(await dispute(hub, "000000000000")) == ["NOT_FOUND"]
    filed = (await dispute(hub, msix_id, idempotencyKey="k"))["dispute"]
    assert (await dispute(hub, msix_id, idempotencyKey="k"))["dispute"]["id"] == filed["id"]
    given = {"dispute": filed["id"], "answer": "UPHELD", "words": "So.", "expectedVersion": 1}
    both = await asyncio.gather(
        change(hub, "answerDispute", DATA_ADMIN, **given), change(hub, "answerDispute", DATA_ADMIN_TX, **given)
    )
    assert sorted(map(codes, both)) == [[], ["CONFLICT"]]


async def test_whoever_may_not_read_what_is_disputed_reads_no_statement_about_it(hub: Hub) -> None:
    msix_id = await _of_two_states(hub)
    record = await record_id(hub.url, "TN", "S1")
    await dispute(hub, msix_id, stateRecord=record, field="enrollments.medicalAlert", statement="Never ill at all.")
    await dispute(hub, msix_id, stateRecord=record, field="enrollments.gradeLevel", statement="Another grade.")
    token = await hub.service_token(PRIMARY, "student:read")
    query = f"query Q($id: String!) {{ student(msixId: $id) {{ disputes {{ {DISPUTE} }} }} disputes {{ totalCount }} }}"
    answer = await hub.ask_by(token, query, {"id": msix_id})
    assert [each["statement"] for each in answer.data["student"]["disputes"]] == ["Another grade."]
    assert answer.data["disputes"] == {"totalCount": 1}
    assert "ill" not in answer.text
    whole = await hub.ask(query, {"id": msix_id}, by=PRIMARY)
    assert whole.data["disputes"] == {"totalCount": 2}


async def test_disputes_are_listed_by_status_state_and_child(hub: Hub) -> None:
    msix_id = await _of_two_states(hub)
    record = await record_id(hub.url, "TN", "S1")
    await dispute(hub, msix_id, stateRecord=record)
    query = "query Q($filter: DisputeFilter) { disputes(filter: $filter) { totalCount } }"
    for filter_, count in (
        ({"state": {"eq": "TN"}}, 1),
        ({"state": {"eq": "TX"}}, 0),
        ({"status": ["ANSWERED", "RESOLVED"]}, 0),
        ({"status": ["OPEN"], "msixId": {"eq": msix_id}}, 1),
        ({"msixId": {"eq": "000000000000"}}, 0),
    ):
        found: Any = payload(await hub.ask(query, {"filter": filter_}, by=PRIMARY))
        assert found["totalCount"] == count, filter_
