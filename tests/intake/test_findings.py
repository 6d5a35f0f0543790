"""Every finding about a student: what raises it, where it points, and what is stored in spite of it."""

import json
from itertools import count
from typing import Any

import pytest

from hub.intake import FindingCode, Severity
from tests.intake.build import bundle, jsonl, members, student, tables, zipped
from tests.intake.state import codes, dump, found, rows, send, value

pytestmark = pytest.mark.anyio

DEEP = json.loads("[" * 31 + "]" * 31)
COURSE = "enrollments[0].courses[0]"
SSN = "123-45-6789"
SEQUENCES = count(1)

# (change of the sound student, code, path)
FIELDS: list[tuple[dict[str, Any], str, str | None]] = [
    ({"demographics__firstName": "Mari\0sol"}, "NUL", None),
    ({"nickname": ["Mari\0sol"]}, "NUL", None),
    ({"action": ...}, "BAD_ACTION", "action"),
    ({"action": "upsert"}, "BAD_ACTION", "action"),
    ({"action": ["UPSERT"]}, "BAD_ACTION", "action"),
    ({"stateStudentId": ...}, "BAD_STATE_STUDENT_ID", "stateStudentId"),
    ({"stateStudentId": 7}, "BAD_STATE_STUDENT_ID", "stateStudentId"),
    ({"stateStudentId": "S-1"}, "BAD_STATE_STUDENT_ID", "stateStudentId"),
    ({"stateStudentId": "S234567890123456"}, "BAD_STATE_STUDENT_ID", "stateStudentId"),
    ({"stateStudentId": "S1\n"}, "BAD_STATE_STUDENT_ID", "stateStudentId"),
    ({"demographics": [1]}, "WRONG_STRUCTURE", "demographics"),
    ({"enrollments": {}}, "WRONG_STRUCTURE", "enrollments"),
    ({"enrollments": [1]}, "WRONG_STRUCTURE", "enrollments"),
    ({"enrollments__0__courses": "none"}, "WRONG_STRUCTURE", "enrollments[0].courses"),
    ({"qualifyingMoves": "none"}, "WRONG_STRUCTURE", "qualifyingMoves"),
    ({"extra": [*DEEP, DEEP]}, "TOO_DEEP", None),
    ({"enrollments__0__comment": DEEP}, "TOO_DEEP", None),
    ({"assessments": [{}] * 32_768}, "TOO_MANY_ROWS", None),
    ({f"x{number}": 1 for number in range(1001)}, "TOO_MANY_FINDINGS", None),
    ({"demographics__firstName": ...}, "NAME_MISSING", "demographics.firstName"),
    ({"demographics__firstName": " "}, "NAME_MISSING", "demographics.firstName"),
    ({"demographics__lastName1": None}, "NAME_MISSING", "demographics.lastName1"),
    ({"demographics__birthDate": ...}, "BIRTH_DATE_MISSING", "demographics.birthDate"),
    ({"demographics__birthDate": "1900-01-01"}, "BIRTH_DATE_IMPOSSIBLE", "demographics.birthDate"),
    ({"demographics__birthDate": "2026-11-21"}, "BIRTH_DATE_IMPOSSIBLE", "demographics.birthDate"),
    ({"demographics__birthDate": "2010-02-30"}, "BIRTH_DATE_IMPOSSIBLE", "demographics.birthDate"),
    ({"demographics__birthDate": 20100230}, "BIRTH_DATE_IMPOSSIBLE", "demographics.birthDate"),
    ({"qualifyingMoves": []}, "NO_QUALIFYING_MOVE", "qualifyingMoves"),
    ({"qualifyingMoves": ...}, "NO_QUALIFYING_MOVE", "qualifyingMoves"),
    (
        {"enrollments__0__withdrawalDate": "2024-08-24"},
        "WITHDRAWAL_BEFORE_ENROLLMENT",
        "enrollments[0].withdrawalDate",
    ),
    ({"demographics__middleName": 7}, "WRONG_TYPE", "demographics.middleName"),
    ({"demographics__multipleBirth": "false"}, "WRONG_TYPE", "demographics.multipleBirth"),
    ({"enrollments__0__schoolId": 470001200345}, "WRONG_TYPE", "enrollments[0].schoolId"),
    ({"enrollments__0__gradeLevel": ["08"]}, "WRONG_TYPE", "enrollments[0].gradeLevel"),
    ({"enrollments__0__residencyDate": 2025}, "WRONG_TYPE", "enrollments[0].residencyDate"),
    ({"enrollments__0__courses__0__clockHours": "120"}, "WRONG_TYPE", f"{COURSE}.clockHours"),
    ({"enrollments__0__courses__0__clockHours": True}, "WRONG_TYPE", f"{COURSE}.clockHours"),
    (
        {"enrollments__0__courses__0__academicYearEnd": 2025.5},
        "WRONG_TYPE",
        f"{COURSE}.academicYearEnd",
    ),
    ({"assessments__0__administrationMonth": 5}, "WRONG_TYPE", "assessments[0].administrationMonth"),
    ({"msixId": 123456789012}, "WRONG_TYPE", "msixId"),
    ({"enrollments__0__gradeLevel": "13"}, "UNKNOWN_CODE", "enrollments[0].gradeLevel"),
    ({"stateStudentIdType": "LOCAL"}, "UNKNOWN_CODE", "stateStudentIdType"),
    ({"demographics__birthCountry": "XX"}, "UNKNOWN_COUNTRY", "demographics.birthCountry"),
    ({"qualifyingMoves__0__toState": "Tennessee"}, "UNKNOWN_JURISDICTION", "qualifyingMoves[0].toState"),
    ({"enrollments__0__residencyDate": "20250101"}, "IMPOSSIBLE_DATE", "enrollments[0].residencyDate"),
    ({"enrollments__0__residencyDate": "2025"}, "IMPOSSIBLE_DATE", "enrollments[0].residencyDate"),
    ({"enrollments__0__residencyDate": "2025-W01-1"}, "IMPOSSIBLE_DATE", "enrollments[0].residencyDate"),
    ({"enrollments__0__residencyDate": "1899-12-31"}, "IMPOSSIBLE_DATE", "enrollments[0].residencyDate"),
    ({"assessments__0__administrationMonth": "2025-13"}, "IMPOSSIBLE_MONTH", "assessments[0].administrationMonth"),
    ({"enrollments__0__schoolId": "47000120034"}, "WRONG_DIGITS", "enrollments[0].schoolId"),
    ({"msixId": "12345678901"}, "WRONG_DIGITS", "msixId"),
    ({"msixId": "１２３４５６７８９０１２"}, "WRONG_DIGITS", "msixId"),
    ({"enrollments__0__courses__0__creditsGranted": 10}, "OUT_OF_RANGE", f"{COURSE}.creditsGranted"),
    (
        {"enrollments__0__courses__0__academicYearEnd": 1900},
        "OUT_OF_RANGE",
        f"{COURSE}.academicYearEnd",
    ),
    ({"demographics__parent1Email": "rosa"}, "EMAIL_WITHOUT_AT", "demographics.parent1Email"),
    ({"enrollments__0__comment": "x" * 1001}, "TEXT_TOO_LONG", "enrollments[0].comment"),
    ({"enrollments__0__comment": f"call {SSN} now"}, "LOOKS_LIKE_SSN", "enrollments[0].comment"),
    ({"enrollments__0__comment": "123 45 6789"}, "LOOKS_LIKE_SSN", "enrollments[0].comment"),
    ({"enrollments__0__comment": "SSN: 123456789"}, "LOOKS_LIKE_SSN", "enrollments[0].comment"),
    ({"enrollments__0__comment": "social security number 123456789"}, "LOOKS_LIKE_SSN", "enrollments[0].comment"),
    ({"alternateIds": [{"id": SSN, "type": "MEP"}]}, "LOOKS_LIKE_SSN", "alternateIds[0].id"),
    ({"alternateIds": "M-88"}, "BAD_ALTERNATE_ID", "alternateIds"),
    ({"alternateIds": [{"type": "MEP"}]}, "BAD_ALTERNATE_ID", "alternateIds[0].id"),
    ({"alternateIds": ["M-88"]}, "BAD_ALTERNATE_ID", "alternateIds[0].id"),
    (
        {"qualifyingMoves__0__qualifyingArrivalDate": "2010-09-16"},
        "BIRTH_DATE_AFTER_QAD",
        "qualifyingMoves[0].qualifyingArrivalDate",
    ),
    ({"demographics__birthDate": "2002-08-20"}, "AGE_OVER_22", "qualifyingMoves[0].qualifyingArrivalDate"),
    ({"qualifyingMoves__0__fromState": ...}, "FROM_PLACE_MISSING", "qualifyingMoves[0].fromState"),
    ({"nickname": "Joe"}, "UNKNOWN_FIELD", "nickname"),
    ({"enrollments__1__homeroom": "12"}, "UNKNOWN_FIELD", "enrollments[1].homeroom"),
    ({"enrollments__0__courses__1__teacher": "Vega"}, "UNKNOWN_FIELD", "enrollments[0].courses[1].teacher"),
    ({"msixId": "123456789012"}, "UNKNOWN_MSIX_ID", "msixId"),
]


