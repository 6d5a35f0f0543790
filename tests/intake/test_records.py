"""What is stored of a student: every value, what is derived from them, and what later files change."""

import datetime
import random
import string
from typing import Any

import pytest

from tests.intake.build import bundle, jsonl, members, student, tables, zipped
from tests.intake.state import codes, dump, found, rows, send, value

pytestmark = pytest.mark.anyio

TABLES = ("alternate_ids", "demographics", "qualifying_moves", "enrollments", "courses", "assessments", "health_alerts")


async def test_both_encodings_of_the_same_students_end_the_same(database_url: str, other_database_url: str) -> None:
    students = [student(stateStudentId=f"S{number}", nickname="x") for number in range(5)]
    students[2] = student(stateStudentId="S2", enrollments=[], assessments=[], alternateIds=[])
    await send(database_url, jsonl(students))
    await send(other_database_url, bundle(students))
    assert await dump(database_url) == await dump(other_database_url)


async def test_rows_of_a_bundle_may_come_in_any_order(database_url: str, other_database_url: str) -> None:
    content = tables([student(stateStudentId=f"S{number}") for number in range(30)])
    await send(database_url, zipped(members(content)))
    shuffle = random.Random(5)
    for member, each in content.items():
        if member != "students.csv":
            # Within a student the order of rows is content: it is their order in the record.
            places = {id(row): (shuffle.random(), number) for number, row in enumerate(each)}
            owners = {row.get("stateStudentId"): shuffle.random() for row in each}
            each.sort(key=lambda row: (owners[row.get("stateStudentId")], places[id(row)][1]))
    await send(other_database_url, zipped(members(content)))
    assert await dump(database_url) == await dump(other_database_url)


async def test_names_are_folded_and_places_are_known_from_then_on(database_url: str) -> None:
    await send(database_url, jsonl([student()], state="TX"))
    assert await rows(
        database_url, "SELECT first_name_key, middle_name_key, last_name1_key, last_name2_key FROM demographics"
    ) == [("joaquin", "luis", "munoz", "oneil pena")]
    assert await rows(database_url, "SELECT district_id, state, name FROM districts") == [
        ("4700012", "TN", "Oak Hollow County")
    ]
    assert await rows(database_url, "SELECT school_id, district_id, state, name FROM schools") == [
        ("470001200345", "4700012", "TN", "Oak Hollow School")
    ]


async def test_the_newest_upload_names_a_school(database_url: str) -> None:
    def named(name: str, day: int, sequence: int, state: str = "TN") -> bytes:
        time = f"2026-11-{day:02}T02:00:00Z"
        return jsonl([student(enrollments__0__schoolName=name)], state=state, sequence=sequence, submittedAt=time)

    await send(database_url, named("Second", 2, 1))
    await send(database_url, named("First", 1, 1, "TX"))
    assert await value(database_url, "SELECT name FROM schools") == "Second"
    written = await value(database_url, "SELECT xmin::text FROM schools")
    await send(database_url, named("Second", 3, 2))
    assert await value(database_url, "SELECT xmin::text FROM schools") == written
    await send(database_url, named("Fourth", 4, 3))
    assert await value(database_url, "SELECT name FROM schools") == "Fourth"


@pytest.mark.parametrize(
    ("move", "birth", "end"),
    [
        ({"qualifyingArrivalDate": "2025-08-20"}, "2010-09-17", "2028-08-19"),
        ({"qualifyingArrivalDate": "2024-02-29"}, "2010-09-17", "2027-02-28"),
        ({"qualifyingArrivalDate": "2025-08-20"}, "2004-02-29", "2026-02-28"),
        ({"qualifyingArrivalDate": "2025-08-20"}, "2005-01-01", "2026-12-31"),
        (
            {"qualifyingArrivalDate": "2025-08-20", "eligibilityExpirationDate": "2026-01-05"},
            "2010-09-17",
            "2026-01-05",
        ),
        ({"eligibilityExpirationDate": "2026-01-05"}, "2010-09-17", None),
    ],
)
async def test_the_end_of_eligibility_is_as_sent_or_derived(
    database_url: str, move: dict[str, str], birth: str, end: str | None
) -> None:
    moves = [{"fromState": "FL", **move}]
    await send(database_url, jsonl([student(qualifyingMoves=moves, demographics__birthDate=birth)]))
    derived = await value(database_url, "SELECT eligibility_end FROM qualifying_moves")
    assert derived == (datetime.date.fromisoformat(end) if end else None)


