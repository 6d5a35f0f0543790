"""The parts of a student's record, by the names that the upload format gives them, and the elements of each."""

from __future__ import annotations

from hub.tables.assessment import AssessmentRow
from hub.tables.base import Base
from hub.tables.course import CourseRow
from hub.tables.demographics import DemographicsRow
from hub.tables.enrollment import EnrollmentRow
from hub.tables.mde import elements
from hub.tables.qualifying_move import QualifyingMoveRow
from hub.tables.state_record import AlternateIdRow, StateRecordRow

SECTIONS: dict[str, type[Base]] = {
    "student": StateRecordRow,
    "alternateIds": AlternateIdRow,
    "demographics": DemographicsRow,
    "qualifyingMoves": QualifyingMoveRow,
    "enrollments": EnrollmentRow,
    "courses": CourseRow,
    "assessments": AssessmentRow,
}


def is_element(section: str, name: str) -> bool:
    """Whether a part has an element of this name."""
    table = SECTIONS.get(section)
    return table is not None and any(name == element for element, _, _ in elements(table))
