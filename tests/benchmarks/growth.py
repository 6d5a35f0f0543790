"""`growth`: the hub on 20,000 and on 200,000 students, as rich as each other, side by side.

Both have 10 courses a child instead of the 40 of `reads`, so that the larger one is built in minutes. The search finds
ten times as many students in the larger one and orders them all; so it is asked a second time, finding as many in both.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from hub.store.engine import connect
from tests.benchmarks.data import Size, database
from tests.benchmarks.machine import SERVER_CORE, family, pin, postmaster_of
from tests.benchmarks.measure import QUICK, Effort, Load, Measured, in_turn, load_process
from tests.benchmarks.questions import Question, questions
from tests.benchmarks.report import keep, say, table
from tests.benchmarks.servers import Server, hub

FULL, SMALL = (Size(20_000, 10), Size(200_000, 10)), (Size(500, 10), Size(1_000, 10))
PROMISED = 1.3


def growth(*, quick: bool) -> None:
    """Rates of the questions on both sizes, and how many times slower the larger is: by the clock, and in CPU."""
    sizes, effort = (SMALL, QUICK) if quick else (FULL, Effort(seconds=1.5))
    with ExitStack() as stack:
        places = [_opened(stack, size, sizes[0].students) for size in sizes]
        load = stack.enter_context(load_process())
        found = [
            (title, connections, _compared(load, places, number, connections, effort))
            for number, title in enumerate(question.title for question in places[0].asked)
            for connections in effort.connections
        ]
    small, large = (place.server.name for place in places)
    rows = [(title, connections, *_row(by[small], by[large])) for title, connections, by in found]
    times = (f"{small}: p50/p99 ms", f"{large}: p50/p99", f"{small}: CPU ms", f"{large}: CPU ms")
    columns = ("query", "conns", f"{small}: /s", f"{large}: /s", "times slower", "times the CPU", *times)
    table(f"growth: {sizes[0].courses} courses a student in both", columns, rows)
    say(f"promised: at most {PROMISED} times slower")
    summary = [
        {"query": title, "connections": connections, **{name: each.summary() for name, each in by.items()}}
        for title, connections, by in found
    ]
    keep(
        "growth", {"sizes": [size.students for size in sizes], "courses_per_child": sizes[0].courses, "found": summary}
    )


@dataclass(frozen=True)
class _Place:
    """A hub on one database, and what it is asked."""

    server: Server
    postmaster: int
    asked: list[Question]


def _opened(stack: ExitStack, size: Size, matches_as_of: int) -> _Place:
    url = stack.enter_context(database(size))
    postmaster = postmaster_of(size.folder)
    pin(family(postmaster), SERVER_CORE)
    asyncio.run(_warmed(url))
    asked = asyncio.run(questions(url, matches_as_of=matches_as_of))
    return _Place(stack.enter_context(hub(url, f"{size.students:,}")), postmaster, asked)


async def _warmed(url: str) -> None:
    """Read every table and index once: what is compared is the work, not whose pages lie on the disk still."""
    connection = await connect(url)
    try:
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
        await connection.execute(
            "SELECT pg_prewarm(oid) FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace"
        )
    finally:
        await connection.close()


def _compared(load: Load, places: list[_Place], number: int, connections: int, effort: Effort) -> dict[str, Measured]:
    return in_turn(
        load,
        [place.server for place in places],
        {place.server.name: place.postmaster for place in places},
        {place.server.name: place.asked[number].bodies for place in places},
        connections,
        effort,
    )


def _row(small: Measured, large: Measured) -> Iterator[Any]:
    yield from (small.rate, large.rate, small.rate / large.rate, sum(large.cpu) / max(sum(small.cpu), 1e-9))
    yield from (f"{each.percentile(0.5):.2f}/{each.percentile(0.99):.2f}" for each in (small, large))
    yield from ("{:.2f} + {:.2f}".format(*each.cpu) for each in (small, large))
