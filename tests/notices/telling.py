"""Tells accounts things as a verb does, and asks for what was told."""

from __future__ import annotations

from typing import Any

from hub.notices import Notice, notify
from hub.store.engine import connect
from hub.tables.web_role import WEB_ROLE
from tests.http.hub import Hub
from tests.identity.country import payload, value

TOLD = "id kind readAt parameters objectId student { msixId } stateRecord { state }"
MARK = "mutation M($input: MarkReadInput!) { markRead(input: $input) { marked errors { code field message } } }"


async def tell(url: str, *notices: Notice) -> int:
    """Notify in a transaction of its own, as the web process's role; how many were told."""
    connection = await connect(url, role=WEB_ROLE)
    try:
        async with connection.transaction():
            return await notify(connection, *notices)
    finally:
        await connection.close()


async def account_of(url: str, user_id: str) -> int:
    found: int = await value(url, "SELECT account_id FROM accounts WHERE user_id = $1", user_id)
    return found


async def student_of(url: str, msix_id: str) -> int:
    found: int = await value(url, "SELECT student_id FROM students WHERE msix_id = $1", msix_id)
    return found


async def told(hub: Hub, by: str, **filter_: Any) -> list[dict[str, Any]]:
    """The notifications of an account, the newest first."""
    query = f"query N($filter: NotificationFilter) {{ notifications(filter: $filter) {{ nodes {{ {TOLD} }} }} }}"
    found: list[dict[str, Any]] = payload(await hub.ask(query, {"filter": filter_}, by=by))["nodes"]
    return found


async def unread(hub: Hub, by: str) -> int:
    found: int = payload(await hub.ask("{ viewer { unreadNotifications } }", by=by))["unreadNotifications"]
    return found


async def mark(hub: Hub, by: str, **given: Any) -> Any:
    """The payload of `markRead`."""
    return payload(await hub.ask(MARK, {"input": given}, by=by))
