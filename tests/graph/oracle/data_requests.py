"""Data requests, read from plain rows. What became of one is what became of its worklist item."""

from __future__ import annotations

from typing import Any

from hub.tables import DataRequestRow, WorklistItemRow
from tests.graph.oracle import filters
from tests.graph.oracle.ask import Ask, Read, person
from tests.graph.oracle.ids import Child
from tests.graph.oracle.pages import Order, Page
from tests.graph.oracle.roots import by_id
from tests.graph.oracle.shown import shown, survivor
from tests.graph.oracle.worklist import overdue


def _item(ask: Ask, request: DataRequestRow) -> WorklistItemRow:
    (item,) = ask.world.all(WorklistItemRow, lambda each: each.item_id == request.item_id)
    return item


def _status(ask: Ask, request: DataRequestRow) -> str:
    item = _item(ask, request)
    if item.status != "RESOLVED":
        return item.status
    if item.decision == "NOT_POSSIBLE":
        return "NOT_POSSIBLE"
    return "FILLED" if item.decided_by is None else "ANSWERED"


def _requests(ask: Ask) -> list[DataRequestRow]:
    """Those of shown children that the filter lets through."""
    asked = ask.asked

    def fits(request: DataRequestRow) -> bool:
        return (
            shown(ask, request)
            and ("status" not in asked or _status(ask, request) in asked["status"])
            and filters.text(request.state, asked.get("state", {}))
            and filters.text(request.asking_state, asked.get("askingState", {}))
            and ("msixId" not in asked or filters.called(ask.world, survivor(ask, request).student_id, asked["msixId"]))
            and asked.get("overdue") in (None, overdue(_item(ask, request)))
        )

    return ask.world.all(DataRequestRow, fits)


_NEWEST = Order("KEY", lambda request: (request.request_id,), ascending=False)


def _box(ask: Ask, _: None) -> Page:
    box, state = ask.arguments.get("box") or "INBOX", ask.viewer.state

    def lies(request: DataRequestRow) -> bool:
        is_asked, asks = state == request.state, state == request.asking_state
        return {"INBOX": is_asked, "SENT": asks, "ALL": is_asked or asks}[box]

    return ask.page([request for request in _requests(ask) if lies(request)], _NEWEST)


def _of_student(ask: Ask, child: Child) -> Page:
    return ask.page([each for each in _requests(ask) if survivor(ask, each) is child.row], _NEWEST)


def _of_item(name: str) -> Read:
    def read(ask: Ask, request: DataRequestRow) -> Any:
        return getattr(_item(ask, request), name)

    return read


DATA_REQUESTS: dict[str, Read] = {
    "Query.dataRequests": _box,
    "Query.dataRequest": by_id(DataRequestRow),
    "Student.dataRequests": _of_student,
    "DataRequest.msixId": lambda ask, request: survivor(ask, request).msix_id,
    "DataRequest.student": lambda ask, request: Child(survivor(ask, request)),
    "DataRequest.requestedBy": person("account_id"),
    "DataRequest.dueAt": _of_item("due_at"),
    "DataRequest.overdue": lambda ask, request: overdue(_item(ask, request)),
    "DataRequest.status": _status,
    "DataRequest.answeredAt": _of_item("decided_at"),
    "DataRequest.answeredBy": lambda ask, request: person("decided_by")(ask, _item(ask, request)),
    "DataRequest.answer": _of_item("reason"),
}
