"""Parents' requests for a correction, read from plain rows."""

from __future__ import annotations

import datetime
from typing import Any

from hub.tables import CorrectionEntryRow, CorrectionRequestRow
from tests.graph.oracle import filters
from tests.graph.oracle.ask import Ask, Read, person
from tests.graph.oracle.ids import Child
from tests.graph.oracle.pages import Order, Page
from tests.graph.oracle.shown import about, shown


def _overdue(request: CorrectionRequestRow) -> bool:
    """Pending, and past one of the two days."""
    due = [day for day in (request.due_at, request.forward_due_at) if day is not None]
    return request.status == "PENDING" and min(due) <= datetime.datetime.now(datetime.UTC)


def _corrections(ask: Ask, _: None) -> Page:
    asked = ask.asked

    def fits(request: CorrectionRequestRow) -> bool:
        child = about(ask, request)
        return (
            child is not None
            and shown(ask, request)
            and ("status" not in asked or request.status in asked["status"])
            and filters.text(request.state, asked.get("state", {}))
            and asked.get("overdue") in (None, _overdue(request))
            and ("msixId" not in asked or filters.called(ask.world, child.student_id, asked["msixId"]))
        )

    rows = ask.world.all(CorrectionRequestRow, fits)
    return ask.page(rows, Order("KEY", lambda request: (request.request_id,), ascending=False))


def _entries(ask: Ask, request: CorrectionRequestRow) -> list[CorrectionEntryRow]:
    entries = ask.world.all(CorrectionEntryRow, lambda entry: entry.request_id == request.request_id)
    return sorted(entries, key=lambda entry: entry.entry_id)


def child(ask: Ask, row: Any) -> Child | None:
    """The child that something is about, if it is shown."""
    found = about(ask, row)
    return Child(found) if found is not None and ask.world.shown_records(found.student_id) else None


def record(ask: Ask, row: Any) -> Any:
    """The record that something is about, if it is about one that is shown."""
    return None if row.state_record_id is None else ask.world.shown_record(row.state_record_id)


CORRECTIONS: dict[str, Read] = {
    "Query.correctionRequests": _corrections,
    "CorrectionRequest.student": child,
    "CorrectionRequest.stateRecord": record,
    "CorrectionRequest.field": lambda ask, request: request.section and f"{request.section}.{request.element}",
    "CorrectionRequest.recordedBy": person("recorded_by"),
    "CorrectionRequest.overdue": lambda ask, request: _overdue(request),
    "CorrectionRequest.entries": _entries,
    "CorrectionEntry.by": person("account_id"),
}
