"""Clocks, contacts and watches, read from plain rows."""

from __future__ import annotations

import datetime
from typing import Any

from hub.tables import AnyClockRow, ContactListRow, ContactRow, StudentRow, WatchRow, WorklistItemRow
from tests.graph.oracle import filters
from tests.graph.oracle.ask import Ask, Read
from tests.graph.oracle.deciding import may_decide
from tests.graph.oracle.ids import Child
from tests.graph.oracle.pages import Order, Page
from tests.graph.oracle.shown import shown


def _status(clock: Any) -> str:
    now = datetime.datetime.now(datetime.UTC)
    if clock.met_at is None:
        return "RUNNING" if clock.due_at >= now else "OVERDUE"
    return "MET" if clock.met_at <= clock.due_at else "MET_LATE"


def _may_decide(ask: Ask, item_id: int) -> bool:
    (item,) = ask.world.all(WorklistItemRow, lambda each: each.item_id == item_id)
    return may_decide(ask.world, ask.viewer, item)


def _clocks(ask: Ask) -> list[Any]:
    """Those that began, of shown children, that the filter lets through."""
    asked = ask.asked
    due = {key: filters.moment(value) for key, value in (asked.get("due") or {}).items() if value is not None}
    now = datetime.datetime.now(datetime.UTC)
    every: list[Any] = list(ask.world.all(AnyClockRow))  # a view: its columns are not declared one by one
    return [
        clock
        for clock in every
        if clock.start_at <= now
        and ask.world.shown_records(clock.student_id)
        and (clock.kind != "WORKLIST_ITEM" or _may_decide(ask, clock.key))
        and ("kind" not in asked or clock.kind in asked["kind"])
        and ("status" not in asked or _status(clock) in asked["status"])
        and filters.text(clock.state, asked.get("state", {}))
        and filters.text(clock.district_id, asked.get("districtId", {}))
        and due.get("from", clock.due_at) <= clock.due_at
        and ("before" not in due or clock.due_at < due["before"])
    ]


def _in_order(clock: Any) -> tuple[Any, ...]:
    return clock.due_at, clock.kind, clock.key


def _all_clocks(ask: Ask, _: None) -> Page:
    ascending = (ask.arguments.get("orderBy") or {}).get("direction", "ASC") == "ASC"
    return ask.page(_clocks(ask), Order("DUE", _in_order, ascending))


def _clocks_of(ask: Ask, child: Child) -> list[Any]:
    return sorted((clock for clock in _clocks(ask) if clock.student_id == child.row.student_id), key=_in_order)


def _lists(ask: Ask, _: None) -> list[ContactListRow]:
    lists = ask.world.all(ContactListRow, lambda each: each.state == ask.arguments["state"])
    return sorted(lists, key=lambda each: (each.district_id or "", each.list_id))


def _contacts(ask: Ask, list_: ContactListRow) -> list[ContactRow]:
    return sorted(ask.world.all(ContactRow, lambda c: c.list_id == list_.list_id), key=lambda c: c.contact_id)


def _kind(watch: WatchRow) -> str:
    return "SEARCH" if watch.student_id is None else "STUDENT"


def _watches(ask: Ask, _: None) -> Page:
    kind = ask.filter.get("kind")
    rows = ask.world.all(WatchRow, lambda w: shown(ask, w) and kind in (None, _kind(w)))
    return ask.page(rows, Order("KEY", lambda watch: (watch.watch_id,), ascending=False))


def _watched(ask: Ask, watch: WatchRow) -> Child | None:
    named = ask.world.one(StudentRow, lambda student: student.student_id == watch.student_id)
    found = named and ask.world.one(StudentRow, lambda student: student.student_id == named.current_id)
    return Child(found) if found and ask.world.shown_records(found.student_id) else None


FOLLOWING: dict[str, Read] = {
    "Query.clocks": _all_clocks,
    "Student.clocks": _clocks_of,
    "Clock.status": lambda ask, clock: _status(clock),
    "Clock.overdue": lambda ask, clock: _status(clock) == "OVERDUE",
    "Clock.stateRecord": lambda ask, clock: ask.world.shown_record(clock.state_record_id),
    "Query.contacts": _lists,
    "ContactList.contacts": _contacts,
    "Query.watches": _watches,
    "Watch.kind": lambda ask, watch: _kind(watch),
    "Watch.student": _watched,
}
