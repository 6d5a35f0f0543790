"""What the hub told two accounts of the seeded country, read and not."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from hub.tables import NOTIFICATION_KINDS
from tests.graph.seed.accounts import DECIDER, OTHER_FOLLOWER
from tests.graph.seed.people import HIDDEN, RETIRED, SURVIVOR, TWIN, UTC, Record
from tests.graph.seed.worklist import LOCKED

_TOLD = datetime.datetime(2024, 10, 11, 12, 13, 14, 62_500, tzinfo=UTC)


def notifications(records: list[Record]) -> Iterator[dict[str, Any]]:
    """About nobody, about children as a whole, and about records of theirs; of every kind."""
    children = (SURVIVOR, HIDDEN, TWIN, LOCKED[1], 12, *RETIRED, LOCKED[3])
    for number in range(1, 61):
        record = records[number * 5 % len(records)] if number % 3 == 0 else None
        student = record.student if record else children[number // 2 % len(children)] if number % 3 == 1 else None
        told = _TOLD + datetime.timedelta(hours=number)
        named = number % 4 == 0
        yield {
            "notification_id": number,
            "account_id": OTHER_FOLLOWER if number % 5 == 0 else DECIDER,
            "kind": list(NOTIFICATION_KINDS)[number % len(NOTIFICATION_KINDS)],
            "student_id": student,
            "state_record_id": record.number if record else None,
            "object_type": ("MoveNotice", "DataRequest")[number % 8 // 4] if named else None,
            "object_key": number if named else None,
            "parameters": {} if number % 2 else {"state": "TX", "count": number, "at": None},
            "created_at": told,
            "read_at": None if number % 4 < 2 else told + datetime.timedelta(minutes=number),
        }
