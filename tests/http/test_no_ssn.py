"""No text that looks like a social security number is kept, whichever field of whichever change it comes in."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from hub import clock
from hub.store.engine import connect
from tests.http.hub import DATA_ADMIN, PRIMARY, Hub, user_of

pytestmark = pytest.mark.anyio

SSN = "219-09-9999"
USERS = user_of("STATE_USER_ADMINISTRATOR")
ACCOUNT = {"userId": "somebody", "name": "Some Body", "email": "somebody@agency.gov", "roles": ["PRIMARY_USER"]}
APPLICATION = {
    "name": "Some Body",
    "title": "Clerk",
    "agency": "Agency",
    "address": "1 Main Street",
    "phone": "615-555-0100",
    "email": "else@agency.gov",
    "role": "PRIMARY_USER",
    "state": "TN",
    "supervisorName": "Other Body",
    "supervisorEmail": "other@agency.gov",
}


async def _tomorrow(_hub: Hub) -> str:
    return (clock.now() + datetime.timedelta(days=1)).isoformat()


async def _item(hub: Hub) -> str:
    """An open worklist item of TN."""
    asked = await hub.ask("{ worklist(filter: {status: OPEN}) { nodes { id } } }", by=DATA_ADMIN)
    found: str = asked.data["worklist"]["nodes"][0]["id"]
    return found


async def _application(hub: Hub) -> str:
    """An application that waits for a decision."""
    apply = "mutation($input: ApplyForAccessInput!) { applyForAccess(input: $input) { errors { code } } }"
    assert (await hub.ask(apply, {"input": APPLICATION})).errors == []
    asked = await hub.ask("{ accessApplications(filter: {status: PENDING}) { nodes { id } } }", by=USERS)
    found: str = asked.data["accessApplications"]["nodes"][0]["id"]
    return found


TOKEN = {"name": "tool", "grants": ["student:read"], "addresses": ["127.0.0.0/8"], "expiresAt": _tomorrow}
REPORT = {"measures": ["STUDENTS"], "dimensions": ["STATE"]}
CASES: dict[str, tuple[str, str | None, dict[str, Any]]] = {
    **{
        f"application, {field}": ("applyForAccess", None, {**APPLICATION, field: f"{SSN}@agency.gov"})
        for field in ("email", "supervisorEmail")
    },
    **{
        f"application, {field}": ("applyForAccess", None, {**APPLICATION, field: f"It is {SSN}"})
        for field in ("name", "title", "agency", "address", "supervisorName", "region")
    },
    "account, user id": ("createUser", USERS, {**ACCOUNT, "userId": SSN}),
    "account, e-mail": ("createUser", USERS, {**ACCOUNT, "email": f"{SSN}@agency.gov"}),
    "account, name": ("createUser", USERS, {**ACCOUNT, "name": f"Some {SSN}"}),
    "deactivation": ("deactivateUser", USERS, {"userId": PRIMARY, "reason": f"Was {SSN}"}),
    "merge": ("initiateMerge", PRIMARY, {"survivor": "1", "duplicates": ["2"], "reason": f"Both are {SSN}"}),
    "split": ("initiateSplit", PRIMARY, {"student": "1", "stateRecords": [], "reason": f"One is {SSN}"}),
    "contact": (
        "setContacts",
        DATA_ADMIN,
        {"state": "TN", "contacts": [{"name": f"Ann {SSN}", "email": "ann@agency.gov", "matters": ["MOVE_NOTICE"]}]},
    ),
    "calendar": (
        "setStateCalendar",
        DATA_ADMIN,
        {"state": "TN", "days": [{"day": "2026-12-24", "works": False, "name": f"Day {SSN}"}]},
    ),
    "decision": ("resolveWorklistItem", DATA_ADMIN, {"item": _item, "decision": "REJECTED", "reason": f"Of {SSN}"}),
    "decisions": (
        "resolveWorklistItems",
        DATA_ADMIN,
        {"items": [_item], "decision": "REJECTED", "reason": f"Of {SSN}"},
    ),
    "climb": ("escalateWorklistItem", DATA_ADMIN, {"item": _item, "reason": f"Of {SSN}"}),
    "decision on an application": (
        "decideAccessApplication",
        USERS,
        {"id": _application, "decision": "REFUSE", "reason": f"Was {SSN}"},
    ),
    "passkey": ("addPasskey", PRIMARY, {"challenge": "1", "credential": "{}", "name": f"Key of {SSN}"}),
    "watch": ("watchSearch", PRIMARY, {"name": SSN, "filter": {"lastName": {"prefix": "A"}}}),
    "token": ("createServiceToken", PRIMARY, {**TOKEN, "name": f"of {SSN}"}),
    "report": ("saveReport", DATA_ADMIN, {"name": f"of {SSN}", "report": REPORT}),
}


@pytest.mark.parametrize("case", CASES)
async def test_what_looks_like_a_social_security_number_is_refused_and_kept_nowhere(hub: Hub, case: str) -> None:
    name, by, given = CASES[case]
    given = {key: await _made(hub, value) for key, value in given.items()}
    declared = f"{name[0].upper()}{name[1:]}Input!"
    query = f"mutation($input: {declared}) {{ {name}(input: $input) {{ errors {{ code field message }} }} }}"
    answer = await hub.ask(query, {"input": given}, by=by)
    assert [error["code"] for error in answer.data[name]["errors"]] == ["INVALID_INPUT"], answer.text
    (field,) = {error["field"].rpartition(".")[2] for error in answer.data[name]["errors"]}
    assert SSN in (str(given[field]) if field in given else str(given))
    assert SSN not in answer.text
    assert await _tables_that_hold(hub.url, SSN) == []


async def _made(hub: Hub, value: Any) -> Any:
    if isinstance(value, list):
        return [await _made(hub, each) for each in value]
    return await value(hub) if callable(value) else value


async def test_nine_digits_in_a_name_of_a_token_are_no_social_security_number(hub: Hub) -> None:
    assert await hub.service_token(PRIMARY, "student:read", name="nightly 20261125093000")


async def _tables_that_hold(url: str, text: str) -> list[str]:
    owner = await connect(url)
    try:
        tables = await owner.fetch("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        held = "SELECT EXISTS (SELECT FROM {0} AS kept WHERE kept::text LIKE '%' || $1 || '%')"
        return [row[0] for row in tables if await owner.fetchval(held.format(row[0]), text)]
    finally:
        await owner.close()
