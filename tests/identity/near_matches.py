"""Near matches as the matcher raises them, and what is looked at and done about worklist items."""

from __future__ import annotations

import base64
from typing import Any

from hub.identity import NewItem, raise_items
from hub.store.engine import connect
from tests.http.hub import DATA_ADMIN, Hub
from tests.identity.country import ITEM, child, payload, upload, value

ASSIGN = (
    "mutation A($input: AssignWorklistItemInput!) { assignWorklistItem(input: $input)"
    f" {{ item {{ {ITEM} assignee region districtId }} errors {{ code field message }} }} }}"
)
ESCALATE = (
    "mutation E($input: EscalateWorklistItemInput!) { escalateWorklistItem(input: $input)"
    f" {{ item {{ {ITEM} assignee escalatedAt escalationReason }} errors {{ code field message }} }} }}"
)
BULK = (
    "mutation B($input: ResolveWorklistItemsInput!) { resolveWorklistItems(input: $input)"
    " { resolved errors { code field message } } }"
)


async def records(hub: Hub, state: str, count: int, *, first: int = 1, sequence: int = 1, **changes: Any) -> list[int]:
    """New records of a state, each of a student of its own, by their keys."""
    sent = [child(first + number, **changes) for number in range(count)]
    await upload(hub.url, state, sequence, sent)
    return [
        await value(
            hub.url,
            "SELECT state_record_id FROM state_records WHERE state = $1 AND state_student_id = $2",
            state,
            each["stateStudentId"],
        )
        for each in sent
    ]


async def near_match(hub: Hub, newcomer: int, *others: int, state: str = "TN", **more: Any) -> str:
    """The id of a near match between a record and those of another student."""
    return (await raised(hub, NewItem("NEAR_MATCH", state, {newcomer: 1, **dict.fromkeys(others, 2)}, **more)))[0]


async def raised(hub: Hub, *items: NewItem) -> list[str]:
    """The ids of items that the hub raises by itself."""
    connection = await connect(hub.url)
    try:
        async with connection.transaction():
            return [item_id(key) for key in await raise_items(connection, items)]
    finally:
        await connection.close()


def item_id(key: int) -> str:
    """The id of a worklist item by its key."""
    return base64.b64encode(f"WorklistItem:{key}".encode()).decode()


def key_of(item: str) -> int:
    """The key of a worklist item by its id."""
    return int(base64.b64decode(item).decode().partition(":")[2])


async def assign(hub: Hub, item: str, by: str = DATA_ADMIN, **given: Any) -> Any:
    """The payload of `assignWorklistItem`."""
    return payload(await hub.ask(ASSIGN, {"input": {"item": item, **given}}, by=by))


async def escalate(hub: Hub, item: str, by: str = DATA_ADMIN, reason: str = "It waits") -> Any:
    """The payload of `escalateWorklistItem`."""
    return payload(await hub.ask(ESCALATE, {"input": {"item": item, "reason": reason}}, by=by))


async def resolve_all(hub: Hub, items: list[str], decision: str, by: str = DATA_ADMIN) -> Any:
    """The payload of `resolveWorklistItems`."""
    given = {"items": items, "decision": decision, "reason": "All alike"}
    return payload(await hub.ask(BULK, {"input": given}, by=by))
