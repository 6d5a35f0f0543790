"""Connections to PostgreSQL: a bare asyncpg pool for compiled reads, a SQLAlchemy engine for writes.

Every connection is made by `connect`: same session settings, PostgreSQL 15 or newer or a clear refusal, and no
password in any message.
"""

from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from hub.errors import Code, HubError
from hub.store.reads import ReadConnections

OLDEST_POSTGRESQL = 15
CONNECT_SECONDS = 10.0
AT_FAULT = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what a connection that was killed in the middle of a message may raise
    OSError,
    TimeoutError,
)
"""What is raised when the database is at fault, and not whoever asked."""

NOT_NOW = (asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, asyncpg.TooManyConnectionsError)
GENERIC = "force_generic_plan"  # planning a nested read takes five times as long as running it
KEEPING_STATEMENTS: dict[str, Any] = {
    "statement_cache_size": 1000,  # prepared statements a connection; one compiled operation needs one a root field
    "max_cached_statement_lifetime": 0,
    "max_cacheable_statement_size": 0,
}


async def connect(
    url: str,
    *,
    role: str | None = None,
    statement_timeout_ms: int = 0,
    plan_cache_mode: str = "auto",
    **options: Any,
) -> asyncpg.Connection:
    """One connection to `url` (postgresql://…), acting as `role` where given.

    `statement_timeout_ms` 0 is without limit; `options` go to asyncpg. Raises HubError: UNAVAILABLE when the server
    does not answer (yet), DATABASE when it refuses or is too old.
    """
    settings = {
        "application_name": "hub",
        "timezone": "UTC",
        "jit": "off",
        "statement_timeout": str(statement_timeout_ms),
        "plan_cache_mode": plan_cache_mode,
    }
    if role is not None:
        settings["role"] = role
    options.setdefault("timeout", CONNECT_SECONDS)
    try:
        connection = await asyncpg.connect(url, server_settings=settings, **options)
    except (OSError, *NOT_NOW) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise HubError(Code.UNAVAILABLE, f"the database cannot be reached: {reason}") from error
    except ValueError:  # its words may quote the password
        raise HubError(Code.USAGE, "HUB_DATABASE_URL is not an address that can be read") from None
    except (asyncpg.PostgresError, asyncpg.ClientConfigurationError, asyncpg.InterfaceError) as error:
        raise HubError(Code.DATABASE, f"the database refuses the connection: {error}") from error
    version = connection.get_server_version()
    if version.major < OLDEST_POSTGRESQL:
        await connection.close()
        raise HubError(
            Code.DATABASE,
            f"HUB_DATABASE_URL names PostgreSQL {version.major}.{version.minor}; "
            f"the hub needs {OLDEST_POSTGRESQL} or newer",
        )
    return connection


async def read_pool(
    url: str, size: int, *, role: str | None = None, statement_timeout_ms: int = 10_000
) -> asyncpg.Pool:
    """A pool of at most `size` connections for statements that leave no session state behind.

    Releasing a connection costs no round trip, so nothing may `SET`, `LISTEN` or open cursors on it outside a
    transaction. A column of type json comes back as bytes, as PostgreSQL sent it. The caller closes the pool.
    """

    async def opened(dsn: str, **options: Any) -> asyncpg.Connection:
        return await connect(
            dsn, role=role, statement_timeout_ms=statement_timeout_ms, plan_cache_mode=GENERIC, **options
        )

    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        max_queries=2**31,  # a connection lives on, and its prepared statements with it
        max_inactive_connection_lifetime=0,
        **KEEPING_STATEMENTS,
        connect=opened,
        init=_json_as_bytes,
        reset=_leave_as_is,
    )


def read_connections(
    url: str, size: int, *, role: str | None = None, statement_timeout_ms: int = 10_000
) -> ReadConnections:
    """Like `read_pool`, for nothing but single statements, and quicker about it. To be entered by the caller."""

    async def opened() -> asyncpg.Connection:
        connection = await connect(
            url,
            role=role,
            statement_timeout_ms=statement_timeout_ms,
            plan_cache_mode=GENERIC,
            **KEEPING_STATEMENTS,
        )
        await _json_as_bytes(connection)
        return connection

    return ReadConnections(opened, size)


def write_engine(url: str, *, size: int = 5, role: str | None = None, statement_timeout_ms: int = 0) -> AsyncEngine:
    """The engine of ordinary transactions on `url` (postgresql://…), with at most `size` + 10 connections.

    It connects on first use, raising like `connect`. The caller disposes of it.
    """

    async def opened() -> asyncpg.Connection:
        return await connect(url, role=role, statement_timeout_ms=statement_timeout_ms)

    return create_async_engine("postgresql+asyncpg://", async_creator=opened, pool_size=size, max_overflow=10)


async def _json_as_bytes(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "json", schema="pg_catalog", format="binary", encoder=_given_bytes, decoder=_given_bytes
    )


def _given_bytes(value: bytes) -> bytes:
    return bytes(value)


async def _leave_as_is(connection: asyncpg.Connection) -> None:
    """Instead of asyncpg's reset, which is a round trip; an open transaction has been rolled back before."""
