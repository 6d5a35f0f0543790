"""Watching a child or a search: what is told, to whom, and what is told to nobody."""

from __future__ import annotations

import asyncio
import datetime
from dataclasses import replace
from typing import Any

import pytest

from hub import clock
from hub.jobs import Work
from hub.settings import Settings
from hub.store.engine import connect, read_pool
from hub.tables.web_role import WEB_ROLE
from hub.watches import watch_search, watch_student
from hub.watches.watchers import watchers
from hub.watching import Watching
from hub.worker import jobs, working
from permissions.roles import grants_of
from resolvers.searching import Searching
from schema.build import build_schema
from tests.http.hub import DATA_ADMIN, PRIMARY, PRIVACY, SECONDARY, Hub, events, user_of
from tests.identity.country import child, codes, merge, msix_of, payload, resolve, rows, upload, value, worklist
from tests.notices.telling import account_of, student_of, told
from tests.watches.asking import change

pytestmark = pytest.mark.anyio

OF_TN = {"state": {"eq": "TN"}}


async def listed(hub: Hub, by: str) -> list[dict[str, Any]]:
    query = "{ watches { nodes { id kind name student { msixId } } } }"
    found: list[dict[str, Any]] = payload(await hub.ask(query, by=by))["nodes"]
    return found


async def look(url: str) -> None:
    """What the worker does, once."""
    pool = await read_pool(url, 2, role=WEB_ROLE, statement_timeout_ms=0)
    try:
        await Watching().look(Work(url, pool, Settings(), asyncio.Event()))
    finally:
        await pool.close()


async def kinds(hub: Hub, by: str) -> list[str]:
    """Kinds of what was told since the last time, the newest first; all of it is read then."""
    found = [each["kind"] for each in await told(hub, by, unread=True)]
    await rows(hub.url, "UPDATE notifications SET read_at = now() WHERE account_id = $1", await account_of(hub.url, by))
    return found


async def _child(hub: Hub, number: int = 1, state: str = "TN") -> str:
    await upload(hub.url, state, 100 + number, [child(number)])
    return await msix_of(hub.url, state, f"S{number}")


async def _again(hub: Hub, sequence: int, number: int = 1, state: str = "TN", **changes: Any) -> None:
    """The state sends the child anew, changed."""
    await upload(hub.url, state, 100 + sequence, [child(number, **{"demographics__suffix": f"{sequence}", **changes})])


async def test_what_a_state_sends_anew_is_told_once_to_whoever_watches_and_to_nobody_else(hub: Hub) -> None:
    msix_id = await _child(hub)
    await change(hub, "watchStudent", SECONDARY, student=msix_id)
    await look(hub.url)
    assert await kinds(hub, SECONDARY) == []
    await _again(hub, 2)
    for _ in range(3):
        await look(hub.url)
    (found,) = await told(hub, SECONDARY)
    assert (found["kind"], found["student"]) == ("STUDENT_CHANGED", {"msixId": msix_id})
    assert await told(hub, PRIMARY) == []
    (event,) = await events(hub.url, "watch:told")
    assert (event["user_id"], event["students"]) == (SECONDARY, [await student_of(hub.url, msix_id)])
    await _again(hub, 3)
    await look(hub.url)
    assert len(await told(hub, SECONDARY)) == 2


async def test_another_states_record_and_a_new_alert_are_told_as_such(hub: Hub) -> None:
    msix_id = await _child(hub)
    await change(hub, "watchStudent", SECONDARY, student=msix_id)
    await upload(hub.url, "TX", 1, [child(1, msixId=msix_id)])
    await look(hub.url)
    (found,) = await told(hub, SECONDARY)
    assert (found["kind"], found["parameters"]) == ("RECORD_ADDED", {"state": "TX"})
    await kinds(hub, SECONDARY)
    await _again(hub, 2, enrollments__1__medicalAlert="ACUTE")
    await look(hub.url)
    assert await kinds(hub, SECONDARY) == ["ALERT_ADDED"]


async def test_a_move_notice_is_told_to_those_who_may_read_notices(hub: Hub) -> None:
    msix_id = await _child(hub)
    for by in (PRIMARY, PRIVACY):
        await change(hub, "watchStudent", by, student=msix_id)
    await rows(
        hub.url,
        "INSERT INTO move_notices (kind, student_id, from_state, to_state, sent_at, due_at)"
        " VALUES ('ARRIVAL', $1, 'TN', 'TX', now(), now())",
        await student_of(hub.url, msix_id),
    )
    await look(hub.url)
    assert await kinds(hub, PRIMARY) == ["NOTICE_ADDED"]
    assert await kinds(hub, PRIVACY) == []


