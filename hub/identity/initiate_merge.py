"""Asks to merge students into one of them. It takes effect when every state concerned has approved."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from hub.identity.requesting import open_request
from hub.identity.students import lock_students
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.words import LONGEST_REASON, kept_text

MOST_DUPLICATES = 20


@dataclass(frozen=True)
class ExpectedVersion:
    """The version of a student that the asker saw."""

    msix_id: str
    version: int


@dataclass(frozen=True)
class InitiateMerge:
    """MSIX IDs: the survivor keeps its own, those of the duplicates will answer with it."""

    survivor: str
    duplicates: tuple[str, ...]
    reason: str
    expected_versions: tuple[ExpectedVersion, ...] | None = None


async def initiate_merge(connection: asyncpg.Connection, permit: Permit, command: InitiateMerge) -> Outcome:
    """Open the request, and close the students until it is decided.

    Raises Refusal: SAME_STUDENT, INVALID_INPUT, and those of `lock_students`.
    """
    permit.check("initiate_merge")
    reason = kept_text(command.reason, "reason", LONGEST_REASON)
    named = [command.survivor, *command.duplicates]
    if len(named) < 2 or len(set(named)) < len(named):
        raise Refusal(RefusalCode.SAME_STUDENT, field="duplicates")
    if len(named) > MOST_DUPLICATES + 1:
        raise Refusal(RefusalCode.INVALID_INPUT, f"a merge takes {MOST_DUPLICATES} duplicates at most", "duplicates")
    versions = {expected.msix_id: expected.version for expected in command.expected_versions or ()}
    if not versions.keys() <= set(named) or len(versions) < len(command.expected_versions or ()):
        expected = "versions of the survivor and the duplicates, each once"
        raise Refusal(RefusalCode.INVALID_INPUT, f"expected {expected}", "expectedVersions")
    survivor, *duplicates = await lock_students(connection, named, versions, "duplicates")
    sides = {record: 2 for record in survivor.records}
    sides |= {record: 1 for duplicate in duplicates for record in duplicate.records}
    states = {record: state for student in (survivor, *duplicates) for record, state in student.records.items()}
    request_id = await open_request(
        connection,
        permit.viewer,
        "MERGE",
        student=survivor.student_id,
        duplicates=[duplicate.student_id for duplicate in duplicates],
        sides=sides,
        states=states,
        reason=reason,
    )
    return Outcome(records={"request": request_id})
