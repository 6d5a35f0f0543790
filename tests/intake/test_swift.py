"""The quick check takes only students whom the full check would store just so, without a finding."""

import datetime
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.intake.shapes import encoded
from hub.intake.students import Found, StudentCheck
from hub.intake.values import CodeLists, suspicious
from hub.tables import (
    CODE_LISTS,
    JURISDICTIONS,
    AssessmentRow,
    CourseRow,
    DemographicsRow,
    EnrollmentRow,
    QualifyingMoveRow,
)
from hub.tables.mde import elements
from tests.intake.build import student

LISTS = CodeLists(
    {name: frozenset(codes) for name, codes in CODE_LISTS.items()},
    frozenset(jurisdiction["code"] for jurisdiction in JURISDICTIONS),
)
CHECK = StudentCheck(LISTS, datetime.date(2026, 11, 20))
PLACES = {
    "demographics": DemographicsRow,
    "qualifyingMoves__0": QualifyingMoveRow,
    "enrollments__0": EnrollmentRow,
    "enrollments__0__courses__1": CourseRow,
    "assessments__0": AssessmentRow,
}
PATHS = [f"{place}__{name}" for place, table in PLACES.items() for name, _, _ in elements(table)]
PATHS += ["msixId", "stateStudentId", "stateStudentIdType", "action", "enrollments", "alternateIds", "demographics"]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(1900, 2100),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(0, 12),
    st.text(),
    st.sampled_from(["", " ", "\u00a0", "\u3000", "\t", "US", "TN", "01", "0827", "9999", "FULL", "2025-06", "a@b"]),
    st.sampled_from(["2025-06-30", "2025-02-30", "20250630", "2025-W01-1", "2025-06-30T00:00:00", "1899-12-31"]),
    st.sampled_from(["2101-01-01", "1990-01-01", "123-45-6789", "123456789012", "１２３４５６７８９０１２", "1234567"]),
    st.dates().map(str),
    st.sampled_from([[], {}, [{}], {"id": "x"}]),
)


def _same(sent: dict[str, Any], line: bytes) -> bool:
    """Whether the quick check took the line; it must then agree with the full one."""
    quick = None if suspicious(line) else CHECK.quickly(line)
    if quick is None:
        return False
    found = Found()
    full = CHECK.check(sent, found, suspicious=True)
    assert full is not None and found.items == []
    assert encoded(quick) == encoded(full)
    return True


def test_a_sound_student_goes_the_quick_way() -> None:
    sent = student()
    assert _same(sent, json.dumps(sent, ensure_ascii=False).encode())
    assert not _same(student(action="DELETE"), json.dumps(student(action="DELETE")).encode())


@pytest.mark.parametrize("path", PATHS)
def test_an_absent_value_is_one_for_both(path: str) -> None:
    for absent in (..., None, ""):
        sent = student(**{path: absent}) if absent is not ... or _stands(path) else student()
        _same(sent, json.dumps(sent, ensure_ascii=False).encode())


def _stands(path: str) -> bool:
    at: Any = student()
    *way, last = (int(step) if step.isdigit() else step for step in path.split("__"))
    for step in way:
        at = at[step]
    return last in at


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PATHS[:-3]), VALUES), min_size=1, max_size=3), st.booleans())
def test_whatever_the_quick_check_takes_the_full_check_stores_alike(
    changes: list[tuple[str, Any]], escaped: bool
) -> None:
    sent = student(**dict(changes))
    line = json.dumps(sent, ensure_ascii=escaped).encode(errors="surrogatepass")
    try:
        line.decode()
    except UnicodeDecodeError:
        return
    _same(sent, line)