async def test_under_review_only_deciders_are_told_and_the_others_of_what_came_of_it(hub: Hub) -> None:
    one, other = await _child(hub), await _child(hub, 2)
    for by in (SECONDARY, DATA_ADMIN):
        await change(hub, "watchStudent", by, student=one)
    assert codes(await change(hub, "watchStudent", SECONDARY, student=other)) == []
    await merge(hub, one, other, by=PRIMARY)
    await _again(hub, 3)
    await look(hub.url)
    assert await kinds(hub, SECONDARY) == []
    assert await kinds(hub, DATA_ADMIN) == ["STUDENT_CHANGED"]
    assert codes(await change(hub, "watchStudent", PRIMARY, student=one)) == ["UNDER_REVIEW"]
    assert {each["student"] and each["student"]["msixId"] for each in await listed(hub, SECONDARY)} == {None}
    (item,) = await worklist(hub, DATA_ADMIN)
    await resolve(hub, item["id"], "APPROVED", by=DATA_ADMIN)
    await look(hub.url)
    assert await kinds(hub, SECONDARY) == ["IDENTITY_CHANGED"], "the two are one child now, told of once"
    assert {each["student"]["msixId"] for each in await listed(hub, SECONDARY)} == {one}
    assert await kinds(hub, DATA_ADMIN) == ["IDENTITY_CHANGED"]
    await _again(hub, 4)
    await look(hub.url)
    assert await kinds(hub, SECONDARY) == ["STUDENT_CHANGED"]


async def test_a_rejected_review_tells_of_what_happened_meanwhile(hub: Hub) -> None:
    one, other = await _child(hub), await _child(hub, 2)
    await change(hub, "watchStudent", SECONDARY, student=one)
    await merge(hub, one, other, by=PRIMARY)
    await _again(hub, 3)
    await look(hub.url)
    (item,) = await worklist(hub, DATA_ADMIN)
    await resolve(hub, item["id"], "REJECTED", by=DATA_ADMIN)
    await look(hub.url)
    assert await kinds(hub, SECONDARY) == ["STUDENT_CHANGED"]


@pytest.mark.parametrize(
    "lost",
    [
        "UPDATE accounts SET status = 'DISABLED' WHERE account_id = $1",
        "UPDATE account_roles SET role = 'STATE_USER_ADMINISTRATOR' WHERE account_id = $1",
    ],
)
async def test_a_closed_account_and_a_lost_role_are_told_nothing(hub: Hub, lost: str) -> None:
    msix_id = await _child(hub)
    await change(hub, "watchStudent", SECONDARY, student=msix_id)
    await change(hub, "watchSearch", SECONDARY, name="All of TN", filter=OF_TN)
    await rows(hub.url, lost, await account_of(hub.url, SECONDARY))
    await _again(hub, 2)
    await look(hub.url)
    assert await value(hub.url, "SELECT count(*) FROM notifications") == 0
    assert await events(hub.url, "watch:told") == []


async def test_a_search_tells_of_what_it_finds_new_and_changed_and_of_nothing_else(hub: Hub) -> None:
    await _child(hub)
    names = {"lastName": {"prefix": "yb"}, "enrolledOn": "2026-01-15"}
    watched = (await change(hub, "watchSearch", SECONDARY, name="The Ybarras", filter=names))["watch"]
    assert (watched["kind"], watched["filter"], watched["student"]) == ("SEARCH", names, None)
    await change(hub, "watchSearch", PRIMARY, name="TX", filter={"state": {"in": ["TX"]}})
    await look(hub.url)
    for by in (SECONDARY, PRIMARY):
        await kinds(hub, by)
    await _again(hub, 2)
    await _child(hub, 3)
    for _ in range(2):
        await look(hub.url)
    (found,) = await told(hub, SECONDARY, unread=True)
    assert (found["kind"], found["objectId"]) == ("SEARCH_FOUND", watched["id"])
    assert found["student"] == {"msixId": await msix_of(hub.url, "TN", "S1")}
    assert await kinds(hub, PRIMARY) == []
    assert all("Ybarra" not in event["detail"] for event in await events(hub.url, "watch:told", "watch:begin"))


