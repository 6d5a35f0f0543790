"""Events of the audit trail, all of them older than any question that is asked of the seeded country.

Every question adds an event. So the trail is asked for what came before `UNTIL` only.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from hub.audit.event import Tag
from tests.graph.seed.accounts import DECIDER
from tests.graph.seed.people import HIDDEN, RETIRED, SURVIVOR, TWIN, UTC
from tests.graph.seed.worklist import LOCKED

UNTIL = "2025-01-01T00:00:00Z"
_FIRST_ID = 5_000_000
"""Far from the ids of events that are written meanwhile."""

_AT = datetime.datetime(2024, 11, 12, 13, 14, 15, 31_250, tzinfo=UTC)
_STUDENTS: tuple[list[int], ...] = (
    [],
    [SURVIVOR],
    [next(iter(RETIRED))],
    [TWIN, HIDDEN, LOCKED[1]],
    [12, 13, 14, SURVIVOR],
    [LOCKED[3]],
    [20],
)
_DETAILS: tuple[dict[str, Any], ...] = (
    {},
    {"detail": {"account": str(DECIDER + 4), "why": "Sí, “asked”"}},
    {"detail": {"account": DECIDER + 10}},
    {"detail": {"account": "nobody", "n": None, "more": [1, True]}},
    {"detail": {}},
)


def audit_events() -> Iterator[dict[str, Any]]:
    """Of every tag, by several accounts of several states and by nobody, about none to four children."""
    tags = [tag.value for tag in Tag]
    for number in range(1, 2 * len(tags)):
        place = (0, 1, 5, 7, None, 0)[number % 6]
        yield {
            "event_id": _FIRST_ID + number,
            "at": _AT + datetime.timedelta(hours=number // 2),
            "tag": tags[number % len(tags)],
            "account_id": None if place is None else DECIDER + place,
            "user_id": None if place is None else f"user-{place}",
            "state": None if place is None else ("TN", "TX", None)[number // 6 % 3],
            "purpose": (None, "ENROLLMENT", "PRIVACY_ACT")[number % 3],
            "operation": (None, "Look", "Find", "Löok")[number % 4],
            "students": _STUDENTS[number % len(_STUDENTS)],
            "fields": [f"Student.{name}" for name in ("birthDate", "firstName")[: number % 3]],
            "result_bytes": (None, number, 2**33 + number)[number // 2 % 3],
            "address": (None, "10.0.0.7", "2001:db8::1")[number % 3],
            **_DETAILS[number % len(_DETAILS)],
        }
