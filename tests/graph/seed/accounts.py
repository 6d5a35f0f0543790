"""Accounts with roles and trainings, and applications for access. Each is unused since long ago or used far ahead."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from hub.names import fold
from tests.graph.seed.people import UTC

DECIDER, OTHER_FOLLOWER = 900, 901
ROLES = (
    *("STATE_DATA_ADMINISTRATOR", "STATE_USER_ADMINISTRATOR", "PRIMARY_USER", "SECONDARY_USER"),
    *("OME_USER_ADMINISTRATOR", "STATE_USER_ADMINISTRATOR", "HELP_DESK"),
)
_MADE = datetime.datetime(2024, 5, 6, 7, 8, 9, 120_000, tzinfo=UTC)
_FAR = datetime.datetime(2092, 1, 1, tzinfo=UTC)
_DAY = datetime.timedelta(days=1)
_NAMES = ("García, Ana", "Garcia Ana", "Dée Cider", "O'Neil", "Zoë Peña", "z")


def accounts() -> Iterator[dict[str, Any]]:
    """The person who decided the merges, who follows, and those of several states and of OME, with names alike."""
    for place in range(24):
        number = DECIDER + place
        user_id, name = {0: ("decider", "Dée Cider"), 1: ("follower", "Fol Lower")}.get(
            place, (f"User-{place}", _NAMES[place % len(_NAMES)])
        )
        status = "ACTIVE" if place < 2 else ("ACTIVE", "ACTIVE", "DISABLED", "DEACTIVATED")[place % 4]
        closed = status == "DEACTIVATED"
        yield {
            "account_id": number,
            "user_id": user_id,
            "name": name,
            "name_key": fold(name),
            "email": f"{user_id}@agency.example",
            "title": None if place % 3 else "Registrar",
            "phone": None if place % 2 else "865 555 0111",
            "state": "TN" if place < 2 else ("TN", "TX", None, "FL", "TN")[place % 5],
            "region": "East" if place % 5 == 0 else None,
            "district_id": "4700001" if place % 10 == 0 else None,
            "status": status,
            "password_hash": "-",
            "trained_at": _MADE if place % 3 else None,
            "created_at": _MADE + _DAY * (place // 3),
            "last_sign_in_at": (_FAR + _DAY * place, _MADE + _DAY * place, None)[place % 3],
            "version": place % 4 + 1,
            "reviewed_at": _MADE + _DAY * place if status == "DISABLED" else None,
            "reviewed_by": DECIDER if status == "DISABLED" else None,
            "deactivated_at": _MADE + _DAY * place if closed else None,
            "deactivated_by": DECIDER if closed and place % 8 == 3 else None,
            "deactivation_reason": "Left the agency." if closed else None,
        }


def roles() -> Iterator[dict[str, Any]]:
    """None for some, two for others."""
    for place in range(1, 24):
        for role in {ROLES[place % len(ROLES)], ROLES[place * 3 % len(ROLES)]} if place % 6 else ():
            yield {"account_id": DECIDER + place, "role": role}


def trainings() -> Iterator[dict[str, Any]]:
    for number in range(1, 20):
        yield {
            "training_id": number,
            "account_id": DECIDER + number * 5 % 17,
            "completed_on": (_MADE + _DAY * number).date(),
            "recorded_at": _MADE + _DAY * (number + 1),
            "recorded_by": DECIDER if number % 3 else None,
        }


def applications() -> Iterator[dict[str, Any]]:
    """Pending, approved and refused, for several states and roles."""
    for number in range(1, 19):
        status = ("PENDING", "APPROVED", "REFUSED")[number % 3]
        yield {
            "application_id": number,
            "status": status,
            "name": f"Ápplicant {number}",
            "title": "Recruiter",
            "agency": "District office",
            "address": "1 Main St",
            "phone": "865 555 0112",
            "email": f"applicant-{number}@agency.example",
            "role": ROLES[number % len(ROLES)],
            "state": ("TN", "TX", "FL", "TN")[number % 4],
            "region": None if number % 5 else "East",
            "district_id": None if number % 4 else "4700001",
            "supervisor_name": f"Chief {number}",
            "supervisor_email": f"chief-{number}@agency.example",
            "applied_at": _MADE + _DAY * (number // 2),
            "decided_at": None if status == "PENDING" else _MADE + _DAY * (number + 3),
            "decided_by": None if status == "PENDING" else DECIDER,
            "reason": "Nobody knows the supervisor." if status == "REFUSED" else None,
            "account_id": DECIDER + number if status == "APPROVED" else None,
        }
