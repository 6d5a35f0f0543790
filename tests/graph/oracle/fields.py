"""How each field of the schema is read from plain rows. A field not named here is the attribute of its name."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any

from hub.tables import (
    AlternateIdRow,
    AssessmentRow,
    CourseRow,
    DemographicsRow,
    DistrictRow,
    EnrollmentRow,
    FindingRow,
    HealthAlertRow,
    JurisdictionRow,
    LinkRow,
    QualifyingMoveRow,
    SchoolRow,
    StateRecordRow,
    StudentRow,
    UploadRow,
)
from tests.graph.oracle import filters, rules
from tests.graph.oracle.accounts import ACCOUNTS
from tests.graph.oracle.ask import Ask, Read, person, printed
from tests.graph.oracle.corrections import CORRECTIONS
from tests.graph.oracle.data_requests import DATA_REQUESTS
from tests.graph.oracle.following import FOLLOWING
from tests.graph.oracle.ids import Child, id_of, key_of
from tests.graph.oracle.notifications import NOTIFICATIONS
from tests.graph.oracle.pages import Edge, Order, Page
from tests.graph.oracle.roots import ROOTS
from tests.graph.oracle.shown import visible
from tests.graph.oracle.telling import TELLING
from tests.graph.oracle.trail import TRAIL
from tests.graph.oracle.worklist import WORKLIST
from tests.graph.oracle.world import newest_first


def _record(ask: Ask, row: Any) -> StateRecordRow | None:
    return ask.world.shown_record(row.state_record_id)


def _header(name: str) -> Read:
    def read(ask: Ask, child: Child) -> Any:
        speaking = ask.world.shown_records(child.row.student_id)[0]
        return getattr(ask.world.demographics(speaking), name)

    return read


def _rows(ask: Ask, source: Any, table: type) -> list[Any]:
    records = ask.world.shown_records(source.row.student_id) if isinstance(source, Child) else [source]
    return ask.world.hanging(table, records)


def _listed(table: Any, date: str) -> Read:
    def read(ask: Ask, source: Any) -> list[Any]:
        rows = _rows(ask, source, table)
        if table is EnrollmentRow:
            rows = [row for row in rows if filters.enrollment(ask.world, row, ask.filter)]
        return newest_first(rows, lambda row: getattr(row, date), key_of)

    return read


def _courses(ask: Ask, enrollment: EnrollmentRow) -> list[CourseRow]:
    own = (enrollment.state_record_id, enrollment.position)
    courses = ask.world.all(CourseRow, lambda c: (c.state_record_id, c.enrollment_position) == own)
    return newest_first(courses, lambda course: course.academic_year_begin, key_of)


def _enrollment_at(place: str) -> Read:
    def read(ask: Ask, row: Any) -> EnrollmentRow | None:
        at = (row.state_record_id, getattr(row, place))
        return ask.world.one(EnrollmentRow, lambda e: (e.state_record_id, e.position) == at)

    return read


def _place(table: Any, key: str, theirs: str) -> Read:
    def read(ask: Ask, row: Any) -> Any:
        wanted = getattr(row, theirs)
        return ask.world.one(table, lambda each: getattr(each, key) == wanted)

    return read


def _places_within(table: Any, key: str, theirs: str, mine: str) -> Read:
    def read(ask: Ask, row: Any) -> Page:
        rows = ask.world.all(table, lambda each: getattr(each, theirs) == getattr(row, mine))
        return ask.page(rows, Order("KEY", lambda each: (getattr(each, key),)))

    return read


def _behind(ask: Ask, record: StateRecordRow) -> Child | None:
    row = ask.world.one(StudentRow, lambda s: s.student_id == record.student_id)
    return Child(row) if row else None


def _findings(ask: Ask, upload: UploadRow) -> Page:
    severities, code = ask.filter.get("severity"), ask.filter.get("code") or {}
    rows = ask.world.all(
        FindingRow,
        lambda f: (
            f.upload_id == upload.upload_id
            and (severities is None or f.severity in severities)
            and filters.text(f.code, code)
        ),
    )
    return ask.page(rows, Order("KEY", lambda finding: (finding.upload_id, finding.position)))


def _upload_of(ask: Ask, row: Any) -> UploadRow | None:
    return visible(ask, ask.world.one(UploadRow, lambda upload: upload.upload_id == row.upload_id))  # type: ignore[no-any-return]


def _msix_id_at(name: str) -> Read:
    def read(ask: Ask, link: LinkRow) -> str | None:
        student = ask.world.one(StudentRow, lambda s: s.student_id == getattr(link, name))
        return student.msix_id if student else None

    return read


def _link_history(ask: Ask, child: Child) -> Page:
    links = rules.history(ask.world, child.row)
    return ask.page(links, Order("KEY", lambda link: (link.link_id,), ascending=False))


def _alternate_ids(ask: Ask, record: StateRecordRow) -> list[AlternateIdRow]:
    return sorted(ask.world.hanging(AlternateIdRow, [record]), key=lambda other: other.position)


def _alerts_of_record(ask: Ask, record: StateRecordRow) -> list[HealthAlertRow]:
    return sorted(ask.world.hanging(HealthAlertRow, [record]), key=lambda alert: alert.kind)


FIELDS: dict[str, Read] = {
    **ROOTS,
    **ACCOUNTS,
    **FOLLOWING,
    **TELLING,
    **WORKLIST,
    **DATA_REQUESTS,
    **CORRECTIONS,
    **NOTIFICATIONS,
    **TRAIL,
    "Student.version": lambda ask, child: child.row.version,
    "Student.msixId": lambda ask, child: child.row.msix_id,
    "Student.answeredFor": lambda ask, child: child.answered_for,
    "Student.retiredIds": lambda ask, child: rules.retired_ids(ask.world, child.row),
    "Student.source": lambda ask, child: ask.world.shown_records(child.row.student_id)[0],
    "Student.differingValues": lambda ask, child: rules.differences(ask.world, child.row),
    "Student.states": lambda ask, child: sorted({r.state for r in ask.world.shown_records(child.row.student_id)}),
    "Student.stateRecords": lambda ask, child: ask.world.shown_records(child.row.student_id),
    "Student.healthAlerts": lambda ask, child: rules.alerts(ask.world, child.row),
    "Student.credits": lambda ask, child: rules.credits(ask.world, child.row),
    "Student.eligibilityEnd": lambda ask, child: rules.eligibility_end(ask.world, child.row),
    "Student.updatedAt": lambda ask, child: rules.last_update(ask.world, child.row),
    "Student.linkHistory": _link_history,
    **{
        f"{owner}.{name}": _listed(table, date)
        for owner in ("Student", "StateRecord")
        for name, table, date in (
            ("qualifyingMoves", QualifyingMoveRow, "qualifying_arrival_date"),
            ("enrollments", EnrollmentRow, "enrollment_date"),
            ("assessments", AssessmentRow, "administration_month"),
        )
    },
    "StateRecord.jurisdiction": _place(JurisdictionRow, "code", "state"),
    "StateRecord.alternateIds": _alternate_ids,
    "StateRecord.demographics": lambda ask, record: ask.world.demographics(record),
    "StateRecord.healthAlerts": _alerts_of_record,
    "StateRecord.student": _behind,
    "StateRecord.upload": _upload_of,
    "Enrollment.school": _place(SchoolRow, "school_id", "school_id"),
    "Enrollment.district": _place(DistrictRow, "district_id", "district_id"),
    "Enrollment.courses": _courses,
    "Course.partialCredit": lambda ask, course: rules.is_open(course),
    "Course.enrollment": _enrollment_at("enrollment_position"),
    "HealthAlert.enrollment": _enrollment_at("enrollment_position"),
    "DifferingValue.stateRecord": _record,
    "LinkEvent.stateRecord": _record,
    "LinkEvent.msixId": _msix_id_at("student_id"),
    "LinkEvent.previousMsixId": _msix_id_at("previous_student_id"),
    "LinkEvent.decidedBy": person("account_id"),
    "Upload.findings": _findings,
    "Finding.upload": _upload_of,
    "School.district": _place(DistrictRow, "district_id", "district_id"),
    "District.jurisdiction": _place(JurisdictionRow, "code", "state"),
    "District.schools": _places_within(SchoolRow, "school_id", "district_id", "district_id"),
    "Jurisdiction.districts": _places_within(DistrictRow, "district_id", "state", "code"),
    "Jurisdiction.schools": _places_within(SchoolRow, "school_id", "state", "code"),
}


_OF_PAGES: dict[str, Read] = {
    "nodes": lambda ask, page: list(page.rows),
    "edges": lambda ask, page: [Edge(page, row) for row in page.rows],
    "pageInfo": lambda ask, page: page,
    "totalCount": lambda ask, page: page.total,
    "hasNextPage": lambda ask, page: page.more_after,
    "hasPreviousPage": lambda ask, page: page.more_before,
    "startCursor": lambda ask, page: page.cursor_of(page.rows[0]) if page.rows else None,
    "endCursor": lambda ask, page: page.cursor_of(page.rows[-1]) if page.rows else None,
}
_OF_REPORTED: dict[str, Read] = {
    "reportedBy": lambda ask, row: getattr(_record(ask, row), "state", None),
    "submittedAt": lambda ask, row: getattr(_record(ask, row), "submitted_at", None),
    "stateRecord": _record,
}
_REPORTED = (DemographicsRow, QualifyingMoveRow, EnrollmentRow, CourseRow, AssessmentRow, HealthAlertRow)


def read(ask: Ask, source: Any) -> Any:
    """The value of a field of an object."""
    name = ask.coordinate.partition(".")[2]
    if ask.coordinate in FIELDS:
        value = FIELDS[ask.coordinate](ask, source)
    elif isinstance(source, Page):
        value = _OF_PAGES[name](ask, source)
    elif isinstance(source, Edge):
        value = source.page.cursor_of(source.row) if name == "cursor" else source.row
    elif name == "id" and not isinstance(source, AlternateIdRow):
        value = id_of(source)
    elif name in _OF_REPORTED and isinstance(source, _REPORTED):
        value = _OF_REPORTED[name](ask, source)
    elif isinstance(source, Child):
        value = _header(_snake(name))(ask, source)
    else:
        value = getattr(source, _snake(name))
    return _wrapped(value)


def _snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: "_" + letter[0].lower(), name)


def _wrapped(value: Any) -> Any:
    """Values as they are printed: dates by ISO 8601, moments without idle digits, exact numbers as text."""
    if isinstance(value, list):
        return [_wrapped(item) for item in value]
    if isinstance(value, StudentRow):
        return Child(value)
    if isinstance(value, datetime.datetime):
        return printed(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
