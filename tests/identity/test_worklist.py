"""Worklist items: with whom they lie, until when, how they climb, and how they are decided together or not at all."""

from __future__ import annotations

import asyncio
import datetime
import itertools
from datetime import UTC

import pytest

from hub import clock
from hub.identity import NewItem
from hub.jobs import Work
from hub.store.engine import connect, read_pool
from hub.tables.web_role import WEB_ROLE
from hub.worker import jobs
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, PRIMARY, REGION, Hub, cheap_settings, events, user_of
from tests.identity.country import codes, merge, msix_of, resolve, rows, value, worklist
from tests.identity.near_matches import (
    assign,
    escalate,
    item_id,
    key_of,
    near_match,
    raised,
    records,
    resolve_all,
)

pytestmark = pytest.mark.anyio
REGIONAL = user_of("REGIONAL_DATA_ADMINISTRATOR")
DISTRICT = "4700012"
"""The district of the newest enrollment that names one, of every child of tests."""
POLICY = "INSERT INTO state_policies (state, policy, value) VALUES ($1, $2, 'true') RETURNING state"
REGION_OF = "INSERT INTO district_regions (district_id, state, region) VALUES ($1, 'TN', $2) RETURNING region"


async def one_near_match(hub: Hub, *, region: str | None = None) -> str:
    """A near match of two records of TN, in a district of this region."""
    if region is not None:
        await rows(hub.url, REGION_OF, DISTRICT, region)
    newcomer, other = await records(hub, "TN", 2)
    return await near_match(hub, newcomer, other)


async def climb(hub: Hub) -> None:
    """One turn of the worker's job, with the rights that it has."""
    (job,) = [job for job in jobs(cheap_settings()) if job.name == "worklist climb"]
    pool = await read_pool(hub.url, 1, role=WEB_ROLE)
    try:
        await job.run(Work(hub.url, pool, cheap_settings(), asyncio.Event()))
    finally:
        await pool.close()


async def lies(hub: Hub, item: str) -> tuple[str, str]:
    """The level and status of an item."""
    (row,) = await rows(hub.url, "SELECT level, status FROM worklist_items WHERE item_id = $1", key_of(item))
    return row["level"], row["status"]


async def test_an_item_lies_with_the_district_of_the_newest_enrollment(hub: Hub) -> None:
    item = await one_near_match(hub, region=REGION)
    (shown,) = await worklist(hub, DATA_ADMIN)
    assert (shown["id"], shown["level"]) == (item, "DISTRICT")
    assert [shown["id"] for shown in await worklist(hub, REGIONAL)] == [item]
    (row,) = await rows(hub.url, "SELECT district_id, region FROM worklist_items")
    assert tuple(row) == (DISTRICT, REGION)


async def test_an_item_without_a_known_district_lies_with_the_state(hub: Hub) -> None:
    one, two = await records(hub, "TN", 2, enrollments=[])
    item = await near_match(hub, one, two)
    assert await lies(hub, item) == ("STATE", "OPEN")
    assert await worklist(hub, REGIONAL) == []


async def test_assigning_goes_sideways_and_down_but_not_up_and_the_clock_runs_on(hub: Hub) -> None:
    item = await one_near_match(hub, region=REGION)
    (before,) = await worklist(hub, DATA_ADMIN)
    await escalate(hub, item)
    for given, wanted in (
        ({"assignee": REGIONAL}, ("REGION", "A Name")),
        ({"assignee": DATA_ADMIN}, ("REGION", "A Name")),
        ({"level": "DISTRICT"}, ("DISTRICT", None)),
    ):
        done = await assign(hub, item, **given)
        assert done["errors"] == []
        assert (done["item"]["level"], done["item"]["assignee"]) == wanted
        assert done["item"]["dueAt"] == before["dueAt"]
    assert codes(await assign(hub, item, level="STATE")) == ["WRONG_WAY"]
    assert codes(await assign(hub, item, expectedVersion=1)) == ["CONFLICT"]
    assert len(await events(hub.url, "worklist:assign")) == 3


