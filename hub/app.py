"""The web application: its routes, and what it holds open from start to end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from hub.authenticating import check_address
from hub.endpoint import STATUS, GraphQLEndpoint, answer_fault, refused, respond
from hub.errors import Code, HubError
from hub.graphql_socket import GraphQLSocket, no_socket
from hub.oidc_route import OidcRoute
from hub.report_file_route import ReportFileRoute
from hub.routes import DeclaredRoute, check_routes, everybody, holders_of, nowhere
from hub.services import open_services
from hub.session_route import SessionRoute
from hub.settings import Settings, settings
from hub.source_address import Network, networks, source_address
from hub.store.engine import AT_FAULT
from hub.web_login import web_database
from permissions.grants import Grant
from resolvers.doors import Doors
from resolvers.subscribing import Subscriptions
from schema.build import build_schema

Beside = Callable[[str], AbstractAsyncContextManager[None]]
GRAPHQL = "/graphql"


class HubApplication(Starlette):
    """Starlette, with a short way for what is asked all day: `/graphql` does not pass the router and its layers."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        trusted: tuple[Network, ...] = self.state.trusted_proxies
        if trusted and scope["type"] in ("http", "websocket") and scope.get("client"):
            address = source_address(scope, trusted)
            scope["client"] = None if address is None else (address, 0)
        if scope["type"] == "http" and scope["path"] == GRAPHQL:
            await graphql(scope, receive, send, self.state.endpoint)
            return
        if scope["type"] == "websocket":
            await (self.state.socket if scope["path"] == GRAPHQL else no_socket)(scope, receive, send)
            return
        if scope["type"] == "http":
            try:
                check_address(scope)
            except HubError as error:
                await answer_fault(send, error)
                return
        await super().__call__(scope, receive, send)


async def graphql(scope: Scope, receive: Receive, send: Send, endpoint: GraphQLEndpoint) -> None:
    """`/graphql`."""
    if scope["method"] in ("GET", "POST"):
        await endpoint(scope, receive, send)
    else:
        error = HubError(Code.METHOD_NOT_ALLOWED, "Expected POST.")
        await respond(send, STATUS[error.code], refused(error), (b"allow", b"POST"))


class GraphQLRoute:
    """`/graphql` as a route."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await graphql(scope, receive, send, scope["app"].state.endpoint)


class HealthRoute:
    """`/health`: whether the process answers and its database too."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await scope["app"].state.services.reads.fetchrow("SELECT 1")
        except (*AT_FAULT, HubError):
            await respond(send, 503, b'{"status":"unavailable"}')
            return
        await respond(send, 200, b'{"status":"ok"}')


def create_app(
    configured: Settings | None = None, url: str | None = None, beside: Beside | None = None, **substitutes: Any
) -> Starlette:
    """The application. `url` names the database (the settings' unless given); its migrations must be applied.

    `beside` is entered with the database's URL for as long as the application runs: the worker's jobs.
    `substitutes` replace services by name (`audit`, `sessions`): the benchmarks measure their cost so.
    """
    chosen = configured or settings()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            where = url or stack.enter_context(web_database(chosen, admitted=True))
            services = replace(await stack.enter_async_context(open_services(where, chosen)), **substitutes)
            doors = Doors(build_schema(), services, chosen)
            app.state.services, app.state.doors = services, doors
            app.state.endpoint = endpoint = GraphQLEndpoint(doors, services, chosen)
            subscriptions = Subscriptions(doors, services.feed)
            app.state.socket = GraphQLSocket(subscriptions, services, endpoint.authentication, chosen)
            if beside is not None:
                await stack.enter_async_context(beside(where))
            yield

    table = routes(chosen)
    check_routes(table)
    app = HubApplication(routes=table, lifespan=lifespan)
    app.router.default, app.router.redirect_slashes = nowhere, False
    app.state.trusted_proxies = networks(chosen.trusted_proxies)
    return app


def routes(chosen: Settings) -> list[BaseRoute]:
    """The table of routes. Each says who may come; a route that does not keeps the application from starting.

    `/graphql` is here for the table's sake: the application answers it before it looks here.
    """
    oidc = OidcRoute(chosen)
    return [
        DeclaredRoute("/health", HealthRoute(), ["GET"], everybody("It says whether the process answers, no more.")),
        DeclaredRoute(
            GRAPHQL, GraphQLRoute(), ["GET", "POST"], everybody("Each field of the schema declares its own.")
        ),
        DeclaredRoute("/oidc/start", oidc.start, ["GET"], everybody("Nobody is signed in before signing in.")),
        DeclaredRoute("/oidc/callback", oidc.callback, ["GET"], everybody("Nobody is signed in before signing in.")),
        DeclaredRoute(
            "/session", SessionRoute(chosen), ["POST", "DELETE"], everybody("Nobody is signed in before signing in.")
        ),
        DeclaredRoute("/reports/file", ReportFileRoute(chosen), ["POST"], holders_of(Grant.REPORT_RUN)),
    ]
