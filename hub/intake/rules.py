"""The rules between the fields of a student: names and birth date, moves, enrollments."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

from hub.intake.findings import FindingCode
from hub.intake.values import Unsound, date

if TYPE_CHECKING:
    from hub.intake.students import Found

OLDEST_AT_QAD = 22
STATE_STUDENT_ID = re.compile(r"[A-Za-z0-9]{1,15}")
EARLIEST_BIRTH = datetime.date(1900, 1, 2)  # 1900-01-01 is what systems send for an unknown date


def check_birth_date(sent: Any, submitted_on: datetime.date, found: Found) -> datetime.date | None:
    """The birth date, or None after a rejection."""
    if sent is None or sent == "":
        found.add(FindingCode.BIRTH_DATE_MISSING, "demographics", "birthDate")
        return None
    try:
        birth_date = date(sent)
    except Unsound:
        birth_date = None
    if birth_date is None or not EARLIEST_BIRTH <= birth_date <= submitted_on:
        found.add(FindingCode.BIRTH_DATE_IMPOSSIBLE, "demographics", "birthDate")
        return None
    return birth_date


def check_moves(moves: list[dict[str, Any]], birth_date: datetime.date | None, found: Found) -> None:
    """At least one move; each QAD fits the birth date, or is taken out; each move comes from somewhere."""
    if not moves:
        found.add(FindingCode.NO_QUALIFYING_MOVE, "", "qualifyingMoves")
    for place, move in enumerate(moves):
        path = f"qualifyingMoves[{place}]"
        if "from_state" not in move and "from_country" not in move:
            found.add(FindingCode.FROM_PLACE_MISSING, path, "fromState")
        arrival = move.get("qualifying_arrival_date")
        if arrival is None or birth_date is None:
            continue
        if birth_date > arrival:
            found.add(FindingCode.BIRTH_DATE_AFTER_QAD, path, "qualifyingArrivalDate")
            del move["qualifying_arrival_date"]
        elif age(birth_date, arrival) > OLDEST_AT_QAD:
            # Which of the two dates is wrong nobody can tell, so both stay.
            found.add(FindingCode.AGE_OVER_22, path, "qualifyingArrivalDate")


def check_enrollment(enrollment: dict[str, Any], path: str, found: Found) -> None:
    begun, ended = enrollment.get("enrollment_date"), enrollment.get("withdrawal_date")
    if begun is not None and ended is not None and ended < begun:
        found.add(FindingCode.WITHDRAWAL_BEFORE_ENROLLMENT, path, "withdrawalDate")


def age(birth_date: datetime.date, on: datetime.date) -> int:
    """Full years of life on a day."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
