"""Routes of the web application. Each declares who may come: everybody and why, or the holders of a grant.

An application with a route that declares nothing does not start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from hub.authenticating import Authentication
from hub.endpoint import answer_fault, client_address
from hub.errors import Code, HubError
from hub.viewer import Viewer
from permissions.grants import Grant


@dataclass(frozen=True)
class Permission:
    """Who may come: the holders of `grant`, or everybody, and `why` says why that is right."""

    grant: Grant | None
    why: str = ""


def everybody(why: str) -> Permission:
    """A route that is open, or that decides itself; `why` says why that is right."""
    return Permission(None, why)


def holders_of(grant: Grant) -> Permission:
    """A route for viewers who hold the grant, and owe no step before their account works."""
    return Permission(grant)


class DeclaredRoute(Route):
    """A route of the table. One for holders of a grant finds its viewer in `scope["viewer"]`."""

    def __init__(self, path: str, app: ASGIApp, methods: Sequence[str], permission: Permission | None) -> None:
        self.permission = permission
        edge: Any = _Edge(app, None if permission is None else permission.grant)
        super().__init__(path, edge, methods=list(methods))

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the route's methods; any other is refused, and `Allow` names them."""
        allowed = ", ".join(sorted(self.methods or ()))
        if scope["method"] in (self.methods or ()):
            await self.app(scope, receive, send)
            return
        error = HubError(Code.METHOD_NOT_ALLOWED, f"Expected {allowed}.")
        await answer_fault(send, error, (b"allow", allowed.encode()))


async def nowhere(_scope: Scope, _receive: Receive, send: Send) -> None:
    """What answers where no route does."""
    await answer_fault(send, HubError(Code.UNKNOWN_ADDRESS, Code.UNKNOWN_ADDRESS.description))


class _Edge:
    """Lets through whoever holds the grant, if the route has one, and answers any fault with a code."""

    def __init__(self, app: ASGIApp, grant: Grant | None) -> None:
        self._app = app
        self._grant = grant

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if self._grant is not None:
                scope["viewer"] = await self._admitted(scope, self._grant)
            await self._app(scope, receive, send)
        except Exception as fault:  # noqa: BLE001 (the edge: nothing of a fault leaves)
            await answer_fault(send, fault)

    async def _admitted(self, scope: Scope, grant: Grant) -> Viewer:
        authentication: Authentication = scope["app"].state.endpoint.authentication
        viewer = await authentication.viewer(scope, Headers(scope=scope), client_address(scope))
        if viewer.gate is not None:
            raise HubError(Code(viewer.gate), Code(viewer.gate).description)
        if not viewer.can(grant):
            raise HubError(Code.FORBIDDEN, f"Expected the grant {grant}.", grant=grant)
        return viewer


class UndeclaredRoute(Exception):
    """The application has routes that do not say who may come; it does not start."""


def check_routes(routes: Sequence[BaseRoute]) -> None:
    """Raise `UndeclaredRoute` naming every route that does not soundly declare its permission."""
    faults = [str(getattr(route, "path", route)) for route in routes if not _is_declared(route)]
    if faults:
        raise UndeclaredRoute(f"who may come is not declared for {', '.join(faults)}")


def _is_declared(route: BaseRoute) -> bool:
    permission = route.permission if isinstance(route, DeclaredRoute) else None
    return permission is not None and (permission.grant is not None or bool(permission.why))
