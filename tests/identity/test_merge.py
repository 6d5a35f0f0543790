"""Merges: asked for by one, decided by others, carried out by links alone; the retired ID answers for ever."""

from __future__ import annotations

import asyncio

import pytest

from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, PRIMARY, Hub, events, user_of
from tests.identity.country import (
    STUDENT,
    child,
    codes,
    merge,
    msix_of,
    payload,
    resolve,
    rows,
    split,
    upload,
    value,
    worklist,
)
from tests.identity.near_matches import near_match, records

pytestmark = pytest.mark.anyio
PRIMARY_TX = user_of("PRIMARY_USER", "TX")


async def two(hub: Hub) -> tuple[str, str]:
    """One student of TN and one of TX, by MSIX ID."""
    await upload(hub.url, "TN", 1, [child(1)])
    await upload(hub.url, "TX", 1, [child(2)])
    return await msix_of(hub.url, "TN", "S1"), await msix_of(hub.url, "TX", "S2")


async def test_a_merge_takes_effect_when_every_state_has_approved(hub: Hub) -> None:
    one, other = await two(hub)
    asked = await merge(hub, one, other, by=PRIMARY)
    assert asked["errors"] == []
    assert asked["request"]["waitingFor"] == ["TN", "TX"]
    (tn,), (tx,) = await worklist(hub, DATA_ADMIN), await worklist(hub, DATA_ADMIN_TX)
    assert tn["kind"] == tx["kind"] == "MERGE_VALIDATION"
    assert [record["stateRecord"]["stateStudentId"] for record in tn["records"]] == ["S2", "S1"]
    assert (await resolve(hub, tn["id"], "APPROVED", by=DATA_ADMIN))["item"]["status"] == "RESOLVED"
    assert await msix_of(hub.url, "TX", "S2") == other  # one state alone has not decided
    assert (await resolve(hub, tx["id"], "APPROVED", by=DATA_ADMIN_TX))["errors"] == []
    answer = (await hub.ask(STUDENT, {"id": other}, by=PRIMARY)).data["student"]
    assert (answer["msixId"], answer["answeredFor"], answer["retiredIds"]) == (one, other, [other])
    assert answer["states"] == ["TN", "TX"]
    history = await hub.ask(
        "query($id: String!) { student(msixId: $id) {"
        " linkHistory { nodes { how msixId previousMsixId decidedBy } } } }",
        {"id": one},
        by=DATA_ADMIN,
    )
    newest = history.data["student"]["linkHistory"]["nodes"][0]
    assert newest == {"how": "MERGE", "msixId": one, "previousMsixId": other, "decidedBy": "A Name"}
    changes = await hub.ask("{ identityChanges { nodes { kind msixId otherMsixId reason } } }", by=PRIMARY)
    assert payload(changes)["nodes"] == [
        {"kind": "RETIRED", "msixId": other, "otherMsixId": one, "reason": "Looked at"}
    ]
    students = await rows(hub.url, "SELECT student_id FROM students ORDER BY 1")
    assert (await events(hub.url, "student:search"))[-1]["students"] == [row["student_id"] for row in students]
    tags = [event["tag"] for event in await events(hub.url, "student:merge:request", "worklist:decide")]
    assert tags == ["student:merge:request", "worklist:decide", "worklist:decide"]


async def test_a_state_whose_record_comes_after_the_request_decides_too(hub: Hub) -> None:
    await upload(hub.url, "TN", 1, [child(1), child(2)])
    one, other = await msix_of(hub.url, "TN", "S1"), await msix_of(hub.url, "TN", "S2")
    assert (await merge(hub, one, other, by=PRIMARY))["request"]["waitingFor"] == ["TN"]
    await upload(hub.url, "TX", 1, [child(2, stateStudentId="S9", msixId=other)])
    assert await msix_of(hub.url, "TX", "S9") == other
    (tn,) = await worklist(hub, DATA_ADMIN)
    assert codes(await resolve(hub, tn["id"], "APPROVED", by=DATA_ADMIN)) == []
    assert await msix_of(hub.url, "TN", "S2") == other  # its record is Texas's to decide about
    (tx,) = await worklist(hub, DATA_ADMIN_TX)
    sides = {each["stateRecord"]["stateStudentId"]: each["side"] for each in tx["records"]}
    assert (tx["kind"], sides) == ("MERGE_VALIDATION", {"S1": 2, "S2": 1, "S9": 1})
    assert codes(await resolve(hub, tx["id"], "APPROVED", by=DATA_ADMIN_TX)) == []
    assert await msix_of(hub.url, "TX", "S9") == await msix_of(hub.url, "TN", "S2") == one
    assert await value(hub.url, "SELECT status FROM identity_requests") == "DONE"


