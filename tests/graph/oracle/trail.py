"""The audit trail, read from plain rows: who sees which events is DOMAIN.md, "Roles and what each may do"."""

from __future__ import annotations

import json
from typing import Any

from hub.tables import AccountRow, AuditEventRow, StudentRow
from hub.viewer import Reach
from tests.graph.oracle import filters
from tests.graph.oracle.ask import Ask, Read, person
from tests.graph.oracle.ids import Child
from tests.graph.oracle.pages import Order, Page
from tests.graph.oracle.reach import states_of_child

_OF_ACCOUNTS = ("account", "token", "change", "request")


def _tag(event: AuditEventRow) -> str:
    return event.tag.upper().replace(":", "_")


def _children(ask: Ask, event: AuditEventRow) -> list[StudentRow]:
    """The children that an event names, as they are called now."""
    named = ask.world.all(StudentRow, lambda student: student.student_id in event.students)
    current = {student.current_id for student in named}
    return sorted(ask.world.all(StudentRow, lambda s: s.student_id in current), key=lambda child: child.student_id)


def _named(ask: Ask) -> StudentRow | None:
    """The child that the filter names, by whatever ID."""
    asked = ask.world.one(StudentRow, lambda student: student.msix_id == ask.asked.get("msixId"))
    return asked and ask.world.one(StudentRow, lambda student: student.student_id == asked.current_id)


def _fits(ask: Ask, event: AuditEventRow) -> bool:
    asked, account = ask.asked, ask.world.one(AccountRow, lambda each: each.account_id == event.account_id)
    return (
        ("tag" not in asked or _tag(event) in asked["tag"])
        and ("since" not in asked or event.at >= filters.moment(asked["since"]))
        and ("before" not in asked or event.at < filters.moment(asked["before"]))
        and ("userId" not in asked or (account is not None and filters.text(account.user_id, asked["userId"])))
        and ("msixId" not in asked or _named(ask) in _children(ask, event))
        and filters.text(event.operation, asked.get("operation", {}))
        and filters.text(event.purpose, asked.get("purpose", {}))
    )


def _page(ask: Ask, events: list[AuditEventRow]) -> Page:
    return ask.page(events, Order("KEY", lambda event: (event.event_id,), ascending=False))


def _trail(ask: Ask, _: None) -> Page | None:
    accounts, students = ask.viewer.grants.get("audit:accounts"), ask.viewer.grants.get("audit:students")
    named = "msixId" in ask.asked
    if students is Reach.ALL and not named and accounts not in (Reach.ALL, Reach.STATE):
        ask.denials.add(("INVALID_ARGUMENT", "", ""))  # all states' children are asked for one by one
        return None

    def reaches(event: AuditEventRow) -> bool:
        return _of_accounts(ask, event, accounts) or _of_students(ask, event, students)

    return _page(ask, ask.world.all(AuditEventRow, lambda event: _fits(ask, event) and reaches(event)))


def _of_accounts(ask: Ask, event: AuditEventRow, reach: Reach | None) -> bool:
    """User administrators see what the own state's accounts did and what was done to them, not who viewed children."""
    if event.tag.split(":")[0] not in _OF_ACCOUNTS:
        return False
    done_to = str((event.detail or {}).get("account"))
    accounts = ask.world.all(AccountRow, lambda account: str(account.account_id) == done_to)
    states = {event.state, *(account.state for account in accounts)} - {None}
    return reach is Reach.ALL or (reach is Reach.STATE and ask.viewer.state in states)


def _of_students(ask: Ask, event: AuditEventRow, reach: Reach | None) -> bool:
    """Data administrators see who viewed the own state's children, the Privacy Act Administrator who viewed one."""
    if "msixId" in ask.asked:
        child = _named(ask)
        children = [child] if child is not None else []
    else:
        children = _children(ask, event) if reach is Reach.STATE else []
    own = any(ask.viewer.state in states_of_child(ask.world, child.student_id) for child in children)
    return (reach is Reach.ALL and bool(children)) or (reach is Reach.STATE and own)


def _of_child(ask: Ask, child: Child) -> Page:
    return _page(ask, ask.world.all(AuditEventRow, lambda e: _fits(ask, e) and child.row in _children(ask, e)))


def _own(ask: Ask, viewer: Any) -> Page:
    return _page(ask, ask.world.all(AuditEventRow, lambda e: _fits(ask, e) and e.account_id == viewer.account_id))


def _told(ask: Ask, event: AuditEventRow) -> list[StudentRow]:
    """The children that an event names, as far as the viewer may know of them: those that are shown, and, where its
    grant goes no further, the own state's or whomever it looked at itself."""
    shown = [child for child in _children(ask, event) if ask.world.shown_records(child.student_id)]
    if ask.viewer.grants.get("audit:students") is not Reach.STATE or event.account_id == ask.viewer.account_id:
        return shown
    return [child for child in shown if ask.viewer.state in states_of_child(ask.world, child.student_id)]


TRAIL: dict[str, Read] = {
    "Query.auditEvents": _trail,
    "Student.accessLog": _of_child,
    "Viewer.accessLog": _own,
    "AuditEvent.eventId": lambda ask, event: str(event.event_id),
    "AuditEvent.tag": lambda ask, event: _tag(event),
    "AuditEvent.name": person("account_id"),
    "AuditEvent.students": _told,
    "AuditEvent.resultBytes": lambda ask, event: None if event.result_bytes is None else str(event.result_bytes),
    "AuditEvent.address": lambda ask, event: None if event.address is None else str(event.address),
    "AuditEvent.detail": lambda ask, event: (
        None if event.detail is None else json.dumps(event.detail, ensure_ascii=False)
    ),
}
