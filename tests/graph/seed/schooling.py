"""What hangs on a seeded record: moves, enrollments, courses, assessments and the alerts that follow from them.

Deleted records have none of it. The facts that intake would derive are derived here on their own.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from decimal import Decimal
from random import Random
from typing import Any

from hub.tables import AssessmentRow, Base, CourseRow, EnrollmentRow, HealthAlertRow, QualifyingMoveRow
from tests.graph.seed.people import BARE, GRADUATE, LEAP_DAY, TIED_BY_ID, TIED_BY_STATE, Record

Rows = dict[type[Base], list[dict[str, Any]]]
DISTRICTS = ("4700001", "4700002", "4800001", "1200001", None)
SCHOOLS = ("470000100001", "470000200002", "480000100003", "120000199999", None)
_TIE = datetime.date(2026, 1, 5)
_DAY = datetime.timedelta(days=1)


def hang(rng: Random, record: Record) -> Rows:
    """The rows of one record; completes the record's `latest_…` columns."""
    rows: Rows = defaultdict(list)
    if record.row["status"] != "DELETED":
        _moves(rng, record, rows)
        _enrollments(rng, record, rows)
        _assessments(rng, record, rows)
        _alerts(record, rows)
    enrolled = [row["enrollment_date"] for row in rows[EnrollmentRow] if row["enrollment_date"]]
    arrived = [row["qualifying_arrival_date"] for row in rows[QualifyingMoveRow] if row["qualifying_arrival_date"]]
    record.row["latest_enrollment"] = max(enrolled, default=None)
    record.row["latest_activity"] = max(enrolled + arrived, default=record.row["submitted_at"].date())
    return rows


def _years_on(day: datetime.date, years: int) -> datetime.date:
    return (
        day.replace(year=day.year + years) if (day.month, day.day) != (2, 29) else datetime.date(day.year + years, 3, 1)
    )


def _moves(rng: Random, record: Record, rows: Rows) -> None:
    if record.student in (BARE, TIED_BY_STATE, TIED_BY_ID):
        return
    for position in range(3 if record.student == LEAP_DAY else rng.choice((0, 1, 1, 2))):
        arrived = rng.choice((None, *(datetime.date(2023, 3, 1) + _DAY * 120 * step for step in range(9))))
        if record.student == LEAP_DAY:
            arrived = datetime.date(2025, 10, 1)
        sent = rng.choice((None, None, datetime.date(2026, 6, 30)))
        sent = None if record.student == LEAP_DAY else sent
        derived = arrived and min(_years_on(arrived, 3), _years_on(record.demographics["birth_date"], 22)) - _DAY
        rows[QualifyingMoveRow].append(
            {
                "state_record_id": record.number,
                "position": position,
                "qualifying_arrival_date": arrived,
                "from_city": rng.choice((None, "Reynosa", "Immokalee")),
                "from_state": rng.choice((None, "FL", "Tamaulipas")),
                "from_country": rng.choice((None, "MX", "US")),
                "to_city": rng.choice((None, "Bell Buckle")),
                "to_state": rng.choice((None, record.row["state"])),
                "eligibility_expiration_date": sent,
                "eligibility_end": (sent or derived) if arrived else None,
            }
        )


def _enrollments(rng: Random, record: Record, rows: Rows) -> None:
    tied = record.student in (TIED_BY_STATE, TIED_BY_ID)
    count = 1 if tied else 0 if record.student == BARE else rng.choice((0, 1, 2, 3))
    count = max(count, 1) if record.student == GRADUATE else count
    for position in range(count):
        row = _enrollment(rng, record, position)
        if tied:
            row["enrollment_date"] = _TIE
        if record.student == GRADUATE:
            row |= {"graduation": "GRADUATION", "graduation_date": datetime.date(2026, 5, 20 + position)}
        rows[EnrollmentRow].append(row)
        for place in range(rng.choice((0, 1, 3))):
            rows[CourseRow].append(_course(rng, record, position, place))


