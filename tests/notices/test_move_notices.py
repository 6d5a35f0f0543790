"""Move notices over HTTP: sent, mailed, found, answered, and refused."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

import pytest

from hub.notices import SystemNotice, post_system_notices
from hub.store.engine import connect
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, HELP_DESK, PRIMARY, PRIVACY, SECONDARY, Hub, events, user_of
from tests.identity.country import child, codes, merge, msix_of, payload, rows, upload, value
from tests.notices.asking import NOTICE, REPLY, SEND, box, reply, send
from tests.notices.children import ADMINS, mails, two_children
from tests.notices.test_contacts import ANN, set_contacts

pytestmark = pytest.mark.anyio

SECONDARY_TX = user_of("SECONDARY_USER", "TX")


async def test_a_departure_goes_to_the_contacts_and_copies_and_its_answer_is_due_in_a_day(hub: Hub) -> None:
    student, _ = await two_children(hub.url)
    await set_contacts(hub, [{**ANN, "email": "ann@tx.gov"}], by=DATA_ADMIN_TX, state="TX")
    made = await send(hub, student, by=SECONDARY, copyTo=["c@d.org", "C@d.org"], expectedDate=_today(3))
    assert made["errors"] == []
    notice = made["notice"]
    told = [notice[name] for name in ("kind", "msixId", "fromState", "toState", "senderState", "receiverState")]
    assert told == ["DEPARTURE", student, "TN", "TX", "TN", "TX"]
    assert (notice["sentTo"], notice["copyTo"]) == (["ann@tx.gov"], ["C@d.org"])
    due, sent = (datetime.datetime.fromisoformat(notice[name]) for name in ("dueAt", "sentAt"))
    assert due - sent == datetime.timedelta(hours=24)
    assert (notice["answeredAt"], notice["answerMinutes"], notice["overdue"], notice["replies"]) == (
        None,
        None,
        False,
        [],
    )
    letters = await mails(hub.url, "move_notice")
    assert {(mail["to"], mail["language"]) for mail in letters} == {("ann@tx.gov", "es"), ("C@d.org", "en")}
    for mail in letters:
        assert student in mail["subject"] and student in mail["body"]
        assert not any(said in str(mail) for said in ("Bruno", "Ybarra", "leaves on Monday", "City 1"))
    (event,) = await events(hub.url, "notice:send")
    assert event["students"] == [await value(hub.url, "SELECT student_id FROM students WHERE msix_id = $1", student)]
    assert "Monday" not in str(event["detail"])


async def test_mails_link_to_the_hub_where_it_knows_its_address(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.settings import settings

    monkeypatch.setenv("HUB_PUBLIC_URL", "https://hub.example.gov")
    settings.cache_clear()
    try:
        student, _ = await two_children(hub.url)
        await send(hub, student)
    finally:
        settings.cache_clear()
    (mail,) = await mails(hub.url, "move_notice")
    number = await value(hub.url, "SELECT notice_id FROM move_notices")
    assert f"https://hub.example.gov/move-notices/{number}" in mail["body"]


async def test_an_arrival_is_told_to_where_the_child_came_from(hub: Hub) -> None:
    _, student = await two_children(hub.url)
    made = await send(hub, student, kind="ARRIVAL", fromState="TX", fromDistrict="4800001", toState=None)
    notice = made["notice"]
    assert (notice["toState"], notice["receiverState"], notice["receiverDistrict"]) == ("TN", "TX", "4800001")
    assert notice["sentTo"] == [ADMINS["TX"]], "without contacts the administrators are told"


async def test_each_box_shows_what_its_state_told_and_was_told(hub: Hub) -> None:
    student, _ = await two_children(hub.url)
    first = (await send(hub, student))["notice"]["id"]
    second = (await send(hub, student, by=DATA_ADMIN_TX, toState="TN"))["notice"]["id"]

    async def ids(name: str, by: str) -> list[str]:
        return [notice["id"] for notice in await box(hub, name, by=by)]

    assert await ids("INBOX", SECONDARY) == [second]
    assert await ids("INBOX", SECONDARY_TX) == [first]
    assert await ids("SENT", SECONDARY) == [first]
    assert await ids("ALL", SECONDARY) == [second, first]
    await reply(hub, first, by=SECONDARY_TX)
    assert await ids("INBOX", SECONDARY) == [second, first], "an answer brings a notice back"
    assert [notice["id"] for notice in await box(hub, "ALL", by=PRIMARY, answered=False)] == [second]
    assert [notice["id"] for notice in await box(hub, "ALL", by=PRIMARY, toState={"eq": "TX"})] == [first]
    assert await box(hub, "ALL", by=PRIMARY, overdue=True) == []
    assert len(await box(hub, "ALL", by=PRIMARY, msixId={"eq": student}, kind=["DEPARTURE"])) == 2


async def test_a_district_sees_its_own_notices_and_those_to_the_whole_state(hub: Hub) -> None:
    student, _ = await two_children(hub.url)
    for district in (None, "4800001", "4800002"):
        await send(hub, student, toDistrict=district)
    owner = await connect(hub.url)
    await owner.execute("UPDATE accounts SET district_id = '4800001' WHERE user_id = $1", SECONDARY_TX)
    await owner.close()
    assert [notice["toDistrict"] for notice in await box(hub, "INBOX", by=SECONDARY_TX)] == ["4800001", None]
    assert len(await box(hub, "INBOX", by=DATA_ADMIN_TX)) == 3


async def test_the_first_answer_of_the_side_that_was_told_stops_the_clock(hub: Hub) -> None:
    student, _ = await two_children(hub.url)
    notice = (await send(hub, student, by=SECONDARY))["notice"]["id"]
    asked = (await reply(hub, notice, by=PRIMARY, message="Do you have a seat?"))["notice"]
    assert asked["answeredAt"] is None
    await _backdate(hub.url, "25 hours")
    assert [each["overdue"] for each in await box(hub, "SENT", by=SECONDARY, overdue=True)] == [True]
    answered = (await reply(hub, notice, by=SECONDARY_TX))["notice"]
    assert answered["answerMinutes"] == 25 * 60
    assert answered["overdue"] is False
    again = (await reply(hub, notice, by=DATA_ADMIN_TX, message="And a bus."))["notice"]
    assert again["answeredAt"] == answered["answeredAt"]
    assert [each["answers"] for each in again["replies"]] == [False, True, True]
    assert [each["state"] for each in again["replies"]] == ["TN", "TX", "TX"]
    to = [mail["to"] for mail in await mails(hub.url, "move_notice_reply")]
    assert sorted(to) == sorted([ADMINS["TX"], "SECONDARY_USER.TN@agency.gov", "SECONDARY_USER.TN@agency.gov"])


async def test_answers_to_the_hub_go_to_the_contacts_of_the_state_that_the_child_came_to(hub: Hub) -> None:
    student, _ = await two_children(hub.url)
    owner = await connect(hub.url)
    number = await owner.fetchval("SELECT student_id FROM students WHERE msix_id = $1", student)
    async with owner.transaction():
        await post_system_notices(owner, [SystemNotice(number, "TN", "TX")])
    await owner.close()
    (notice,) = await box(hub, "INBOX", by=SECONDARY)
    assert (notice["byTheHub"], notice["sentBy"], notice["message"]) == (True, None, None)
    await reply(hub, notice["id"], by=SECONDARY)
    assert [mail["to"] for mail in await mails(hub.url, "move_notice_reply")] == [ADMINS["TX"]]


async def test_only_the_two_states_reply_and_only_the_own_state_sends(hub: Hub) -> None:
    student, _ = await two_children(hub.url)
    await upload(hub.url, "GA", 1, [child(3)])
    owner = await connect(hub.url)
    async with owner.transaction():
        number = await owner.fetchval("SELECT student_id FROM students WHERE msix_id = $1", student)
        (between_others,) = await post_system_notices(owner, [SystemNotice(number, "GA", "TX")])
    await owner.close()
    (there,) = [notice for notice in await box(hub, "ALL", by=DATA_ADMIN_TX) if notice["byTheHub"]]
    assert there["fromState"] == "GA" and between_others
    assert codes(await reply(hub, there["id"], by=DATA_ADMIN)) == ["NOT_CONCERNED"]
    assert codes(await reply(hub, "TW92ZU5vdGljZTo5OTk5", by=DATA_ADMIN)) == ["NOT_FOUND"]
    assert codes(await reply(hub, "nonsense", by=DATA_ADMIN)) == ["NOT_FOUND"]
    assert codes(await send(hub, student, fromState="GA")) == ["NOT_CONCERNED"]
    assert codes(await send(hub, student, kind="ARRIVAL", fromState="TX", toState="GA")) == ["NOT_CONCERNED"]


@pytest.mark.parametrize(
    ("by", "sees"), [(HELP_DESK, False), (PRIVACY, False), ("STATE_USER_ADMINISTRATOR.TN", False), (SECONDARY_TX, True)]
)
async def test_whoever_may_send_notices_reads_them_and_nobody_else(hub: Hub, by: str, sees: bool) -> None:
    student, _ = await two_children(hub.url)
    notice = (await send(hub, student, message="A seat in grade 8, please."))["notice"]["id"]
    ways = {
        "moveNotices": "{ moveNotices(box: ALL) { nodes { message } } }",
        "moveNotice": f'{{ moveNotice(id: "{notice}") {{ message }} }}',
        "node": f'{{ node(id: "{notice}") {{ ... on MoveNotice {{ message }} }} }}',
        "student": f'{{ student(msixId: "{student}") {{ moveNotices {{ nodes {{ message }} }} }} }}',
    }
    for query in ways.values():
        answer = await hub.ask(query, by=by)
        assert ("A seat" in answer.text) is sees
        assert ("FORBIDDEN" in answer.codes) is not sees
    for document, given in (
        (SEND, {"student": student, "kind": "DEPARTURE", "toState": "TX", "message": "Hi"}),
        (REPLY, {"notice": notice, "message": "Hi"}),
    ):
        assert ("FORBIDDEN" in (await hub.ask(document, {"input": given}, by=by)).codes) is not sees


async def test_notices_of_a_student_under_review_are_closed_like_the_student(hub: Hub) -> None:
    student, other = await two_children(hub.url)
    notice = (await send(hub, student, message="A seat in grade 8, please."))["notice"]["id"]
    assert codes(await merge(hub, student, other, by=DATA_ADMIN)) == []
    assert codes(await send(hub, student)) == ["UNDER_REVIEW"]
    assert codes(await reply(hub, notice, by=SECONDARY_TX)) == ["UNDER_REVIEW"]
    for query in (
        "{ moveNotices(box: ALL) { totalCount nodes { message } } }",
        f'{{ moveNotice(id: "{notice}") {{ message }} }}',
        f'{{ node(id: "{notice}") {{ ... on MoveNotice {{ message }} }} }}',
    ):
        answer = await hub.ask(query, by=SECONDARY_TX)
        assert "A seat" not in answer.text
        assert not answer.codes or answer.code == "UNDER_REVIEW"
    assert "A seat" in (await hub.ask(f'{{ moveNotice(id: "{notice}") {{ message }} }}', by=DATA_ADMIN)).text


async def test_a_merge_and_a_split_leave_a_notice_with_its_student(hub: Hub) -> None:
    student, other = await two_children(hub.url)
    notice = (await send(hub, student))["notice"]["id"]
    owner = await connect(hub.url)
    await owner.execute(
        "UPDATE students SET current_id = (SELECT student_id FROM students WHERE msix_id = $2), retired_at = now() "
        "WHERE msix_id = $1",
        student,
        other,
    )
    await owner.execute(
        "UPDATE state_records SET student_id = (SELECT student_id FROM students WHERE msix_id = $1)", other
    )
    await owner.close()
    query = f'{{ student(msixId: "{other}") {{ moveNotices {{ nodes {{ id msixId student {{ msixId }} }} }} }} }}'
    (found,) = payload(await hub.ask(query, by=PRIMARY))["moveNotices"]["nodes"]
    assert found == {"id": notice, "msixId": other, "student": {"msixId": other}}
    assert (await send(hub, student))["notice"]["msixId"] == other, "a retired ID leads to its survivor"


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"student": "123456789012"}, "NOT_FOUND", "student"),
        ({"student": "x\0y"}, "NOT_FOUND", "student"),
        ({"toState": "ZZ"}, "INVALID_INPUT", "toState"),
        ({"toState": "\0"}, "INVALID_INPUT", "toState"),
        ({"toState": None}, "INVALID_INPUT", "toState"),
        ({"toState": "TN"}, "INVALID_INPUT", "toDistrict"),
        ({"toDistrict": "4700012"}, "INVALID_INPUT", "toDistrict"),
        ({"message": "  \n "}, "INVALID_INPUT", "message"),
        ({"message": "x" * 4001}, "INVALID_INPUT", "message"),
        ({"message": "bell \a"}, "INVALID_INPUT", "message"),
        ({"message": "nul \0"}, "INVALID_INPUT", "message"),
        ({"message": "turned \u202e round"}, "INVALID_INPUT", "message"),
        ({"copyTo": ["a@b.org\r\nBcc: all@b.org"]}, "INVALID_INPUT", "copyTo.0"),
        ({"copyTo": ["a@b.org", "a@b.org, c@d.org"]}, "INVALID_INPUT", "copyTo.1"),
        ({"copyTo": [f"a{number}@b.org" for number in range(11)]}, "INVALID_INPUT", "copyTo"),
        ({"expectedDate": "1999-01-01"}, "INVALID_INPUT", "expectedDate"),
        ({"toState": "GA"}, "NO_CONTACT", "toState"),
    ],
)
async def test_what_cannot_be_sent_is_refused_with_its_field(
    hub: Hub, changed: dict[str, Any], code: str, field: str
) -> None:
    student, _ = await two_children(hub.url)
    found = await send(hub, **{"student": student, **changed})
    assert [(error["code"], error["field"]) for error in found["errors"]] == [(code, field)]
    assert found["notice"] is None
    assert await value(hub.url, "SELECT count(*) FROM move_notices") == 0
    assert await mails(hub.url, "move_notice") == []


async def test_a_message_that_names_the_child_is_refused_with_what_stands_where(hub: Hub) -> None:
    student, _ = await two_children(hub.url)
    said = "Señal: Bruno Ybarra, nacido el 8 de feb de 2009, 123-45-6789."
    found = await send(hub, student, message=said)
    told = [(e["code"], e["field"], e["found"], said[e["offset"] : e["offset"] + e["length"]]) for e in found["errors"]]
    assert told == [
        ("SENSITIVE_TEXT", "message", "STUDENT_NAME", "Bruno Ybarra"),
        ("SENSITIVE_TEXT", "message", "BIRTH_DATE", "8 de feb de 2009"),
        ("SENSITIVE_TEXT", "message", "SSN", "123-45-6789"),
    ]
    assert await value(hub.url, "SELECT count(*) FROM move_notices") == 0
    notice = (await send(hub, student))["notice"]["id"]
    refused = await reply(hub, notice, by=SECONDARY_TX, message="We know Bruno well.")
    assert [(e["code"], e["found"], e["offset"], e["length"]) for e in refused["errors"]] == [
        ("SENSITIVE_TEXT", "STUDENT_NAME", 8, 5)
    ]
    kept = await rows(hub.url, "SELECT detail::text FROM audit_events WHERE tag = 'change:refused'")
    assert kept and not any("Bruno" in row["detail"] or "6789" in row["detail"] for row in kept)


async def test_the_same_key_sends_once_however_many_send_it_at_once(hub: Hub) -> None:
    student, _ = await two_children(hub.url)
    sent = await asyncio.gather(*(send(hub, student, idempotencyKey="k1") for _ in range(6)))
    assert len({made["notice"]["id"] for made in sent}) == 1
    assert await value(hub.url, "SELECT count(*) FROM move_notices") == 1
    assert len(await mails(hub.url, "move_notice")) == 1
    assert codes(await send(hub, student, idempotencyKey="k1", message="Another")) == ["KEY_REUSED"]
    once = await send(hub, student, idempotencyKey="k2", message="It is Bruno.")
    again = await send(hub, student, idempotencyKey="k2", message="It is Bruno.")
    assert once["errors"] == again["errors"] != []


async def test_a_sent_notice_is_seen_by_every_way_and_each_look_is_in_the_trail(hub: Hub) -> None:
    student, _ = await two_children(hub.url)
    notice = (await send(hub, student))["notice"]["id"]
    number = await value(hub.url, "SELECT student_id FROM students WHERE msix_id = $1", student)
    for query in (
        f'{{ moveNotice(id: "{notice}") {{ {NOTICE} }} }}',
        f'{{ node(id: "{notice}") {{ ... on MoveNotice {{ {NOTICE} }} }} }}',
        f"{{ moveNotices(box: INBOX) {{ nodes {{ {NOTICE} }} }} }}",
    ):
        before = len(await events(hub.url, "student:view", "student:search"))
        answer = await hub.ask(query, by=SECONDARY_TX)
        assert notice in answer.text
        seen = await events(hub.url, "student:view", "student:search")
        assert len(seen) == before + 1
        assert seen[-1]["students"] == [number]


def _today(days: int) -> str:
    return (datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=days)).isoformat()


async def _backdate(url: str, by: str) -> None:
    """As if everything had been sent so much earlier."""
    owner = await connect(url)
    await owner.execute("ALTER TABLE move_notices DISABLE TRIGGER move_notices_append_only")
    await owner.execute(
        "UPDATE move_notices SET sent_at = sent_at - $1::text::interval, due_at = due_at - $1::text::interval", by
    )
    await owner.close()


async def test_a_child_whom_only_a_withdrawn_record_names_is_not_found(hub: Hub) -> None:
    student, _ = await two_children(hub.url)
    owner = await connect(hub.url)
    await owner.execute("UPDATE state_records SET status = 'WITHDRAWN' WHERE state = 'TN'")
    await owner.close()
    assert codes(await send(hub, student)) == ["NOT_FOUND"]
    assert await msix_of(hub.url, "TN", "S1") == student
