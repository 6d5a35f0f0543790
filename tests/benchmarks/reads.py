"""`reads`: the hub against hand-written SQL and against an ORM with data loaders, on one database of 800,000 courses.

`parts`: the hub against itself without audit and without sign-in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from tests.benchmarks.data import Size, database
from tests.benchmarks.machine import SERVER_CORE, family, pin, postmaster_of
from tests.benchmarks.measure import QUICK, Effort, Load, Measured, agree, in_turn, load_process
from tests.benchmarks.questions import Question, questions
from tests.benchmarks.report import keep, say, table
from tests.benchmarks.servers import Server, bare, hub, hub_part, orm

FULL, SMALL = Size(20_000, 40), Size(1_000, 10)
WANTED_OF_BARE, WANTED_OF_ORM = 0.7, 15.0
PARTS = {
    "whole": "whole",
    "no audit": "without_audit",
    "no sign-in": "without_sign_in",
    "neither": "without_both",
}


def reads(*, quick: bool) -> None:
    """Rates of the three questions by hand-written SQL, ORM and hub, and the hub's ratio to both."""
    size, effort = (SMALL, QUICK) if quick else (FULL, Effort())
    with database(size) as url, ExitStack() as stack:
        postmaster = postmaster_of(size.folder)
        pin(family(postmaster), SERVER_CORE)
        asked = asyncio.run(questions(url))
        servers = [stack.enter_context(made(url)) for made in (bare, orm, hub)]
        for question in asked:
            agree(servers, question)
        say("all three give equal answers; server and PostgreSQL share core 0, the load has core 1")
        found = _measured(stack.enter_context(load_process()), servers, postmaster, asked, effort)
    rows = []
    for (title, connections), by in found.items():
        of_bare, of_orm = by["hub"].rate / by["bare"].rate, by["hub"].rate / by["orm"].rate
        rates = [by[name].rate for name in ("bare", "orm", "hub")]
        times = [f"{by[name].percentile(0.5):.2f}/{by[name].percentile(0.99):.2f}" for name in ("bare", "orm", "hub")]
        rows.append((title, connections, *rates, of_bare, of_orm, *times))
    columns = ("query", "conns", "bare SQL/s", "ORM/s", "hub/s", "hub:SQL", "hub:ORM")
    latencies = ("SQL p50/p99 ms", "ORM p50/p99", "hub p50/p99")
    table(f"reads: {size.students:,} students, {size.students * size.courses:,} courses", (*columns, *latencies), rows)
    _cpu_table(found)
    say(f"promised on nested queries: hub:SQL at least {WANTED_OF_BARE}, hub:ORM at least {WANTED_OF_ORM:.0f}")
    keep("reads", {"students": size.students, "courses_per_child": size.courses, "found": _summary(found)})


def parts(*, quick: bool) -> None:
    """What audit and sign-in cost: the hub whole, without each, and without both."""
    size, effort = (SMALL, QUICK) if quick else (FULL, Effort())
    with database(size) as url, ExitStack() as stack:
        postmaster = postmaster_of(size.folder)
        pin(family(postmaster), SERVER_CORE)
        asked = asyncio.run(questions(url))
        servers = [stack.enter_context(hub_part(url, name, factory)) for name, factory in PARTS.items()]
        found = _measured(stack.enter_context(load_process()), servers, postmaster, asked, effort)
    rows: list[Sequence[Any]] = []
    for (title, connections), by in found.items():
        cost = [f"{(sum(by['whole'].cpu) - sum(by[name].cpu)) * 1000:,.0f}" for name in ("no audit", "no sign-in")]
        shares = [by["whole"].rate / by[name].rate for name in ("no audit", "no sign-in", "neither")]
        rows.append(
            (title, connections, by["whole"].rate, *(by[name].rate for name in list(PARTS)[1:]), *shares, *cost)
        )
    columns = ("query", "conns", "hub/s", "no audit/s", "no sign-in/s", "neither/s")
    ratios = ("hub:no audit", "hub:no sign-in", "hub:neither", "audit CPU µs", "sign-in CPU µs")
    table("parts: what audit and sign-in cost", (*columns, *ratios), rows)
    _cpu_table(found)
    keep("parts", {"students": size.students, "courses_per_child": size.courses, "found": _summary(found)})


Found = dict[tuple[str, int], dict[str, Measured]]


def _measured(
    load: Load, servers: Sequence[Server], postmaster: int, asked: Sequence[Question], effort: Effort
) -> Found:
    postmasters = {server.name: postmaster for server in servers}
    found: Found = {}
    for question in asked:
        bodies = dict.fromkeys(postmasters, question.bodies)
        for connections in effort.connections:
            found[question.title, connections] = in_turn(load, servers, postmasters, bodies, connections, effort)
    return found


def _cpu_table(found: Found) -> None:
    """CPU an answer at the most connections: what a busy machine changes least."""
    names = list(next(iter(found.values())))
    columns = ("query", "conns", *(f"{name}: server + PostgreSQL" for name in names))
    rows = [
        (title, connections, *("{:.2f} + {:.2f}".format(*by[name].cpu) for name in names))
        for (title, connections), by in found.items()
    ]
    table("milliseconds of CPU an answer", columns, rows)


def _summary(found: Found) -> list[dict[str, Any]]:
    return [
        {"query": title, "connections": connections, **{name: each.summary() for name, each in by.items()}}
        for (title, connections), by in found.items()
    ]
