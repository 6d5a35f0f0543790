"""Decides worklist items, one or many of one kind: what the decision means is done in the same transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.identity.actor import By
from hub.identity.memory import NOT_SAME, SAME, remember
from hub.identity.merging import merge_students
from hub.identity.requesting import check_reason
from hub.identity.settling import end_request, settle, withdraw_answered
from hub.identity.splitting import split_student
from hub.identity.students import records_of
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.viewer import Viewer

MOST_ITEMS = 2000

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "NEAR_MATCH": ("SAME", "NOT_SAME"),
    "ID_CONFLICT": ("SAME", "NOT_SAME"),
    "MERGE_VALIDATION": ("APPROVED", "REJECTED"),
    "SPLIT_VALIDATION": ("APPROVED", "REJECTED"),
    "DATA_QUALITY": ("DONE", "NOT_POSSIBLE"),
    "DATA_REQUEST": ("DONE", "NOT_POSSIBLE"),
    "MISSED_ENROLLMENT": ("DONE", "NOT_POSSIBLE"),
    "ESCALATION": ("DONE", "NOT_POSSIBLE"),
}


@dataclass(frozen=True)
class ResolveItems:
    """Keys of items of one kind, and the decision on all of them."""

    decision: str
    reason: str
    items: tuple[int, ...] = field(default=(), metadata={"node": "WorklistItem"})


@dataclass(frozen=True)
class ResolveItem:
    """The key of one item, and the decision on it."""

    decision: str
    reason: str
    expected_version: int | None = None
    item: int = field(default=0, metadata={"node": "WorklistItem"})

    @property
    def items(self) -> tuple[int, ...]:
        """The one item."""
        return (self.item,)


@dataclass(frozen=True)
class Item:
    """One open item, locked."""

    item_id: int
    kind: str
    request_id: int | None
    sides: Mapping[int, int]

    def side(self, number: int) -> list[int]:
        """The records of one side."""
        return [record for record, side in self.sides.items() if side == number]


async def resolve_items(connection: asyncpg.Connection, permit: Permit, command: ResolveItem | ResolveItems) -> Outcome:
    """Decide the items, all or none.

    Raises Refusal: ALREADY_DECIDED, CONFLICT, MIXED_KINDS, WRONG_DECISION, INVALID_INPUT.
    """
    permit.check("resolve_items")
    reason = check_reason(command.reason)
    expected = command.expected_version if isinstance(command, ResolveItem) else None
    items = await lock_items(connection, command.items, expected)
    if len({item.kind for item in items}) != 1:
        raise Refusal(RefusalCode.MIXED_KINDS, field="items")
    if command.decision not in _CHOICES[items[0].kind]:
        choices = " or ".join(_CHOICES[items[0].kind])
        raise Refusal(RefusalCode.WRONG_DECISION, f"items of this kind are decided {choices}", "decision")
    await decide(connection, items, command.decision, reason, permit.viewer)
    return Outcome(records={"item": items[0].item_id}, values={"resolved": len(items)})


async def lock_items(
    connection: asyncpg.Connection, ids: tuple[int, ...], expected_version: int | None = None
) -> list[Item]:
    """The items, their requests and their students locked in this order. Raises Refusal."""
    if not ids or len(ids) > MOST_ITEMS:
        raise Refusal(RefusalCode.INVALID_INPUT, f"1 to {MOST_ITEMS} items are decided at once", "items")
    await connection.execute(_LOCK_REQUESTS, list(ids))
    rows = await connection.fetch(
        "SELECT item_id, kind, status, request_id, version FROM worklist_items WHERE item_id = ANY($1::bigint[]) "
        "ORDER BY item_id FOR NO KEY UPDATE",
        list(ids),
    )
    if any(row["status"] != "OPEN" for row in rows):
        raise Refusal(RefusalCode.ALREADY_DECIDED, field="items")
    if expected_version is not None and any(row["version"] != expected_version for row in rows):
        raise Refusal(RefusalCode.CONFLICT, field="expectedVersion")
    about = await connection.fetch(_LOCK_RECORDS, list(ids))
    sides: dict[int, dict[int, int]] = {row["item_id"]: {} for row in rows}
    for row in about:
        sides[row["item_id"]][row["state_record_id"]] = row["side"]
    await connection.execute(_LOCK_STUDENTS, list(ids))
    return [Item(row["item_id"], row["kind"], row["request_id"], sides[row["item_id"]]) for row in rows]


async def decide(
    connection: asyncpg.Connection, items: list[Item], decision: str, reason: str | None, viewer: Viewer
) -> None:
    """Do what the decision on locked items of one kind means. A viewer without an account is a state's policy."""
    for item in items:
        by = By(viewer.account_id, item.item_id, item.request_id, reason)
        await settle(connection, [item.item_id], decision, by)
        students = await _MEANING.get(item.kind, _nothing)(connection, item, decision, by)
        detail: dict[str, Any] = {"item": item.item_id, "kind": item.kind, "decision": decision}
        about = students or await _students_of(connection, item)
        await record_in(connection, Event.by(viewer, Tag.WORKLIST_DECIDE, students=tuple(about), detail=detail))


