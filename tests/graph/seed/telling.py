"""Move notices with their threads, and disputes of the seeded country; every answer is due long ago or far away."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from tests.graph.seed.accounts import DECIDER
from tests.graph.seed.people import HIDDEN, RETIRED, UTC, Record

_SENT = datetime.datetime(2024, 2, 29, 22, 30, 15, 500_000, tzinfo=UTC)
_FAR = datetime.datetime(2091, 1, 1, tzinfo=UTC)
_DISPUTED: tuple[tuple[str | None, str | None, list[str]], ...] = (
    ("demographics", "birthDate", ["student:read"]),
    ("demographics", "firstName", ["student:read"]),
    (None, None, []),
    ("enrollments", "gradeLevel", ["student:read"]),
    ("courses", "title", ["student:read", "academics:read"]),
    ("demographics", "lastName1", ["health:read"]),
)
_ENDINGS = ("OPEN", "ANSWERED", "RESOLVED", "WITHDRAWN")


def move_notices() -> Iterator[dict[str, Any]]:
    """Between two states, and within one; about children that are shown, retired and hidden; some of the hub's own."""
    children = (1, 2, 3, 5, 11, 20, HIDDEN, *RETIRED)
    for number in range(1, 25):
        by_the_hub = number % 6 == 0
        yield {
            "notice_id": number,
            "kind": ("ARRIVAL", "DEPARTURE")[number % 2],
            "student_id": children[number % len(children)],
            "from_state": ("TN", "TX", "FL")[number % 3],
            "from_district": (None, "4700001")[number % 2],
            "to_state": ("TX", "TN", "GA", "TN")[number % 4],
            "to_district": (None, "4800001", None)[number % 3],
            "expected_date": None if number % 3 else datetime.date(2024, 3, number),
            "message": None if by_the_hub else f"Ñumber {number}",
            "copy_to": ["copy@agency.example"] if number % 5 == 0 else [],
            "receivers": [f"office-{number}@agency.example"],
            "account_id": None if by_the_hub else DECIDER,
            "sent_at": _SENT + datetime.timedelta(hours=number),
            "due_at": _FAR if number % 3 else _SENT + datetime.timedelta(hours=number + 24),
        }


def move_notice_replies() -> Iterator[dict[str, Any]]:
    for number in range(1, 20):
        yield {
            "reply_id": number,
            "notice_id": number % 8 * 3 + 1,
            "account_id": DECIDER,
            "state": ("TN", "TX")[number % 2],
            "answers": number % 3 != 0,
            "message": f"Reply {number}",
            "receivers": [],
            "sent_at": _SENT + datetime.timedelta(days=2, minutes=37 * number, microseconds=1),
        }


def disputes() -> Iterator[dict[str, Any]]:
    """In every state that a dispute may be in, of elements and of records as a whole."""
    for number in range(1, 41):
        section, element, needs = _DISPUTED[number % len(_DISPUTED)]
        status = _ENDINGS[number % 5 % 4]
        ended = _SENT + datetime.timedelta(days=number) if status in ("RESOLVED", "WITHDRAWN") else None
        yield {
            "dispute_id": number,
            "student_id": number % 30 + 1,
            "section": section,
            "element": element,
            "needs": needs,
            "statement": f"It is not so: {number}.",
            "status": status,
            "filed_at": _SENT - datetime.timedelta(days=number),
            "filed_by": DECIDER,
            "ended_at": ended,
            "version": number % 3 + 1,
        }


def dispute_records(records: list[Record]) -> Iterator[dict[str, Any]]:
    """Each of one to three records, deleted and withdrawn ones too."""
    for dispute in disputes():
        first, count = dispute["dispute_id"], dispute["dispute_id"] % 3 + 1
        for record in [records[(first * 7 + step * 3) % len(records)] for step in range(count)]:
            yield {"dispute_id": dispute["dispute_id"], "state_record_id": record.number}


def dispute_entries() -> Iterator[dict[str, Any]]:
    for number in range(1, 70):
        answered = number % 3 == 0
        yield {
            "entry_id": number,
            "dispute_id": number % 40 + 1,
            "kind": "ANSWERED" if answered else ("FILED", "RESOLVED")[number % 2],
            "state": ("TN", "TX", "FL")[number % 9 // 3] if answered else None,
            "answer": ("CORRECTED", "UPHELD")[number % 2] if answered else None,
            "words": f"Words {number}",
            "account_id": DECIDER,
            "entered_at": _SENT + datetime.timedelta(days=number),
        }
