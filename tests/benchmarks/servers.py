"""The servers under measurement: each one worker process of uvicorn with uvloop and httptools."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any

import orjson

from hub.accounts import Passwords
from hub.accounts.create import NewAccount, create_account
from hub.settings import Settings
from hub.store.engine import connect
from permissions.role_sets import ROLE_SETS
from tests.benchmarks.machine import SERVER_CORE, pin

ROLE = "STATE_DATA_ADMINISTRATOR"
PASSWORD = "Bench-" + token_hex(8)
START_SECONDS = 30.0
UVICORN = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning")


@dataclass(frozen=True)
class Server:
    """A server that answers the questions at `path`, by the process `pid`."""

    name: str
    port: int
    pid: int
    path: str = "/"
    headers: tuple[str, ...] = ()

    def ask(self, body: bytes) -> bytes:
        """One answer, whatever its status. Raises OSError when there is none."""
        headers = dict(header.split(": ", 1) for header in self.headers)
        url = f"http://127.0.0.1:{self.port}{self.path}"
        sent = urllib.request.Request(url, body, {"Content-Type": "application/json", **headers})
        try:
            with urllib.request.urlopen(sent, timeout=60) as answer:
                found: bytes = answer.read()
                return found
        except urllib.error.HTTPError as error:
            return error.read()


@contextmanager
def bare(url: str) -> Iterator[Server]:
    """(a) hand-written SQL on bare ASGI."""
    with _uvicorn("tests.benchmarks.bare_app:app", url) as (port, pid):
        yield Server("bare", port, pid)


@contextmanager
def orm(url: str) -> Iterator[Server]:
    """(b) Strawberry, aiodataloader and SQLAlchemy's ORM."""
    with _uvicorn("tests.benchmarks.orm_app:app", url) as (port, pid):
        yield Server("orm", port, pid)


@contextmanager
def hub(
    url: str,
    name: str = "hub",
    *,
    environment: Mapping[str, str] | None = None,
    role: str = ROLE,
    state: str | None = "TX",
) -> Iterator[Server]:
    """(c) `hub serve`, with somebody of a role and state signed in; `environment` sets what is not as usual.

    The worker's jobs are left to others: a sweep would lock students whom it asks about, and the rest show them.
    """
    port = _free_port()
    command = [sys.executable, "-c", "from hub.cli import main; main()", "serve", "--port", str(port)]
    with _process(command, url, port, {"HUB_WORKER_IN_SERVER": "false", **(environment or {})}) as pid:
        yield signed_in(url, Server(name, port, pid, "/graphql"), role, state)


@contextmanager
def hub_part(url: str, name: str, factory: str) -> Iterator[Server]:
    """The hub without one of its parts; `factory` is one of `hub_app`."""
    with _uvicorn(f"tests.benchmarks.hub_app:{factory}", url, "--factory") as (port, pid):
        server = Server(name, port, pid, "/graphql")
        everybody = factory in ("without_sign_in", "without_both")
        yield replace(server, headers=("Authorization: Bearer hub_any",)) if everybody else signed_in(url, server)


def signed_in(url: str, server: Server, role: str = ROLE, state: str | None = "TX") -> Server:
    """The same server, asked by a new account that has signed in."""
    user_id = f"bench-{token_hex(6)}"
    asyncio.run(_account(url, user_id, role, state))
    variables = {"userId": user_id, "password": PASSWORD}
    answer = orjson.loads(server.ask(orjson.dumps({"query": _SIGN_IN, "variables": variables})))
    token = answer["data"]["signIn"]["token"]
    return replace(server, headers=(f"Authorization: Bearer {token}",))


_SIGN_IN = """
mutation In($userId: String!, $password: String!) {
  signIn(input: {userId: $userId, password: $password}) { token errors { code } }
}
"""


async def _account(url: str, user_id: str, role: str, state: str | None) -> None:
    new = NewAccount(user_id, "Bench", f"{user_id}@example.gov", (role,), state)
    connection = await connect(url)
    try:
        async with Passwords(Settings()) as passwords, connection.transaction():
            await create_account(connection, new, PASSWORD, roles=ROLE_SETS, passwords=passwords, ready=True)
    finally:
        await connection.close()


@contextmanager
def _uvicorn(app: str, url: str, *options: str) -> Iterator[tuple[int, int]]:
    """Port and process of an application."""
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), *UVICORN, *options]
    with _process(command, url, port, {}) as pid:
        yield port, pid


@contextmanager
def _process(command: list[str], url: str, port: int, more: Mapping[str, str]) -> Iterator[int]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    environment = {**kept, "HUB_DATABASE_URL": url, "BENCH_DATABASE_URL": url, "BENCH_ROLE": ROLE, **more}
    with ExitStack() as stack:
        log = stack.enter_context(open(os.devnull, "wb"))
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        stack.callback(_stop, process)
        pin([process.pid], SERVER_CORE)
        _wait(process, port)
        yield process.pid


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"the server did not start: {process.args!r}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(server: Server, bodies: Iterable[bytes]) -> list[Any]:
    """The answers, parsed; a SystemExit where one is an error."""
    found = [orjson.loads(server.ask(body)) for body in bodies]
    for answer in found:
        if "errors" in answer or not isinstance(answer.get("data"), dict):
            raise SystemExit(f"{server.name} does not answer: {str(answer)[:500]}")
    return found
