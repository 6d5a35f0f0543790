"""Splits: the records that leave get a new ID, or the one back that a merge took."""

from __future__ import annotations

import pytest

from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, PRIMARY, Hub, events
from tests.identity.country import (
    STUDENT,
    child,
    codes,
    merge,
    msix_of,
    payload,
    record_ids,
    resolve,
    rows,
    split,
    upload,
    value,
    worklist,
)
from tests.identity.near_matches import near_match
from tests.identity.test_merge import two

pytestmark = pytest.mark.anyio


async def approve(hub: Hub) -> None:
    """Every open item is approved by its state."""
    for by in (DATA_ADMIN, DATA_ADMIN_TX):
        for item in await worklist(hub, by):
            assert (await resolve(hub, item["id"], "APPROVED", by=by))["errors"] == []


async def merged(hub: Hub) -> tuple[str, str]:
    """TN's S1 with TX's S2 merged into it: the survivor and the retired ID."""
    await upload(hub.url, "TN", 1, [child(1)])
    await upload(hub.url, "TX", 1, [child(2)])
    one, other = await msix_of(hub.url, "TN", "S1"), await msix_of(hub.url, "TX", "S2")
    await merge(hub, one, other, by=PRIMARY)
    await approve(hub)
    return one, other


async def test_a_split_that_undoes_a_merge_gives_the_earlier_id_back(hub: Hub) -> None:
    one, other = await merged(hub)
    records = await record_ids(hub, one)
    asked = await split(hub, one, [records["S2"]], by=PRIMARY)
    assert asked["errors"] == [] and asked["request"]["waitingFor"] == ["TN", "TX"]
    await approve(hub)
    answer = (await hub.ask(STUDENT, {"id": other}, by=PRIMARY)).data["student"]
    assert (answer["msixId"], answer["answeredFor"], answer["states"]) == (other, None, ["TX"])
    kept = (await hub.ask(STUDENT, {"id": one}, by=PRIMARY)).data["student"]
    assert (kept["retiredIds"], kept["states"]) == ([], ["TN"])
    changes = await rows(hub.url, "SELECT kind FROM identity_changes ORDER BY change_id")
    assert [change["kind"] for change in changes] == ["RETIRED", "RESTORED"]
    assert await value(hub.url, "SELECT verdict FROM record_pairs") == "NOT_SAME"


async def test_uploads_between_a_merge_and_its_split_are_kept(hub: Hub) -> None:
    one, other = await merged(hub)
    await upload(hub.url, "TX", 2, [child(2, demographics__birthCity="Elsewhere")])
    await upload(hub.url, "TX", 3, [child(2, stateStudentId="S9", msixId=other)])
    records = await record_ids(hub, one)
    assert set(records) == {"S1", "S2", "S9"}
    await split(hub, one, [records["S2"], records["S9"]], by=PRIMARY)
    await approve(hub)
    assert await msix_of(hub.url, "TX", "S2") == await msix_of(hub.url, "TX", "S9") == other
    assert await value(hub.url, "SELECT count(*) FROM demographics WHERE birth_city = 'Elsewhere'") == 1


async def test_records_that_were_never_apart_get_a_new_id(hub: Hub) -> None:
    await upload(hub.url, "TN", 1, [child(1)])
    one = await msix_of(hub.url, "TN", "S1")
    await upload(hub.url, "TX", 1, [child(1, stateStudentId="S2", msixId=one)])
    records = await record_ids(hub, one)
    await split(hub, one, [records["S2"]], by=PRIMARY)
    await approve(hub)
    new = await msix_of(hub.url, "TX", "S2")
    assert new != one
    changes = await rows(hub.url, "SELECT kind FROM identity_changes")
    assert [change["kind"] for change in changes] == ["SPLIT"]