async def test_an_item_is_given_only_to_somebody_who_may_decide_it(hub: Hub) -> None:
    item = await one_near_match(hub, region="West")
    for stranger in (DATA_ADMIN_TX, "nobody", user_of("SECONDARY_USER"), PRIMARY, REGIONAL):
        assert codes(await assign(hub, item, assignee=stranger)) == ["NOT_FOUND"], stranger
    await rows(hub.url, POLICY, "TN", "PRIMARY_USERS_DECIDE")
    assert (await assign(hub, item, assignee=PRIMARY))["errors"] == []
    (about,) = await rows(hub.url, "SELECT state_record_id FROM worklist_item_records WHERE side = 1")
    (quality,) = await raised(hub, NewItem("DATA_QUALITY", "TN", {about["state_record_id"]: 1}))
    assert codes(await assign(hub, quality, assignee=PRIMARY)) == ["NOT_FOUND"]  # it could not resolve it
    assert codes(await assign(hub, item, by=DATA_ADMIN_TX, assignee=DATA_ADMIN_TX)) == ["NOT_FOUND"]


async def test_a_request_is_given_to_anybody_but_who_asked(hub: Hub) -> None:
    await records(hub, "TN", 2)
    await rows(hub.url, REGION_OF, DISTRICT, REGION)
    one, other = await msix_of(hub.url, "TN", "S1"), await msix_of(hub.url, "TN", "S2")
    assert codes(await merge(hub, one, other, by=REGIONAL)) == []
    (item,) = await worklist(hub, DATA_ADMIN)
    assert codes(await assign(hub, item["id"], assignee=REGIONAL)) == ["NOT_FOUND"]
    assert codes(await assign(hub, item["id"], assignee=DATA_ADMIN)) == []


async def test_no_item_is_put_down_to_a_level_where_it_has_nobody(hub: Hub) -> None:
    one, two = await records(hub, "TN", 2, enrollments=[])
    item = await near_match(hub, one, two)
    for level in ("DISTRICT", "REGION"):
        assert codes(await assign(hub, item, level=level)) == ["INVALID_INPUT"]
    assert await lies(hub, item) == ("STATE", "OPEN")


async def test_an_item_is_let_climb_by_hand_to_the_state_and_no_further(hub: Hub) -> None:
    item = await one_near_match(hub, region=REGION)
    await assign(hub, item, assignee=REGIONAL)
    for level in ("REGION", "STATE"):
        done = await escalate(hub, item)
        assert (done["item"]["level"], done["item"]["assignee"]) == (level, None)
        assert done["item"]["escalationReason"] == "It waits"
    assert codes(await escalate(hub, item)) == ["WRONG_WAY"]
    assert codes(await escalate(hub, item, reason=" ")) == ["INVALID_INPUT"]
    assert codes(await escalate(hub, item, by=DATA_ADMIN_TX)) == ["NOT_FOUND"]
    assert len(await events(hub.url, "worklist:escalate")) == 2


async def test_what_is_overdue_climbs_a_level_a_day_and_then_tells_the_state_once(hub: Hub) -> None:
    item = await one_near_match(hub, region=REGION)
    due = await value(hub.url, "SELECT due_at FROM worklist_items")
    day, moment = datetime.timedelta(days=1), datetime.timedelta(seconds=1)
    climbed = []
    for at in (due - moment, due, due + day / 2, due + day, due + 2 * day, due + 3 * day):
        with clock.frozen(at):
            await climb(hub)
            await climb(hub)  # a second worker, or the next turn: nothing more
        told = await value(hub.url, "SELECT count(*) FROM worklist_items WHERE kind = 'ESCALATION'")
        climbed.append(((await lies(hub, item))[0], told))
    wanted = ["DISTRICT", "REGION", "REGION", "STATE", "STATE", "STATE"]
    assert climbed == list(zip(wanted, [0, 0, 0, 0, 1, 1], strict=True))
    assert await value(hub.url, "SELECT due_at FROM worklist_items WHERE kind = 'NEAR_MATCH'") == due
    (told,) = await worklist(hub, DATA_ADMIN, kind=["ESCALATION"])
    assert told["level"] == "STATE"
    assert {event["account_id"] for event in await events(hub.url, "worklist:escalate")} == {None}
    assert (await resolve(hub, item, "NOT_SAME", by=DATA_ADMIN))["errors"] == []
    assert await lies(hub, told["id"]) == ("STATE", "WITHDRAWN")  # there is nothing late any more


