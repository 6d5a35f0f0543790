"""`/graphql`: from bytes to a request, from a token to a viewer, and from any fault to a stable code.

The order is fixed: size and form of the body, then who asks and for which purpose, then the doors. Whatever goes
wrong, the answer is JSON with a code; the only place that catches everything is here, and it tells nothing.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

import orjson
import structlog
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from hub.audit.event import Event, Tag
from hub.authenticating import Authentication, check_address
from hub.errors import Code, HubError
from hub.request import Body, parse_body, parse_query, read_body
from hub.settings import Settings
from hub.source_address import source_address
from hub.store.engine import AT_FAULT
from hub.viewer import ANONYMOUS, Viewer
from permissions.grants import Grant
from resolvers.context import Services
from resolvers.doors import Doors, Request
from resolvers.rules import RequestRefused

_log = structlog.get_logger("hub.web")

STATUS = {
    Code.UNAUTHENTICATED: 401,
    Code.CROSS_SITE: 403,
    Code.PERSON_REQUIRED: 403,
    Code.SIGN_IN_REFUSED: 403,
    Code.SSO_OFF: 404,
    Code.UNKNOWN_ADDRESS: 404,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.BODY_TOO_LARGE: 413,
    Code.UNSUPPORTED_MEDIA_TYPE: 415,
    Code.TOO_MANY_REQUESTS: 429,
    Code.UNAVAILABLE: 503,
    Code.INTERNAL: 500,
}
"""The HTTP status of a request that is refused as a whole; 400 for every other code."""


class GraphQLEndpoint:
    """Answers one GraphQL request. Plain ASGI: nothing stands between the socket and the doors."""

    def __init__(self, doors: Doors, services: Services, configured: Settings) -> None:
        self.doors = doors
        self.services = services
        self.settings = configured
        self.authentication = Authentication(services, configured)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, request_id = time.perf_counter(), secrets.token_hex(8)
        viewer, status = ANONYMOUS, 200
        headers = Headers(scope=scope)
        try:
            by_get = scope["method"] == "GET"
            check_address(scope)
            if not by_get:
                body = parse_body(await read_body(headers, receive, self.settings.max_body_bytes))
            viewer = await self.authentication.viewer(scope, headers, client_address(scope))
            if by_get:
                body = asked_by_get(scope, viewer)
            request = Request(
                body.query, body.variables, body.operation_name, viewer, headers.get("user-agent"), only_query=by_get
            )
            try:
                answer = await self.doors.answer(request)
            except HubError as refusal:
                await tell_refused(self.services, viewer, refusal)
                raise
        except Exception as fault:  # noqa: BLE001 (the edge: nothing of a fault leaves)
            status, answer = answer_to(fault, request_id)
        took = round((time.perf_counter() - started) * 1000, 1)
        _log.info("graphql", status=status, ms=took, bytes=len(answer), user=viewer.user_id, request=request_id)
        allow = [(b"allow", b"POST")] if status == STATUS[Code.METHOD_NOT_ALLOWED] else []
        await respond(send, status, answer, (b"x-request-id", request_id.encode()), *allow)


async def tell_refused(services: Services, viewer: Viewer, refusal: HubError) -> None:
    """Record that somebody who is signed in was refused as a whole: limits, a gate, what a token never does, a bad
    document. Fields that were denied (`FORBIDDEN`) the doors record by their names."""
    if viewer.signed_in and refusal.code not in (Code.UNAVAILABLE, Code.FORBIDDEN):
        await services.audit.record(Event.by(viewer, Tag.REQUEST_REFUSED, detail={"code": refusal.code}))


def asked_by_get(scope: Scope, viewer: Viewer) -> Body:
    """The request in the address. Raises `METHOD_NOT_ALLOWED` unless a service token asks that holds `http:get`."""
    if not viewer.can(Grant.HTTP_GET):
        raise HubError(Code.METHOD_NOT_ALLOWED, "Expected POST.")
    return parse_query(scope["query_string"])


def refused(error: HubError) -> bytes:
    """The body of a request refused as a whole."""
    return orjson.dumps({"errors": errors_of(error)})


def errors_of(error: HubError) -> list[dict[str, Any]]:
    """The errors of a request refused as a whole."""
    if isinstance(error, RequestRefused):
        return error.errors
    return [{"message": error.message, "extensions": {"code": error.code, **error.facts}}]


async def respond(
    send: Send, status: int, body: bytes, *more: tuple[bytes, bytes], media: bytes = b"application/json"
) -> None:
    """Send an answer that nobody keeps."""
    headers = [
        (b"content-type", media),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def answer_to(fault: Exception, request_id: str) -> tuple[int, bytes]:
    """Status and body for a request that was not answered. A fault's kind and place are logged, and no word of it."""
    if isinstance(fault, HubError):
        return STATUS.get(fault.code, 400), refused(fault)
    if isinstance(fault, AT_FAULT):
        _log.error("database fault", error=type(fault).__name__, request=request_id)
        return 503, refused(HubError(Code.UNAVAILABLE, "The database cannot be reached; try again."))
    _log.error("fault", error=type(fault).__name__, at=_place(fault), request=request_id)
    return 500, refused(HubError(Code.INTERNAL, Code.INTERNAL.description))


async def answer_fault(send: Send, fault: Exception, *more: tuple[bytes, bytes]) -> None:
    """Send the answer of a request that was not answered."""
    request_id = secrets.token_hex(8)
    await respond(send, *answer_to(fault, request_id), (b"x-request-id", request_id.encode()), *more)


def client_address(scope: Scope) -> str | None:
    """The address that the request comes from, where it has one; the application has put it into the scope."""
    return source_address(scope, ())


def _place(fault: BaseException) -> str:
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace is not None else "unknown"
