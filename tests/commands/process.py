"""The process of a command, forked from one that has imported the hub.

Importing it anew takes longer than what most commands do. Each is a process of its own all the same, with an
environment, a signal disposition and files of its own; `tests/contracts/test_command_line.py` starts them anew.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
IMPORTED = ["hub.app", "hub.demo", "hub.evaluation", "hub.explaining", "hub.serving", "hub.store.migrate", "hub.worker"]


class Command:
    """`hub` with some arguments, started. What it says goes to the files `out` and `err`; it reads the file `given`."""

    def __init__(
        self, arguments: tuple[str, ...], environment: dict[str, str], out: Path, err: Path, given: Path | None = None
    ) -> None:
        self.arguments = arguments
        files = (given or Path(os.devnull), out, err)
        self._process = _forks().Process(target=_run, args=(arguments, environment, files))
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """The exit code, less than nought for a signal; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        """The exit code, once it ended. Raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        if (code := self.poll()) is None:
            raise subprocess.TimeoutExpired(self.arguments, timeout)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Sends a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@cache
def _forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)
    return context


def _run(arguments: tuple[str, ...], environment: dict[str, str], files: tuple[Path, Path, Path]) -> None:
    """Be the command."""
    os.chdir(REPOSITORY)
    os.environ.clear()
    os.environ.update(environment)
    given, out, err = files
    modes = (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT | os.O_APPEND] * 2)
    for number, (path, mode) in enumerate(zip((given, out, err), modes, strict=True)):
        opened = os.open(path, mode, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))
    sys.argv = ["hub", *arguments]
    from hub.cli import main

    main()