async def _last_chance(hub: Hub, *policies: str) -> tuple[str, str]:
    """A merge of TN and TX that nobody decides, at the end of the climb, in states with the policy to approve."""
    await records(hub, "TN", 1)
    await records(hub, "TX", 1, first=2)
    one, other = await msix_of(hub.url, "TN", "S1"), await msix_of(hub.url, "TX", "S2")
    for state in policies:
        await rows(hub.url, POLICY, state, "AUTO_APPROVE_VALIDATIONS")
    assert codes(await merge(hub, one, other, by=PRIMARY)) == []
    due = await value(hub.url, "SELECT max(due_at) FROM worklist_items")
    for days in range(4):
        with clock.frozen(due + datetime.timedelta(days=days)):
            await climb(hub)
    return one, other


async def test_validations_count_as_approved_at_the_end_of_the_climb_only_where_the_state_says_so(hub: Hub) -> None:
    _, other = await _last_chance(hub, "TN")
    assert await msix_of(hub.url, "TX", "S2") == other
    found = await rows(
        hub.url,
        "SELECT state, kind, status, decision, decided_by FROM worklist_items ORDER BY state, kind DESC",
    )
    assert [tuple(row) for row in found] == [
        ("TN", "MERGE_VALIDATION", "RESOLVED", "APPROVED", None),
        ("TX", "MERGE_VALIDATION", "OPEN", None, None),
        ("TX", "ESCALATION", "OPEN", None, None),
    ]
    (event,) = await events(hub.url, "worklist:decide")
    assert event["account_id"] is None


async def test_a_merge_takes_effect_where_the_policies_of_all_its_states_approve(hub: Hub) -> None:
    one, _ = await _last_chance(hub, "TN", "TX")
    assert await msix_of(hub.url, "TX", "S2") == one
    assert await value(hub.url, "SELECT count(*) FROM worklist_items WHERE status = 'OPEN'") == 0


async def test_a_validation_that_cannot_be_carried_out_any_more_does_not_stop_the_climb(hub: Hub) -> None:
    await rows(hub.url, POLICY, "TN", "AUTO_APPROVE_VALIDATIONS")
    one, two, three = await records(hub, "TN", 3, enrollments=[])
    connection = await connect(hub.url)
    request = await connection.fetchval(
        "INSERT INTO identity_requests (kind, student_id, state_records, state, reason, account_id) SELECT 'SPLIT', "
        "student_id, ARRAY[state_record_id], 'TN', 'Two children', (SELECT min(account_id) FROM accounts) "
        "FROM state_records WHERE state_record_id = $1 RETURNING request_id",
        one,
    )
    await connection.close()
    (void,) = await raised(hub, NewItem("SPLIT_VALIDATION", "TN", {one: 1}, request_id=request))
    other = await near_match(hub, two, three)
    with clock.frozen(await value(hub.url, "SELECT max(due_at) FROM worklist_items")):
        await climb(hub)
    assert await lies(hub, void) == ("STATE", "OPEN")
    told = await rows(hub.url, "SELECT parent_id FROM worklist_items WHERE kind = 'ESCALATION' ORDER BY parent_id")
    assert [row["parent_id"] for row in told] == [key_of(void), key_of(other)]


@pytest.mark.parametrize(
    ("raised_on", "closed", "due_on"),
    [
        ("2026-11-16", (), "2026-11-23"),
        ("2026-11-23", (), "2026-12-01"),  # Thanksgiving, which Tennessee follows by the Friday
        ("2026-11-23", ("2026-11-24", "2026-12-01"), "2026-12-03"),
    ],
)
async def test_items_are_due_in_five_business_days_of_their_state(
    hub: Hub, raised_on: str, closed: tuple[str, ...], due_on: str
) -> None:
    for day in closed:
        await rows(
            hub.url,
            "INSERT INTO calendar_days (state, day, works, name) VALUES ('TN', $1, false, 'Closed') RETURNING day",
            datetime.date.fromisoformat(day),
        )
    one, two = await records(hub, "TN", 2)
    at = datetime.datetime.fromisoformat(raised_on).replace(hour=15, tzinfo=UTC)
    with clock.frozen(at):
        await near_match(hub, one, two)
    due = datetime.datetime.fromisoformat(due_on).replace(hour=15, tzinfo=UTC)
    assert await value(hub.url, "SELECT due_at FROM worklist_items") == due


