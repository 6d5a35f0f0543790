"""Mistakes planted on purpose, so that the findings of an upload have something to find.

`plant` spoils one clean record in one way and says what the hub should find: the severities are those of the upload
format. Everything else about the record stays sound.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from hub.demo.dice import pick
from hub.demo.records import Body


@dataclass(frozen=True, slots=True)
class Mistake:
    """What was planted: severity (REJECT, WARN, INFO), what it is in plain words, and the field."""

    severity: str
    what: str
    field: str


def _unknown_code(body: Body) -> bool:
    body["enrollments"][-1]["enrollmentType"] = "AFTER_SCHOOL"
    return True


def _email_without_at(body: Body) -> bool:
    body["demographics"]["parent1Email"] = "no e-mail at home"
    return True


def _short_school_id(body: Body) -> bool:
    for enrollment in body["enrollments"]:
        if "schoolId" in enrollment:
            enrollment["schoolId"] = enrollment["schoolId"][1:]
            return True
    return False


def _short_district_id(body: Body) -> bool:
    body["enrollments"][0]["districtId"] = body["enrollments"][0]["districtId"][:5]
    return True


def _impossible_date(body: Body) -> bool:
    enrollment = body["enrollments"][-1]
    enrollment["residencyDate"] = f"{enrollment['enrollmentDate'][:4]}-02-30"
    return True


def _birth_after_arrival(body: Body) -> bool:
    """One move more, before the child was born; the true moves stay, so the record itself is not refused."""
    move = dict(body["qualifyingMoves"][0])
    move.pop("eligibilityExpirationDate", None)
    born = date.fromisoformat(body["demographics"]["birthDate"])
    move["qualifyingArrivalDate"] = (born - timedelta(days=100)).isoformat()
    body["qualifyingMoves"] = [move, *body["qualifyingMoves"]]
    return True


def _unknown_field(body: Body) -> bool:
    body["demographics"]["homeLanguage"] = "Spanish"
    return True


def _too_many_credits(body: Body) -> bool:
    for enrollment in body["enrollments"]:
        for course in enrollment["courses"]:
            if "creditsGranted" in course:
                course["creditsGranted"] = 50.0
                return True
    return False


def _withdrawn_before_enrolled(body: Body) -> bool:
    for enrollment in body["enrollments"]:
        if "withdrawalDate" in enrollment and "graduation" not in enrollment:
            dates = enrollment["enrollmentDate"], enrollment["withdrawalDate"]
            enrollment["withdrawalDate"], enrollment["enrollmentDate"] = dates
            return True
    return False


_Planter = Callable[[Body], bool]
_ANYWHERE: tuple[tuple[Mistake, _Planter], ...] = (
    (Mistake("WARN", "unknown code", "enrollmentType"), _unknown_code),
    (Mistake("WARN", "e-mail without @", "parent1Email"), _email_without_at),
    (Mistake("WARN", "school id not 12 digits", "schoolId"), _short_school_id),
    (Mistake("WARN", "district id not 7 digits", "districtId"), _short_district_id),
    (Mistake("WARN", "impossible date", "residencyDate"), _impossible_date),
    (Mistake("WARN", "birth date after QAD", "qualifyingArrivalDate"), _birth_after_arrival),
    (Mistake("WARN", "credits out of range", "creditsGranted"), _too_many_credits),
    (Mistake("REJECT", "withdrawal before enrollment", "withdrawalDate"), _withdrawn_before_enrolled),
)
_LINES_ONLY = (*_ANYWHERE, (Mistake("INFO", "unknown extra field", "homeLanguage"), _unknown_field))


def plant(rng: Random, body: Body, in_table: bool) -> Mistake | None:
    """Spoil the record in place; None where the mistake rolled does not fit this record.

    `in_table`: the record goes into a CSV bundle, where an extra column would stand beside every student.
    """
    mistake, spoil = pick(rng, _ANYWHERE if in_table else _LINES_ONLY)
    return mistake if spoil(body) else None