async def test_one_rejection_ends_a_merge_and_is_remembered(hub: Hub) -> None:
    one, other = await two(hub)
    await merge(hub, one, other, by=PRIMARY)
    (tn,), (tx,) = await worklist(hub, DATA_ADMIN), await worklist(hub, DATA_ADMIN_TX)
    assert (await resolve(hub, tx["id"], "REJECTED", by=DATA_ADMIN_TX))["errors"] == []
    assert codes(await resolve(hub, tn["id"], "APPROVED", by=DATA_ADMIN)) == ["ALREADY_DECIDED"]
    assert await msix_of(hub.url, "TX", "S2") == other
    assert await value(hub.url, "SELECT verdict FROM record_pairs") == "NOT_SAME"
    assert [row["status"] for row in await rows(hub.url, "SELECT status FROM worklist_items ORDER BY state")] == [
        "WITHDRAWN",
        "RESOLVED",
    ]
    assert (await hub.ask(STUDENT, {"id": one}, by=PRIMARY)).data["student"]["msixId"] == one


async def test_nobody_decides_the_own_request(hub: Hub) -> None:
    one, other = await two(hub)
    await merge(hub, one, other, by=DATA_ADMIN)
    (item,) = await worklist(hub, DATA_ADMIN)
    assert codes(await resolve(hub, item["id"], "APPROVED", by=DATA_ADMIN)) == ["OWN_REQUEST"]
    assert codes(await resolve(hub, item["id"], "APPROVED", by=DATA_ADMIN_TX)) == ["NOT_FOUND"]
    assert await value(hub.url, "SELECT count(*) FROM worklist_items WHERE status = 'OPEN'") == 2
    assert len(await events(hub.url, "change:refused")) == 2


async def test_what_cannot_be_merged_is_refused_and_changes_nothing(hub: Hub) -> None:
    one, other = await two(hub)
    await upload(hub.url, "TX", 2, [child(3)])
    third = await msix_of(hub.url, "TX", "S3")
    assert codes(await merge(hub, one, one, by=PRIMARY)) == ["SAME_STUDENT"]
    assert codes(await merge(hub, one, by=PRIMARY)) == ["SAME_STUDENT"]
    assert codes(await merge(hub, one, "000000000000", by=PRIMARY)) == ["NOT_FOUND"]
    assert codes(await merge(hub, other, third, by=PRIMARY)) == ["NOT_CONCERNED"]
    assert codes(await merge(hub, one, other, by=PRIMARY, reason="  ")) == ["INVALID_INPUT"]
    stale = [{"msixId": other, "version": 7}]
    assert codes(await merge(hub, one, other, by=PRIMARY, expectedVersions=stale)) == ["CONFLICT"]
    for wrong in ([{"msixId": third, "version": 1}], [{"msixId": one, "version": 7}, {"msixId": one, "version": 1}]):
        assert codes(await merge(hub, one, other, by=PRIMARY, expectedVersions=wrong)) == ["INVALID_INPUT"]
    assert await value(hub.url, "SELECT count(*) FROM identity_requests") == 0
    assert await value(hub.url, "SELECT count(*) FROM worklist_items") == 0
    denied = await hub.ask(
        "mutation($i: InitiateMergeInput!) { initiateMerge(input: $i) { errors { code } } }",
        {"i": {"survivor": one, "duplicates": [other], "reason": "x"}},
        by=user_of("SECONDARY_USER"),
    )
    assert denied.code == "FORBIDDEN"
    unheld = await hub.ask(
        "mutation($i: InitiateMergeInput!) { initiateMerge(input: $i) { errors { code } } }",
        {"i": {"survivor": one, "duplicates": [other + "\0"], "reason": "x", "idempotencyKey": "k"}},
        by=PRIMARY,
    )
    assert unheld.code == "INVALID_ARGUMENT"
    assert await value(hub.url, "SELECT count(*) FROM identity_requests") == 0


async def test_a_chain_waits_and_a_retired_id_is_not_merged_again(hub: Hub) -> None:
    one, other = await two(hub)
    await upload(hub.url, "TN", 2, [child(3)])
    third = await msix_of(hub.url, "TN", "S3")
    await merge(hub, one, other, by=PRIMARY)
    assert codes(await merge(hub, third, one, by=PRIMARY)) == ["UNDER_REVIEW"]
    for by in (DATA_ADMIN, DATA_ADMIN_TX):
        (item,) = await worklist(hub, by)
        await resolve(hub, item["id"], "APPROVED", by=by)
    assert codes(await merge(hub, third, other, by=PRIMARY)) == ["RETIRED_ID"]
    elsewhere = user_of("REGIONAL_DATA_ADMINISTRATOR", "TX")
    assert codes(await merge(hub, other, third, by=elsewhere)) == ["RETIRED_ID"]  # the survivor has a record of TX
    assert codes(await split(hub, other, [], by=PRIMARY)) == ["RETIRED_ID"]
    assert codes(await split(hub, third, [], by=elsewhere)) == ["NOT_CONCERNED"]
    assert (await merge(hub, third, one, by=PRIMARY))["errors"] == []
    for by in (DATA_ADMIN, DATA_ADMIN_TX):
        (item,) = await worklist(hub, by)
        await resolve(hub, item["id"], "APPROVED", by=by)
    answer = (await hub.ask(STUDENT, {"id": other}, by=PRIMARY)).data["student"]
    assert (answer["msixId"], answer["retiredIds"]) == (third, sorted([one, other]))


