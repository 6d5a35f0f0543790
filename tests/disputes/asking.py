"""Enters, answers and ends disputes and requests for a correction over HTTP, and looks where they stand."""

from __future__ import annotations

import base64
from typing import Any

from tests.http.hub import DATA_ADMIN, PRIVACY, Hub
from tests.identity.country import payload, value

DISPUTE = "id status statement field version awaiting stateRecords { state } entries { kind state answer words by }"
REQUEST = (
    "id status statement field state receivedBy dueAt forwardDueAt overdue version decidedAt student { msixId } "
    "stateRecord { state } entries { kind state words }"
)


async def record_id(url: str, state: str, state_student_id: str) -> str:
    """The opaque id of a state's record."""
    key = await value(
        url,
        "SELECT state_record_id FROM state_records WHERE state = $1 AND state_student_id = $2",
        state,
        state_student_id,
    )
    return base64.b64encode(f"StateRecord:{key}".encode()).decode()


async def change(hub: Hub, name: str, by: str, **given: Any) -> Any:
    """The payload of one of the mutations of disputes and requests."""
    type_ = "EndDispute" if name in ("resolveDispute", "withdrawDispute") else name[0].upper() + name[1:]
    shown = f"request {{ {REQUEST} }}" if "Correction" in name else f"dispute {{ {DISPUTE} }}"
    query = f"mutation M($input: {type_}Input!) {{ {name}(input: $input) {{ {shown} errors {{ code field }} }} }}"
    return payload(await hub.ask(query, {"input": given}, by=by))


async def dispute(hub: Hub, student: str, by: str = PRIVACY, **given: Any) -> Any:
    """The payload of `fileDispute`."""
    return await change(hub, "fileDispute", by, student=student, **{"statement": "It is not so.", **given})


async def ask_correction(hub: Hub, student: str, by: str = DATA_ADMIN, **given: Any) -> Any:
    """The payload of `recordCorrectionRequest`."""
    said = {"statement": "Please correct it.", "askedBy": "PARENT"}
    return await change(hub, "recordCorrectionRequest", by, student=student, **{**said, **given})