@pytest.mark.parametrize(("change", "code", "path"), FIELDS, ids=[f"{code}-{path}" for _, code, path in FIELDS])
async def test_a_finding_is_raised_once_and_where_it_belongs(
    module_database_url: str, change: dict[str, Any], code: str, path: str | None
) -> None:
    file = jsonl([student(stateStudentId="S0"), student(**change)], sequence=next(SEQUENCES))
    report = await send(module_database_url, file)
    raised = await found(report)
    named = [each for each in raised if each.code.value == code]
    assert len(named) == 1
    assert named[0].line == 3 and named[0].member is None
    assert path is None or named[0].path == path
    assert len(raised) == 1 or code == "TOO_MANY_FINDINGS"
    rejected = named[0].severity is Severity.REJECT
    assert report.rejected == rejected
    assert report.created + report.updated + report.unchanged == 2 - rejected
    assert not any(SSN in (each.message + str(each.path) + str(each.state_student_id)) for each in raised)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"action": "UPSERT", "stateStudentId": "S2"', "NOT_JSON"),
        ("[]", "NOT_JSON"),
        ("null", "NOT_JSON"),
        ("12", "NOT_JSON"),
        ('{"a": NaN}', "NOT_JSON"),
        ('{"a": "\\ud800"}', "NOT_JSON"),
        ('{"a": "\\udc00x", "b": 1e999}', "NOT_JSON"),
        ("[" * 100_000, "TOO_DEEP"),
        ('{"a":' * 100_000, "TOO_DEEP"),
    ],
)
async def test_a_line_that_cannot_be_read_is_rejected_without_a_student(
    module_database_url: str, line: str, code: str
) -> None:
    report = await send(module_database_url, jsonl([json.dumps(student()), line], sequence=next(SEQUENCES)))
    (raised,) = await found(report)
    assert (raised.code.value, raised.line, raised.state_student_id) == (code, 3, None)
    assert report.rejected == 1


