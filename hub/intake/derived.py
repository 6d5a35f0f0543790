"""What the hub works out from a checked student: facts that its rows carry beside what the state sent."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from hub.intake.shapes import Draft

ONE_DAY = datetime.timedelta(days=1)
YEARS_OF_ELIGIBILITY = 3
TOO_OLD = 22


def eligibility_end(
    arrival: datetime.date | None, sent: datetime.date | None, birth_date: datetime.date
) -> datetime.date | None:
    """The last day of eligibility by a move: as sent, else by its QAD and the 22nd birthday. None without a QAD."""
    if arrival is None:
        return None
    return sent or min(_years_on(arrival, YEARS_OF_ELIGIBILITY), _years_on(birth_date, TOO_OLD)) - ONE_DAY


def _years_on(day: datetime.date, years: int) -> datetime.date:
    """The same day years later; what fell on 29 February falls on 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return datetime.date(day.year + years, 3, 1)


def latest_enrollment(student: Draft) -> datetime.date | None:
    return max((each.enrollment_date for each in student.enrollments if each.enrollment_date), default=None)


def latest_activity(student: Draft, submitted_on: datetime.date) -> datetime.date:
    """The newest enrollment date or QAD; the day of submission where there is neither."""
    arrivals = (move.qualifying_arrival_date for move in student.moves if move.qualifying_arrival_date)
    return max((day for day in (*arrivals, latest_enrollment(student)) if day), default=submitted_on)


def health_alerts(student: Draft) -> Iterator[tuple[str, int, datetime.date | None]]:
    """(kind, enrollment's place, reported on) of the newest enrollment; of two on one day the later in the file."""
    newest = max(
        ((each.enrollment_date or datetime.date.min, place) for place, each in enumerate(student.enrollments)),
        default=None,
    )
    if newest is None:
        return
    enrollment = student.enrollments[newest[1]]
    if enrollment.medical_alert in ("CHRONIC", "ACUTE"):
        yield enrollment.medical_alert, newest[1], enrollment.enrollment_date
    if enrollment.immunization_record is False:
        yield "IMMUNIZATION", newest[1], enrollment.enrollment_date
