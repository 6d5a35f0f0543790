"""Worklist items about records, requests to merge and split, and changes of MSIX IDs.

Only items about the `LOCKED` students are open and close them; all are due long ago or far away.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from hub.tables import CHANGE_KINDS, ITEM_DECISIONS, ITEM_KINDS, ITEM_LEVELS, LOCKING_KINDS, REQUEST_STATUSES
from tests.graph.seed.accounts import DECIDER, OTHER_FOLLOWER
from tests.graph.seed.people import HIDDEN, RETIRED, SURVIVOR, TWIN, UTC, Record

LOCKED = (29, 30, 35, 38)
REQUESTS = 16
_FIRST_CLOSING = 101
_CLOSING: tuple[tuple[int, str, str | None, str, int | None], ...] = (
    (LOCKED[0], "TX", None, "NEAR_MATCH", None),
    (LOCKED[1], "TN", "East", "ID_CONFLICT", None),
    (LOCKED[2], "FL", None, "SPLIT_VALIDATION", 4),
    (LOCKED[3], "TN", None, "MERGE_VALIDATION", 1),
    (LOCKED[3], "TX", "East", "MERGE_VALIDATION", 1),
)
"""The items that close the locked students: of which state and region, and what they ask."""

_DAY = datetime.timedelta(days=1)
_RAISED = datetime.datetime(2024, 6, 7, 8, 9, 10, 750_000, tzinfo=UTC)
_FAR = datetime.datetime(2093, 1, 1, tzinfo=UTC)
_STATES = ("TN", "TX", "TN", "FL")


def policies() -> Iterator[dict[str, Any]]:
    """Whether primary users decide: in Tennessee they do, in Texas not; Florida never said."""
    for state, value in (("TN", True), ("TX", False)):
        yield {"state": state, "policy": "PRIMARY_USERS_DECIDE", "value": value}


def identity_requests() -> Iterator[dict[str, Any]]:
    """Merges by odd numbers, splits by even ones, in every status; of students that are shown, retired and not."""
    for number in range(1, REQUESTS + 1):
        merge = number % 2 == 1
        status = list(REQUEST_STATUSES)[number // 2 % 4]
        yield {
            "request_id": number,
            "kind": "MERGE" if merge else "SPLIT",
            "status": status,
            "student_id": (SURVIVOR, TWIN, HIDDEN, LOCKED[0], number)[number % 5],
            "duplicates": [number + 20, *list(RETIRED)[: number % 3]] if merge else [],
            "state_records": [] if merge else [number * 3, number * 5, number * 5 + 1],
            "state": _STATES[number % 3],
            "reason": f"The same hånds: {number}.",
            "account_id": DECIDER + number % 3,
            "requested_at": _RAISED + _DAY * number,
            "ended_at": None if status == "PENDING" else _RAISED + _DAY * (number + 5),
        }


def identity_changes() -> Iterator[dict[str, Any]]:
    """Of children that are shown, retired, hidden and under review, on either side."""
    children = (SURVIVOR, TWIN, HIDDEN, *LOCKED[:2], 12, 13, *RETIRED)
    for number in range(1, 31):
        yield {
            "change_id": number,
            "changed_at": _RAISED + _DAY * (number // 2),
            "kind": list(CHANGE_KINDS)[number % 3],
            "student_id": children[number % len(children)],
            "other_student_id": children[number * 3 % 7],
            "account_id": DECIDER,
            "reason": None if number % 3 else f"Why: {number}",
        }


def items() -> Iterator[dict[str, Any]]:
    """Of every kind and in every status, of several states and regions, given to somebody or to nobody."""
    kinds = list(ITEM_KINDS)
    for number in range(1, 97):
        kind = kinds[number % len(kinds)]
        status = ("OPEN", "RESOLVED", "OPEN", "WITHDRAWN", "RESOLVED")[number % 5]
        if status == "OPEN" and kind in LOCKING_KINDS:
            status = "WITHDRAWN"
        region = (None, "East", "West")[number % 3]
        yield _item(number, kind, status, _STATES[(number + number // 8) % 4], region, _request_of(kind, number))
    for number, (_, state, region, kind, request) in enumerate(_CLOSING, _FIRST_CLOSING):
        yield _item(number, kind, "OPEN", state, region, request)


def _item(number: int, kind: str, status: str, state: str, region: str | None, request: int | None) -> dict[str, Any]:
    levels, decisions = list(ITEM_LEVELS), list(ITEM_DECISIONS)
    if kind == "DATA_REQUEST":
        decisions = ["DONE", "NOT_POSSIBLE"]
    resolved = status == "RESOLVED"
    return {
        "item_id": number,
        "kind": kind,
        "status": status,
        "state": state,
        "region": region,
        "district_id": (None, "4700001", "4800001")[number % 3],
        "level": levels[number % len(levels)],
        "account_id": (None, DECIDER, OTHER_FOLLOWER)[number // 3 % 3],
        "request_id": request,
        "raised_at": _RAISED + _DAY * (number // 4),
        "due_at": (_FAR if number % 3 else _RAISED) + _DAY * (number // 5),
        "escalated_at": None if number % 4 else _RAISED + _DAY * (number + 1),
        "evidence": None if number % 3 else {"candidates": [{"weight": number / 4, "first": "ÄGREES"}], "a": None},
        "model_version": None if number % 3 else "2",
        "decision": decisions[number // 8 % len(decisions)] if resolved else None,
        "reason": f"Decided: {number}" if resolved else None,
        "decided_by": DECIDER if resolved and number % 5 == 1 else None,
        "decided_at": None if status == "OPEN" else _RAISED + _DAY * (number + 2),
        "version": number % 3 + 1,
    }


def _request_of(kind: str, number: int) -> int | None:
    if kind not in ("MERGE_VALIDATION", "SPLIT_VALIDATION"):
        return None
    chosen = number % REQUESTS + 1
    return chosen if (chosen % 2 == 1) == (kind == "MERGE_VALIDATION") else chosen % REQUESTS + 1


def item_records(records: list[Record]) -> Iterator[dict[str, Any]]:
    """One to three each; those that close a student are about its records."""
    for item in items():
        number, among = item["item_id"], records
        if number >= _FIRST_CLOSING:
            among = [record for record in records if record.student == _CLOSING[number - _FIRST_CLOSING][0]]
        chosen = {among[(number * 7 + step * 3) % len(among)].number for step in range(number % 3 + 1)}
        for place, record in enumerate(sorted(chosen)):
            yield {"item_id": number, "state_record_id": record, "side": 1 if place == 0 else 2}
