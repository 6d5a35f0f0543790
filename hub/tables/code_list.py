"""Code lists as data: each code with its label and the days on which it is good.

`CODE_LISTS` is what the hub ships with; the first migration seeds it and a contract test keeps the two equal. Intake
reads the table, so an edition's change of an option set is a row, not a release.
"""

from __future__ import annotations

import datetime

from sqlalchemy import Date, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class CodeRow(Base):
    """One code of one list. Without dates it has always been good and still is."""

    __tablename__ = "codes"

    code_list: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    label: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    effective_from: Mapped[datetime.date | None] = mapped_column(Date)
    effective_to: Mapped[datetime.date | None] = mapped_column(Date)


CODE_LISTS: dict[str, dict[str, str]] = {
    "stateStudentIdType": {"STATE": "State student identifier", "MEP": "Migrant program identifier"},
    "sex": {"FEMALE": "Female", "MALE": "Male", "OTHER": "Another"},
    "birthDateVerification": {
        "1003": "Baptismal or church certificate",
        "1004": "Birth certificate",
        "1005": "Entry in family Bible",
        "1006": "Hospital certificate",
        "1007": "Parent's affidavit",
        "1008": "Passport",
        "1009": "Physician's certificate",
        "1010": "Previously verified school records",
        "1011": "State-issued ID",
        "1012": "Driver's licence",
        "1013": "Immigration document",
        "2382": "Life insurance policy",
        "3423": "Other official document",
        "3424": "Other non-official document",
        "9999": "Other",
    },
    "enrollmentType": {
        "BASIC": "Basic school program",
        "REGULAR_MEP": "Regular term migrant program",
        "SUMMER_MEP": "Summer migrant program",
        "YEAR_ROUND_MEP": "Year-round migrant program",
        "BASIC_AND_REGULAR_MEP": "Basic school and regular term migrant program",
        "RESIDENCY_ONLY": "Residency only",
    },
    "projectType": {"SCHOOL_BASED": "School based", "NON_SCHOOL_BASED": "Not school based"},
    "gradeLevel": {
        **{f"P{age}": f"Age {age}, before kindergarten" for age in range(6)},
        "PS": "Preschool",
        "KG": "Kindergarten",
        **{f"{grade:02}": f"Grade {grade}" for grade in range(1, 13)},
        "UG": "Ungraded",
        "OS": "Out of school",
    },
    "medicalAlert": {"CHRONIC": "Chronic condition", "ACUTE": "Acute condition", "NONE": "No alert"},
    "graduation": {"GRADUATION": "High school diploma", "HSE": "High school equivalency"},
    "continuationReason": {
        "01": "Stayed to the end of the term",
        "02": "One more year, no comparable services",
        "03": "Secondary student, credit accrual",
    },
    "courseType": {
        "REGULAR": "Regular",
        "REMEDIAL": "Remedial",
        "HONORS": "Honors",
        "AP": "Advanced placement",
        "IB": "International baccalaureate",
        "DUAL_CREDIT": "Dual credit",
        "CAREER_TECHNICAL": "Career and technical",
        "OTHER": "Other",
    },
    "section": {"FULL": "Full course", "A": "First half", "B": "Second half"},
    "termType": {
        "0827": "Full year",
        "0828": "Semester",
        "0829": "Trimester",
        "0830": "Quarter",
        "0832": "Mini-term",
        "0833": "Summer term",
        "0834": "Intersession",
        "0835": "Long session",
        "9999": "Other",
    },
    "assessmentType": {f"{kind:02}": f"Assessment type {kind:02}" for kind in range(1, 12)},
    "reportingMethod": {
        "0144": "Letter grade",
        "0490": "Age score",
        "0493": "Grade equivalent",
        "0499": "Number score",
        "0500": "Pass or fail",
        "0502": "Percentile rank",
        "0503": "Proficiency level",
        "0512": "Achievement level",
        "3478": "Raw score",
        "3479": "Scale score",
        "9999": "Other",
    },
}


def code_rows() -> list[dict[str, str | int]]:
    """The shipped code lists as rows of the table."""
    return [
        {"code_list": name, "code": code, "label": label, "position": position}
        for name, codes in CODE_LISTS.items()
        for position, (code, label) in enumerate(codes.items())
    ]
