"""The web application: from bytes to a request, from a token to a viewer, and from any fault to a stable code.

The order is fixed: size and form of the body, then who asks and for which purpose, then the doors. Whatever goes
wrong, the answer is JSON with a code; the only place that catches everything is here, and it tells nothing.
"""

from __future__ import annotations

import ipaddress
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import asyncpg
import orjson
import structlog
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from hub.audit.event import Event, Tag
from hub.errors import Code, HubError
from hub.request import Body, parse_body, read_body
from hub.services import open_services
from hub.settings import Settings, settings
from hub.store import database
from hub.viewer import ANONYMOUS, Viewer
from permissions.roles import Purpose, purposes_of
from resolvers.context import Services
from resolvers.doors import Doors, Request
from resolvers.rules import RequestRefused
from schema.build import build_schema

_log = structlog.get_logger("hub.web")

STATUS = {
    Code.UNAUTHENTICATED: 401,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.BODY_TOO_LARGE: 413,
    Code.UNSUPPORTED_MEDIA_TYPE: 415,
    Code.UNAVAILABLE: 503,
    Code.INTERNAL: 500,
}
"""The HTTP status of a request that is refused as a whole; 400 for every other code."""

HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class GraphQLEndpoint:
    """`POST /graphql`."""

    def __init__(self, doors: Doors, services: Services, configured: Settings) -> None:
        self.doors = doors
        self.services = services
        self.settings = configured

    async def __call__(self, http: HttpRequest) -> Response:
        started, request_id = time.perf_counter(), uuid.uuid4().hex
        viewer: Viewer = ANONYMOUS
        status = 200
        try:
            body = parse_body(await read_body(http, self.settings.max_body_bytes))
            viewer = await self._viewer(http)
            answer = await self.doors.answer(_request(http, body, viewer))
        except HubError as error:
            status, answer = STATUS.get(error.code, 400), refused(error)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as fault:
            _log.error("database fault", error=type(fault).__name__, request=request_id)
            status, answer = 503, refused(HubError(Code.UNAVAILABLE, "The database cannot be reached; try again."))
        except Exception as fault:  # noqa: BLE001 (the edge: nothing of a fault leaves; its kind and place are logged)
            _log.error("fault", error=type(fault).__name__, at=_place(fault), request=request_id)
            status, answer = 500, refused(HubError(Code.INTERNAL, Code.INTERNAL.description))
        took = round((time.perf_counter() - started) * 1000, 1)
        _log.info("graphql", status=status, ms=took, bytes=len(answer), user=viewer.user_id, request=request_id)
        return Response(answer, status, {**HEADERS, "x-request-id": request_id}, media_type="application/json")

    async def _viewer(self, http: HttpRequest) -> Viewer:
        """Whoever the token names, with address and purpose. Raises `UNAUTHENTICATED`, `UNKNOWN_PURPOSE`."""
        address = client_address(http)
        headers = http.headers.getlist("authorization")
        viewer: Viewer | None = ANONYMOUS
        if headers:
            scheme, _, token = headers[0].partition(" ")
            alone = len(headers) == 1 and scheme.lower() == "bearer"
            viewer = await self.services.sessions.resolve(token.strip()) if alone else None
            if viewer is None:
                raise HubError(Code.UNAUTHENTICATED, "Expected a token of a session that goes on; sign in again.")
        assert viewer is not None
        return replace(viewer, address=address, purpose=await self._purpose(http, viewer, address))

    async def _purpose(self, http: HttpRequest, viewer: Viewer, address: str | None) -> str | None:
        named = http.headers.get("x-hub-purpose")
        allowed = purposes_of(viewer.roles) if viewer.signed_in else tuple(Purpose)
        if named is None:
            return allowed[0].value if viewer.signed_in and allowed else None
        if named not in allowed:
            if viewer.signed_in:
                await self.services.audit.record(
                    Event(
                        Tag.REQUEST_REFUSED,
                        account_id=viewer.account_id,
                        user_id=viewer.user_id,
                        session_id=viewer.session_id,
                        state=viewer.state,
                        address=address,
                        detail={"code": Code.UNKNOWN_PURPOSE},
                    )
                )
            raise HubError(
                Code.UNKNOWN_PURPOSE, f"Expected X-Hub-Purpose to be one of {', '.join(allowed)}.", purposes=allowed
            )
        return named


def _request(http: HttpRequest, body: Body, viewer: Viewer) -> Request:
    return Request(body.query, body.variables, body.operation_name, viewer, http.headers.get("user-agent"))


def refused(error: HubError) -> bytes:
    """The body of a request refused as a whole."""
    if isinstance(error, RequestRefused):
        return orjson.dumps({"errors": error.errors})
    entry = {"message": error.message, "extensions": {"code": error.code, **error.facts}}
    return orjson.dumps({"errors": [entry]})


def client_address(http: HttpRequest) -> str | None:
    """The address of the peer, where it has one. Forwarding headers are not believed."""
    host = http.client.host if http.client else None
    try:
        return str(ipaddress.ip_address(host)) if host else None
    except ValueError:
        return None


def _place(fault: BaseException) -> str:
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace is not None else "unknown"


async def _not_post(http: HttpRequest) -> Response:
    error = HubError(Code.METHOD_NOT_ALLOWED, "Expected POST.")
    headers = {**HEADERS, "allow": "POST"}
    return Response(refused(error), STATUS[error.code], headers, media_type="application/json")


def create_app(configured: Settings | None = None, url: str | None = None, **substitutes: Any) -> Starlette:
    """The application. `url` names the database (the settings' unless given); its migrations must be applied.

    `substitutes` replace services by name (`audit`, `sessions`): the benchmarks measure their cost so.
    """
    chosen = configured or settings()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            where = url or stack.enter_context(database(chosen))
            services = replace(await stack.enter_async_context(open_services(where, chosen)), **substitutes)
            doors = Doors(build_schema(), services, chosen)
            app.state.services, app.state.doors = services, doors
            app.state.endpoint = GraphQLEndpoint(doors, services, chosen)
            yield

    async def graphql(http: HttpRequest) -> Response:
        endpoint: GraphQLEndpoint = http.app.state.endpoint
        return await endpoint(http)

    async def health(http: HttpRequest) -> Response:
        await http.app.state.services.pool.fetchval("SELECT 1")
        return Response(b'{"status":"ok"}', 200, HEADERS, media_type="application/json")

    others = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"]
    routes = [
        Route("/graphql", graphql, methods=["POST"]),
        Route("/graphql", _not_post, methods=others),
        Route("/health", health, methods=["GET"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)
