"""What a web process holds open: connections, the audit writer, sessions, the hashing of passwords."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import httpx
import structlog

from hub.accounts import Passwords
from hub.accounts.announce import CHANNEL
from hub.accounts.complete_sign_in import CompleteSignIn
from hub.accounts.gate import factor_roles
from hub.accounts.last_use import LastUse
from hub.accounts.oidc_provider import OidcProvider
from hub.accounts.oidc_sign_in import OidcSignIn
from hub.accounts.secret_box import open_box
from hub.accounts.sessions import SessionStore
from hub.accounts.sign_in import SignIn
from hub.accounts.token_store import TokenStore
from hub.accounts.watching import Watching
from hub.audit.sealing import Sealing
from hub.audit.signing import AuditKey, key_path, make_key, read_key
from hub.audit.writer import AuditWriter
from hub.errors import Code, HubError
from hub.outbox.events import CHANNEL as EVENTS
from hub.reports.running import open_reports
from hub.reports.snapshot.build import DATABASE
from hub.settings import Settings
from hub.store.engine import connect, read_connections, read_pool
from hub.store.listen import Listener, together
from hub.store.migrate import pending
from hub.tables.web_role import WEB_ROLE
from hub.web_login import check_wall
from permissions.grants import OF_TOKENS
from permissions.roles import Role, grants_of
from resolvers.context import Services
from resolvers.feed import Feed

AUDIT_CONNECTIONS = 2
WRITE_CONNECTIONS = 8
PROVIDER_SECONDS = 10.0
"""How long the provider of single sign-on may take for one answer."""

_log = structlog.get_logger("hub.audit")


@asynccontextmanager
async def open_services(url: str, settings: Settings) -> AsyncIterator[Services]:
    """Open everything, in the role of the web process, and close it in order. Raises `DATABASE` before migrations."""
    if await asyncio.to_thread(pending, url):
        raise HubError(Code.DATABASE, "Expected a database with every migration applied; run `hub migrate`.")
    if unknown := factor_roles(settings.second_factor_roles) - set(Role):
        raise HubError(Code.USAGE, f"HUB_SECOND_FACTOR_ROLES: there is no role {', '.join(sorted(unknown))}")
    if settings.web_database_url == url:
        await _check_wall(url)
    async with AsyncExitStack() as stack:

        async def pool(size: int) -> asyncpg.Pool:
            opened = await read_pool(url, size, role=WEB_ROLE, statement_timeout_ms=settings.statement_timeout_ms)
            stack.push_async_callback(opened.close)
            return opened

        reads = await stack.enter_async_context(
            read_connections(url, settings.pool_size, role=WEB_ROLE, statement_timeout_ms=settings.statement_timeout_ms)
        )
        writes = await pool(WRITE_CONNECTIONS)
        # a pool of its own: whoever waits for the trail may hold connections of the others
        audit = await stack.enter_async_context(AuditWriter(await pool(AUDIT_CONNECTIONS)))
        passwords = await stack.enter_async_context(Passwords(settings))
        last_use = await stack.enter_async_context(LastUse(writes))
        sessions = SessionStore(writes, lambda: listener.connected, last_use, grants_of=grants_of, settings=settings)
        tokens = TokenStore(
            writes, audit, lambda: listener.connected, grants_of=grants_of, of_tokens=OF_TOKENS, settings=settings
        )
        watching = Watching(lambda: listener.connected)
        feed = await stack.enter_async_context(Feed(reads))
        # one connection for both channels: it hears of changes in the order of their commits
        listener = Listener(
            url,
            {CHANNEL: together(sessions.held.forget, tokens.held.forget, watching.changed), EVENTS: feed.heard},
            together(sessions.held.forget_all, tokens.held.forget_all, watching.all_changed, feed.connected),
        )
        await stack.enter_async_context(listener)
        if settings.audit_seal_seconds and (key := await asyncio.to_thread(sealing_key, settings)) is not None:
            await stack.enter_async_context(Sealing(url, key, settings.audit_seal_seconds, role=WEB_ROLE))
        box = await asyncio.to_thread(open_box, settings)
        yield Services(
            reads=reads,
            writes=writes,
            audit=audit,
            sessions=sessions,
            passwords=passwords,
            sign_in=SignIn(writes, passwords, settings, grants_of),
            complete_sign_in=CompleteSignIn(writes, settings, grants_of, box),
            tokens=tokens,
            box=box,
            watching=watching,
            feed=feed,
            oidc=await _oidc(stack, settings),
            reports=await stack.enter_async_context(open_reports(settings, str(await writes.fetchval(DATABASE)))),
            oidc_sign_in=OidcSignIn(writes, settings, grants_of),
            settings=settings,
        )


async def _oidc(stack: AsyncExitStack, settings: Settings) -> OidcProvider | None:
    """The provider of single sign-on, where the settings name one."""
    if settings.oidc_issuer is None:
        return None
    return OidcProvider(settings, await stack.enter_async_context(httpx.AsyncClient(timeout=PROVIDER_SECONDS)))


def sealing_key(settings: Settings) -> AuditKey | None:
    """The key that signs the audit trail's seals; None, and a warning, where none was named.

    One is made only beside data that the hub's own server keeps: a server of somebody's own gets the key it names.
    """
    path = key_path(settings)
    if path is None:
        _log.warning("audit trail is not sealed: set HUB_AUDIT_KEY")
        return None
    return read_key(path) if settings.audit_key is not None else make_key(path)


async def _check_wall(url: str) -> None:
    connection = await connect(url, role=WEB_ROLE)
    try:
        await check_wall(connection, await connection.fetchval("SELECT session_user"))
    finally:
        await connection.close()
