"""`hub serve`: it starts only where it can serve, shares one port among its workers, and stops as it should."""

import json
import signal
import socket
import time
from pathlib import Path

import httpx
import pytest

from tests.commands.run import PATIENCE, free_port, hub, running, wait_for_answer


def test_it_refuses_to_serve_before_migrations(empty_database_url: str) -> None:
    done = hub("serve", "--port", "0", HUB_DATABASE_URL=empty_database_url)
    assert done.returncode == 2
    assert "run `hub migrate` first" in done.stderr


def test_it_says_that_the_port_is_taken(tmp_path: Path, database_url: str) -> None:
    port = free_port()
    options = ("serve", "--port", str(port))
    with running(*options, out=tmp_path / "out", HUB_DATABASE_URL=database_url) as first:
        wait_for_answer(port, first)
        done = hub(*options, HUB_DATABASE_URL=database_url)
    assert done.returncode == 2
    assert f"port {port} of 127.0.0.1: Address already in use" in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--tls-cert", "no.pem", "--tls-key", "no.pem"), "there is no file no.pem for the TLS certificate"),
        (("--tls-cert", "no.pem"), "given together or not at all"),
        (("--tls-cert", "README.md", "--tls-key", "README.md"), "are no TLS certificate"),
    ],
)
def test_it_refuses_tls_files_that_are_not_there_or_none(options: tuple[str, ...], said: str) -> None:
    done = hub("serve", "--port", "0", *options, HUB_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
def test_told_to_stop_it_ends_in_order(tmp_path: Path, database_url: str, workers: str) -> None:
    port, out = free_port(), tmp_path / "out"
    options = ("serve", "--port", str(port), "--workers", workers)
    with running(*options, out=out, HUB_DATABASE_URL=database_url, HUB_LOG_JSON="true") as server:
        wait_for_answer(port, server)
        answer = httpx.get(f"http://127.0.0.1:{port}/health", timeout=30)
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    assert "server" not in answer.headers
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert f"http://127.0.0.1:{port}" in [line.get("address") for line in lines], lines


def test_workers_leave_the_port_when_their_parent_is_killed(tmp_path: Path, database_url: str) -> None:
    port = free_port()
    options = ("serve", "--port", str(port), "--workers", "2")
    with running(*options, out=tmp_path / "out", HUB_DATABASE_URL=database_url) as server:
        wait_for_answer(port, server)
        server.kill()
        server.wait(30)
        deadline = time.monotonic() + PATIENCE
        while _answers(port):
            assert time.monotonic() < deadline
            time.sleep(0.1)


def _answers(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0
