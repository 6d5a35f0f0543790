"""Who stands at the other end of a socket, and whether that still holds.

A socket outlives the request that opened it. So whoever it was opened for is looked at anew when the account is
announced as changed, when what was known runs out, and at least each minute; to listen is no use of a session, which
idles meanwhile. Notifications of accounts and of events come by one connection in the order of their commits: a change
of rights that was committed before an event is heard before it.
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NoReturn

from starlette.datastructures import Headers
from starlette.types import Scope

from hub import clock
from hub.accounts.token_store import is_service_token
from hub.authenticating import Authentication
from hub.browser import SESSION_COOKIE, check_own_page, cookies, is_secure
from hub.errors import Code, HubError
from hub.settings import Settings
from hub.viewer import Viewer
from resolvers.context import Services


def check_page(scope: Scope, headers: Headers, settings: Settings) -> None:
    """Raise `CROSS_SITE` where a page of another site's has a browser open a socket in its user's name."""
    if cookies(headers, SESSION_COOKIE, secure=is_secure(scope, settings)):
        check_own_page(scope, headers, settings)


def token_of(scope: Scope, headers: Headers, payload: Mapping[str, Any], settings: Settings) -> str:
    """The token by which a socket says who it is of: in `authorization` of its first message or its headers, or in the
    console's cookie, whose page was checked.

    Raises `UNAUTHENTICATED`, `TWO_CREDENTIALS`.
    """
    bearers = [*headers.getlist("authorization"), *([payload["authorization"]] if "authorization" in payload else [])]
    kept = cookies(headers, SESSION_COOKIE, secure=is_secure(scope, settings))
    if bearers and kept:
        raise HubError(Code.TWO_CREDENTIALS, "Expected a token or the console's cookie, not both.")
    if len(kept) == 1 and not is_service_token(kept[0]):
        return kept[0]
    if len(bearers) == 1 and isinstance(bearers[0], str):
        scheme, _, token = bearers[0].partition(" ")
        if scheme.lower() == "bearer":
            return token.strip()
    raise _unauthenticated()


def _unauthenticated() -> HubError:
    return HubError(Code.UNAUTHENTICATED, "Expected a token of a session that goes on; sign in again.")


class Standing:
    """Whoever a socket was opened for. Made by `stand`."""

    def __init__(self, services: Services, token: str, viewer: Viewer) -> None:
        self._services = services
        self._token = token
        self._viewer = viewer
        self._until: datetime.datetime | None = None
        self._changes = 1
        self._looked_at = 0
        self._change = asyncio.Event()
        self._looking = asyncio.Lock()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Hear of changes of the account."""
        assert self._viewer.account_id is not None
        with self._services.watching.watch(self._viewer.account_id, self._changed):
            yield

    async def viewer(self) -> Viewer:
        """Whoever asks, as of now.

        Raises `UNAUTHENTICATED` once the session or token has ended, `RIGHTS_CHANGED`, `UNAVAILABLE`.
        """
        if self._is_old():
            async with self._looking:
                if self._is_old():
                    await self._look()
        return self._viewer

    async def keep_looking(self) -> NoReturn:
        """Raise what `viewer` raises as soon as it would."""
        while True:
            await self.viewer()
            assert self._until is not None
            self._change.clear()
            if self._is_old():
                continue
            try:
                async with asyncio.timeout((self._until - clock.now()).total_seconds()):
                    await self._change.wait()
            except TimeoutError:
                continue

    def _changed(self) -> None:
        self._changes += 1
        self._change.set()

    def _is_old(self) -> bool:
        if self._changes != self._looked_at or self._until is None:
            return True
        return clock.now() >= self._until or not self._services.watching.is_listening()

    async def _look(self) -> None:
        changes = self._changes
        services, token = self._services, self._token
        if is_service_token(token):
            found = await services.tokens.look(token, self._viewer.address)
        else:
            found = await services.sessions.look(token)
        if found is None:
            raise _unauthenticated()
        viewer, self._until = found
        if _rights(viewer) != _rights(self._viewer):
            raise HubError(Code.RIGHTS_CHANGED, Code.RIGHTS_CHANGED.description)
        self._looked_at = changes


def _rights(viewer: Viewer) -> tuple[Any, ...]:
    """What decides what a viewer may see."""
    place = (viewer.state, viewer.region, viewer.district_id)
    return (viewer.account_id, viewer.session_id, viewer.roles, dict(viewer.grants), viewer.gate, viewer.token, *place)


async def stand(
    services: Services, authentication: Authentication, token: str, address: str | None, payload: Mapping[str, Any]
) -> Standing:
    """Let in whoever a token is of; opening a socket is a use of the session.

    `purpose` in the payload names the routine use, as the header does of a request. Raises `UNAUTHENTICATED`,
    `UNKNOWN_PURPOSE`, the code of a step that the account owes, `UNAVAILABLE`.
    """
    if is_service_token(token):
        viewer = await services.tokens.resolve(token, address)
    else:
        viewer = await services.sessions.resolve(token)
    if viewer is None:
        raise _unauthenticated()
    if viewer.gate is not None:
        raise HubError(Code(viewer.gate), Code(viewer.gate).description)
    named = [payload["purpose"]] if "purpose" in payload else []
    purpose = await authentication.purpose(named, viewer, address)
    return Standing(services, token, replace(viewer, address=address, purpose=purpose))
