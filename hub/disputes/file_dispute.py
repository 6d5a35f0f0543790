"""Enters a statement that disputes what states hold on a child. It stands with the records; no data is changed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import asyncpg

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.disputes.concerned import concerned
from hub.disputes.elements import check_element
from hub.disputes.entry import Entry, write_entry
from hub.disputes.told import tell_states
from hub.outcome import Outcome
from hub.permit import Permit
from hub.words import kept_text

NeedsOf = Callable[[str | None, str | None], Collection[str]]
"""The grants of whoever may read an element: `permissions.elements.needs_of`, handed in: this layer is below it."""


@dataclass(frozen=True, slots=True)
class FileDispute:
    """`student` is an MSIX ID, `state_record` the key of one of its records (None: all), `field` an element such as
    `demographics.birthDate` (None: the records as a whole)."""

    student: str
    statement: str
    state_record: int | None = field(default=None, metadata={"node": "StateRecord"})
    field: str | None = None


async def file_dispute(
    connection: asyncpg.Connection,
    permit: Permit,
    command: FileDispute,
    *,
    needs_of: NeedsOf,
    answering: Collection[str],
) -> Outcome:
    """Enter it and tell the roles `answering` of the states concerned.

    Raises Refusal: INVALID_INPUT, NOT_FOUND, UNDER_REVIEW.
    """
    permit.check("file_dispute")
    statement = kept_text(command.statement, "statement")
    section, element = check_element(command.field)
    about = await concerned(connection, permit.viewer, command.student, command.state_record)
    dispute_id: int = await connection.fetchval(
        _FILE,
        about.student_id,
        section,
        element,
        sorted(needs_of(section, element)),
        statement,
        clock.now(),
        permit.viewer.account_id,
        list(about.records),
    )
    await write_entry(connection, permit.viewer, Entry(dispute_id, "FILED", statement))
    await tell_states(connection, permit.viewer, dispute_id, "DISPUTE_FILED", answering)
    detail = {"dispute": dispute_id, "records": list(about.records), "element": command.field}
    event = Event.by(permit.viewer, Tag.DISPUTE_FILE, students=(about.student_id,), detail=detail)
    await record_in(connection, event)
    return Outcome(records={"dispute": dispute_id})


_FILE = """
WITH filed AS (
    INSERT INTO disputes (student_id, section, element, needs, statement, filed_at, filed_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING dispute_id
), about AS (
    INSERT INTO dispute_records (dispute_id, state_record_id)
    SELECT dispute_id, record FROM filed CROSS JOIN unnest($8::bigint[]) AS record
)
SELECT dispute_id FROM filed
"""
