"""What is told to whom, what of it is shown, and what counts as read."""

from __future__ import annotations

import asyncio
import datetime

import pytest

from hub import clock
from hub.notices import Audience, Notice
from hub.store.engine import connect
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, HELP_DESK, PRIMARY, PRIVACY, SECONDARY, Hub, events, user_of
from tests.http.sockets import introduced, listening
from tests.identity.country import child, codes, merge, msix_of, payload, resolve, rows, split, upload, worklist
from tests.notices.telling import account_of, mark, student_of, tell, told, unread

pytestmark = pytest.mark.anyio

FOLLOW = "subscription F { notificationReceived { notification { id kind student { msixId } } } }"
REGIONAL = user_of("REGIONAL_DATA_ADMINISTRATOR")


async def _child(hub: Hub, number: int = 1, state: str = "TN") -> tuple[str, int]:
    """MSIX ID and key of a new child."""
    await upload(hub.url, state, number, [child(number)])
    msix_id = await msix_of(hub.url, state, f"S{number}")
    return msix_id, await student_of(hub.url, msix_id)


def _to(*accounts: int) -> Audience:
    return Audience(accounts=accounts)


async def test_the_holders_of_a_role_in_a_state_or_region_are_told_once_and_nobody_else(hub: Hub) -> None:
    own = await account_of(hub.url, DATA_ADMIN)
    roles = ("STATE_DATA_ADMINISTRATOR", "REGIONAL_DATA_ADMINISTRATOR")
    both = Audience(roles=roles, state="TN", accounts=(own,))
    assert await tell(hub.url, Notice("DATA_REQUEST", both, parameters={"state": "TX"})) == 2
    assert await tell(hub.url, Notice("DATA_REQUEST", Audience(roles=roles, state="TN", region="East"))) == 1
    assert await tell(hub.url, Notice("DATA_REQUEST", Audience(roles=roles, state="TN", region="West"))) == 0
    assert await tell(hub.url, Notice("DATA_REQUEST", Audience(roles=roles, state="TN", but=own))) == 1
    assert await tell(hub.url, Notice("DISPUTE_FILED", Audience(roles=("PRIVACY_ACT_ADMINISTRATOR",)))) == 1
    (first,) = await told(hub, DATA_ADMIN)
    assert (first["kind"], first["parameters"], first["student"]) == ("DATA_REQUEST", {"state": "TX"}, None)
    assert len(await told(hub, REGIONAL)) == 3
    assert [each["kind"] for each in await told(hub, PRIVACY)] == ["DISPUTE_FILED"]
    assert await told(hub, DATA_ADMIN_TX) == await told(hub, PRIMARY) == []


async def test_a_closed_account_is_told_nothing(hub: Hub) -> None:
    own = await account_of(hub.url, PRIMARY)
    await rows(hub.url, "UPDATE accounts SET status = 'DISABLED' WHERE account_id = $1", own)
    assert await tell(hub.url, Notice("DATA_REQUEST", _to(own))) == 0


@pytest.mark.parametrize("wrong", [{"kind": "NONSENSE"}, {"kind": "MOVE_NOTICE", "parameters": {"message": "x" * 201}}])
def test_what_is_no_notice_cannot_be_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a notification"):
        Notice(to=Audience(), **wrong)  # type: ignore[arg-type]


async def test_what_is_about_a_child_shows_the_child_and_is_in_the_audit_trail(hub: Hub) -> None:
    msix_id, student = await _child(hub)
    own = await account_of(hub.url, PRIMARY)
    await tell(hub.url, Notice("STUDENT_CHANGED", _to(own), student, object_type="StateRecord", object_key=1))
    (found,) = await told(hub, PRIMARY)
    assert found["student"] == {"msixId": msix_id}
    node = payload(await hub.ask("query Q($id: ID!) { node(id: $id) { id } }", {"id": found["objectId"]}, by=PRIMARY))
    assert node == {"id": found["objectId"]}
    (event,) = [event for event in await events(hub.url, "student:search") if event["operation"] == "N"]
    assert event["students"] == [student]
    assert "Student.msixId" in event["fields"]