async def test_a_number_that_no_machine_holds_is_only_out_of_range(database_url: str) -> None:
    line = json.dumps(student()).replace('"creditsGranted": 0.5', '"creditsGranted": 1e999')
    huge = json.dumps(student(stateStudentId="S2")).replace('"clockHours": 120', f'"clockHours": {"9" * 5000}')
    report = await send(database_url, jsonl([line, huge]))
    assert await codes(report) == ["OUT_OF_RANGE", "OUT_OF_RANGE"]
    assert report.created == 2


async def test_nesting_of_32_is_fine_and_of_33_is_not(database_url: str) -> None:
    deep = json.loads("[" * 31 + "]" * 31)
    report = await send(database_url, jsonl([student(extra=deep), student(stateStudentId="S2", extra=[deep])]))
    assert await codes(report) == ["UNKNOWN_FIELD", "TOO_DEEP"]


async def test_a_warned_field_is_null_when_a_date_or_code_and_as_sent_when_a_text(database_url: str) -> None:
    changes = {
        "enrollments__0__gradeLevel": "13",
        "enrollments__0__schoolId": "1",
        "enrollments__0__residencyDate": "2025-02-30",
        "enrollments__0__comment": "x" * 1001,
        "demographics__parent1Email": "rosa",
        "demographics__parent1LastName": SSN,
        "qualifyingMoves__0__qualifyingArrivalDate": "2010-01-01",
        "enrollments__0__courses__0__creditsGranted": 99,
    }
    report = await send(database_url, jsonl([student(**changes)]))
    assert report.count(Severity.WARN) == len(changes)
    assert await rows(
        database_url,
        "SELECT grade_level, school_id, residency_date, length(comment) FROM enrollments WHERE position = 0",
    ) == [(None, None, None, 1000)]
    assert await rows(database_url, "SELECT parent1_email, parent1_last_name FROM demographics") == [("rosa", None)]
    assert await rows(database_url, "SELECT qualifying_arrival_date, eligibility_end FROM qualifying_moves") == [
        (None, None)
    ]
    assert await value(database_url, "SELECT credits_granted FROM courses WHERE position = 0") is None
    assert await value(database_url, "SELECT warnings FROM state_records") == len(changes)


