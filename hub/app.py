"""The web application: its routes, and what it holds open from start to end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import asyncpg
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from hub.endpoint import STATUS, GraphQLEndpoint, refused, respond
from hub.errors import Code, HubError
from hub.services import open_services
from hub.settings import Settings, settings
from hub.source_address import Network, networks, source_address
from hub.web_login import web_database
from resolvers.doors import Doors
from schema.build import build_schema

Beside = Callable[[str], AbstractAsyncContextManager[None]]


class HubApplication(Starlette):
    """Starlette, with a short way for what is asked all day: `/graphql` does not pass the router and its layers."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        trusted: tuple[Network, ...] = self.state.trusted_proxies
        if trusted and scope["type"] in ("http", "websocket") and scope.get("client"):
            address = source_address(scope, trusted)
            scope["client"] = None if address is None else (address, 0)
        if scope["type"] == "http" and scope["path"] == "/graphql":
            await self._graphql(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def _graphql(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "POST":
            endpoint: GraphQLEndpoint = self.state.endpoint
            await endpoint(scope, receive, send)
        else:
            error = HubError(Code.METHOD_NOT_ALLOWED, "Expected POST.")
            await respond(send, STATUS[error.code], refused(error), (b"allow", b"POST"))


class HealthRoute:
    """`/health`: whether the process answers and its database too."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await scope["app"].state.services.reads.fetchrow("SELECT 1")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, HubError):
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
            app.state.endpoint = GraphQLEndpoint(doors, services, chosen)
            if beside is not None:
                await stack.enter_async_context(beside(where))
            yield

    app = HubApplication(routes=[Route("/health", HealthRoute())], lifespan=lifespan)
    app.state.trusted_proxies = networks(chosen.trusted_proxies)
    return app
