"""Decides to which student each record of a chunk belongs, with two queries a chunk.

A record that the hub holds keeps its link. A new one goes to the student that its MSIX ID names, when birth date and
one surname agree with any ACTIVE record of that student, else to a new student. Records are decided in the order of
the file, each seeing the ones before it, so that the outcome does not depend on where chunks begin.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import asyncpg

from hub.intake.findings import Finding, FindingCode
from hub.intake.shapes import Draft
from hub.names import fold


class Staged(NamedTuple):
    """One student of a chunk, as staged. `content_hash` is of the draft's bytes."""

    line: int
    draft: Draft
    content_hash: bytes


class Held(NamedTuple):
    """What the hub holds under a stateStudentId already."""

    state_record_id: int
    student_id: int
    status: str
    content_hash: bytes


class Named(NamedTuple):
    """What an MSIX ID names: the student it resolves to, and that student's own ID."""

    student_id: int
    survivor: str


class Person(NamedTuple):
    """What is compared of one record: birth date and folded surnames."""

    birth_date: datetime.date
    last_name1: str
    last_name2: str


@dataclass
class Decision:
    """Where one staged student goes. `student_id` None asks for a new student; `held` None for a new record."""

    staged: Staged
    held: Held | None
    student_id: int | None
    agreed: list[str] = field(default_factory=list)

    @property
    def unchanged(self) -> bool:
        return (
            self.held is not None
            and self.held.status == "ACTIVE"
            and self.held.content_hash == self.staged.content_hash
            and not self.staged.draft.deleted
        )


async def decide(
    connection: asyncpg.Connection, state: str, chunk: Sequence[Staged], member: str | None
) -> tuple[list[Decision], list[Finding]]:
    """A decision for every staged student in order, and what is to say about the MSIX IDs they were sent with.

    Locks the state records that the chunk is about. `member` is the file of the bundle that findings point at.
    """
    held = {
        row["state_student_id"]: Held(row["state_record_id"], row["student_id"], row["status"], row["content_hash"])
        for row in await connection.fetch(
            _HELD, state, sorted(staged.draft.record.state_student_id for staged in chunk)
        )
    }
    named, people = await _named(connection, [staged.draft.record.msix_id for staged in chunk])
    decisions, findings = [], []
    for staged in chunk:
        decision, code = _decide(staged, held.get(staged.draft.record.state_student_id), named, people)
        decisions.append(decision)
        if code is not None:
            findings.append(_finding(code, staged, named, member))
    return decisions, findings


People = dict[int, dict[Any, Person]]
"""Of each student that an MSIX ID of the chunk names: its ACTIVE records, by anything that tells them apart."""


def _decide(
    staged: Staged, held: Held | None, named: dict[str, Named], people: People
) -> tuple[Decision, FindingCode | None]:
    record = staged.draft.record
    decision = Decision(staged, held, held.student_id if held else None)
    key = held.state_record_id if held else record.state_student_id
    if staged.draft.deleted:
        if held:
            people.get(held.student_id, {}).pop(key, None)
        return decision, None
    code = None
    person = _person(staged.draft)
    if record.msix_id is not None:
        target = named.get(record.msix_id)
        if target is None:
            code = FindingCode.UNKNOWN_MSIX_ID
        elif held is None and (agreed := _agreement(person, people[target.student_id])):
            decision.student_id, decision.agreed = target.student_id, agreed
        if target is not None and decision.student_id != target.student_id:
            code = FindingCode.MSIX_ID_DISAGREES
        elif target is not None and target.survivor != record.msix_id:
            code = FindingCode.RETIRED_MSIX_ID
    if decision.student_id in people:
        people[decision.student_id][key] = person
    return decision, code


def _agreement(person: Person, people: dict[Any, Person]) -> list[str]:
    """The elements of `person` that agree with one record of the student; empty when they are not enough."""
    for other in people.values():
        surnames = {other.last_name1, other.last_name2} - {""}
        agreed = [
            name
            for name, surname in (("lastName1", person.last_name1), ("lastName2", person.last_name2))
            if surname in surnames
        ]
        if agreed and person.birth_date == other.birth_date:
            return ["birthDate", *agreed]
    return []


def _person(student: Draft) -> Person:
    sent = student.demographics
    return Person(sent.birth_date, fold(sent.last_name1), fold(sent.last_name2))


async def _named(connection: asyncpg.Connection, msix_ids: list[str | None]) -> tuple[dict[str, Named], People]:
    wanted = sorted({msix_id for msix_id in msix_ids if msix_id is not None})
    if not wanted:
        return {}, {}
    rows = await connection.fetch(_NAMED, wanted)
    named = {row["msix_id"]: Named(row["student_id"], row["survivor"]) for row in rows}
    people: People = {row["student_id"]: {} for row in rows}
    for row in rows:
        if row["state_record_id"] is not None:
            person = Person(row["birth_date"], row["last_name1_key"], row["last_name2_key"])
            people[row["student_id"]][row["state_record_id"]] = person
    return named, people


def _finding(code: FindingCode, staged: Staged, named: dict[str, Named], member: str | None) -> Finding:
    record = staged.draft.record
    survivor = named[record.msix_id].survivor if record.msix_id in named else None
    message = code.expected.format(survivor=survivor)
    return Finding(code, message, member, staged.line, record.state_student_id, "msixId", "msixId")


_HELD = """
SELECT state_record_id, student_id, state_student_id, status, content_hash FROM state_records
WHERE state = $1 AND state_student_id = ANY($2::text[]) ORDER BY state_record_id FOR UPDATE
"""
_NAMED = """
SELECT named.msix_id, current.student_id, current.msix_id AS survivor, state_record_id, birth_date, last_name1_key,
    last_name2_key
FROM students AS named
JOIN students AS current ON current.student_id = named.current_id
LEFT JOIN (state_records JOIN demographics USING (state_record_id))
    ON state_records.student_id = current.student_id AND state_records.status = 'ACTIVE'
WHERE named.msix_id = ANY($1::text[])
"""