async def test_what_only_resembles_an_ssn_is_stored(database_url: str) -> None:
    change = {
        "demographics__parent1Phone": "931-555-5012",
        "enrollments__0__zip": "12345-6789",
        "stateStudentId": "123456789",
    }
    report = await send(database_url, jsonl([student(**change)]))
    assert await codes(report) == []


async def test_an_escape_cannot_hide_an_ssn(database_url: str) -> None:
    line = json.dumps(student(enrollments__0__comment=SSN)).replace(SSN, "123\\u002d45\\u002d6789")
    assert await codes(await send(database_url, jsonl([line]))) == ["LOOKS_LIKE_SSN"]


async def test_a_student_that_stands_twice_is_rejected_once_and_not_stored(database_url: str) -> None:
    kept = student(stateStudentId="S2")
    report = await send(database_url, jsonl([student(), kept, student(), student()]))
    (raised,) = await found(report)
    assert (raised.code, raised.line, raised.state_student_id) == (FindingCode["STUDENT_TWICE"], 4, "S1")
    assert (report.created, report.rejected, report.students) == (1, 3, 4)


async def test_a_student_that_stands_twice_is_not_stored_though_one_line_is_wrong(database_url: str) -> None:
    report = await send(database_url, jsonl([student(), student(demographics__firstName=...)]))
    assert sorted(await codes(report)) == ["NAME_MISSING", "STUDENT_TWICE"]
    assert (report.created, report.rejected) == (0, 2)


async def test_a_code_is_good_on_the_days_it_was_good(database_url: str) -> None:
    await rows(database_url, "UPDATE codes SET effective_to = '2026-11-19' WHERE code_list = 'sex' AND code = 'MALE'")
    assert await codes(await send(database_url, jsonl([student()], submittedAt="2026-11-19T23:59:59Z"))) == []
    after = jsonl([student()], submittedAt="2026-11-20T00:00:00Z", sequence=2)
    assert await codes(await send(database_url, after)) == ["UNKNOWN_CODE"]


async def test_empty_texts_are_absent_values(database_url: str, other_database_url: str) -> None:
    empty = student(demographics__middleName="", demographics__sex="", enrollments__0__residencyDate="", msixId="")
    absent = student(demographics__middleName=..., demographics__sex=...)
    assert await codes(await send(database_url, jsonl([empty]))) == []
    await send(other_database_url, jsonl([absent]))
    assert await dump(database_url) == await dump(other_database_url)