async def test_a_search_that_finds_many_tells_how_many(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.watches.tell_of_searches.MOST_TOLD", 1)
    await change(hub, "watchSearch", SECONDARY, name="TN", filter=OF_TN)
    await upload(hub.url, "TN", 1, [child(1), child(2)])
    await look(hub.url)
    (found,) = await told(hub, SECONDARY)
    assert (found["parameters"], found["student"]) == ({"count": 2}, None)


async def test_a_search_finds_no_child_under_review(hub: Hub) -> None:
    one, other = await _child(hub), await _child(hub, 2)
    await look(hub.url)
    for by in (SECONDARY, DATA_ADMIN):
        await change(hub, "watchSearch", by, name="TN", filter=OF_TN)
    await merge(hub, one, other, by=PRIMARY)
    await _again(hub, 3)
    await look(hub.url)
    assert await kinds(hub, SECONDARY) == []
    assert set(await kinds(hub, DATA_ADMIN)) == {"SEARCH_FOUND"}


async def test_a_filter_on_what_one_may_not_read_is_refused_and_one_that_was_lost_finds_nothing(hub: Hub) -> None:
    await _child(hub)
    token = await hub.service_token(PRIMARY, "student:search", "student:read")
    query = "mutation M($input: WatchSearchInput!) { watchSearch(input: $input) { errors { code } } }"
    given = {"name": "Ill", "filter": {"healthAlert": ["CHRONIC", "ACUTE", "IMMUNIZATION"]}}
    answer = await hub.ask_by(token, query, {"input": given})
    assert (answer.code, answer.errors[0]["extensions"]["coordinate"]) == ("FORBIDDEN", "StudentFilter.healthAlert")
    assert await value(hub.url, "SELECT count(*) FROM watches") == 0
    account = await account_of(hub.url, SECONDARY)
    for filter_ in (
        '{"gone": true}',
        '{"sex": 7}',
        '{"birthDate": {"eq": "never"}}',
        '{"updatedSince": "2026-01-01T00:00:00"}',
    ):
        await rows(
            hub.url,
            "INSERT INTO watches (account_id, name, filter) VALUES ($1, $2, $2::text::jsonb)",
            account,
            filter_,
        )
    await _again(hub, 2)
    await look(hub.url)
    assert await told(hub, SECONDARY) == []


async def test_a_lost_grant_makes_a_filter_find_nothing(hub: Hub) -> None:

    msix_id = await _child(hub)
    student, account = await student_of(hub.url, msix_id), await account_of(hub.url, PRIMARY)
    connection = await connect(hub.url, role=WEB_ROLE)
    viewer = (await watchers(connection, [account], grants_of))[account]
    searching = Searching(build_schema())
    filter_ = {"state": {"eq": "TN"}, "healthAlert": ["CHRONIC", "ACUTE", "IMMUNIZATION"]}
    held = await searching.find(connection, viewer, filter_, [student])
    for lost in ("health:read", "student:search", "student:read"):
        grants = {name: reach for name, reach in viewer.grants.items() if name != lost}
        assert await searching.find(connection, replace(viewer, grants=grants), filter_, [student]) == []
    assert await searching.find(connection, viewer, {"state": {"eq": "TN"}}, [student]) == [student]
    assert await searching.find(connection, viewer, {"state": {"eq": "TN"}}, [student + 1]) == []
    await connection.close()
    assert held in ([], [student])


async def test_watches_are_ones_own_and_end(hub: Hub) -> None:
    msix_id = await _child(hub)
    first = (await change(hub, "watchStudent", SECONDARY, student=msix_id))["watch"]
    again = (await change(hub, "watchStudent", SECONDARY, student=msix_id))["watch"]
    assert first == again
    assert await listed(hub, PRIMARY) == []
    assert (await change(hub, "unwatch", PRIMARY, watch=first["id"]))["errors"] == [
        {"code": "NOT_FOUND", "field": "watch"}
    ]
    answer = await hub.ask("query Q($id: ID!) { node(id: $id) { id } }", {"id": first["id"]}, by=PRIMARY)
    assert answer.data == {"node": None}
    for expected in ([], ["NOT_FOUND"]):
        assert codes(await change(hub, "unwatch", SECONDARY, watch=first["id"])) == expected
    await _again(hub, 2)
    await look(hub.url)
    assert await told(hub, SECONDARY) == []
    assert len(await events(hub.url, "watch:begin")) == len(await events(hub.url, "watch:end")) == 1


async def test_an_account_watches_only_so_much(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_student, "MOST_CHILDREN", 1)
    monkeypatch.setattr(watch_search, "MOST_SEARCHES", 3)
    one, other = await _child(hub), await _child(hub, 2)
    assert codes(await change(hub, "watchStudent", SECONDARY, student=one)) == []
    assert codes(await change(hub, "watchStudent", SECONDARY, student=other)) == ["TOO_MANY"]
    made = await asyncio.gather(
        *(change(hub, "watchSearch", SECONDARY, name=f"N{number}", filter=OF_TN) for number in range(8))
    )
    assert sorted(codes(each)[:1] for each in made) == [[]] * 3 + [["TOO_MANY"]] * 5
    assert len(await listed(hub, SECONDARY)) == 4


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"name": " "}, {"code": "INVALID_INPUT", "field": "name"}),
        ({"name": "x" * 61}, {"code": "INVALID_INPUT", "field": "name"}),
        ({"name": "078-05-1120"}, {"code": "INVALID_INPUT", "field": "name"}),
        ({"filter": {}}, {"code": "INVALID_INPUT", "field": "filter"}),
        ({"filter": {"lastName": {"eq": None}}}, {"code": "INVALID_INPUT", "field": "filter"}),
        ({"filter": {"lastName": {"eq": "x" * 20_000}}}, {"code": "INVALID_INPUT", "field": "filter"}),
        ({"filter": {"lastName": {"eq": "a\0b"}}}, {"code": "INVALID_INPUT", "field": "filter"}),
        ({"name": "taken"}, {"code": "NAME_TAKEN", "field": "name"}),
    ],
)
async def test_a_search_that_cannot_be_kept_is_refused(hub: Hub, given: dict[str, Any], error: dict[str, str]) -> None:
    await change(hub, "watchSearch", SECONDARY, name="Taken", filter=OF_TN)
    refused = await change(hub, "watchSearch", SECONDARY, **{"name": "Other", "filter": OF_TN, **given})
    assert refused["errors"] == [error]
    assert len(await listed(hub, SECONDARY)) == 1


