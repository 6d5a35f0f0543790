"""Data requests of the seeded country: one for each worklist item that asks for what is missing of a child."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from tests.graph.seed.accounts import DECIDER
from tests.graph.seed.people import HIDDEN, RETIRED, SURVIVOR, TWIN, UTC
from tests.graph.seed.worklist import LOCKED, items

_ASKED = datetime.datetime(2024, 8, 9, 10, 11, 12, 5_000, tzinfo=UTC)
_DAY = datetime.timedelta(days=1)


def data_requests() -> Iterator[dict[str, Any]]:
    """Between states, about children that are shown, retired, hidden and under review."""
    children = (HIDDEN, SURVIVOR, TWIN, LOCKED[1], 12, *RETIRED, LOCKED[3])
    asked = [item for item in items() if item["kind"] == "DATA_REQUEST"]
    for number, item in enumerate(asked, 1):
        asking = {"TN": "TX", "TX": "FL", "FL": "TN"}[item["state"]]
        elements = ["gradeLevel", "demographics.birthDate"][: number % 2 + 1]
        yield {
            "request_id": number,
            "student_id": children[number % len(children)],
            "asking_state": asking if number % 4 else "GA",
            "state": item["state"],
            "elements": elements,
            "wanted": [{"name": name, "held": 0} for name in elements],
            "reason": f"To place the child: ñ{number}.",
            "account_id": DECIDER,
            "item_id": item["item_id"],
            "requested_at": _ASKED + _DAY * (number // 2),
            "reminded_at": None if number % 3 else _ASKED + _DAY * (number + 3),
        }
