"""`sign_in`: fifty sign-ins at once, their memory, and whether time tells who has an account.

Server, PostgreSQL and load share all cores, as asking costs next to nothing beside hashing; passwords are hashed with
the default parameters. Fifty people sign in together; memory is the server's peak meanwhile, over its peak after one
sign-in, and its CPU seconds say what the round would take on cores that nobody else uses. Then one try after another
with a wrong password, a known and an unknown user by turns, in an order that is drawn; none is an account's third.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import statistics
import time
from pathlib import Path
from secrets import token_hex

import httpx

from hub.accounts import NewAccount, Passwords, create_account
from hub.settings import Settings
from hub.store import migrate
from hub.store.embedded import embedded_server
from hub.store.engine import connect
from permissions.role_sets import ROLE_SETS
from tests.benchmarks.data import HUB
from tests.benchmarks.machine import cpu_seconds
from tests.benchmarks.report import keep, say, table
from tests.benchmarks.servers import Server, hub

AT_ONCE = 50
FULL, SMALL = (3, 150), (1, 20)
"""Rounds of fifty at once, and wrong tries of known and of unknown users."""

PASSWORD = "Bench#" + token_hex(8) + "A1"
SIGN_IN = "mutation($u: String!, $p: String!) { signIn(input: {userId: $u, password: $p}) { token errors { code } } }"


def sign_in(*, quick: bool) -> None:
    """Seconds of fifty sign-ins at once and what they cost in memory; medians of known and unknown users."""
    rounds, tries = SMALL if quick else FULL
    folder = HUB / "bench-sign-in"
    shutil.rmtree(folder, ignore_errors=True)
    with embedded_server(folder) as url:
        migrate.upgrade(url)
        asyncio.run(_accounts(url, max(AT_ONCE, tries)))
        with hub(url) as server:
            os.sched_setaffinity(server.pid, os.sched_getaffinity(0))
            at_once = [asyncio.run(_at_once(server)) for _ in range(rounds)]
            known, unknown = asyncio.run(_by_turns(url, server, tries))
    shutil.rmtree(folder)
    table(
        f"sign_in: {AT_ONCE} at once",
        ("round", "median s", "slowest s", "server CPU s", "peak memory MB", "more than before MB"),
        [(n, *found) for n, found in enumerate(at_once, 1)],
    )
    slowest, grown = max(found[1] for found in at_once), max(found[4] for found in at_once)
    say(f"promised: none over 5 s; here {slowest:.2f} s, memory {grown:.0f} MB more at the most")
    medians = statistics.median(known), statistics.median(unknown)
    difference = abs(medians[0] - medians[1]) / medians[1]
    table(
        f"sign_in: {tries} wrong tries each",
        ("user", "median ms", "5th percentile ms", "95th percentile ms"),
        [("known", *_spread(known)), ("unknown", *_spread(unknown))],
    )
    say(f"promised: medians differ by less than 5 %; here by {difference:.1%}")
    keep(
        "sign_in",
        {"slowest_s": slowest, "grown_mb": grown, "known_s": medians[0], "unknown_s": medians[1], "by": difference},
    )


async def _accounts(url: str, number: int) -> None:
    connection = await connect(url)
    try:
        async with Passwords(Settings()) as passwords, connection.transaction():
            first = NewAccount("bench-0", "Bench", "bench-0@example.gov", ("PRIMARY_USER",), "TX")
            await create_account(connection, first, PASSWORD, roles=ROLE_SETS, passwords=passwords, ready=True)
            # Hashing takes its time: the others get a copy of the first one's row.
            await connection.execute(
                """
                INSERT INTO accounts (user_id, name, email, state, password_hash, must_change_password, trained_at,
                    rules_version, rules_agreed_at, refreshed_at)
                SELECT 'bench-' || n, name, 'bench-' || n || '@example.gov', state, password_hash, false, trained_at,
                    rules_version, rules_agreed_at, refreshed_at
                FROM accounts, generate_series(1, $1::int) AS n WHERE user_id = 'bench-0'
                """,
                number,
            )
            await connection.execute(
                "INSERT INTO account_roles SELECT account_id, 'PRIMARY_USER' FROM accounts WHERE user_id <> 'bench-0'"
            )
    finally:
        await connection.close()


async def _at_once(server: Server) -> tuple[float, float, float, float, float]:
    """Median and slowest seconds, the server's CPU seconds, peak memory and how far it is over the peak before (MB)."""
    async with _client(server) as http:
        await _try(http, "bench-0", PASSWORD)
        peak = _peak_mb(server.pid)
        cpu = cpu_seconds(server.pid)
        took = await asyncio.gather(*(_try(http, f"bench-{n}", PASSWORD) for n in range(AT_ONCE)))
        cpu = cpu_seconds(server.pid) - cpu
    after = _peak_mb(server.pid)
    return statistics.median(took), max(took), cpu, after, after - peak


async def _by_turns(url: str, server: Server, tries: int) -> tuple[list[float], list[float]]:
    """Seconds of wrong tries of known users, and of unknown ones."""
    order = [(f"bench-{n}", True) for n in range(tries)] + [(f"nobody-{n}", False) for n in range(tries)]
    random.Random(4711).shuffle(order)
    found: dict[bool, list[float]] = {True: [], False: []}
    connection = await connect(url)
    try:
        async with _client(server) as http:
            for user_id, is_known in order:
                # The source address would have used up its tries; what is measured is the judgement of one.
                await connection.execute("DELETE FROM source_tries")
                found[is_known].append(await _try(http, user_id, "Wrong#pass1", right=False))
    finally:
        await connection.close()
    return found[True], found[False]


def _client(server: Server) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=AT_ONCE)
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=300, limits=limits)


async def _try(http: httpx.AsyncClient, user_id: str, password: str, *, right: bool = True) -> float:
    """Seconds of one sign-in; a SystemExit where its answer is not what was expected."""
    started = time.perf_counter()
    answer = await http.post("/graphql", json={"query": SIGN_IN, "variables": {"u": user_id, "p": password}})
    took = time.perf_counter() - started
    payload = answer.json()["data"]["signIn"]
    codes = [error["code"] for error in payload["errors"]]
    if codes != ([] if right else ["INVALID_CREDENTIALS"]):
        raise SystemExit(f"a sign-in answers {codes}")
    return took


def _spread(seconds: list[float]) -> tuple[float, float, float]:
    """Median, 5th and 95th percentile in milliseconds."""
    twentieths = statistics.quantiles(seconds, n=20)
    return statistics.median(seconds) * 1000, twentieths[0] * 1000, twentieths[-1] * 1000


def _peak_mb(pid: int) -> float:
    """The most memory that a process has held at once so far."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("the server's process is gone")