async def test_nobody_sees_or_marks_what_another_was_told(hub: Hub) -> None:
    await tell(hub.url, Notice("DATA_REQUEST", _to(await account_of(hub.url, DATA_ADMIN))))
    (found,) = await told(hub, DATA_ADMIN)
    for by in (PRIMARY, DATA_ADMIN_TX, HELP_DESK, user_of("STATE_USER_ADMINISTRATOR")):
        listed = payload(await hub.ask("{ notifications { totalCount nodes { id } } }", by=by))
        assert listed == {"totalCount": 0, "nodes": []}
        assert await unread(hub, by) == 0
        answer = await hub.ask("query Q($id: ID!) { node(id: $id) { id } }", {"id": found["id"]}, by=by)
        assert answer.data == {"node": None}
        refused = await mark(hub, by, ids=[found["id"]])
        assert (codes(refused), refused["marked"]) == (["NOT_FOUND"], None)
        assert (await mark(hub, by, before=clock.now().isoformat()))["marked"] == 0
    assert await unread(hub, DATA_ADMIN) == 1


async def test_what_is_read_is_marked_once_however_many_do_it_at_once(hub: Hub) -> None:
    own = await account_of(hub.url, PRIMARY)
    await tell(hub.url, *(Notice("DATA_REQUEST", _to(own)) for _ in range(30)))
    ids = [each["id"] for each in await told(hub, PRIMARY)]
    later = clock.now().isoformat()
    tries = [mark(hub, PRIMARY, ids=ids[n : n + 20]) for n in (0, 5, 10)]
    marked = await asyncio.gather(*tries, mark(hub, PRIMARY, before=later))
    assert sum(each["marked"] for each in marked) == 30
    assert await unread(hub, PRIMARY) == 0
    assert len(await told(hub, PRIMARY, unread=False)) == 30
    found = await events(hub.url, "notification:read")
    assert sum(int(event["detail"].split(":")[1].strip(" }")) for event in found) == 30


async def test_marking_names_what_is_wrong(hub: Hub) -> None:
    own = await account_of(hub.url, PRIMARY)
    await tell(hub.url, Notice("DATA_REQUEST", _to(own)))
    (found,) = await told(hub, PRIMARY)
    wrongs: list[dict[str, object]] = [{}, {"ids": [found["id"]], "before": clock.now().isoformat()}, {"ids": []}]
    for wrong in wrongs:
        assert codes(await mark(hub, PRIMARY, **wrong)) == ["INVALID_INPUT"]
    assert codes(await mark(hub, PRIMARY, before="2026-01-01T00:00:00")) == ["INVALID_INPUT"]
    assert codes(await mark(hub, PRIMARY, ids=["nonsense", found["id"]])) == ["NOT_FOUND"]
    assert await unread(hub, PRIMARY) == 1
    key = {"ids": [found["id"]], "idempotencyKey": "k"}
    assert [(await mark(hub, PRIMARY, **key))["marked"] for _ in range(2)] == [1, 1]
    assert codes(await mark(hub, PRIMARY, before=clock.now().isoformat(), idempotencyKey="k")) == ["KEY_REUSED"]


async def test_what_is_about_a_child_under_review_is_there_for_deciders_alone_until_it_is_decided(hub: Hub) -> None:
    one, student = await _child(hub)
    other, _ = await _child(hub, 2)
    both = [await account_of(hub.url, by) for by in (SECONDARY, DATA_ADMIN)]
    await tell(hub.url, Notice("STUDENT_CHANGED", _to(*both), student))
    await merge(hub, one, other, by=PRIMARY)
    assert (len(await told(hub, SECONDARY)), await unread(hub, SECONDARY)) == (0, 0)
    assert (len(await told(hub, DATA_ADMIN)), await unread(hub, DATA_ADMIN)) == (1, 1)
    later = (clock.now() + datetime.timedelta(days=1)).isoformat()
    assert (await mark(hub, SECONDARY, before=later))["marked"] == 0, "not even the number of what is hidden"
    (item,) = await worklist(hub, DATA_ADMIN)
    await resolve(hub, item["id"], "APPROVED", by=DATA_ADMIN)
    (found,) = await told(hub, SECONDARY)
    assert (found["student"], found["readAt"]) == ({"msixId": one}, None)
    assert (await mark(hub, SECONDARY, before=later))["marked"] == 1


