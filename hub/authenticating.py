"""From the headers of a request to its viewer: who asks, from where, for which purpose.

One request has one proof of who asks. Whatever is sent twice, or is not what was expected, is refused; nothing is
ever taken for anonymous that tried to be somebody.
"""

from __future__ import annotations

from dataclasses import replace

from starlette.datastructures import Headers

from hub.audit.event import Event, Tag
from hub.errors import Code, HubError
from hub.viewer import ANONYMOUS, Viewer
from permissions.roles import Purpose, purposes_of
from resolvers.context import Services

VIEWERS_KEPT = 10_000


class Authentication:
    """One a process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._asking: dict[tuple[int | None, str | None, str | None], tuple[Viewer, Viewer]] = {}

    async def viewer(self, headers: Headers, address: str | None) -> Viewer:
        """Whoever the token names, with address and purpose. Raises `UNAUTHENTICATED`, `UNKNOWN_PURPOSE`."""
        tokens = headers.getlist("authorization")
        viewer: Viewer | None = ANONYMOUS
        if tokens:
            scheme, _, token = tokens[0].partition(" ")
            alone = len(tokens) == 1 and scheme.lower() == "bearer"
            viewer = await self._services.sessions.resolve(token.strip()) if alone else None
            if viewer is None:
                raise HubError(Code.UNAUTHENTICATED, "Expected a token of a session that goes on; sign in again.")
        assert viewer is not None
        return self._of_request(viewer, address, await self._purpose(headers, viewer, address))

    def _of_request(self, viewer: Viewer, address: str | None, purpose: str | None) -> Viewer:
        """The viewer with what belongs to the request, made once for all its requests that are alike."""
        key = (viewer.session_id, address, purpose)
        known = self._asking.get(key)
        if known is not None and known[0] is viewer:
            return known[1]
        if len(self._asking) >= VIEWERS_KEPT:
            self._asking.clear()
        asking = replace(viewer, address=address, purpose=purpose)
        self._asking[key] = (viewer, asking)
        return asking

    async def _purpose(self, headers: Headers, viewer: Viewer, address: str | None) -> str | None:
        named = headers.get("x-hub-purpose")
        allowed = purposes_of(viewer.roles) if viewer.signed_in else tuple(Purpose)
        if named is None:
            return allowed[0].value if viewer.signed_in and allowed else None
        if named in allowed:
            return named
        if viewer.signed_in:
            detail = {"code": Code.UNKNOWN_PURPOSE}
            await self._services.audit.record(Event.by(viewer, Tag.REQUEST_REFUSED, address=address, detail=detail))
        raise HubError(
            Code.UNKNOWN_PURPOSE, f"Expected X-Hub-Purpose to be one of {', '.join(allowed)}.", purposes=allowed
        )
