"""Values that generated operations ask about: most of them there, some retired, hidden, unknown or malformed."""

from __future__ import annotations

import base64
from typing import Any

from hub.tables import (
    JURISDICTIONS,
    AccountRow,
    DataRequestRow,
    EnrollmentRow,
    JurisdictionRow,
    MoveNoticeRow,
    StateRecordRow,
    StudentRow,
    UploadRow,
    WorklistItemRow,
)
from tests.graph.oracle.ids import ID_TYPES, id_of
from tests.graph.oracle.world import World
from tests.graph.seed.people import msix_id
from tests.graph.seed.plant import country
from tests.graph.seed.trail import UNTIL
from tests.graph.seed.worklist import LOCKED

_DAYS = ("2024-10-01", "2025-02-01", "2025-09-30", "2026-01-05", "2026-06-30", "2028-02-28", "1999-01-01")
_MOMENTS = ("2026-01-05T06:07:08Z", "2026-01-06T12:07:08.12+00:00", "2026-01-06T01:00:00-06:00", "2031-01-01T00:00:00Z")
_NAMES = ("gar", "García", "GARCES", "peña", "o'neil", "de la", "Núñez Ortiz", "jose", "Maria", "z", "Marisól")


_BY_ID: dict[str, Any] = {
    "Query.worklistItem": WorklistItemRow,
    "Query.moveNotice": MoveNoticeRow,
    "Query.upload": UploadRow,
    "Query.dataRequest": DataRequestRow,
}
"""Root fields that are asked for ids of their own type rather than of any."""


def written(*parts: object) -> str:
    """An id as clients see it."""
    return base64.b64encode(":".join(map(str, parts)).encode()).decode()


def pools() -> dict[str, list[Any]]:
    """Values by the name of the argument or input field that takes them."""
    world = World({table: [table(**row) for row in rows] for table, rows in country()})
    world.rows[JurisdictionRow] = [JurisdictionRow(**row) for row in JURISDICTIONS]
    records = world.all(StateRecordRow)
    enrollments = world.all(EnrollmentRow)
    ids = [id_of(row) for type_ in ID_TYPES for row in _some(world, type_)]
    ids += [written("Student", student.msix_id) for student in world.all(StudentRow)][-8:]
    ids += [written("Student", "999999999999"), written("Upload", 2**63), written("Enrollment", 1), "x", "", "TN"]
    ids += [written("Upload", 0), written("Viewer", 1), written("Demographics", 1), written("StateRecord", "one")]
    students = [student.msix_id for student in world.all(StudentRow)]
    return {
        "msixId": [*students, *students[-4:], *map(msix_id, LOCKED), *map(msix_id, LOCKED), "999999999999", "Peña"],
        "stateStudentId": [*(record.state_student_id for record in records[:9]), "ALT-1-0", "ALT-3-1", "NOBODY"],
        "firstName": list(_NAMES),
        "lastName": list(_NAMES),
        "birthDate": ["2004-02-29", "2012-05-06", "2010-01-01", "2016-12-31"],
        "enrolledOn": list(_DAYS),
        "eligibleOn": list(_DAYS),
        "updatedSince": list(_MOMENTS),
        "receivedSince": ["2026-01-04T05:02:01.5Z", "2026-01-04T07:02:01.500001+00:00", "2030-01-01T00:00:00Z"],
        "fromState": ["TN", "TX", "FL", "ZZ"],
        "toState": ["TN", "TX", "GA", "ZZ"],
        "sentSince": ["2024-03-01T00:00:00Z", "2024-03-01T12:30:15.5-06:00", "2030-01-01T00:00:00Z"],
        "due": ["2021-03-10T00:00:00Z", "2021-04-01T05:06:07.25Z", "2090-01-20T23:59:59Z", "2095-01-01T00:00:00-06:00"],
        "sex": ["FEMALE", "MALE", "OTHER", "female"],
        "state": ["TN", "TX", "FL", "GA", "ZZ"],
        "askingState": ["TN", "TX", "FL", "ZZ"],
        "reportedBy": ["TN", "TX", "FL", "ZZ"],
        "districtId": [*sorted({row.district_id for row in enrollments if row.district_id}), "0000000"],
        "schoolId": [*sorted({row.school_id for row in enrollments if row.school_id}), "000000000000"],
        "gradeLevel": ["KG", "05", "11", "99"],
        "code": ["DATE_FORMAT", "UNKNOWN_CODE", "NONE"],
        "userId": ["decider", "FOLLOWER", *(account.user_id for account in world.all(AccountRow)[5:]), "nobody"],
        "name": [*_NAMES, "decider", "García Ana"],
        "since": ["2024-06-11T08:09:10.75Z", "2024-06-14T12:09:10.75+04:00", "2030-01-01T00:00:00Z"],
        "before": [UNTIL, "2024-11-13T13:14:15.03125Z", "2024-11-14T07:14:15.04-06:00"],
        "operation": ["Look", "Löok", "look"],
        "purpose": ["ENROLLMENT", "PRIVACY_ACT", "PLACEMENT"],
        "grant": ["student:read", "account:self", "worklist:decide", "nothing"],
        "id": ids,
        **{root: [*map(id_of, world.all(table)), *ids[::30]] for root, table in _BY_ID.items()},
        "ids": ids,
    }


def _some(world: World, type_: Any) -> list[Any]:
    rows = world.all(type_)
    return rows[:: max(1, len(rows) // 6)]
