"""What the decision on a worklist item means: students are merged, split or kept apart, and requests end.

One state's word on a near match never joins records that somebody decided to be of two children: that takes a merge,
which every state concerned validates. Nor does it forestall such a merge that is being validated.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from itertools import combinations
from typing import Any

import asyncpg

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.identity.actor import By
from hub.identity.asking_anew import ask_anew
from hub.identity.locks import students_about
from hub.identity.memory import NOT_SAME, SAME, kept_apart, remember
from hub.identity.merging import merge_students
from hub.identity.open_items import Item
from hub.identity.outlook import survivor_first
from hub.identity.requesting import ask_states
from hub.identity.settling import end_request, settle, withdraw_answered
from hub.identity.splitting import split_student
from hub.identity.students import records_of
from hub.refusal import Refusal, RefusalCode
from hub.viewer import Viewer


async def decide(
    connection: asyncpg.Connection, items: Sequence[Item], decision: str, reason: str | None, viewer: Viewer
) -> None:
    """Do what the decision on locked items of one kind means. A viewer without an account is a state's policy.

    Raises Refusal: CONFLICT, KEPT_APART.
    """
    # All first: what one of them means may answer the next.
    await settle(connection, [item.item_id for item in items], decision, By(viewer.account_id, reason=reason))
    events, concerned = [], set()
    for item in items:
        by = By(viewer.account_id, item.item_id, item.request_id, reason)
        about = await _MEANING.get(item.kind, _nothing)(connection, item, decision, by)
        concerned |= {*about}
        detail: dict[str, Any] = {"item": item.item_id, "kind": item.kind, "decision": decision}
        events.append(Event.by(viewer, Tag.WORKLIST_DECIDE, students=tuple(about), detail=detail))
    # Records may have gone elsewhere since an item was raised: who has them now was closed by it, too.
    concerned |= {*await students_about(connection, [item.item_id for item in items])}
    await withdraw_answered(connection, sorted(concerned))
    await record_in(connection, *events)


async def _match(connection: asyncpg.Connection, item: Item, decision: str, by: By) -> list[int]:
    """Of a near match, or of an ID conflict whose record has left its student: are the two sides one child?"""
    newcomers = await _students_of(connection, item.side(1))
    others = await _students_of(connection, item.side(2))
    if item.previous is not None:
        others = [await _current(connection, item.previous)]
    students = sorted({*newcomers, *others})
    if len(students) < 2:
        return students
    if decision == "NOT_SAME":
        for newcomer in newcomers:
            for other in others:
                await _remember(connection, (newcomer, other), NOT_SAME, by)
        return students
    if len(students) > 2:  # the records of one side are of several children by now
        raise Refusal(RefusalCode.CONFLICT, field="items")
    survivor, duplicate = survivor_first(newcomers, others, None if item.previous is None else others[0])
    if await kept_apart(connection, survivor, duplicate, item.item_id):
        raise Refusal(RefusalCode.KEPT_APART, field="items")
    if await connection.fetchval(_VALIDATED, survivor, duplicate):
        raise Refusal(RefusalCode.CONFLICT, "a merge of the two waits for the states concerned; decide that", "items")
    await _merge(connection, survivor, [duplicate], by)
    return students


async def _id_conflict(connection: asyncpg.Connection, item: Item, decision: str, by: By) -> list[int]:
    """Where the record is still with its student, and is another child's, it leaves."""
    students = await _students_of(connection, item.sides)
    if item.previous is not None or len(students) > 1:
        return await _match(connection, item, decision, by)
    (student,) = students
    if decision == "NOT_SAME":
        students.append(await _split(connection, student, set(item.side(1)), by))
    else:
        stays = set(await records_of(connection, student)) - set(item.side(1))
        await remember(connection, item.side(1), stays, SAME, by)
    return students