async def test_health_alerts_come_from_the_newest_enrollment(database_url: str) -> None:
    old = {"enrollmentDate": "2024-08-25", "medicalAlert": "ACUTE", "immunizationRecord": False}
    new = {"enrollmentDate": "2025-08-25", "medicalAlert": "CHRONIC", "immunizationRecord": False}
    await send(
        database_url,
        jsonl(
            [
                student(enrollments=[new, old]),
                student(
                    stateStudentId="S2", enrollments=[{"enrollmentDate": "2025-08-26", "medicalAlert": "NONE"}, new]
                ),
                student(stateStudentId="S3", enrollments=[]),
            ]
        ),
    )
    assert await rows(
        database_url,
        "SELECT state_student_id, kind, enrollment_position FROM health_alerts JOIN state_records USING "
        "(state_record_id) ORDER BY 1, 2",
    ) == [("S1", "CHRONIC", 0), ("S1", "IMMUNIZATION", 0)]


@pytest.mark.parametrize(
    ("change", "enrollment", "activity"),
    [
        ({}, "2025-08-25", "2025-08-25"),
        ({"qualifyingMoves__0__qualifyingArrivalDate": "2026-01-02"}, "2025-08-25", "2026-01-02"),
        ({"enrollments": []}, None, "2025-08-20"),
        ({"enrollments": [], "qualifyingMoves__0__qualifyingArrivalDate": ...}, None, "2026-11-20"),
    ],
)
async def test_a_record_knows_its_latest_activity(
    database_url: str, change: dict[str, Any], enrollment: str | None, activity: str
) -> None:
    await send(database_url, jsonl([student(**change)]))
    latest = await rows(database_url, "SELECT latest_enrollment::text, latest_activity::text FROM state_records")
    assert latest == [(enrollment, activity)]


async def test_an_unchanged_record_is_not_written_again(database_url: str) -> None:
    await send(database_url, jsonl([student(), student(stateStudentId="S2")]))
    before = await rows(database_url, "SELECT xmin::text, * FROM state_records WHERE state_student_id = 'S1'")
    changed = student(stateStudentId="S2", demographics__middleName="Ana")
    report = await send(database_url, jsonl([student(), changed], sequence=2))
    assert (report.created, report.updated, report.unchanged) == (0, 1, 1)
    assert await rows(database_url, "SELECT xmin::text, * FROM state_records WHERE state_student_id = 'S1'") == before


async def test_a_changed_record_is_replaced_whole(database_url: str, other_database_url: str) -> None:
    less = student(
        enrollments=[{"enrollmentDate": "2026-01-07"}], assessments=[], alternateIds=[], demographics__sex=...
    )
    await send(database_url, jsonl([student()]))
    await send(database_url, jsonl([less], sequence=2))
    await send(other_database_url, jsonl([less], sequence=2))
    mine, other = await dump(database_url), await dump(other_database_url)
    for table in (*TABLES, "state_records", "students"):
        assert mine[table] == other[table]


async def test_a_rejected_student_keeps_what_the_hub_held(database_url: str) -> None:
    await send(database_url, jsonl([student()]))
    before = await dump(database_url)
    report = await send(database_url, jsonl([student(demographics__birthDate=...)], sequence=2, mode="FULL"))
    assert report.rejected == 1
    assert await dump(database_url) == before


