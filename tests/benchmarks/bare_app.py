"""What the hub is measured against first: hand-written SQL on bare ASGI, without sign-in, plan or audit.

It takes the same request bodies, knows the three questions by the name in their document, and looks at the variables.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from typing import Any

import asyncpg
import orjson

from hub.names import fold
from tests.benchmarks import bare_sql
from tests.benchmarks.questions import place_of

_LAST = "\U0010ffff"
_pool: asyncpg.Pool


def _search(variables: dict[str, Any]) -> tuple[Any, ...]:
    prefix = fold(variables["prefix"])
    return prefix, prefix + _LAST, date.fromisoformat(variables["from"]), date.fromisoformat(variables["to"])


Answer = tuple[bytes, bytes, bytes, str, Callable[[dict[str, Any]], tuple[Any, ...]]]
_ANSWERS: tuple[Answer, ...] = (
    (b"query Record", b'{"data":{"student":', b"}}", bare_sql.RECORD, lambda variables: (variables["msixId"],)),
    (
        b"query Page",
        b'{"data":{"students":{"nodes":',
        b"}}}",
        bare_sql.PAGE,
        lambda variables: place_of(variables["after"]),
    ),
    (b"query Search", b'{"data":{"students":{"nodes":', b"}}}", bare_sql.SEARCH, _search),
)


async def _open() -> None:
    global _pool  # noqa: PLW0603 (a server of one file)
    _pool = await asyncpg.create_pool(
        os.environ["BENCH_DATABASE_URL"],
        min_size=1,
        max_size=16,
        max_inactive_connection_lifetime=0,
        max_cacheable_statement_size=0,
        init=_as_bytes,
        reset=_leave_as_is,
        server_settings={"jit": "off", "timezone": "UTC", "plan_cache_mode": "force_generic_plan"},
    )


async def _as_bytes(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec("json", schema="pg_catalog", format="binary", encoder=bytes, decoder=bytes)


async def _leave_as_is(connection: asyncpg.Connection) -> None:
    """Nothing to reset."""


async def app(scope: dict[str, Any], receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
    """The ASGI application; `BENCH_DATABASE_URL` names the database."""
    if scope["type"] == "lifespan":
        await receive()
        await _open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await _pool.close()
        await send({"type": "lifespan.shutdown.complete"})
        return
    message = await receive()
    raw = message["body"]
    while message["more_body"]:
        message = await receive()
        raw += message["body"]
    body = await _answer(raw)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _answer(raw: bytes) -> bytes:
    for name, before, after, sql, arguments in _ANSWERS:
        if name in raw:
            data: bytes = await _pool.fetchval(sql, *arguments(orjson.loads(raw)["variables"]))
            return before + data + after
    return b'{"errors":[{"message":"unknown"}]}'
