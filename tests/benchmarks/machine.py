"""Who may use which core, and how much of it a process has used.

Two cores are shared sensibly: server processes and PostgreSQL on core 0, the load on core 1. So a rate is what one core
gives server and database together, and nothing hides behind a second one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

SERVER_CORE, LOAD_CORE = 0, 1
_TICKS = os.sysconf("SC_CLK_TCK")
_USER, _END = 11, 15  # of /proc/<pid>/stat behind the command's name: utime, stime, cutime, cstime


def pin(pids: Iterable[int], core: int) -> None:
    """Keep processes, and what they start from now on, on one core; on a machine of one core there is no choice."""
    if core in os.sched_getaffinity(0):
        for pid in pids:
            os.sched_setaffinity(pid, {core})


def postmaster_of(folder: Path) -> int:
    """The first process of the embedded server in a data folder."""
    (file,) = folder.glob("**/postmaster.pid")
    return int(file.read_text().split()[0])


def family(pid: int) -> list[int]:
    """A process and its children."""
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


def cpu_seconds(pid: int) -> float:
    """CPU that a process and its children, those that ended included, have used so far. Resolution: 10 ms."""
    return sum(_used(each) for each in family(pid))


def _used(pid: int) -> float:
    try:
        line = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, line.rpartition(")")[2].split()[_USER:_END])) / _TICKS