async def test_those_who_may_not_read_children_watch_none(hub: Hub) -> None:
    msix_id = await _child(hub)
    for by in (user_of("STATE_USER_ADMINISTRATOR"), user_of("GOVERNMENT_ADMINISTRATOR")):
        query = "mutation M($input: WatchStudentInput!) { watchStudent(input: $input) { errors { code } } }"
        assert (await hub.ask(query, {"input": {"student": msix_id}}, by=by)).code == "FORBIDDEN"
    assert codes(await change(hub, "watchStudent", SECONDARY, student="000000000000")) == ["NOT_FOUND"]


async def test_several_lookers_at_once_tell_once_and_a_broken_look_tells_nothing_twice(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.watches.changed.AT_ONCE", 1)
    ids = [await _child(hub, number) for number in (1, 2, 4)]
    for msix_id in ids:
        await change(hub, "watchStudent", SECONDARY, student=msix_id)
    await upload(hub.url, "TN", 200, [child(number, demographics__suffix="Jr") for number in (1, 2, 4)])
    with monkeypatch.context() as broken:
        broken.setattr("hub.watching.tell_of_searches", _fails)
        with pytest.raises(ZeroDivisionError):
            await look(hub.url)
    assert await told(hub, SECONDARY) == []
    await asyncio.gather(*(look(hub.url) for _ in range(4)))
    assert sorted(each["student"]["msixId"] for each in await told(hub, SECONDARY)) == sorted(ids)


async def _fails(*_: Any) -> int:
    return 1 // 0


async def test_what_happened_while_no_worker_ran_is_told_late(hub: Hub) -> None:
    msix_id = await _child(hub)
    await change(hub, "watchStudent", SECONDARY, student=msix_id)
    await look(hub.url)
    await _again(hub, 2)
    with clock.frozen(clock.now() + datetime.timedelta(days=9)):
        await look(hub.url)
    assert await kinds(hub, SECONDARY) == ["STUDENT_CHANGED"]


async def test_the_worker_looks_by_itself_and_two_tell_once(hub: Hub) -> None:
    msix_id = await _child(hub)
    await change(hub, "watchStudent", SECONDARY, student=msix_id)
    settings = Settings()
    table = tuple(replace(job, every=0.3) for job in jobs(settings) if job.name == "watches")
    async with working(hub.url, settings, table), working(hub.url, settings, table):
        await _again(hub, 2)
        async with asyncio.timeout(30):
            while not await told(hub, SECONDARY):
                pass
    assert len(await told(hub, SECONDARY)) == 1