async def test_a_deletion_leaves_the_link_and_takes_everything_else(database_url: str) -> None:
    await send(database_url, jsonl([student(), student(stateStudentId="S2")]))
    report = await send(database_url, jsonl([{"action": "DELETE", "stateStudentId": "S1"}], sequence=2))
    assert report.deleted == 1
    assert await rows(database_url, "SELECT status, msix_id FROM state_records ORDER BY state_student_id") == [
        ("DELETED", None),
        ("ACTIVE", None),
    ]
    for table in TABLES:
        assert await value(database_url, f"SELECT count(DISTINCT state_record_id) FROM {table}") == 1
    assert await value(database_url, "SELECT count(*) FROM links") == 2


async def test_a_deletion_of_what_the_hub_does_not_hold_is_only_mentioned(database_url: str) -> None:
    gone = {"action": "DELETE", "stateStudentId": "S9"}
    report = await send(database_url, bundle([student(), gone]))
    (raised,) = await found(report)
    assert (raised.code.value, raised.member, raised.line) == ("UNKNOWN_RECORD", "students.csv", 3)
    assert (report.created, report.deleted) == (1, 0)


async def test_a_full_upload_withdraws_whom_it_does_not_name(database_url: str) -> None:
    await send(database_url, jsonl([student(stateStudentId=f"S{number}") for number in range(5)]))
    await send(database_url, jsonl([student()], state="TX"))
    twice = student(stateStudentId="S2")
    full = [student(stateStudentId="S0"), student(stateStudentId="S1", action="x"), twice, twice]
    report = await send(database_url, jsonl(full, sequence=2, mode="FULL"))
    assert [each for each in await found(report) if each.severity == "INFO"] == []
    assert report.withdrawn == 2
    assert await report.withdrawn_students() == ["S3", "S4"]
    status = dict(await rows(database_url, "SELECT state || state_student_id, status FROM state_records"))
    assert {owner for owner, each in status.items() if each == "WITHDRAWN"} == {"TNS3", "TNS4"}
    assert await value(database_url, "SELECT count(*) FROM demographics") == 6


async def test_a_withdrawn_student_that_is_sent_again_is_active_again(database_url: str) -> None:
    await send(database_url, jsonl([student()]))
    await send(database_url, jsonl([], sequence=2, mode="FULL"))
    report = await send(database_url, jsonl([student()], sequence=3))
    assert report.updated == 1
    assert await value(database_url, "SELECT status FROM state_records") == "ACTIVE"


async def test_a_line_that_could_be_anyones_keeps_a_full_upload_from_withdrawing(database_url: str) -> None:
    await send(database_url, jsonl([student()]))
    report = await send(database_url, jsonl(["{"], sequence=2, mode="FULL"))
    assert await codes(report) == ["NOT_JSON", "WITHDRAWALS_HELD"]
    assert await value(database_url, "SELECT status FROM state_records") == "ACTIVE"


async def test_names_and_ids_of_any_length_are_stored(database_url: str) -> None:
    long = "".join(random.Random(1).choices(string.ascii_letters, k=20_000))
    sent = student(
        alternateIds=[{"id": long, "type": "MEP"}], demographics__firstName=long, demographics__lastName2=long
    )
    report = await send(database_url, jsonl([sent]))
    assert report.created == 1
    assert [each.code.value for each in await found(report)] == ["TEXT_TOO_LONG"]
    assert await value(database_url, "SELECT length(first_name) FROM demographics") == 20_000


async def test_a_record_sent_again_as_it_is_counts_as_the_newer_submission(database_url: str) -> None:
    await send(database_url, jsonl([student()]))
    report = await send(database_url, jsonl([student()], sequence=2, submittedAt="2026-11-21T02:00:00Z"))
    assert report.unchanged == 1
    submitted_at = await value(database_url, "SELECT submitted_at FROM state_records")
    assert submitted_at == datetime.datetime(2026, 11, 21, 2, tzinfo=datetime.UTC)
