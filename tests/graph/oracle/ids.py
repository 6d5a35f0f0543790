"""Objects and their ids: base64 of the type and the key."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from hub.tables import (
    AccessApplicationRow,
    AccountRow,
    AssessmentRow,
    ContactListRow,
    CorrectionRequestRow,
    CourseRow,
    DataRequestRow,
    DisputeRow,
    DistrictRow,
    EnrollmentRow,
    IdentityChangeRow,
    IdentityRequestRow,
    JurisdictionRow,
    LinkRow,
    MoveNoticeRow,
    NotificationRow,
    QualifyingMoveRow,
    SchoolRow,
    StateRecordRow,
    StudentRow,
    UploadRow,
    WatchRow,
    WorklistItemRow,
)


@dataclass(frozen=True)
class Child:
    """A student, with the retired ID for which it answers."""

    row: StudentRow
    answered_for: str | None = None


TYPES: dict[type, str] = {
    Child: "Student",
    StateRecordRow: "StateRecord",
    QualifyingMoveRow: "QualifyingMove",
    EnrollmentRow: "Enrollment",
    CourseRow: "Course",
    AssessmentRow: "Assessment",
    LinkRow: "LinkEvent",
    UploadRow: "Upload",
    SchoolRow: "School",
    DistrictRow: "District",
    JurisdictionRow: "Jurisdiction",
    ContactListRow: "ContactList",
    WatchRow: "Watch",
    DataRequestRow: "DataRequest",
    CorrectionRequestRow: "CorrectionRequest",
    NotificationRow: "Notification",
    MoveNoticeRow: "MoveNotice",
    DisputeRow: "Dispute",
    AccountRow: "Account",
    AccessApplicationRow: "AccessApplication",
    IdentityRequestRow: "IdentityRequest",
    IdentityChangeRow: "IdentityChange",
    WorklistItemRow: "WorklistItem",
}
KEYS: dict[type, tuple[str, ...]] = {
    StateRecordRow: ("state_record_id",),
    QualifyingMoveRow: ("state_record_id", "position"),
    EnrollmentRow: ("state_record_id", "position"),
    CourseRow: ("state_record_id", "enrollment_position", "position"),
    AssessmentRow: ("state_record_id", "position"),
    LinkRow: ("link_id",),
    UploadRow: ("upload_id",),
    SchoolRow: ("school_id",),
    DistrictRow: ("district_id",),
    JurisdictionRow: ("code",),
    ContactListRow: ("list_id",),
    WatchRow: ("watch_id",),
    DataRequestRow: ("request_id",),
    CorrectionRequestRow: ("request_id",),
    NotificationRow: ("notification_id",),
    MoveNoticeRow: ("notice_id",),
    DisputeRow: ("dispute_id",),
    AccountRow: ("account_id",),
    AccessApplicationRow: ("application_id",),
    IdentityRequestRow: ("request_id",),
    IdentityChangeRow: ("change_id",),
    WorklistItemRow: ("item_id",),
}


def key_of(row: Any) -> tuple[Any, ...]:
    return (row.row.msix_id,) if isinstance(row, Child) else tuple(getattr(row, name) for name in KEYS[type(row)])


def id_of(row: Any) -> str:
    """The id of an object: base64 of its type and key."""
    parts = [TYPES[type(row)], *map(str, key_of(row))]
    return base64.b64encode(":".join(parts).encode()).decode()


_TEXT_KEYS = (Child, SchoolRow, DistrictRow, JurisdictionRow)


def parse(id_: str) -> tuple[Any, tuple[Any, ...]] | None:
    """The class and key that an id names; None for what is no id of any object."""
    try:
        name, *parts = base64.b64decode(id_, validate=True).decode().split(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    named = next((class_ for class_, type_name in TYPES.items() if type_name == name), None)
    if named is None or len(parts) != len(KEYS.get(named, ("msix_id",))):
        return None
    if named in _TEXT_KEYS:
        return named, tuple(parts)
    numbers = all(part.isascii() and part.isdigit() and int(part) < 2**63 for part in parts)
    return (named, tuple(map(int, parts))) if numbers else None


ID_TYPES: tuple[Any, ...] = tuple(KEYS)
"""The tables, but for students, whose rows have ids."""