async def test_many_items_are_decided_together_or_not_at_all(hub: Hub) -> None:
    found = await records(hub, "TN", 6)
    items = [await near_match(hub, found[number], found[number + 1]) for number in (0, 2, 4)]
    (quality,) = await raised(hub, NewItem("DATA_QUALITY", "TN", {found[0]: 1}))
    assert codes(await resolve_all(hub, [*items, quality], "NOT_SAME")) == ["MIXED_KINDS"]
    assert codes(await resolve_all(hub, items, "APPROVED")) == ["WRONG_DECISION"]
    assert codes(await resolve_all(hub, [*items, item_id(10**9)], "NOT_SAME")) == ["NOT_FOUND"]
    assert codes(await resolve_all(hub, [], "NOT_SAME")) == ["NOT_FOUND"]
    await resolve(hub, items[1], "NOT_SAME", by=DATA_ADMIN)
    assert codes(await resolve_all(hub, items, "NOT_SAME")) == ["ALREADY_DECIDED"]
    assert await value(hub.url, "SELECT count(*) FROM worklist_items WHERE status = 'OPEN'") == 3
    done = await resolve_all(hub, [items[0], items[2]], "NOT_SAME")
    assert done == {"resolved": 2, "errors": []}
    assert await value(hub.url, "SELECT count(*) FROM record_pairs WHERE verdict = 'NOT_SAME'") == 3
    assert await value(hub.url, "SELECT count(*) FROM state_records WHERE review_scopes IS NOT NULL") == 0


async def test_of_items_decided_together_one_may_answer_the_next(hub: Hub) -> None:
    one, two, three = await records(hub, "TN", 3)
    items = [await near_match(hub, *pair) for pair in ((two, one), (three, one), (three, two))]
    assert await resolve_all(hub, items, "SAME") == {"resolved": 3, "errors": []}
    assert await value(hub.url, "SELECT count(DISTINCT student_id) FROM state_records") == 1


async def test_a_stale_or_settled_item_is_not_decided_again(hub: Hub) -> None:
    item = await one_near_match(hub)
    await assign(hub, item, assignee=DATA_ADMIN)
    assert codes(await resolve(hub, item, "SAME", by=DATA_ADMIN, expectedVersion=1)) == ["CONFLICT"]
    done = await resolve(hub, item, "NOT_SAME", by=DATA_ADMIN, expectedVersion=2)
    assert (done["item"]["status"], done["item"]["version"]) == ("RESOLVED", 3)
    for refused in (
        await resolve(hub, item, "SAME", by=DATA_ADMIN),
        await assign(hub, item, assignee=DATA_ADMIN),
        await escalate(hub, item),
    ):
        assert codes(refused) == ["ALREADY_DECIDED"]


async def test_of_two_who_decide_one_item_at_once_one_is_told_that_it_is_settled(hub: Hub) -> None:
    item = await one_near_match(hub, region=REGION)
    found = await asyncio.gather(resolve(hub, item, "SAME", by=DATA_ADMIN), resolve(hub, item, "NOT_SAME", by=REGIONAL))
    assert sorted(map(codes, found)) == [[], ["ALREADY_DECIDED"]]
    same = await value(hub.url, "SELECT count(DISTINCT student_id) = 1 FROM state_records")
    assert same == (codes(found[0]) == [])
    assert await value(hub.url, "SELECT count(*) FROM state_records WHERE review_scopes IS NOT NULL") == 0
    assert len(await events(hub.url, "worklist:decide")) == 1