async def test_what_names_a_record_follows_it_through_a_split(hub: Hub) -> None:
    one, student = await _child(hub)
    other, _ = await _child(hub, 2)
    await merge(hub, one, other, by=PRIMARY)
    (item,) = await worklist(hub, DATA_ADMIN)
    await resolve(hub, item["id"], "APPROVED", by=DATA_ADMIN)
    ((record, id_),) = await rows(
        hub.url,
        "SELECT state_record_id, encode(convert_to('StateRecord:' || state_record_id, 'UTF8'), 'base64') "
        "FROM state_records WHERE state_student_id = 'S2'",
    )
    await tell(hub.url, Notice("STUDENT_CHANGED", _to(await account_of(hub.url, PRIMARY)), student, record))
    await split(hub, one, [id_], by=PRIMARY)
    (item,) = await worklist(hub, DATA_ADMIN)
    await resolve(hub, item["id"], "APPROVED", by=DATA_ADMIN)
    (found,) = await told(hub, PRIMARY)
    assert found["student"] == {"msixId": other}


async def test_whoever_may_read_children_no_more_is_told_of_none(hub: Hub) -> None:
    _, student = await _child(hub)
    own = await account_of(hub.url, SECONDARY)
    await tell(hub.url, Notice("STUDENT_CHANGED", _to(own), student), Notice("CLOCK_DUE", _to(own)))
    await rows(hub.url, "UPDATE account_roles SET role = 'STATE_USER_ADMINISTRATOR' WHERE account_id = $1", own)
    answer = await hub.ask(
        "{ viewer { unreadNotifications } notifications { nodes { kind } totalCount } }", by=SECONDARY
    )
    assert answer.data == {
        "viewer": {"unreadNotifications": 1},
        "notifications": {"nodes": [{"kind": "CLOCK_DUE"}], "totalCount": 1},
    }


async def test_a_notification_is_heard_by_its_account_alone_and_about_a_closed_child_by_none(hub: Hub) -> None:
    one, student = await _child(hub)
    other, _ = await _child(hub, 2)
    both = [await account_of(hub.url, by) for by in (SECONDARY, DATA_ADMIN)]
    async with (
        listening(hub) as address,
        introduced(address, await hub.token(SECONDARY)) as closed,
        introduced(address, await hub.token(DATA_ADMIN)) as decides,
        introduced(address, await hub.token(DATA_ADMIN_TX)) as elsewhere,
    ):
        for socket in (closed, decides, elsewhere):
            await socket.subscribe(FOLLOW)
        await tell(hub.url, Notice("STUDENT_CHANGED", _to(*both), student))
        for socket in (closed, decides):
            found = (await socket.next())["data"]["notificationReceived"]["notification"]
            assert (found["kind"], found["student"]) == ("STUDENT_CHANGED", {"msixId": one})
        await elsewhere.hears_nothing()
        await merge(hub, one, other, by=PRIMARY)
        await tell(hub.url, Notice("STUDENT_CHANGED", _to(*both), student))
        assert (await decides.next())["data"]["notificationReceived"]["notification"]
        await closed.hears_nothing()
    seen = [event["user_id"] for event in await events(hub.url, "student:view") if event["operation"] == "F"]
    assert sorted(seen) == sorted([SECONDARY, DATA_ADMIN, DATA_ADMIN])


async def test_preferences_are_daily_in_english_until_chosen(hub: Hub) -> None:
    asked = "{ viewer { notificationPreferences { digest language } } }"
    assert payload(await hub.ask(asked, by=PRIMARY)) == {
        "notificationPreferences": {"digest": "DAILY", "language": "EN"}
    }
    choose = (
        "mutation P($input: SetNotificationPreferencesInput!)"
        " { setNotificationPreferences(input: $input) { digest language errors { code } } }"
    )
    given = {"digest": "NEVER", "language": "ES"}
    for _ in range(2):
        assert payload(await hub.ask(choose, {"input": given}, by=PRIMARY)) == {**given, "errors": []}
    assert payload(await hub.ask(asked, by=PRIMARY)) == {"notificationPreferences": given}
    assert payload(await hub.ask(asked, by=DATA_ADMIN))["notificationPreferences"]["digest"] == "DAILY"
    assert len(await events(hub.url, "notification:preferences")) == 2


async def test_a_thousand_are_told_by_one_statement_and_one_event(hub: Hub) -> None:
    own = await account_of(hub.url, PRIMARY)
    connection = await connect(hub.url)
    before = await connection.fetchval("SELECT count(*) FROM outbox_messages")
    assert await tell(hub.url, *(Notice("CLOCK_DUE", _to(own)) for _ in range(1000))) == 1000
    assert await connection.fetchval("SELECT count(*) FROM outbox_messages") == before + 1
    await connection.close()
