"""The root fields: what is found by arguments, ids and filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hub.tables import (
    DisputeRecordRow,
    DisputeRow,
    JurisdictionRow,
    LinkRow,
    MoveNoticeRow,
    StateRecordRow,
    StudentRow,
    UploadRow,
    WatchRow,
)
from hub.viewer import Reach, Viewer
from tests.graph.oracle import filters, rules
from tests.graph.oracle.ids import TYPES, Child, key_of, parse
from tests.graph.oracle.law import GRANT_OF_TYPE, reaches
from tests.graph.oracle.pages import Key, Order, Page, cut, student_order
from tests.graph.oracle.world import World


@dataclass(frozen=True)
class Ask:
    """One field asked of one object."""

    world: World
    viewer: Viewer
    places: Mapping[str, Key]
    denials: set[tuple[str, str, str]]
    coordinate: str
    arguments: Mapping[str, Any]

    def page(self, rows: list[Any], order: Order) -> Page:
        return cut(self.coordinate, rows, order, self.arguments, self.places)

    @property
    def filter(self) -> Mapping[str, Any]:
        return self.arguments.get("filter") or {}


Read = Callable[[Ask, Any], Any]


def found(ask: Ask, id_: str) -> Any:
    """The object that an id names, as far as the viewer may know of it."""
    named = parse(id_)
    if named is None:
        return None
    table, key = named
    grant = GRANT_OF_TYPE.get(TYPES[table])
    if grant is not None and grant not in ask.viewer.grants:
        ask.denials.add(("FORBIDDEN", TYPES[table], grant))
        return None
    if table is Child:
        student = ask.world.student_by_msix_id(key[0])
        return Child(*student) if student else None
    row: Any = ask.world.one(table, lambda each: key_of(each) == key)
    if isinstance(row, UploadRow):
        return visible_upload(ask, row)
    if isinstance(row, WatchRow):
        return row if watch_is_shown(ask.viewer, row) else None
    if isinstance(row, DisputeRow):
        return row if dispute_is_shown(ask, row) else None
    if isinstance(row, MoveNoticeRow):
        (child,) = ask.world.all(StudentRow, lambda student: student.student_id == row.student_id)
        return row if ask.world.shown_records(child.current_id) else None
    if isinstance(row, LinkRow):
        return row if any(row in rules.history(ask.world, each) for each in ask.world.shown_students()) else None
    hangs = row is not None and hasattr(row, "state_record_id")
    return None if hangs and ask.world.shown_record(row.state_record_id) is None else row


def watch_is_shown(viewer: Viewer, watch: WatchRow) -> bool:
    """To its owner; to all for whoever sees every account's."""
    reach = viewer.grants.get("account:self")
    return reach is Reach.ALL or (reach is Reach.SELF and watch.account_id == viewer.account_id)


def disputed_records(ask: Ask, dispute: DisputeRow) -> list[StateRecordRow]:
    """The records that a dispute is about, as far as they are shown."""
    about = ask.world.all(DisputeRecordRow, lambda each: each.dispute_id == dispute.dispute_id)
    return [record for each in about if (record := ask.world.shown_record(each.state_record_id))]


def dispute_is_shown(ask: Ask, dispute: DisputeRow) -> bool:
    """To those who may read what it disputes, while one of the records is shown."""
    return set(dispute.needs) <= set(ask.viewer.grants) and bool(disputed_records(ask, dispute))


def visible_upload(ask: Ask, upload: UploadRow | None) -> UploadRow | None:
    return upload if upload is not None and reaches(ask.viewer, "upload:read", upload.state) else None


def _students(ask: Ask, _: None) -> Page:
    rows = [row for row in ask.world.shown_students() if filters.student(ask.world, row, ask.filter)]
    return ask.page(rows, student_order(ask.world, ask.arguments.get("orderBy")))


def _student(ask: Ask, _: None) -> Child | None:
    answer = ask.world.student_by_msix_id(ask.arguments["msixId"])
    return Child(*answer) if answer else None


def _state_record(ask: Ask, _: None) -> StateRecordRow | None:
    asked = (ask.arguments["state"], ask.arguments["stateStudentId"])
    row = ask.world.one(StateRecordRow, lambda r: (r.state, r.state_student_id) == asked)
    return row and ask.world.shown_record(row.state_record_id)


def _uploads(ask: Ask, _: None) -> Page:
    statuses, since = ask.filter.get("status"), ask.filter.get("receivedSince")
    rows = ask.world.all(
        UploadRow,
        lambda u: (
            visible_upload(ask, u) is not None
            and (statuses is None or u.status in statuses)
            and (since is None or u.received_at >= filters.moment(since))
        ),
    )
    return ask.page(rows, Order("KEY", lambda upload: (upload.upload_id,), ascending=False))


def _upload(ask: Ask, _: None) -> UploadRow | None:
    named = parse(ask.arguments["id"])
    row = ask.world.one(UploadRow, lambda upload: named == (UploadRow, (upload.upload_id,)))
    return visible_upload(ask, row)


ROOTS: dict[str, Read] = {
    "Query.student": _student,
    "Query.students": _students,
    "Query.stateRecord": _state_record,
    "Query.node": lambda ask, _: found(ask, ask.arguments["id"]),
    "Query.nodes": lambda ask, _: [found(ask, id_) for id_ in ask.arguments["ids"]],
    "Query.jurisdictions": lambda ask, _: sorted(ask.world.all(JurisdictionRow), key=lambda j: j.code),
    "Query.uploads": _uploads,
    "Query.upload": _upload,
    "Query.viewer": lambda ask, _: ask.viewer if ask.viewer.signed_in else None,
}