async def _validation(connection: asyncpg.Connection, item: Item, decision: str, by: By) -> list[int]:
    request = await connection.fetchrow("SELECT * FROM identity_requests WHERE request_id = $1", item.request_id)
    survivor = await _current(connection, request["student_id"])
    duplicates = sorted({await _current(connection, each) for each in request["duplicates"]} - {survivor})
    students = [survivor, *duplicates]
    if decision == "REJECTED":
        await end_request(connection, request["request_id"], "REJECTED")
        for duplicate in duplicates:
            await _remember(connection, (survivor, duplicate), NOT_SAME, by)
    elif not await connection.fetchval(_UNDECIDED, request["request_id"]) and not await _ask_newcomers(
        connection, request, students
    ):
        if request["kind"] == "SPLIT":
            students.append(await _split(connection, survivor, set(request["state_records"]), by))
        elif duplicates:
            await _merge(connection, survivor, duplicates, by)
        await end_request(connection, request["request_id"], "DONE")
    return students


async def _ask_newcomers(connection: asyncpg.Connection, request: asyncpg.Record, students: Sequence[int]) -> bool:
    """Ask the states that nobody has asked yet: records of theirs joined the students after the request. Whether there
    were any."""
    rows = await connection.fetch(_NEWCOMERS, students, request["request_id"])
    states = {row["state"] for row in rows if not row["asked"]}
    if states:
        leaving, survivor = set(request["state_records"]), students[0]
        goes = {row["state_record_id"] for row in rows if row["student_id"] != survivor} | leaving
        sides = {row["state_record_id"]: 1 if row["state_record_id"] in goes else 2 for row in rows}
        await ask_states(connection, request["request_id"], request["kind"], sides, states)
    return bool(states)


async def _nothing(connection: asyncpg.Connection, item: Item, decision: str, by: By) -> list[int]:
    """The state corrects its data in its own system."""
    return await _students_of(connection, item.sides)


async def _merge(connection: asyncpg.Connection, survivor: int, duplicates: Sequence[int], by: By) -> None:
    await _remember(connection, (survivor, *duplicates), SAME, by)
    await merge_students(connection, survivor, duplicates, by)


async def _split(connection: asyncpg.Connection, student: int, leaving: set[int], by: By) -> int:
    every = set(await records_of(connection, student))
    if not leaving < every:  # another decision moved the records meanwhile
        raise Refusal(RefusalCode.CONFLICT, field="items")
    made = await split_student(connection, student, sorted(leaving), by)
    await _remember(connection, (student, made), NOT_SAME, by)
    await ask_anew(connection, student, made)
    return made


async def _remember(connection: asyncpg.Connection, students: Sequence[int], verdict: str, by: By) -> None:
    """Keep a verdict on every pair of these students."""
    records = {student: await records_of(connection, student) for student in students}
    for one, other in combinations(students, 2):
        await remember(connection, records[one], records[other], verdict, by)


_MEANING: Mapping[str, Callable[[asyncpg.Connection, Item, str, By], Awaitable[list[int]]]] = {
    "NEAR_MATCH": _match,
    "ID_CONFLICT": _id_conflict,
    "MERGE_VALIDATION": _validation,
    "SPLIT_VALIDATION": _validation,
}


async def _current(connection: asyncpg.Connection, student: int) -> int:
    found: int = await connection.fetchval("SELECT current_id FROM students WHERE student_id = $1", student)
    return found


async def _students_of(connection: asyncpg.Connection, records: Collection[int]) -> list[int]:
    rows = await connection.fetch(
        "SELECT DISTINCT student_id FROM state_records WHERE state_record_id = ANY($1::bigint[]) ORDER BY student_id",
        list(records),
    )
    return [row["student_id"] for row in rows]


_VALIDATED = """
SELECT EXISTS (
    SELECT FROM state_records AS one JOIN worklist_item_records AS mine USING (state_record_id)
    JOIN worklist_items AS item USING (item_id)
    JOIN worklist_item_records AS its USING (item_id)
    JOIN state_records AS other ON other.state_record_id = its.state_record_id
    WHERE one.student_id = $1 AND other.student_id = $2 AND item.status = 'OPEN' AND item.kind = 'MERGE_VALIDATION'
)
"""
_NEWCOMERS = """
SELECT state_record_id, student_id, record.state::text AS state, EXISTS (SELECT FROM worklist_items AS item
    WHERE item.request_id = $2 AND item.state = record.state) AS asked
FROM state_records AS record WHERE student_id = ANY($1::bigint[]) AND status <> 'DELETED'
"""
_UNDECIDED = """
SELECT EXISTS (SELECT FROM worklist_items WHERE request_id = $1 AND status = 'OPEN')
"""
