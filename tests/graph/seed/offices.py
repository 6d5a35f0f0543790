"""Districts and schools, uploads with findings, and the link ledger of the seeded country."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.graph.seed.accounts import DECIDER
from tests.graph.seed.people import RETIRED, UTC, Record

_MADE = datetime.datetime(2026, 1, 4, 3, 2, 1, 500_000, tzinfo=UTC)
_STATUSES = ("ACCEPTED", "STAGING", "APPLYING", "REFUSED", "ABANDONED")
UPLOADS = 14


def districts() -> Iterator[dict[str, Any]]:
    for number, name in (
        ("4700001", "Washington County"),
        ("4700002", None),
        ("4700003", "Knox"),
        ("4800001", "Hidalgo"),
    ):
        yield {"district_id": number, "state": "TN" if number[0:2] == "47" else "TX", "name": name, "named_at": _MADE}


def schools() -> Iterator[dict[str, Any]]:
    """Two of one district, one without a district, one of a district that nobody named."""
    known = (
        ("470000100001", "4700001"),
        ("470000100002", "4700001"),
        ("470000200002", None),
        ("480000100003", "4800009"),
    )
    for number, district in known:
        state = "TN" if number.startswith("47") else "TX"
        name = None if number.endswith("2") else f"School {number[-1]}"
        yield {"school_id": number, "district_id": district, "state": state, "name": name, "named_at": _MADE}


def uploads() -> Iterator[dict[str, Any]]:
    """Every status for two states, other states' too, and files whose state nobody could read."""
    for number in range(1, UPLOADS + 1):
        state = ("TN", "TX")[number % 2] if number <= 10 else ("TN", "FL", None, "TN")[number - 11]
        status = _STATUSES[(number - 1) // 2] if number <= 10 else "REFUSED" if state is None else "ACCEPTED"
        whole = status in ("ACCEPTED", "APPLYING")
        yield {
            "upload_id": number,
            "state": state,
            "sequence": number if whole else None,
            "mode": (None, "FULL", "INCREMENTAL")[number % 3],
            "encoding": "JSONL" if number % 2 else "CSV",
            "file_name": f"night-{number}.jsonl.gz",
            "submitted_at": _MADE - datetime.timedelta(days=number) if number % 4 else None,
            "received_at": _MADE + datetime.timedelta(hours=number // 2),
            "finished_at": _MADE + datetime.timedelta(hours=number, microseconds=1) if whole else None,
            "status": status,
            **dict.fromkeys(("students", "created", "updated", "unchanged"), number),
            **dict.fromkeys(("rejected", "deleted", "withdrawn"), number % 2),
        }


def findings(rng: Random, records: list[Record]) -> Iterator[dict[str, Any]]:
    """Findings of every upload but the last; some name a state record, some an id that nobody has, some nothing."""
    places = {upload["upload_id"]: upload["state"] for upload in uploads()}
    for upload, state in list(places.items())[:-1]:
        named = [record.row["state_student_id"] for record in records if record.row["state"] == state]
        for position in range(rng.choice((1, 4, 7))):
            yield {
                "upload_id": upload,
                "position": position,
                "severity": rng.choice(("FILE", "REJECT", "WARN", "INFO")),
                "code": rng.choice(("DATE_FORMAT", "UNKNOWN_CODE", "MISSING")),
                "member": rng.choice((None, "students.csv")),
                "line": rng.choice((None, position + 2)),
                "state_student_id": rng.choice((None, "NOBODY", *named[:4])),
                "field": rng.choice((None, "birthDate")),
                "path": rng.choice((None, "demographics.birthDate")),
                "message": "Expected a date, YYYY-MM-DD.",
            }


def links(rng: Random, records: list[Record]) -> Iterator[dict[str, Any]]:
    """How every record came to its student; those of survivors came from the students that were retired."""
    retired = {survivor: number for number, survivor in RETIRED.items()}
    number = 0
    for record in records:
        first = retired.get(record.student, record.student) if record.number % 2 else record.student
        number += 1
        yield _link(number, record, first, None, "NEW_STUDENT", "1.0" if rng.random() < 0.3 else None)
        if first != record.student:
            number += 1
            yield _link(number, record, record.student, first, "MERGE", None)
        elif record.number % 9 == 0:
            number += 1
            yield _link(number, record, record.student, record.student % 38 + 1, "SPLIT", None)


def _link(
    number: int, record: Record, student: int, previous: int | None, how: str, model: str | None
) -> dict[str, Any]:
    decided = previous is not None
    return {
        "link_id": number,
        "state_record_id": record.number,
        "student_id": student,
        "previous_student_id": previous,
        "how": how,
        "linked_at": _MADE - datetime.timedelta(days=100 - number % 50),
        "upload_id": None if decided else 1,
        "account_id": DECIDER if decided else None,
        "reason": "The same child, seen by both schools." if decided else None,
        "model_version": model,
    }
