"""The worklist, requests to merge and split, and changes of MSIX IDs, read from plain rows."""

from __future__ import annotations

import datetime
from typing import Any

from hub.tables import (
    IdentityChangeRow,
    IdentityRequestRow,
    StateRecordRow,
    StudentRow,
    WorklistItemRecordRow,
    WorklistItemRow,
)
from hub.viewer import Reach
from tests.graph.oracle import filters
from tests.graph.oracle.ask import Ask, Read, person
from tests.graph.oracle.deciding import item_records
from tests.graph.oracle.pages import Order, Page
from tests.graph.oracle.roots import by_id
from tests.graph.oracle.shown import shown


def overdue(item: WorklistItemRow) -> bool:
    return item.status == "OPEN" and item.due_at <= datetime.datetime.now(datetime.UTC)


def _worklist(ask: Ask, _: None) -> Page:
    asked = ask.asked
    given = {"field": "DUE", "direction": "ASC", **(ask.arguments.get("orderBy") or {})}

    def fits(item: WorklistItemRow) -> bool:
        return (
            shown(ask, item)
            and all(getattr(item, name) in asked[name] for name in ("kind", "status", "level") if name in asked)
            and filters.text(item.district_id, asked.get("districtId", {}))
            and asked.get("overdue") in (None, overdue(item))
            and asked.get("mine") in (None, item.account_id == ask.viewer.account_id)
            and ("msixId" not in asked or _is_about(ask, item, asked["msixId"]))
        )

    moment = {"DUE": "due_at", "RAISED": "raised_at"}[given["field"]]
    order = Order(given["field"], lambda item: (getattr(item, moment), item.item_id), given["direction"] == "ASC")
    return ask.page(ask.world.all(WorklistItemRow, fits), order)


def _is_about(ask: Ask, item: WorklistItemRow, msix_id: filters.Given) -> bool:
    return any(
        filters.called(ask.world, record.student_id, msix_id) for record in item_records(ask.world, item.item_id)
    )


def _records(ask: Ask, item: WorklistItemRow) -> list[WorklistItemRecordRow]:
    about = ask.world.all(WorklistItemRecordRow, lambda each: each.item_id == item.item_id)
    return sorted(about, key=lambda each: (each.side, each.state_record_id))


def _request(ask: Ask, item: WorklistItemRow) -> Any:
    return ask.world.one(IdentityRequestRow, lambda request: request.request_id == item.request_id)


def _requests(ask: Ask, _: None) -> Page:
    """Those that came from the viewer's state, not those that it is asked to validate."""
    all_, status = ask.viewer.grants["merge:initiate"] is Reach.ALL, ask.asked.get("status")
    rows = ask.world.all(
        IdentityRequestRow,
        lambda request: (
            (all_ or request.state == ask.viewer.state)
            and (status is None or request.status in status)
            and shown(ask, request)
        ),
    )
    return ask.page(rows, Order("KEY", lambda request: (request.request_id,), ascending=False))


def _items(ask: Ask, request: IdentityRequestRow) -> list[WorklistItemRow]:
    items = ask.world.all(WorklistItemRow, lambda item: item.request_id == request.request_id)
    return sorted(items, key=lambda item: item.item_id)


def _waiting_for(ask: Ask, request: IdentityRequestRow) -> list[str]:
    return sorted(item.state for item in _items(ask, request) if item.status == "OPEN")


def _leaving(ask: Ask, request: IdentityRequestRow) -> list[StateRecordRow]:
    records = [record for id_ in request.state_records if (record := ask.world.shown_record(id_))]
    records.sort(key=lambda record: (record.state, record.state_record_id))
    return sorted(records, key=lambda record: (record.latest_activity, record.submitted_at), reverse=True)


def _msix_ids(ask: Ask, students: list[int]) -> list[str]:
    return sorted(student.msix_id for student in ask.world.all(StudentRow, lambda s: s.student_id in students))


def _msix_id(column: str) -> Read:
    return lambda ask, row: _msix_ids(ask, [getattr(row, column)])[0]


def _changes(ask: Ask, _: None) -> Page:
    since = ask.asked.get("since")
    rows = ask.world.all(
        IdentityChangeRow,
        lambda change: shown(ask, change) and (since is None or change.changed_at >= filters.moment(since)),
    )
    return ask.page(rows, Order("KEY", lambda change: (change.change_id,)))


WORKLIST: dict[str, Read] = {
    "Query.worklist": _worklist,
    "Query.worklistItem": by_id(WorklistItemRow),
    "WorklistItem.assignee": person("account_id"),
    "WorklistItem.overdue": lambda ask, item: overdue(item),
    "WorklistItem.records": _records,
    "WorklistItem.request": _request,
    "WorklistItem.decidedBy": person("decided_by"),
    "WorklistRecord.stateRecord": lambda ask, about: ask.world.shown_record(about.state_record_id),
    "Query.identityRequests": _requests,
    "IdentityRequest.msixId": _msix_id("student_id"),
    "IdentityRequest.duplicates": lambda ask, request: _msix_ids(ask, request.duplicates),
    "IdentityRequest.stateRecords": _leaving,
    "IdentityRequest.requestedBy": person("account_id"),
    "IdentityRequest.waitingFor": _waiting_for,
    "IdentityRequest.items": lambda ask, request: [item for item in _items(ask, request) if shown(ask, item)],
    "Query.identityChanges": _changes,
    "IdentityChange.msixId": _msix_id("student_id"),
    "IdentityChange.otherMsixId": _msix_id("other_student_id"),
}
