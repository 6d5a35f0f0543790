"""Clocks, contacts and watches of the seeded country. Every clock is due long ago or far away: no test meets one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from hub.tables import LANGUAGES, MATTERS
from hub.tables.clock import KEPT_KINDS
from tests.graph.seed.accounts import DECIDER, OTHER_FOLLOWER
from tests.graph.seed.people import HIDDEN, RETIRED, SURVIVOR, TWIN, UTC, Record

_BEGAN = datetime.datetime(2021, 3, 4, 5, 6, 7, 250_000, tzinfo=UTC)
_FAR = datetime.datetime(2090, 1, 1, 23, 59, 59, tzinfo=UTC)


def clocks(records: list[Record]) -> Iterator[dict[str, Any]]:
    """Of every second record, deleted ones too: running, overdue, met, met late, and some that have not begun."""
    for number, record in enumerate(records[::2], 1):
        due = (_FAR if number % 3 else _BEGAN) + datetime.timedelta(days=number // 2)
        met = due + datetime.timedelta(seconds=(-1, 0, 1)[number % 7 % 3]) if number % 2 and number % 3 == 0 else None
        yield {
            "clock_id": number,
            "kind": KEPT_KINDS[number % len(KEPT_KINDS)],
            "state": record.row["state"],
            "state_record_id": record.number,
            "occasion": f"{number}",
            "start_at": _FAR if number % 11 == 0 else _BEGAN,
            "due_at": due,
            "met_at": met,
            "district_id": (None, "4700001", "4800001")[number % 3],
        }


def contact_lists() -> Iterator[dict[str, Any]]:
    """States' own lists and those of districts; one was emptied."""
    places = (("TN", "4700003"), ("TN", None), ("TN", "4700001"), ("TX", None), ("FL", None))
    for number, (state, district) in enumerate(places, 1):
        yield {
            "list_id": number,
            "state": state,
            "district_id": district,
            "version": number,
            "changed_at": _BEGAN + datetime.timedelta(hours=number),
            "account_id": DECIDER,
        }


def contacts() -> Iterator[dict[str, Any]]:
    matters = list(MATTERS)
    for number in range(1, 10):
        yield {
            "contact_id": number,
            "list_id": number % 4 + 1,
            "name": f"Office Ñ{number}",
            "email": f"office-{number}@agency.example",
            "language": list(LANGUAGES)[number % 2],
            "matters": matters[number % 3 :],
        }


def watches() -> Iterator[dict[str, Any]]:
    """Children, one of them retired and one hidden, and searches, of two accounts."""
    followed = (SURVIVOR, TWIN, HIDDEN, *list(RETIRED)[1:2])
    for number in range(1, 13):
        student = followed[number // 2 % 4] if number % 2 and number < 9 else None
        yield {
            "watch_id": number,
            "account_id": DECIDER if number % 4 else OTHER_FOLLOWER,
            "student_id": student,
            "seen": None,
            "name": None if student else f"Search {number}",
            "filter": None if student else {"lastName": {"prefix": "Gar"}, "state": {"in": ["TN", "TX"]}},
            "created_at": _BEGAN + datetime.timedelta(minutes=number),
        }
