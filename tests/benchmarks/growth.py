"""`growth`: the hub on 20,000 and on 200,000 students, as rich as each other, side by side.

Both have 10 courses a child instead of the 40 of `reads`, so that the larger one is built in minutes.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

from tests.benchmarks.data import Size, database
from tests.benchmarks.measure import QUICK, Effort, in_turn, load_process
from tests.benchmarks.questions import Question, questions
from tests.benchmarks.report import keep, say, table
from tests.benchmarks.servers import SERVER_CORE, Server, hub, pin, postgres_of

FULL, SMALL = (Size(20_000, 10), Size(200_000, 10)), (Size(500, 10), Size(1_000, 10))
PROMISED = 1.3


def growth(*, quick: bool) -> None:
    """Rates of the three questions on both sizes, and how many times slower the larger is."""
    sizes, effort = (SMALL, QUICK) if quick else (FULL, Effort(seconds=1.5))
    asked: dict[str, list[Question]] = {}
    servers: list[Server] = []
    rows, found = [], []
    with ExitStack() as stack:
        for size in sizes:
            url = stack.enter_context(database(size))
            pin(postgres_of(size.folder), SERVER_CORE)
            name = f"{size.students:,}"
            asked[name] = asyncio.run(questions(url))
            servers.append(stack.enter_context(hub(url, name)))
        load = stack.enter_context(load_process())
        small, large = (server.name for server in servers)
        for place, question in enumerate(asked[small]):
            bodies = {name: found[place].bodies for name, found in asked.items()}
            for connections in effort.connections:
                by = in_turn(load, servers, bodies, connections, effort)
                slower = by[small].rate / by[large].rate
                times = [f"{by[name].percentile(0.5):.2f}/{by[name].percentile(0.99):.2f}" for name in (small, large)]
                rows.append((question.title, connections, by[small].rate, by[large].rate, slower, *times))
                found.append(
                    {
                        "query": question.title,
                        "connections": connections,
                        "slower": round(slower, 3),
                        **{name: each.summary() for name, each in by.items()},
                    }
                )
    columns = (
        "query",
        "conns",
        f"{small}: /s",
        f"{large}: /s",
        "times slower",
        f"{small}: p50/p99 ms",
        f"{large}: p50/p99",
    )
    table(f"growth: {sizes[0].courses} courses a student in both", columns, rows)
    say(f"promised: at most {PROMISED} times slower")
    keep("growth", {"sizes": [size.students for size in sizes], "courses_per_child": sizes[0].courses, "found": found})