async def test_findings_of_a_bundle_name_file_and_row(database_url: str) -> None:
    changed = student(
        stateStudentId="S2",
        nickname="Joe",
        enrollments__1__gradeLevel="13",
        enrollments__0__courses__1__clockHours="many",
        qualifyingMoves__0__fromState=...,
        demographics__multipleBirth="yes",
    )
    report = await send(database_url, bundle([student(), changed]))
    assert {(each.code.value, each.member, each.line, each.path) for each in await found(report)} == {
        ("UNKNOWN_FIELD", "students.csv", 3, "nickname"),
        ("WRONG_TYPE", "demographics.csv", 3, "demographics.multipleBirth"),
        ("FROM_PLACE_MISSING", "qualifying_moves.csv", 3, "qualifyingMoves[0].fromState"),
        ("UNKNOWN_CODE", "enrollments.csv", 5, "enrollments[1].gradeLevel"),
        ("WRONG_TYPE", "courses.csv", 5, "enrollments[0].courses[1].clockHours"),
    }


BUNDLES: list[tuple[str, bytes, bytes, str, str, int, str | None]] = [
    ("courses.csv", b"S1,E1,", b"S1,E9,", "UNKNOWN_ENROLLMENT", "courses.csv", 2, "S1"),
    ("enrollments.csv", b"S1,E1,", b"S1,E0,", "ENROLLMENT_KEY_TWICE", "enrollments.csv", 3, "S1"),
    ("assessments.csv", b"\nS1,", b"\nS7,", "UNKNOWN_STUDENT", "assessments.csv", 2, "S7"),
    ("assessments.csv", b"\nS1,", b"\n,", "UNKNOWN_STUDENT", "assessments.csv", 2, None),
    ("students.csv", b"UPSERT,S1,", b"UPSERT,,", "BAD_STATE_STUDENT_ID", "students.csv", 2, None),
    ("assessments.csv", b"\nS1,", b"\nS1,,", "ROW_SHAPE", "assessments.csv", 2, "S1"),
    ("students.csv", b"UPSERT,S1,", b"UPSERT,S1,,", "ROW_SHAPE", "students.csv", 2, "S1"),
    ("demographics.csv", b"Luis", b"Lu\0is", "NUL", "students.csv", 2, "S1"),
]


@pytest.mark.parametrize(
    ("member", "old", "new", "code", "at", "row", "owner"), BUNDLES, ids=[f"{each[3]}-{each[4]}" for each in BUNDLES]
)
async def test_a_row_that_fits_nowhere_is_rejected_with_its_student(
    module_database_url: str, member: str, old: bytes, new: bytes, code: str, at: str, row: int, owner: str | None
) -> None:
    changed = student(enrollments__0__courses=[{"title": "Art"}])
    files = members(tables([changed, student(stateStudentId="S2")], sequence=next(SEQUENCES)))
    files["courses.csv"] = files["courses.csv"].replace(b"S1,E0,", b"S1,E1,")
    assert old in files[member]
    files[member] = files[member].replace(old, new, 1)
    report = await send(module_database_url, zipped(files))
    assert (code, at, row, owner) in [
        (each.code.value, each.member, each.line, each.state_student_id) for each in await found(report)
    ]
    assert await value(module_database_url, "SELECT count(*) FROM state_records WHERE state_student_id = 'S2'") == 1


async def test_two_demographics_rows_reject_the_student(database_url: str) -> None:
    files = members(tables([student()]))
    last = files["demographics.csv"].splitlines(keepends=True)[-1]
    files["demographics.csv"] += last
    (raised,) = await found(await send(database_url, zipped(files)))
    assert (raised.code.value, raised.member, raised.line) == ("DEMOGRAPHICS_TWICE", "demographics.csv", 3)


def test_every_code_has_one_severity_and_a_sentence() -> None:
    for code in FindingCode:
        assert code.expected.endswith(".")
        assert code.name == code.value