async def test_what_cannot_be_split_is_refused(hub: Hub) -> None:
    one, _ = await merged(hub)
    await upload(hub.url, "TN", 2, [child(3)])
    records = await record_ids(hub, one)
    foreign = await record_ids(hub, await msix_of(hub.url, "TN", "S3"))
    assert codes(await split(hub, one, list(records.values()), by=PRIMARY)) == ["NOTHING_STAYS"]
    assert codes(await split(hub, one, [], by=PRIMARY)) == ["NOTHING_STAYS"]
    assert codes(await split(hub, one, [foreign["S3"]], by=PRIMARY)) == ["NOT_FOUND"]
    assert codes(await split(hub, one, ["nonsense"], by=PRIMARY)) == ["NOT_FOUND"]
    assert codes(await split(hub, one, [records["S2"]], by=PRIMARY, expectedVersion=1)) == ["CONFLICT"]
    assert await value(hub.url, "SELECT count(*) FROM worklist_items WHERE status = 'OPEN'") == 0


async def test_a_preview_shows_what_each_side_will_look_like_and_what_differs(hub: Hub) -> None:
    await upload(hub.url, "TN", 1, [child(1)])
    await upload(hub.url, "TX", 1, [child(2)])
    one, other = await msix_of(hub.url, "TN", "S1"), await msix_of(hub.url, "TX", "S2")
    sides = "sides { msixId source { stateStudentId } stateRecords { stateStudentId } }"
    query = "query($a: String!, $b: [String!]!) { mergePreview(survivor: $a, duplicates: $b) {"
    query += f" {sides} states differences {{ element values {{ value reportedBy }} }} }} }}"
    seen = payload(await hub.ask(query, {"a": one, "b": [other]}, by=PRIMARY))
    (side,) = seen["sides"]
    assert side["msixId"] == one and len(side["stateRecords"]) == 2
    assert seen["states"] == ["TN", "TX"]
    differing = {each["element"]: each["values"] for each in seen["differences"]}
    assert {value["value"] for value in differing["firstName"]} == {"Bruno", "Carla"}
    assert "sex" not in differing
    assert (await events(hub.url, "student:view"))[-1]["students"]
    assert payload(await hub.ask(query, {"a": one, "b": ["000000000000"]}, by=PRIMARY)) is None
    await merge(hub, one, other, by=PRIMARY)
    closed = await hub.ask(query, {"a": one, "b": [other]}, by=PRIMARY)
    looked_up = await hub.ask("query($a: String!) { student(msixId: $a) { msixId } }", {"a": one}, by=PRIMARY)
    assert closed.code == "UNDER_REVIEW" and closed.data == {"mergePreview": None}
    assert closed.errors[0]["extensions"] == looked_up.errors[0]["extensions"]
    assert closed.errors[0]["extensions"]["ask"] == ["TN", "TX"]
    await approve(hub)
    split_query = "query($s: String!, $r: [ID!]!) { splitPreview(student: $s, stateRecords: $r) {"
    split_query += f" {sides} }} }}"
    records = await record_ids(hub, one)
    parted = payload(await hub.ask(split_query, {"s": one, "r": [records["S2"]]}, by=PRIMARY))
    assert [side["msixId"] for side in parted["sides"]] == [one, other]
    for leaving in (list(records.values()), []):
        assert (await hub.ask(split_query, {"s": one, "r": leaving}, by=PRIMARY)).code == "INVALID_ARGUMENT"
    assert payload(await hub.ask(split_query, {"s": one, "r": ["U3R1ZGVudDox"]}, by=PRIMARY)) is None


async def test_a_preview_of_what_nobody_could_ask_for_is_refused(hub: Hub) -> None:
    one, other = await two(hub)
    query = "query($a: String!, $b: [String!]!) { mergePreview(survivor: $a, duplicates: $b) { states } }"
    absent = [f"{number:012}" for number in range(21)]
    for duplicates in ([], [one], [other, other], [other, one], absent):
        answer = await hub.ask(query, {"a": one, "b": duplicates}, by=PRIMARY)
        assert (answer.code, answer.data) == ("INVALID_ARGUMENT", {"mergePreview": None}), duplicates
    assert not await events(hub.url, "student:view")


