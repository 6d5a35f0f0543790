"""Whose login the web process connects with: one that is a member of `hub_web` and of nothing else, so that whoever
takes the process over cannot become the owner of the tables.

HUB_WEB_DATABASE_URL names it; on the hub's own server it is `hub_web_login`. Where HUB_DATABASE_URL alone is set, the
web process shares the owner's login: it acts as `hub_web`, but could stop doing so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
import structlog

from hub.errors import Code, HubError
from hub.settings import Settings
from hub.store import database
from hub.store.engine import connect
from hub.tables.web_role import WEB_ROLE

WEB_LOGIN = "hub_web_login"
"""The web process's login on the hub's own server."""

_WAYS_OUT = f"""
SELECT array_agg(role.rolname ORDER BY role.rolname) FROM pg_roles AS login, pg_roles AS role
WHERE login.rolname = $1 AND role.rolname NOT IN (login.rolname, '{WEB_ROLE}')
    AND (pg_has_role(login.oid, role.oid, 'MEMBER') OR login.rolsuper OR login.rolcreaterole)
"""  # noqa: S608

_log = structlog.get_logger("hub.server")


@contextmanager
def web_database(settings: Settings, *, admitted: bool = False) -> Iterator[str]:
    """The URL that the web process connects with, as long as the block lasts; call it outside any event loop.

    On the hub's own server the login is made first, unless it was `admitted` by the parent of this process: then this
    may be called from an event loop too.
    """
    if settings.web_database_url is not None:
        yield settings.web_database_url
    elif settings.database_url is not None:
        _log.warning("the web process shares the login of the tables' owner: set HUB_WEB_DATABASE_URL")
        yield settings.database_url
    else:
        with database(settings) as owner:
            if not admitted:
                asyncio.run(admit(owner, WEB_LOGIN, make=True))
            yield as_web(owner)


def as_web(owner: str) -> str:
    """The URL of the hub's own server, as the web process connects to it."""
    parts = urlsplit(owner)
    return parts._replace(netloc=f"{WEB_LOGIN}@{parts.netloc.rpartition('@')[2]}").geturl()


def login_of(url: str) -> str:
    """The login that a URL names. Raises `USAGE` where it names none."""
    parts = urlsplit(url)
    login = unquote(parts.username or "") or "".join(parse_qs(parts.query).get("user", [])[:1])
    if not login:
        raise HubError(Code.USAGE, "HUB_WEB_DATABASE_URL names no login")
    return login


async def admit(owner: str, login: str, *, make: bool = False) -> None:
    """Let a login act as the web process, and nothing more. Does nothing before the first migration.

    Raises `DATABASE` where the login is missing (unless it may be made, without a password), where the owner may not
    grant the role, and where the login could act as somebody else too.
    """
    connection = await connect(owner)
    try:
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", WEB_ROLE):
            return
        quoted = await connection.fetchval("SELECT quote_ident($1)", login)
        try:
            await _make(connection, login, quoted, make=make)
            if not await connection.fetchval("SELECT pg_has_role($1::name, $2::name, 'MEMBER')", login, WEB_ROLE):
                await connection.execute(f"GRANT {WEB_ROLE} TO {quoted}")
        except asyncpg.InsufficientPrivilegeError:
            raise HubError(
                Code.DATABASE, f"the owner may not let {login} in; as a superuser: GRANT {WEB_ROLE} TO {quoted}"
            ) from None
        await check_wall(connection, login)
    finally:
        await connection.close()


async def _make(connection: asyncpg.Connection, login: str, quoted: str, *, make: bool) -> None:
    if await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", login):
        return
    if not make:
        raise HubError(Code.DATABASE, f"there is no login {login}; CREATE ROLE {quoted} LOGIN PASSWORD '…', then again")
    try:
        await connection.execute(f"CREATE ROLE {quoted} LOGIN")
    except (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):  # another process made it in this moment
        return


async def check_wall(connection: asyncpg.Connection, login: str) -> None:
    """Raise `DATABASE` where a login could act as anybody but the web process."""
    others = await connection.fetchval(_WAYS_OUT, login)
    if others:
        raise HubError(
            Code.DATABASE,
            f"the web process's login {login} may act as {others[0]} too; it must be a member of {WEB_ROLE} alone, "
            "no superuser and without CREATEROLE",
        )
