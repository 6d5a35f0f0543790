"""Begins and ends watches over HTTP."""

from __future__ import annotations

from typing import Any

from tests.http.hub import Hub
from tests.identity.country import payload

WATCH = "watch { id kind name filter student { msixId } } errors { code field }"


async def change(hub: Hub, what: str, by: str, **given: Any) -> Any:
    """The payload of one of the mutations of watches."""
    type_, shown = what[0].upper() + what[1:], WATCH if what != "unwatch" else "errors { code field }"
    query = f"mutation M($input: {type_}Input!) {{ {what}(input: $input) {{ {shown} }} }}"
    return payload(await hub.ask(query, {"input": given}, by=by))
