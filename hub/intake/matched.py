"""Stores what matching decided about a chunk: links in the ledger, the index, questions for people, earlier links
taken back. Everything happens in the chunk's transaction, after its records are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from hub.identity import (
    By,
    IdChange,
    Link,
    NewItem,
    answer_conflicts,
    ask_anew,
    hold_students,
    note_changes,
    part,
    raise_items,
    record_links,
    retire,
    withdraw_answered,
)
from hub.intake.linking import Decision
from hub.matching import (
    Doubt,
    Indexed,
    Place,
    Placing,
    doubts,
    evidence,
    index,
    leave_behind,
    take_back,
)
from hub.outbox import publish

NEWCOMER, OTHER = 1, 2
_CO_TWIN = "A co-twin came to light; had it come first, people would have been asked."
_REUSED = "The state sent another child under the id."
_AS_BEFORE = "The state sent the student again as it was before."
_HOW = {
    Place.NEW: "NEW_STUDENT",
    Place.NEAR: "NEW_STUDENT",
    Place.CONFLICT: "NEW_STUDENT",
    Place.LINKED: "MATCH",
    Place.RETURNED: "MATCH",
    Place.NAMED: "MSIX_ID",
}


@dataclass(frozen=True)
class Provenance:
    """Where decisions come from: an upload of `state`, whoever sent it, and the placing that decided."""

    upload_id: int
    account_id: int | None
    state: str
    placing: Placing

    @property
    def model_version(self) -> str:
        return self.placing.model.version


async def keep_links(connection: asyncpg.Connection, changed: Sequence[Decision], by: Provenance) -> None:
    """Link new records, re-point those that left or came back, and index every version that is new."""
    placed = [each for each in changed if each.placed]
    left = [each for each in placed if each.placed and each.placed.place is Place.CONFLICT]
    back = [each for each in placed if each.placed and each.placed.place is Place.RETURNED]
    await leave_behind(connection, [(each.record_id, _previous(each)) for each in left])
    for each in back:
        await take_back(connection, each.record_id, each.student_id)
    await point(connection, [(each.record_id, each.student_id, _previous(each)) for each in (*left, *back)])
    await answer_conflicts(connection, [each.record_id for each in back])
    await index(
        connection,
        [
            Indexed(each.record_id, each.fresh.content, each.fresh.keys.stored, each.fresh.first)
            for each in placed
            if each.fresh
        ],
    )
    links = [_link(each, by) for each in placed if each.placed and each.placed.place is not Place.KEPT]
    await record_links(connection, links)
    moved = {student for each in (*left, *back) for student in (each.student_id, _previous(each))}
    if moved:
        await _tell_of_ids(connection, left, back, by)
        await ask_anew(connection, *sorted(moved), without=[each.record_id for each in (*left, *back)])
        await withdraw_answered(connection, sorted(moved))


async def _tell_of_ids(
    connection: asyncpg.Connection, left: Sequence[Decision], back: Sequence[Decision], by: Provenance
) -> None:
    """Records that leave have an ID of their own from now on; one that nothing is left of answers with where its
    record went."""
    gone = [IdChange("SPLIT", each.student_id, _previous(each)) for each in left]
    if gone:
        await note_changes(connection, gone, By(by.account_id, reason=_REUSED))
        await publish(connection, "identity_changed", {"students": [each.student for each in gone]})
    came = {_previous(each): each.student_id for each in back}
    held = await records_of(connection, came)
    for earlier in came.keys() - held.keys():
        await retire(connection, came[earlier], [earlier], By(by.account_id, reason=_AS_BEFORE))


async def raise_questions(
    connection: asyncpg.Connection, changed: Sequence[Decision], by: Provenance, students: Mapping[int, int]
) -> None:
    """Ask people about near matches and conflicts, one item for each student that a record may belong to.

    `students` gives the number of those that were made in this chunk.
    """
    asked = [(each, near) for each in changed if each.placed for near in each.placed.near]
    if not asked:
        return
    others = [students.get(near.student, near.student) for _, near in asked]
    await hold_students(connection, others)
    records = await records_of(connection, [*others, *(each.student_id for each, _ in asked)])
    items = []
    for (each, near), other in zip(asked, others, strict=True):
        assert each.placed is not None
        conflict = each.placed.place is Place.CONFLICT
        if not conflict and not records.get(other):
            continue  # of that child no state holds a record now: there is nothing to compare with, and nobody to join
        facts = evidence([near], by.placing.prior)
        if conflict:
            facts["previousStudent"] = other
        mine = records[each.student_id] if each.placed.place is Place.KEPT else [each.record_id]
        items.append(
            NewItem(
                "ID_CONFLICT" if conflict else "NEAR_MATCH",
                by.state,
                dict.fromkeys(records.get(other, ()), OTHER) | dict.fromkeys(mine, NEWCOMER),
                facts,
                by.model_version,
                by.upload_id,
            )
        )
    await raise_items(connection, items)


async def look_again(connection: asyncpg.Connection, by: Provenance) -> list[int]:
    """Take back earlier links that would not be made now, ask people instead, and return the students concerned."""
    if not by.placing.touched:
        return []
    found = await doubts(connection, by.placing.model, by.placing.touched, by.placing.prior)
    if not found:
        return []
    facts = [evidence([doubt.candidate], by.placing.prior) for doubt in found]
    made = [await _taken_back(connection, doubt, fact, by) for doubt, fact in zip(found, facts, strict=True)]
    records = await records_of(connection, [doubt.student for doubt in found])
    items = [
        NewItem(
            "NEAR_MATCH",
            doubt.state,
            dict.fromkeys(records.get(doubt.student, ()), OTHER) | {doubt.record: NEWCOMER},
            fact,
            by.model_version,
            by.upload_id,
        )
        for doubt, fact in zip(found, facts, strict=True)
    ]
    concerned = sorted({*made, *(doubt.student for doubt in found)})
    await ask_anew(connection, *concerned)
    await raise_items(connection, items)
    return concerned


async def _taken_back(connection: asyncpg.Connection, doubt: Doubt, fact: dict[str, Any], by: Provenance) -> int:
    """Give the record a student of its own, the one it had before the link if that retired an ID, and return it."""

    def link(record: int, student: int) -> Link:
        return Link(
            record,
            student,
            "NEW_STUDENT",
            previous_student_id=doubt.student,
            upload_id=by.upload_id,
            account_id=by.account_id,
            reason=_CO_TWIN,
            evidence=fact,
            model_version=by.model_version,
        )

    return await part(connection, doubt.student, [doubt.record], By(by.account_id, reason=_CO_TWIN), link)


def _previous(each: Decision) -> int:
    assert each.placed is not None and each.placed.previous is not None, "it left a student"
    return each.placed.previous


def _link(each: Decision, by: Provenance) -> Link:
    placed = each.placed
    assert placed is not None
    facts: dict[str, Any] = {"agreed": each.agreed} if each.agreed else {}
    if placed.decision and placed.place is not Place.NEW:
        facts |= evidence(placed.decision.candidates, by.placing.prior)
    return Link(
        each.record_id,
        each.student_id,
        _HOW[placed.place],
        previous_student_id=placed.previous,
        upload_id=by.upload_id,
        account_id=by.account_id,
        evidence=facts,
        model_version=by.model_version if placed.decision else None,
    )


async def point(connection: asyncpg.Connection, moves: Iterable[tuple[int, int, int]]) -> None:
    """Point records to other students, by (record, student, the student that it leaves)."""
    rows = list(moves)
    if rows:
        await connection.execute(
            _POINT,
            [record for record, *_ in rows],
            [to for _, to, _ in rows],
            [student for _, *two in rows for student in two],
        )


async def records_of(connection: asyncpg.Connection, students: Iterable[int]) -> dict[int, list[int]]:
    """All records of these students, by student."""
    records: dict[int, list[int]] = {}
    for row in await connection.fetch(_RECORDS, sorted(set(students))):
        records.setdefault(row["student_id"], []).append(row["state_record_id"])
    return records


_POINT = """
WITH moved AS (
    UPDATE state_records AS record SET student_id = move.student_id, updated_at = now()
    FROM unnest($1::bigint[], $2::bigint[]) AS move (state_record_id, student_id)
    WHERE record.state_record_id = move.state_record_id
)
UPDATE students SET version = version + 1 WHERE student_id = ANY($3::bigint[])
"""
_RECORDS = """
SELECT student_id, state_record_id FROM state_records WHERE student_id = ANY($1::bigint[])
ORDER BY student_id, state_record_id
"""