async def test_what_a_state_deleted_meanwhile_goes_with_the_id_that_it_came_with(hub: Hub) -> None:
    one, _ = await two(hub)
    await upload(hub.url, "TX", 2, [child(2, stateStudentId="S9", msixId=await msix_of(hub.url, "TX", "S2"))])
    other = await msix_of(hub.url, "TX", "S2")
    await merge(hub, one, other, by=PRIMARY)
    await approve(hub)
    gone = {"action": "DELETE", "stateStudentId": "S9", "stateStudentIdType": "STATE"}
    await upload(hub.url, "TX", 3, [gone])
    records = await record_ids(hub, one)
    assert set(records) == {"S1", "S2"}
    await split(hub, one, [records["S2"]], by=PRIMARY)
    await approve(hub)
    assert await msix_of(hub.url, "TX", "S2") == await msix_of(hub.url, "TX", "S9") == other


async def test_retired_ids_follow_their_records_to_a_new_student(hub: Hub) -> None:
    one, other = await merged(hub)
    await upload(hub.url, "TX", 2, [child(3)])
    third = await msix_of(hub.url, "TX", "S3")
    await merge(hub, one, third, by=PRIMARY)
    await approve(hub)
    records = await record_ids(hub, one)
    await split(hub, one, [records["S2"], records["S3"]], by=PRIMARY)
    await approve(hub)
    new = await msix_of(hub.url, "TX", "S2")
    assert new == await msix_of(hub.url, "TX", "S3") and new not in (one, other, third)
    answer = (await hub.ask(STUDENT, {"id": other}, by=PRIMARY)).data["student"]
    assert (answer["msixId"], answer["retiredIds"]) == (new, sorted([other, third]))
    turned = await rows(
        hub.url,
        "SELECT kind, named.msix_id, target.msix_id AS target FROM identity_changes AS change "
        "JOIN students AS named USING (student_id) JOIN students AS target ON target.student_id = other_student_id "
        "ORDER BY change_id OFFSET 2",
    )
    assert {tuple(row) for row in turned} == {("SPLIT", new, one), ("RETIRED", other, new), ("RETIRED", third, new)}


async def test_a_near_match_is_asked_anew_of_each_part_of_a_split_student(hub: Hub) -> None:
    one, _ = await merged(hub)
    records = await record_ids(hub, one)
    await split(hub, one, [records["S2"]], by=PRIMARY)
    keys = [row["state_record_id"] for row in await rows(hub.url, "SELECT state_record_id FROM state_records")]
    await upload(hub.url, "TN", 2, [child(3)])
    (newcomer,) = await rows(hub.url, "SELECT state_record_id FROM state_records WHERE state_student_id = 'S3'")
    asked = await near_match(hub, newcomer["state_record_id"], *keys)
    due = await value(hub.url, "SELECT due_at FROM worklist_items WHERE kind = 'NEAR_MATCH'")
    for by in (DATA_ADMIN, DATA_ADMIN_TX):
        (item,) = await worklist(hub, by, kind=["SPLIT_VALIDATION"])
        assert (await resolve(hub, item["id"], "APPROVED", by=by))["errors"] == []
    anew = await worklist(hub, DATA_ADMIN)
    sides = [sorted(each["stateRecord"]["stateStudentId"] for each in item["records"]) for item in anew]
    assert sorted(sides) == [["S1", "S3"], ["S2", "S3"]]
    assert asked not in [item["id"] for item in anew]
    assert await rows(hub.url, "SELECT FROM worklist_items WHERE status = 'OPEN' AND due_at <> $1", due) == []
    for item in anew:
        assert (await resolve(hub, item["id"], "NOT_SAME", by=DATA_ADMIN))["errors"] == []
    assert await msix_of(hub.url, "TX", "S2") != one
