"""Runs `hub` as its user does: as a process, with settings of its own."""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from tests.commands.process import REPOSITORY, Command

__all__ = ["PATIENCE", "REPOSITORY", "Command"]

PATIENCE = 120.0  # seconds: a machine under load starts slowly


def _environment(set_: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    return {**kept, "HUB_ARGON2_MEMORY_KIB": "64", "HUB_ARGON2_TIME_COST": "1", **set_}


def hub(*arguments: str | Path, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end. `given` is what it reads."""
    words = tuple(map(str, arguments))
    with tempfile.TemporaryDirectory() as folder:
        read, out, err = (Path(folder, name) for name in ("given", "out", "err"))
        read.write_text(given, encoding="utf-8")
        command = Command(words, _environment(environment), out, err, read)
        try:
            code = command.wait(PATIENCE)
        finally:
            command.kill()
        said = (path.read_text(encoding="utf-8") for path in (out, err))
        return subprocess.CompletedProcess(words, code, *said)


def start(*arguments: str | Path, out: Path, **environment: str) -> Command:
    """Start a command; what it says goes to the file `out`."""
    out.touch()
    return Command(tuple(map(str, arguments)), _environment(environment), out, out)


@contextmanager
def running(*arguments: str | Path, out: Path, **environment: str) -> Iterator[Command]:
    """A command in the background, stopped when the block ends."""
    process = start(*arguments, out=out, **environment)
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()


def wait_for(text: str, out: Path, process: Command) -> str:
    """What the command said, once `text` is in it."""
    deadline = time.monotonic() + PATIENCE
    while text not in (said := out.read_text(encoding="utf-8")):
        assert process.poll() is None, said
        assert time.monotonic() < deadline, said
        time.sleep(0.05)
    return said


def wait_for_answer(port: int, process: Command) -> None:
    """Wait until the server on `port` is healthy."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}/health", timeout=PATIENCE).status_code == 200:
                return
        time.sleep(0.05)
    raise AssertionError("the server does not answer")


def ask(port: int, query: str, token: str | None = None, **variables: Any) -> Any:
    """The answer to one GraphQL request."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = httpx.post(
        f"http://127.0.0.1:{port}/graphql", json={"query": query, "variables": variables}, headers=headers, timeout=60
    )
    return answer.json()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
