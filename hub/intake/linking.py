"""Decides to which student each record of a chunk belongs, with a handful of queries a chunk.

A record that the hub holds keeps its link while it looks like its student. A new one goes to the student that its MSIX
ID names, when birth date and one surname agree with any ACTIVE record of that student, else where matching places it.
Records are decided in the order of the file, each seeing the ones before it, so that the outcome does not depend on
where chunks begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import asyncpg

from hub.intake.findings import Finding, FindingCode
from hub.intake.naming import Named, People, agreement, named_students, person_of
from hub.intake.records import reserve
from hub.intake.staged import Matchable, Staged, matchable
from hub.matching import (
    Keys,
    Model,
    Place,
    Placed,
    Placing,
    Version,
    known_profiles,
    surroundings,
)


class Held(NamedTuple):
    """What the hub holds under a stateStudentId already."""

    state_record_id: int
    student_id: int
    status: str
    content_hash: bytes


class Fresh(NamedTuple):
    """A version that is new to the hub. `first`: nothing of the record is indexed; `held`: the record is not new."""

    version: Version
    keys: Keys
    content: bytes
    first: bool
    held: bool


async def one_at_a_time(connection: asyncpg.Connection) -> None:
    """Until the transaction ends nobody else places records, or looks at how they are placed."""
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _ONE_AT_A_TIME)


@dataclass
class Decision:
    """Where one staged student goes. `student_id` below zero is a new student; `held` None a new record.

    `placed` says how matching placed a version of demographics that is new to the hub, and `fresh` is that version;
    both None where nothing was to be matched. `record_id` is the record's, held or new.
    """

    staged: Staged
    held: Held | None
    student_id: int
    record_id: int
    agreed: list[str] = field(default_factory=list)
    placed: Placed | None = None
    fresh: Fresh | None = None

    @property
    def unchanged(self) -> bool:
        return self.held is not None and _is_unchanged(self.staged, self.held)


class Linking:
    """Decides the chunks of one upload by one model."""

    def __init__(self, connection: asyncpg.Connection, state: str, member: str | None, model: Model) -> None:
        self._connection = connection
        self._state = state
        self._member = member
        self.model = model

    async def decide(self, chunk: Sequence[Staged]) -> tuple[list[Decision], list[Finding], Placing]:
        """A decision for every staged student in order, what is to say about the MSIX IDs they were sent with, and
        the placing that placed them. Locks the state records that the chunk is about, and keeps other states' chunks
        waiting until this one is committed: two that were decided side by side would not find each other."""
        await one_at_a_time(self._connection)
        rows = await self._connection.fetch(_HELD, self._state, sorted(staged.owner for staged in chunk))
        held = {
            row["state_student_id"]: Held(row["state_record_id"], row["student_id"], row["status"], row["content_hash"])
            for row in rows
        }
        named, people = await named_students(self._connection, [staged.draft.record.msix_id for staged in chunk])
        fresh = await self._fresh(chunk, held)
        placing = await self._placing(fresh, [target.student_id for target in named.values()])
        decisions, findings = [], []
        for staged in chunk:
            decision, code = _decide(staged, held.get(staged.owner), named, people, fresh, placing)
            decisions.append(decision)
            if code is not None:
                findings.append(_finding(code, staged, named, self._member))
        return decisions, findings, placing

    async def _fresh(self, chunk: Sequence[Staged], held: dict[str, Held]) -> dict[str, Fresh]:
        """The versions of demographics that the hub has not seen of these records, by stateStudentId."""
        sent: list[tuple[str, Held | None, Matchable]] = []
        for each in chunk:
            before = held.get(each.owner)
            if not each.draft.deleted and not (before and _is_unchanged(each, before)):
                sent.append((each.owner, before, each.matchable or matchable(each.draft, self._state)))
        before_ids = [before.state_record_id for _, before, _ in sent if before]
        seen = await known_profiles(self._connection, before_ids) if before_ids else {}
        ids = iter(await reserve(self._connection, sum(1 for _, before, _ in sent if before is None)))
        fresh: dict[str, Fresh] = {}
        for owner, before, (content, version, keys) in sent:
            record_id = before.state_record_id if before else next(ids)
            known = seen.get(record_id, ())
            if content not in known:
                own = version._replace(record=record_id)
                fresh[owner] = Fresh(own, keys, content, first=not known, held=before is not None)
        return fresh

    async def _placing(self, fresh: dict[str, Fresh], named: list[int]) -> Placing:
        looked = [each.keys.probes for each in fresh.values()]
        records = [each.version.record for each in fresh.values() if each.held]
        around = await surroundings(self._connection, looked, records, named)
        students = await self._connection.fetchval("SELECT coalesce(max(student_id), 0) FROM students")
        return Placing(self.model, students, around)


def _decide(
    staged: Staged,
    held: Held | None,
    named: dict[str, Named],
    people: People,
    fresh: dict[str, Fresh],
    placing: Placing,
) -> tuple[Decision, FindingCode | None]:
    record, owner = staged.draft.record, staged.owner
    if staged.draft.deleted:
        if held:
            people.get(held.student_id, {}).pop(held.state_record_id, None)
            placing.around.neighbourhood.forget(held.state_record_id)
        return Decision(staged, held, held.student_id if held else 0, held.state_record_id if held else 0), None
    person = person_of(staged.draft)
    target = named.get(record.msix_id) if record.msix_id is not None else None
    agreed = agreement(person, people[target.student_id]) if target and held is None else []
    version = fresh.get(owner)
    placed: Placed | None
    if held is None:
        assert version is not None, "what is new to the hub is fresh"
        placed = placing.new(version.version, version.keys, target.student_id if target and agreed else None)
    else:
        placed = placing.known(version.version, version.keys, held.student_id) if version else None
    student = placed.student if placed else held.student_id if held else 0
    decision = Decision(
        staged,
        held,
        student,
        version.version.record if version else held.state_record_id if held else 0,
        agreed if placed and placed.place is Place.NAMED else [],
        placed,
        version,
    )
    code = None
    if record.msix_id is not None:
        if target is None:
            code = FindingCode.UNKNOWN_MSIX_ID
        elif student != target.student_id:
            code = FindingCode.MSIX_ID_DISAGREES
        elif target.survivor != record.msix_id:
            code = FindingCode.RETIRED_MSIX_ID
    if student in people:
        people[student][decision.record_id] = person
    return decision, code


def _is_unchanged(staged: Staged, held: Held) -> bool:
    return held.status == "ACTIVE" and held.content_hash == staged.content_hash and not staged.draft.deleted


def _finding(code: FindingCode, staged: Staged, named: dict[str, Named], member: str | None) -> Finding:
    record = staged.draft.record
    survivor = named[record.msix_id].survivor if record.msix_id in named else None
    message = code.expected.format(survivor=survivor)
    return Finding(code, message, member, staged.line, record.state_student_id, "msixId", "msixId")


_ONE_AT_A_TIME = 0x4D41544348  # the key of this advisory lock
_HELD = """
SELECT state_record_id, student_id, state_student_id, status, content_hash FROM state_records
WHERE state = $1 AND state_student_id = ANY($2::text[]) ORDER BY state_record_id FOR UPDATE
"""