async def _near_match(connection: asyncpg.Connection, item: Item, decision: str, by: By) -> list[int]:
    students = await _students_of(connection, item)
    if len(students) < 2:
        return students
    if decision == "NOT_SAME":
        newcomers = {await _student_of(connection, record) for record in item.side(1)}
        others = {await _student_of(connection, record) for record in item.side(2)}
        for newcomer in newcomers:
            for other in others - {newcomer}:
                one, two = await records_of(connection, newcomer), await records_of(connection, other)
                await remember(connection, one, two, NOT_SAME, by)
    else:
        survivor, *duplicates = students
        await remember(connection, item.side(1), item.side(2), SAME, by)
        await merge_students(connection, survivor, duplicates, by)
    await withdraw_answered(connection, students)
    return students


async def _id_conflict(connection: asyncpg.Connection, item: Item, decision: str, by: By) -> list[int]:
    """The record left the student that it was of when the item was raised; SAME brings it back to it."""
    student = await _student_of(connection, item.side(1)[0])
    left = await connection.fetchval(_LEFT, item.item_id)
    kept = await records_of(connection, left)
    if decision == "NOT_SAME":
        await remember(connection, item.side(1), set(kept) - set(item.side(1)), NOT_SAME, by)
    elif student != left:
        await remember(connection, item.side(1), kept, SAME, by)
        await merge_students(connection, left, [student], by)
    students = sorted({student, left})
    await withdraw_answered(connection, students)
    return students


async def _validation(connection: asyncpg.Connection, item: Item, decision: str, by: By) -> list[int]:
    request = await connection.fetchrow("SELECT * FROM identity_requests WHERE request_id = $1", item.request_id)
    survivor = await _current(connection, request["student_id"])
    duplicates = sorted({await _current(connection, each) for each in request["duplicates"]} - {survivor})
    students = [survivor, *duplicates]
    if decision == "REJECTED":
        await end_request(connection, request["request_id"], "REJECTED")
        if request["kind"] == "MERGE":
            await _remember_apart(connection, students, by)
    elif not await connection.fetchval(_UNDECIDED, request["request_id"]):
        if request["kind"] == "SPLIT":
            students.append(await _split(connection, survivor, set(request["state_records"]), by))
        elif duplicates:
            await remember(connection, item.side(1), item.side(2), SAME, by)
            await merge_students(connection, survivor, duplicates, by)
        await end_request(connection, request["request_id"], "DONE")
    await withdraw_answered(connection, students)
    return students


async def _split(connection: asyncpg.Connection, student: int, leaving: set[int], by: By) -> int:
    every = set(await records_of(connection, student))
    if not leaving < every:  # another decision moved the records meanwhile
        raise Refusal(RefusalCode.CONFLICT, field="items")
    await remember(connection, leaving, every - leaving, NOT_SAME, by)
    return await split_student(connection, student, sorted(leaving), by)


async def _remember_apart(connection: asyncpg.Connection, students: list[int], by: By) -> None:
    survivor, *duplicates = students
    kept = await records_of(connection, survivor)
    for duplicate in duplicates:
        await remember(connection, await records_of(connection, duplicate), kept, NOT_SAME, by)


async def _nothing(connection: asyncpg.Connection, item: Item, decision: str, by: By) -> list[int]:
    """The state corrects its data in its own system."""
    return []


_LEFT = """
SELECT student_id FROM students
WHERE student_id = (
    SELECT current_id FROM worklist_items AS item
    JOIN students ON students.student_id = (item.evidence->>'previousStudent')::bigint WHERE item_id = $1
) FOR NO KEY UPDATE
"""
_MEANING: Mapping[str, Callable[[asyncpg.Connection, Item, str, By], Awaitable[list[int]]]] = {
    "NEAR_MATCH": _near_match,
    "ID_CONFLICT": _id_conflict,
    "MERGE_VALIDATION": _validation,
    "SPLIT_VALIDATION": _validation,
}


async def _current(connection: asyncpg.Connection, student: int) -> int:
    found: int = await connection.fetchval("SELECT current_id FROM students WHERE student_id = $1", student)
    return found


async def _student_of(connection: asyncpg.Connection, record: int) -> int:
    found: int = await connection.fetchval("SELECT student_id FROM state_records WHERE state_record_id = $1", record)
    return found


async def _students_of(connection: asyncpg.Connection, item: Item) -> list[int]:
    rows = await connection.fetch(
        "SELECT DISTINCT student_id FROM state_records WHERE state_record_id = ANY($1::bigint[]) ORDER BY student_id",
        list(item.sides),
    )
    return [row["student_id"] for row in rows]


_LOCK_REQUESTS = """
SELECT FROM identity_requests WHERE request_id IN (
    SELECT request_id FROM worklist_items WHERE item_id = ANY($1::bigint[])
) ORDER BY request_id FOR NO KEY UPDATE
"""
_LOCK_RECORDS = """
SELECT item_id, state_record_id, side FROM worklist_item_records WHERE item_id = ANY($1::bigint[])
ORDER BY state_record_id, item_id
"""
_LOCK_STUDENTS = """
SELECT FROM students WHERE student_id IN (
    SELECT student_id FROM state_records JOIN worklist_item_records USING (state_record_id)
    WHERE item_id = ANY($1::bigint[])
) ORDER BY student_id FOR NO KEY UPDATE
"""
_UNDECIDED = """
SELECT EXISTS (SELECT FROM worklist_items WHERE request_id = $1 AND status = 'OPEN')
"""
