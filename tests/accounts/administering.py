"""What the tests of administrators share: who they are, and one way to ask for any mutation of accounts."""

from __future__ import annotations

from typing import Any

import asyncpg

from hub.accounts import NewAccount
from hub.accounts.create import insert
from tests.http.hub import Answer, Hub, user_of

ADMIN, ADMIN_TX = user_of("STATE_USER_ADMINISTRATOR"), user_of("STATE_USER_ADMINISTRATOR", "TX")
OME = user_of("OME_USER_ADMINISTRATOR")

SHOWN = {
    "applyForAccess": "",
    "decideAccessApplication": "application { status decidedBy reason } user { userId }",
    "resetPassword": "",
    "resetSecondFactor": "",
}
_USER = "user { userId name email title phone state region districtId roles status version deactivationReason }"


async def ask(hub: Hub, mutation: str, by: str | None, **given: Any) -> Answer:
    """Run one mutation with this input."""
    name = mutation[0].upper() + mutation[1:]
    shown = SHOWN.get(mutation, _USER)
    text = f"mutation($i: {name}Input!) {{ {mutation}(input: $i) {{ {shown} errors {{ code field message }} }} }}"
    return await hub.ask(text, {"i": given}, by=by)


async def done(hub: Hub, mutation: str, by: str | None, **given: Any) -> dict[str, Any]:
    """Run one that must succeed, and return its payload."""
    answer = await ask(hub, mutation, by, **given)
    payload: dict[str, Any] = answer.data[mutation]
    assert payload["errors"] == [], payload
    return payload


async def refused(hub: Hub, mutation: str, by: str | None, **given: Any) -> tuple[str, str | None]:
    """Run one that must be refused, and return the code and the field."""
    answer = await ask(hub, mutation, by, **given)
    (error,) = answer.data[mutation]["errors"]
    assert answer.data[mutation].get("user") is None
    return error["code"], error["field"]


async def make(owner: asyncpg.Connection, user_id: str, *roles: str, state: str | None = "TN", **more: Any) -> int:
    """Store an account that is ready but for its password."""
    known = {"name": f"{user_id} Person", "email": f"{user_id}@people.gov", **more}
    new = NewAccount(user_id=user_id, roles=roles or ("PRIMARY_USER",), state=state, **known)
    return await insert(owner, new, "-", ready=True)
