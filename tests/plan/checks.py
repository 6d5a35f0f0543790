"""What an answer must be like, by what its fields declare: errors, values, no secret, no column, within reach."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from hub.tables import AccessApplicationRow, AccountRow
from hub.viewer import Reach
from permissions.grants import Grant
from tests.http.hub import Answer
from tests.http.planted import PLANTED, STATES
from tests.plan.asking import SCHEMA, Asker
from tests.plan.expected import Expected, as_json, column_of, source_at

RECKONED_FROM = {"graduation", "graduation_date"}
"""Columns that an open field of another grant is reckoned from: the end of eligibility."""


def check_errors(where: str, answer: Answer, expected: Expected) -> None:
    assert set(answer.codes) <= {"FORBIDDEN"}, f"{where}: {answer.errors}"
    facts = [{"coordinate": f"Query.{e['path'][0]}", **e["extensions"]} for e in answer.errors]
    denied = sorted((each["coordinate"], each["grant"]) for each in facts)
    assert denied == sorted(expected.denied.items()), where


def check_values(where: str, values: list[tuple[str, Any]], expected: Expected) -> None:
    for coordinate, value in values:
        if coordinate in expected.denied:
            assert value is None, f"{where}: {coordinate}"
            continue
        column = column_of(expected.open[coordinate])
        if column is not None and value is not None and column in PLANTED.values:
            planted = {str(as_json(one)) for one in PLANTED.values[column]}
            assert str(value) in planted, f"{where}: {coordinate}"


def check_secrets(where: str, text: str, expected: Expected) -> None:
    columns = expected.columns
    if {"DifferingValue.value", "DisputedValue.value"} & expected.open.keys():
        columns |= {key for key in PLANTED.values if key[0] == "demographics"}
    if "LinkEvent.msixId" in expected.open:
        columns |= {("students", "msix_id")}
    allowed = {secret for key in columns for secret in PLANTED.secrets(*key)}
    allowed |= _reckoned(expected)
    for table, column in PLANTED.values:
        for secret in PLANTED.secrets(table, column):
            if len(secret) > 6 and secret not in allowed:
                assert secret not in text, f"{where}: {table}.{column}"


def _reckoned(expected: Expected) -> set[str]:
    """Secrets that fields other than columns show."""
    found: set[str] = set()
    for coordinate, columns in {
        "Student.retiredIds": [("students", "msix_id")],
        "Student.answeredFor": [("students", "msix_id")],
        "Student.eligibilityEnd": [("qualifying_moves", "eligibility_end")],
        "SubjectCredit.subjectArea": [("courses", "subject_area")],
        "AuditEvent.userId": [("accounts", "user_id")],
        "AuditEvent.name": [("accounts", "name")],
        "UserAdministrator.name": [("accounts", "name")],
        "UserAdministrator.email": [("accounts", "email")],
        "UserAdministrator.phone": [("accounts", "phone")],
        "Account.unusedSince": [("accounts", "last_sign_in_at")],
        "SubjectCredit.courseType": [("courses", "course_type")],
        "IdentityRequest.duplicates": [("students", "msix_id")],
        "IdentityRequest.msixId": [("students", "msix_id")],
        "PreviewSide.msixId": [("students", "msix_id")],
        "PreviewValue.value": [key for key in PLANTED.values if key[0] == "demographics"],
        "Clock.districtId": [("districts", "district_id")],
        "DataRequest.msixId": [("students", "msix_id")],
        "DataRequest.requestedBy": [("accounts", "name")],
        "DataRequest.answeredBy": [("accounts", "name")],
        "DataRequest.answer": [("worklist_items", "reason")],
        "DataRequest.dueAt": [("worklist_items", "due_at")],
        "MoveNotice.msixId": [("students", "msix_id")],
        "MoveNotice.sentBy": [("accounts", "name")],
        "IdentityChange.msixId": [("students", "msix_id")],
        "IdentityChange.otherMsixId": [("students", "msix_id")],
    }.items():
        if coordinate in expected.open:
            found |= {secret for column in columns for secret in PLANTED.secrets(*column)}
    if "Student.eligibilityEnd" in expected.open:
        graduations = map(date.fromisoformat, PLANTED.secrets("enrollments", "graduation_date"))
        found |= {str(day - timedelta(days=1)) for day in graduations}
    return found


def check_sql(where: str, sql: str, expected: Expected) -> None:
    open_names = {column for _, column in expected.columns} | RECKONED_FROM | _STRUCTURE
    for coordinate in expected.denied:
        column = column_of(source_at(SCHEMA, coordinate))
        if column is not None and column[1] not in open_names:
            assert not re.search(rf"\.{column[1]}\b", sql), f"{where}: {coordinate} in the SQL"


_STRUCTURE = {"role", "state", "status", "msix_id", "state_student_id", "upload_id", "kind", "id", "submitted_at"}
"""Columns by which rows are tied together, put in order and kept within reach, whatever is selected."""


def check_reach(where: str, asker: Asker, answer: Answer, values: list[tuple[str, Any]]) -> None:
    """What belongs to another state's uploads is null or not there."""
    for state in STATES:
        if state == asker.state and asker.viewer.can(Grant.UPLOAD_READ):
            continue
        upload = next(row for table, row in PLANTED.rows if row.get("sequence") == PLANTED.uploads[state])
        for column in ("file_name", "encoding"):
            assert upload[column] not in answer.text, where
        warnings = {7100 + record for (_, of), (record, _) in PLANTED.records.items() if of == state}
        assert not warnings & {value for name, value in values if name == "StateRecord.warnings"}, where
        findings = [row for table, row in PLANTED.rows if "severity" in row and row["upload_id"] == upload["upload_id"]]
        assert findings
        assert not any(row["message"] in answer.text for row in findings), where


def check_accounts(where: str, asker: Asker, answer: Answer) -> None:
    """A state's accounts and applications are shown to its own administrators, and to those of all states."""
    reach = asker.viewer.grants.get(Grant.ACCOUNT_READ)
    for state in STATES:
        if reach is None or (reach is Reach.STATE and state != asker.state):
            for table, name in ((AccountRow, "user_id"), (AccessApplicationRow, "agency")):
                row = next(row for planted, row in PLANTED.rows if planted is table and row["state"] == state)
                assert row[name] not in answer.text, where