async def test_overlapping_near_matches_decided_at_once_join_all_their_records(hub: Hub) -> None:
    found = await records(hub, "TN", 5)
    items = [await near_match(hub, newer, older) for older, newer in itertools.pairwise(found)]
    answers = await asyncio.gather(*(resolve(hub, item, "SAME", by=DATA_ADMIN) for item in items))
    assert [codes(answer) for answer in answers] == [[]] * 4
    joined = await rows(
        hub.url, "SELECT DISTINCT students.student_id, current_id FROM state_records JOIN students USING (student_id)"
    )
    assert len(joined) == 1 and joined[0]["student_id"] == joined[0]["current_id"]
    assert await value(hub.url, "SELECT count(*) FROM state_records WHERE review_scopes IS NOT NULL") == 0


async def test_last_approvals_of_two_states_at_once_make_one_merge(hub: Hub) -> None:
    await records(hub, "TN", 1)
    await records(hub, "TX", 1, first=2)
    one, other = await msix_of(hub.url, "TN", "S1"), await msix_of(hub.url, "TX", "S2")
    await merge(hub, one, other, by=PRIMARY)
    (tn,), (tx,) = await worklist(hub, DATA_ADMIN), await worklist(hub, DATA_ADMIN_TX)
    answers = await asyncio.gather(
        resolve(hub, tn["id"], "APPROVED", by=DATA_ADMIN), resolve(hub, tx["id"], "APPROVED", by=DATA_ADMIN_TX)
    )
    assert [codes(answer) for answer in answers] == [[], []]
    assert await msix_of(hub.url, "TX", "S2") == one
    assert await value(hub.url, "SELECT count(*) FROM identity_changes") == 1
    assert await value(hub.url, "SELECT count(*) FROM links WHERE how = 'MERGE'") == 1


async def test_a_decision_sent_a_hundred_times_with_its_key_is_one_merge(hub: Hub) -> None:
    item = await one_near_match(hub)

    async def sent() -> list[str]:
        return codes(await resolve(hub, item, "SAME", by=DATA_ADMIN, idempotencyKey="again"))

    answers = await asyncio.gather(*(sent() for _ in range(50)))
    answers += [await sent() for _ in range(50)]
    assert answers == [[]] * 100
    assert await value(hub.url, "SELECT count(*) FROM links WHERE how = 'MERGE'") == 1
    assert await value(hub.url, "SELECT count(*) FROM identity_changes") == 1
    assert len(await events(hub.url, "worklist:decide")) == 1


async def test_one_word_on_a_near_match_does_not_join_what_people_keep_apart(hub: Hub) -> None:
    one, two, three = await records(hub, "TN", 3)
    apart = await near_match(hub, two, one)
    await resolve(hub, apart, "NOT_SAME", by=DATA_ADMIN)
    first, second = await near_match(hub, three, one), await near_match(hub, three, two)
    assert (await resolve(hub, first, "SAME", by=DATA_ADMIN))["errors"] == []
    assert codes(await resolve(hub, second, "SAME", by=DATA_ADMIN)) == ["KEPT_APART"]
    assert await lies(hub, second) == ("DISTRICT", "OPEN")
    assert (await resolve(hub, second, "NOT_SAME", by=DATA_ADMIN))["errors"] == []
    again = await near_match(hub, two, one, three)  # new evidence about the very pairs
    assert (await resolve(hub, again, "SAME", by=DATA_ADMIN))["errors"] == []
    assert await value(hub.url, "SELECT count(DISTINCT student_id) FROM state_records") == 1


async def test_an_id_conflict_takes_the_record_back_or_keeps_it_apart(hub: Hub) -> None:
    for number, decision in enumerate(("SAME", "NOT_SAME")):
        left, previous = await records(hub, "TN", 2, first=10 * number + 1, sequence=number + 1)
        student = await value(hub.url, "SELECT student_id FROM state_records WHERE state_record_id = $1", previous)
        sides, evidence = {left: 1, previous: 2}, {"previousStudent": student}
        (item,) = await raised(hub, NewItem("ID_CONFLICT", "TN", sides, evidence))
        assert codes(await resolve(hub, item, decision, by=DATA_ADMIN)) == []
        now = await value(hub.url, "SELECT student_id FROM state_records WHERE state_record_id = $1", left)
        assert (now == student) is (decision == "SAME")
        pair = await value(hub.url, "SELECT verdict FROM record_pairs WHERE low_id = $1", min(left, previous))
        assert pair == decision