def _enrollment(rng: Random, record: Record, position: int) -> dict[str, Any]:
    began = rng.choice((None, *(datetime.date(2024, 8, 1) + _DAY * 61 * step for step in range(10))))
    truth = (None, True, False)
    graduated = rng.choice((None,) * 9 + ("HSE",))
    return {
        "state_record_id": record.number,
        "position": position,
        "enrollment_date": began,
        "withdrawal_date": began and rng.choice((None, began + _DAY * 100)),
        "enrollment_type": rng.choice((None, "BASIC", "SUMMER_MEP")),
        "project_type": rng.choice((None, "SCHOOL_BASED")),
        "school_name": rng.choice((None, "Escuela Núñez", "Gray Elementary")),
        "school_id": rng.choice(SCHOOLS),
        "facility_name": rng.choice((None, "Camp 3")),
        "address1": rng.choice((None, '12 "Main" St\\nUnit')),
        "address2": rng.choice((None, "B")),
        "address3": rng.choice((None, "C")),
        "city": rng.choice((None, "Gray")),
        "state": rng.choice((None, record.row["state"])),
        "zip": rng.choice((None, "37615")),
        "phone": rng.choice((None, "423 555 0100")),
        "district_id": rng.choice(DISTRICTS),
        "district_name": rng.choice((None, "Washington County")),
        "district_of_residence": rng.choice(DISTRICTS),
        "residency_date": began,
        "residency_verification_date": rng.choice((None, began)),
        "grade_level": rng.choice((None, "KG", "05", "11")),
        "english_learner": rng.choice(truth),
        "individual_education_program": rng.choice(truth),
        "medical_alert": rng.choice((None, "CHRONIC", "ACUTE", "NONE")),
        "priority_for_services": rng.choice(truth),
        "immunization_record": rng.choice(truth),
        "out_of_state_transcript": rng.choice(truth),
        "algebra1": rng.choice(truth),
        "designated_graduation_school": rng.choice(SCHOOLS),
        "graduation": graduated,
        "graduation_date": graduated and rng.choice((None, datetime.date(2025, 6, 1))),
        "continuation_reason": rng.choice((None, "01")),
        "comment": rng.choice((None, "A remark, with “quotes”\tand a tab.")),
    }


def _course(rng: Random, record: Record, enrollment: int, position: int) -> dict[str, Any]:
    return {
        "state_record_id": record.number,
        "enrollment_position": enrollment,
        "position": position,
        "title": rng.choice((None, "Algebra I", "Literatura")),
        "subject_area": rng.choice((None, "English", "Mathematics")),
        "course_type": rng.choice((None, "REGULAR", "AP")),
        "academic_year_begin": rng.choice((None, 2024, 2025)),
        "academic_year_end": rng.choice((None, 2026)),
        "section": rng.choice((None, "FULL", "A")),
        "term_type": rng.choice((None, "0828")),
        "clock_hours": rng.choice((None, Decimal("45.5"), Decimal("60.00"), Decimal("0"))),
        "grade_to_date": rng.choice((None, "B+")),
        "credits_granted": rng.choice((None, Decimal("0.50"), Decimal("1"), Decimal("0.25"))),
        "final_grade": rng.choice((None, None, "A")),
    }


def _assessments(rng: Random, record: Record, rows: Rows) -> None:
    for position in range(0 if record.student == BARE else rng.choice((0, 1, 2))):
        rows[AssessmentRow].append(
            {
                "state_record_id": record.number,
                "position": position,
                "title": rng.choice((None, "TNReady", "STAAR")),
                "content": rng.choice((None, "Reading")),
                "assessment_type": rng.choice((None, "01")),
                "administration_month": rng.choice((None, "2025-04", "2025-05")),
                "reporting_method": rng.choice((None, "0512")),
                "score": rng.choice((None, "87")),
                "interpretation": rng.choice((None, "Met")),
            }
        )


def _alerts(record: Record, rows: Rows) -> None:
    never = datetime.date.min
    ranked = [(row["enrollment_date"] or never, row["position"]) for row in rows[EnrollmentRow]]
    if not ranked:
        return
    newest = rows[EnrollmentRow][max(ranked)[1]]
    kinds = [newest["medical_alert"]] if newest["medical_alert"] in ("CHRONIC", "ACUTE") else []
    kinds += ["IMMUNIZATION"] if newest["immunization_record"] is False else []
    for kind in kinds:
        rows[HealthAlertRow].append(
            {
                "state_record_id": record.number,
                "kind": kind,
                "enrollment_position": newest["position"],
                "reported_on": newest["enrollment_date"],
            }
        )
