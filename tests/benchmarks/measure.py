"""Measures servers side by side: short slices in turn, so that what else the machine does falls on all alike."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.benchmarks.machine import LOAD_CORE, cpu_seconds, pin
from tests.benchmarks.questions import Question
from tests.benchmarks.report import say
from tests.benchmarks.servers import Server, answers

COMPARED = 25
BUSY = 0.85


@dataclass(frozen=True)
class Effort:
    """How long to measure: slices of so many seconds, each server once a round."""

    rounds: int = 5
    seconds: float = 2.0
    connections: tuple[int, ...] = (1, 16)


QUICK = Effort(rounds=1, seconds=0.2, connections=(4,))


@dataclass
class Measured:
    """One server, one question, one number of connections: a rate a round, and every answer's seconds.

    `server_cpu` and `database_cpu` are seconds of CPU an answer: what a busy machine changes least.
    """

    rates: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    server_cpu: list[float] = field(default_factory=list)
    database_cpu: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second, the median of the rounds."""
        return statistics.median(self.rates)

    @property
    def cpu(self) -> tuple[float, float]:
        """Milliseconds of CPU an answer, of the server's process and of PostgreSQL; medians of the rounds."""
        return statistics.median(self.server_cpu) * 1000, statistics.median(self.database_cpu) * 1000

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share of the answers came."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    def summary(self) -> dict[str, float]:
        return {
            "rate": round(self.rate, 2),
            "p50_ms": round(self.percentile(0.5), 3),
            "p99_ms": round(self.percentile(0.99), 3),
            "server_cpu_ms": round(self.cpu[0], 3),
            "database_cpu_ms": round(self.cpu[1], 3),
            "client_busy": round(max(self.busy), 2),
        }


class Load:
    """The load's process."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def run(self, server: Server, bodies: Sequence[bytes], connections: int, seconds: float) -> dict[str, Any]:
        job = {
            "port": server.port,
            "path": server.path,
            "headers": server.headers,
            "bodies": [body.decode() for body in bodies],
            "connections": connections,
            "seconds": seconds,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(orjson.dumps(job) + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"the load broke off at {server.name}; its message is above")
        found: dict[str, Any] = orjson.loads(line)
        return found


@contextmanager
def load_process() -> Iterator[Load]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.client"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    pin([process.pid], LOAD_CORE)
    try:
        yield Load(process)
    finally:
        process.terminate()
        process.wait()


def agree(servers: Sequence[Server], question: Question) -> None:
    """Check that all servers give the same answers. Raises SystemExit where they differ."""
    bodies = question.bodies[:COMPARED]
    first, *others = servers
    wanted = answers(first, bodies)
    for other in others:
        for place, (mine, its) in enumerate(zip(wanted, answers(other, bodies), strict=True)):
            if mine != its:
                raise SystemExit(
                    f"{first.name} and {other.name} differ on {question.name} {question.variables[place]}: "
                    f"{_difference(mine, its)}"
                )


def _difference(one: Any, other: Any, path: str = "") -> str:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return next(_difference(one[key], other[key], f"{path}.{key}") for key in one if one[key] != other[key])
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return next(_difference(a, b, f"{path}[{place}]") for place, (a, b) in pairs if a != b)
    return f"at {path}: {str(one)[:200]} and {str(other)[:200]}"


def in_turn(
    load: Load,
    servers: Sequence[Server],
    postmasters: Mapping[str, int],
    bodies: Mapping[str, Sequence[bytes]],
    connections: int,
    effort: Effort,
) -> dict[str, Measured]:
    """Measure every server in every round, after one round to warm up. `postmasters` and `bodies` by server's name."""
    found = {server.name: Measured() for server in servers}
    for turn in range(effort.rounds + 1):
        for server in servers:
            used = _used(server, postmasters)
            result = load.run(server, bodies[server.name], connections, effort.seconds)
            if turn:
                measured, answered = found[server.name], len(result["took"])
                measured.rates.append(result["rate"])
                measured.took += result["took"]
                measured.busy.append(result["busy"])
                now = _used(server, postmasters)
                measured.server_cpu.append((now[0] - used[0]) / answered)
                measured.database_cpu.append((now[1] - used[1]) / answered)
    for name, measured in found.items():
        if max(measured.busy) > BUSY:
            say(f"  note: the load used {max(measured.busy):.0%} of its core against {name}; its rate is a lower bound")
    return found


def _used(server: Server, postmasters: Mapping[str, int]) -> tuple[float, float]:
    return cpu_seconds(server.pid), cpu_seconds(postmasters[server.name])