async def test_two_who_merge_overlapping_students_at_once_do_not_both_win(hub: Hub) -> None:
    one, other = await two(hub)
    await upload(hub.url, "TX", 2, [child(3)])
    third = await msix_of(hub.url, "TX", "S3")
    versions = [{"msixId": one, "version": 1}]
    first, second = await asyncio.gather(
        merge(hub, one, other, by=PRIMARY, expectedVersions=versions),
        merge(hub, one, third, by=user_of("REGIONAL_DATA_ADMINISTRATOR"), expectedVersions=versions),
    )
    assert sorted([codes(first), codes(second)]) == [[], ["CONFLICT"]]
    assert codes(await merge(hub, one, third, by=PRIMARY)) == ["UNDER_REVIEW"]  # who names no version has seen none
    assert await value(hub.url, "SELECT count(*) FROM identity_requests") == 1
    versions_now = "SELECT array_agg(version ORDER BY version) FROM students WHERE msix_id = ANY($1)"
    assert await value(hub.url, versions_now, [other, third]) == [1, 2]  # the loser's is as it was


async def test_whoever_asked_may_take_the_request_back(hub: Hub) -> None:
    one, other = await two(hub)
    request = (await merge(hub, one, other, by=PRIMARY))["request"]["id"]
    out = "mutation($r: ID!) { withdrawRequest(input: {request: $r}) { request { status } errors { code } } }"
    for by, code in ((DATA_ADMIN, "NOT_OWN_REQUEST"), (PRIMARY_TX, "NOT_FOUND")):
        assert codes(payload(await hub.ask(out, {"r": request}, by=by))) == [code]
    assert payload(await hub.ask(out, {"r": request}, by=PRIMARY)) == {
        "request": {"status": "WITHDRAWN"},
        "errors": [],
    }
    assert codes(payload(await hub.ask(out, {"r": request}, by=PRIMARY))) == ["ALREADY_DECIDED"]
    assert await worklist(hub, DATA_ADMIN) == []
    assert (await hub.ask(STUDENT, {"id": other}, by=PRIMARY)).data["student"]["msixId"] == other


async def test_a_merge_sent_again_with_its_key_is_one_merge(hub: Hub) -> None:
    one, other = await two(hub)
    sent = [merge(hub, one, other, by=PRIMARY, idempotencyKey="k-1") for _ in range(20)]
    answers = [await each for each in sent[:10]] + list(await asyncio.gather(*sent[10:]))
    assert {answer["request"]["id"] for answer in answers} == {answers[0]["request"]["id"]}
    assert all(answer["errors"] == [] for answer in answers)
    assert await value(hub.url, "SELECT count(*) FROM identity_requests") == 1
    assert codes(await merge(hub, one, other, by=PRIMARY, idempotencyKey="k-1", reason="x")) == ["KEY_REUSED"]


async def test_a_request_taken_back_opens_whoever_has_its_records_by_then(hub: Hub) -> None:
    older, newer = await records(hub, "TN", 2)
    await upload(hub.url, "TX", 1, [child(3)])
    one, other = await msix_of(hub.url, "TN", "S2"), await msix_of(hub.url, "TX", "S3")
    request = (await merge(hub, one, other, by=PRIMARY))["request"]["id"]
    same = await near_match(hub, newer, older)
    assert codes(await resolve(hub, same, "SAME", by=DATA_ADMIN)) == []
    out = "mutation($r: ID!) { withdrawRequest(input: {request: $r}) { request { status } errors { code } } }"
    assert codes(payload(await hub.ask(out, {"r": request}, by=PRIMARY))) == []
    assert (await hub.ask("{ students { totalCount } }", by=PRIMARY)).data == {"students": {"totalCount": 2}}


async def test_one_word_on_a_near_match_does_not_forestall_a_merge_that_others_validate(hub: Hub) -> None:
    one, other = await two(hub)
    await merge(hub, one, other, by=PRIMARY)
    mine, its = (row["state_record_id"] for row in await rows(hub.url, "SELECT * FROM state_records ORDER BY 1"))
    item = await near_match(hub, mine, its)
    assert codes(await resolve(hub, item, "SAME", by=DATA_ADMIN)) == ["CONFLICT"]
    assert await msix_of(hub.url, "TX", "S2") == other
    (tx,) = await worklist(hub, DATA_ADMIN_TX)
    assert codes(await resolve(hub, tx["id"], "REJECTED", by=DATA_ADMIN_TX)) == []
    assert codes(await resolve(hub, item, "NOT_SAME", by=DATA_ADMIN)) == []
