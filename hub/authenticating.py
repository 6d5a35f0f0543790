"""From the headers of a request to its viewer: who asks, from where, for which purpose.

One request has one proof of who asks: a session's token, a service token, or the console's cookie. Whatever is sent
twice, or is not what was expected, is refused; nothing is ever taken for anonymous that tried to be somebody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote_plus

from starlette.datastructures import Headers
from starlette.types import Scope

from hub.accounts.token_store import is_service_token
from hub.accounts.tokens import holds_token
from hub.audit.event import Event, Tag
from hub.browser import SESSION_COOKIE, check_own_page, cookies, is_secure
from hub.errors import Code, HubError
from hub.settings import Settings
from hub.viewer import ANONYMOUS, Viewer
from permissions.roles import Purpose, purposes_for
from resolvers.context import Services

VIEWERS_KEPT = 10_000
TOKEN_PARAMETERS = frozenset({"access_token", "authorization", "bearer", "session", "token"})


class Authentication:
    """One a process."""

    def __init__(self, services: Services, configured: Settings) -> None:
        self._services = services
        self._settings = configured
        self._asking: dict[tuple[int | None, int | None, str | None, str | None], tuple[Viewer, Viewer]] = {}

    async def viewer(self, scope: Scope, headers: Headers, address: str | None) -> Viewer:
        """Whoever the request's proof names, with address and purpose.

        Raises `UNAUTHENTICATED`, `TWO_CREDENTIALS`, `CROSS_SITE`, `UNKNOWN_PURPOSE`.
        """
        bearers = headers.getlist("authorization")
        kept = cookies(headers, SESSION_COOKIE, secure=is_secure(scope, self._settings)) if "cookie" in headers else []
        viewer: Viewer | None = ANONYMOUS
        if bearers and kept:
            raise HubError(Code.TWO_CREDENTIALS, "Expected a token or the console's cookie, not both.")
        if bearers:
            viewer = await self._of_bearer(bearers, address)
        elif kept:
            check_own_page(scope, headers, self._settings)
            viewer = await self._services.sessions.resolve(kept[0]) if len(kept) == 1 else None
        if viewer is None:
            raise HubError(Code.UNAUTHENTICATED, "Expected a token of a session that goes on; sign in again.")
        return self._of_request(viewer, address, await self.purpose(headers.getlist("x-hub-purpose"), viewer, address))

    async def _of_bearer(self, bearers: list[str], address: str | None) -> Viewer | None:
        scheme, _, token = bearers[0].partition(" ")
        if len(bearers) > 1 or scheme.lower() != "bearer":
            return None
        token = token.strip()
        if is_service_token(token):
            return await self._services.tokens.resolve(token, address)
        return await self._services.sessions.resolve(token)

    def _of_request(self, viewer: Viewer, address: str | None, purpose: str | None) -> Viewer:
        """The viewer with what belongs to the request, made once for all its requests that are alike."""
        key = (viewer.session_id, None if viewer.token is None else viewer.token.token_id, address, purpose)
        known = self._asking.get(key)
        if known is not None and known[0] is viewer:
            return known[1]
        if len(self._asking) >= VIEWERS_KEPT:
            self._asking.clear()
        asking = replace(viewer, address=address, purpose=purpose)
        self._asking[key] = (viewer, asking)
        return asking

    async def purpose(self, named: Sequence[object], viewer: Viewer, address: str | None) -> str | None:
        """The purpose that was named, one of the viewer's, or else its first. Raises `UNKNOWN_PURPOSE`."""
        allowed = purposes_for(viewer) if viewer.signed_in else tuple(Purpose)
        if not named and (allowed or viewer.token is None):
            return allowed[0].value if viewer.signed_in and allowed else None
        if len(named) == 1 and named[0] in allowed:
            return str(named[0])
        if viewer.signed_in:
            detail = {"code": Code.UNKNOWN_PURPOSE}
            await self._services.audit.record(Event.by(viewer, Tag.REQUEST_REFUSED, address=address, detail=detail))
        raise HubError(
            Code.UNKNOWN_PURPOSE, f"Expected X-Hub-Purpose to be one of {', '.join(allowed)}.", purposes=allowed
        )


def check_address(scope: Scope) -> None:
    """Raise `TOKEN_IN_URL` where the address carries a token: addresses are kept, logged and shown by everybody."""
    raw: bytes = scope["query_string"]
    if raw:
        text = raw.decode("latin-1")
        names = {unquote_plus(part.partition("=")[0]).lower() for part in text.split("&")}
        if names & TOKEN_PARAMETERS or holds_token(unquote_plus(text)):
            raise HubError(Code.TOKEN_IN_URL, "Expected the token in the header Authorization, not in the address.")
