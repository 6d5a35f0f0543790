"""The root fields: what is found by arguments, ids and filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.tables import JurisdictionRow, StateRecordRow, StudentRow, UploadRow
from tests.graph.oracle import filters
from tests.graph.oracle.ask import Ask, Read
from tests.graph.oracle.ids import TYPES, Child, key_of, parse
from tests.graph.oracle.law import GRANT_OF_TYPE
from tests.graph.oracle.pages import Order, Page, student_order
from tests.graph.oracle.shown import looked_up, shown, visible


def found(ask: Ask, id_: str, find: Callable[[Ask, Any], Any] = visible) -> Any:
    """The object that an id names, as far as the viewer may know of it. `looked_up` finds it where it is all that is
    asked for."""
    named = parse(id_)
    if named is None:
        return None
    table, key = named
    grant = GRANT_OF_TYPE.get(TYPES[table])
    if grant is not None and grant not in ask.viewer.grants:
        ask.denials.add(("FORBIDDEN", TYPES[table], grant))
        return None
    if table is Child:
        return _child(ask, key[0], say=find is looked_up)
    return find(ask, ask.world.one(table, lambda each: key_of(each) == key))


def by_id(table: type) -> Read:
    """A root field that finds one row of a table by its id."""

    def read(ask: Ask, _: None) -> Any:
        named = parse(ask.arguments["id"])
        return looked_up(ask, ask.world.one(table, lambda each: named == (table, key_of(each))))

    return read


def _students(ask: Ask, _: None) -> Page:
    rows = [row for row in ask.world.shown_students() if filters.student(ask.world, row, ask.filter)]
    return ask.page(rows, student_order(ask.world, ask.arguments.get("orderBy")))


def _child(ask: Ask, msix_id: str, *, say: bool) -> Child | None:
    """The student that an MSIX ID answers with; `say` if it is under review."""
    answer = ask.world.student_by_msix_id(msix_id)
    asked = ask.world.one(StudentRow, lambda student: student.msix_id == msix_id)
    if say and answer is None and asked is not None:
        ask.say_under_review(asked.current_id)
    return Child(*answer) if answer else None


def _state_record(ask: Ask, _: None) -> Any:
    asked = (ask.arguments["state"], ask.arguments["stateStudentId"])
    return looked_up(ask, ask.world.one(StateRecordRow, lambda r: (r.state, r.state_student_id) == asked))


def _uploads(ask: Ask, _: None) -> Page:
    statuses, since = ask.filter.get("status"), ask.filter.get("receivedSince")
    rows = ask.world.all(
        UploadRow,
        lambda u: (
            shown(ask, u)
            and (statuses is None or u.status in statuses)
            and (since is None or u.received_at >= filters.moment(since))
        ),
    )
    return ask.page(rows, Order("KEY", lambda upload: (upload.upload_id,), ascending=False))


ROOTS: dict[str, Read] = {
    "Query.student": lambda ask, _: _child(ask, ask.arguments["msixId"], say=True),
    "Query.students": _students,
    "Query.stateRecord": _state_record,
    "Query.node": lambda ask, _: found(ask, ask.arguments["id"], looked_up),
    "Query.nodes": lambda ask, _: [found(ask, id_) for id_ in ask.arguments["ids"]],
    "Query.jurisdictions": lambda ask, _: sorted(ask.world.all(JurisdictionRow), key=lambda j: j.code),
    "Query.uploads": _uploads,
    "Query.upload": by_id(UploadRow),
    "Viewer.roles": lambda ask, viewer: list(viewer.roles),
    "Viewer.grants": lambda ask, viewer: sorted(map(str, viewer.grants)),
    "Viewer.can": lambda ask, viewer: ask.arguments["grant"] in viewer.grants,
    "Query.viewer": lambda ask, _: ask.viewer if ask.viewer.signed_in else None,
}
