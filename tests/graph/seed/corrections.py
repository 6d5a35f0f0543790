"""Parents' requests for a correction, and what was done about them; all are due long ago or far away."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from hub.tables import ASKERS
from tests.graph.seed.accounts import DECIDER
from tests.graph.seed.people import HIDDEN, RETIRED, SURVIVOR, TWIN, UTC, Record
from tests.graph.seed.worklist import LOCKED

REQUESTS = 30
_RECEIVED = datetime.datetime(2024, 9, 10, 11, 12, 13, 25_000, tzinfo=UTC)
_FAR = datetime.datetime(2094, 1, 1, tzinfo=UTC)
_DAY = datetime.timedelta(days=1)


def corrections(records: list[Record]) -> Iterator[dict[str, Any]]:
    """Of records, deleted ones too, and of children as a whole: shown, retired, hidden and under review."""
    children = (SURVIVOR, HIDDEN, TWIN, LOCKED[1], 12, *RETIRED, LOCKED[3])
    for number in range(1, REQUESTS + 1):
        record = records[number * 3 % len(records)] if number % 2 else None
        status = ("PENDING", "GRANTED", "PENDING", "REFUSED", "PENDING")[number % 5]
        due = (_RECEIVED, _FAR)[number % 3 % 2] + _DAY * number
        yield {
            "request_id": number,
            "student_id": record.student if record else children[number // 2 % len(children)],
            "state_record_id": record.number if record else None,
            "section": None if number % 3 else "demographics",
            "element": None if number % 3 else "birthDate",
            "asked_by": list(ASKERS)[number % 3],
            "statement": f"It is ñot so: {number}.",
            "status": status,
            "state": ("TN", "TX", "FL")[number % 7 % 3],
            "received_by": ("TN", "TX", "FL", "GA")[number % 4],
            "received_at": _RECEIVED + _DAY * number,
            "recorded_at": _RECEIVED + _DAY * (number + 1),
            "recorded_by": DECIDER + number % 2,
            "due_at": due,
            "forward_due_at": None if number % 4 else due - _DAY * (40_000 if number % 8 else 1),
            "decided_at": None if status == "PENDING" else _RECEIVED + _DAY * (number + 9),
            "version": number % 3 + 1,
        }


def entries() -> Iterator[dict[str, Any]]:
    for number in range(1, 71):
        yield {
            "entry_id": number,
            "request_id": number * 7 % REQUESTS + 1,
            "kind": ("RECORDED", "FORWARDED", "DECIDED")[number // REQUESTS],
            "state": ("TN", "TX")[number % 2],
            "words": None if number % 3 else f"Words {number}",
            "account_id": DECIDER + number % 4,
            "entered_at": _RECEIVED + _DAY * number,
        }
